// Memory that an extension may read during one call, and that is taken away from it afterwards.
#pragma once

#include <rcx/abi.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace rcx::host {

// Whole pages, handed out from the front. After close() every access to them is a fault, for ever:
// the addresses are not used again. So who keeps a pointer too long is found at the first use.
class Arena {
 public:
  Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&&) = delete;
  Arena& operator=(Arena&&) = delete;
  ~Arena() = default;  // keeps its addresses

  // Room for `size` bytes, aligned for anything, zeroed. Throws std::bad_alloc when it is full.
  void* take(std::size_t size);
  rcx_bytes copy(rcx_bytes bytes);
  template <class T>
  T* make(const T& value) {
    return new (take(sizeof(T))) T(value);
  }
  // A copy of `count` elements of which each may be larger than T, as the contract has arrays.
  template <class T>
  T* copy_array(const T* first, std::size_t count, std::size_t stride) {
    return static_cast<T*>(copy_raw(first, count * stride));
  }
  void close() noexcept;
  // Takes away what was handed out so far; the rest serves on. False where that leaves less than
  // `size` bytes.
  bool close_so_far(std::size_t size) noexcept;

  // Whether `address` lies in any arena, open or not. Safe in a signal handler.
  static bool owns(const void* address) noexcept;

 private:
  void* copy_raw(const void* from, std::size_t size);
  char* begin_;
  std::size_t used_ = 0;
};

// Memory for what is valid until the next is asked for. Not to be used by two threads at once.
class Loan {
 public:
  // A copy of `bytes`; the one that was given before is taken away. Throws std::bad_alloc for more
  // than an arena holds.
  rcx_bytes give(std::string_view bytes);
  void close() noexcept;

 private:
  std::unique_ptr<Arena> arena_;
};

// Deep copies of what the contract has, in `arena`.
const rcx_value* copy_value(Arena& arena, const rcx_value& value);
const rcx_event* copy_common(Arena& arena, const rcx_event& event);
const rcx_pre_push* copy_event(Arena& arena, const rcx_pre_push& event);
const rcx_push* copy_event(Arena& arena, const rcx_push& event);
const rcx_pre_pull* copy_event(Arena& arena, const rcx_pre_pull& event);
const rcx_pull* copy_event(Arena& arena, const rcx_pull& event);
const rcx_commit* copy_commit(Arena& arena, const rcx_commit& commit);
const rcx_change* copy_change(Arena& arena, const rcx_change& change);
const rcx_entry* copy_entry(Arena& arena, const rcx_entry& entry);
const rcx_added* copy_added(Arena& arena, const rcx_added& added);
const rcx_trailer* copy_trailer(Arena& arena, const rcx_trailer& trailer);
const rcx_signature* copy_signature(Arena& arena, const rcx_signature& signature);
const rcx_push_certificate* copy_certificate(Arena& arena, const rcx_push_certificate& from);

}  // namespace rcx::host
