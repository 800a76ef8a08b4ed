// The range behind loops over commits, changes, entries and whatever else the host hands out one by
// one. Included by rcx/commit.hpp; an extension writes a loop, and nothing from here by name. A
// loop that ends early has asked for no more than it saw.
#ifndef RCX_STREAM_HPP
#define RCX_STREAM_HPP

#include <rcx/abi.h>
#include <rcx/value.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace rcx {

// A range that asks the host for one element after the other. Which commits are new is found once,
// at the first; messages and paths are read as a loop gets there, and kept until the event ends, so
// that a second loop, or another extension's, is nearly free.
//
// begin() asks for the first element already. It and advancing throw rcx::Error when the host
// fails, after which the iterator stands at the end; elements that came before stay valid. Leaving
// the loop early needs no call. Let the error leave the method unless an unchecked push may pass:
//
//     for (const rcx::Commit& commit : push.commits())
//       if (push.cancelled()) throw rcx::Error(RCX_FAILED, "out of time");
//
// Elements are made on the fly, so a loop variable is a value or a const reference.
template <class Element, class Source>
class Stream {
 public:
  struct sentinel {};
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = const Element*;
    using reference = Element;

    explicit iterator(Source source) : source_(std::move(source)) { load(); }
    Element operator*() const { return source_.element(*current_, index_); }
    // Asks the host for one more.
    iterator& operator++() {
      ++index_;
      load();
      return *this;
    }
    void operator++(int) { ++*this; }
    // A sentinel of another type: algorithms that want two iterators of one type do not fit.
    bool operator==(sentinel) const noexcept { return current_ == nullptr; }
    bool operator!=(sentinel) const noexcept { return current_ != nullptr; }

   private:
    // A null pointer is the end; an error throws and leaves it null as well.
    void load() {
      current_ = nullptr;
      const rcx_status status = source_.get(index_, &current_);
      if (status == RCX_END) {
        current_ = nullptr;
        return;
      }
      detail::check(source_.call, status);
    }
    Source source_;
    std::uint64_t index_ = 0;
    typename Source::Raw const* current_ = nullptr;
  };

  explicit Stream(Source source) : source_(std::move(source)) {}
  iterator begin() const { return iterator(source_); }
  sentinel end() const noexcept { return {}; }

 private:
  Source source_;
};

}  // namespace rcx

#endif  // RCX_STREAM_HPP
