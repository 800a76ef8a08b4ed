// Settings of a test as the structs of rcx/abi.h that an extension reads, and what all such structs
// are laid out with. Included by rcx/testing_frozen.hpp, whose head says which mistakes that finds;
// a test needs nothing from here, and what is here may change with any release.
#ifndef RCX_TESTING_SETTINGS_HPP
#define RCX_TESTING_SETTINGS_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

// One struct as a later release of the host would lay it out: with more behind it. An array of
// three is
//
//     | raw 0 | ff.. | raw 1 | ff.. | raw 2 | ff.. |        stride: sizeof(T) + 8
//
// and an extension that steps by sizeof(T) finds the filler where the second element should be: a
// size of 4 GiB, or a view whose pointer leads nowhere. The `size` member is sizeof(Padded<T>), so
// RCX_HAS is true for every member that this header knows. All structs of the contract hold a
// pointer or a 64-bit number, hence no gap stands between the two members here. Not padded are
// rcx_call, rcx_host, the tables of services, rcx_pre_push and rcx_push, of which an extension sees
// one at a time.
template <class T>
struct Padded {
  T raw{};
  std::uint64_t from_the_future = UINT64_MAX;
};

// The stride of such an array, for the member beside it. Taken from the type, so that it is right
// for an empty array too: an extension may read it before the count.
template <class T>
constexpr std::uint32_t stride_of(const std::vector<Padded<T>>&) {
  return sizeof(Padded<T>);
}

// Borrows `text`: whoever calls this keeps it in place, and in particular never hands in a
// temporary std::string, nor one in a vector that still grows, since short strings hold their bytes
// in themselves. The pointer of an empty view may be null, as the contract allows.
inline rcx_bytes bytes_of(std::string_view text) {
  return {text.data(), text.size()};
}

// A Setting as the tree of rcx_value that an extension reads. Owns what it points to, and lives as
// long as the FakeHost, or as the push for the fields of a repository; it may be moved until root()
// is handed out, but not after.
class SettingTree {
 public:
  // Takes a copy of the Setting onto the heap, because texts in the values point into it and a
  // Setting inside of the tree would move with it.
  explicit SettingTree(Setting setting)
      : setting_(std::make_unique<const Setting>(std::move(setting))) {
    fill(root_, *setting_);
  }
  // Valid as long as the tree stands where it is.
  const rcx_value* root() const { return &root_.raw; }

 private:
  // Depth first, so that a value is on the line after the value before it, as the head of Setting
  // says. `key` is set by the caller, who knows it; a list has empty keys. Recursion is as deep as
  // the test nests.
  void fill(Padded<rcx_value>& out, const Setting& from) {
    wheres_.push_back("rcx.yaml:" + std::to_string(wheres_.size() + 1) + ":1");
    out.raw.size = sizeof out;
    out.raw.kind = from.kind_;
    out.raw.where = bytes_of(wheres_.back());
    out.raw.text = bytes_of(from.text_);
    out.raw.integer = from.integer_;
    out.raw.number = from.number_;
    std::vector<Padded<rcx_value>>& items = arrays_.emplace_back(from.items_.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      fill(items[i], from.items_[i].second);
      items[i].raw.key = bytes_of(from.items_[i].first);
    }
    out.raw.items = items.empty() ? nullptr : &items[0].raw;
    out.raw.count = items.size();
    out.raw.stride = stride_of(items);
  }

  // Keys and texts.
  std::unique_ptr<const Setting> setting_;
  // Deques, because values point at their elements while more are added. Each list and map has one
  // vector in `arrays_`, as long as it will be before its items are filled, so nothing moves while
  // the items add vectors of their own.
  std::deque<std::string> wheres_;
  std::deque<std::vector<Padded<rcx_value>>> arrays_;
  Padded<rcx_value> root_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_SETTINGS_HPP
