// Ids in order, as indexes of packs and commit-graph files hold them. Used by host/vcs/git/objects
// alone.
#pragma once

#include <endian.h>

#include <cstring>
#include <optional>

#include "host/vcs/git/objects/object_id.hpp"

namespace rcx::host::git {

// `at` must lie 4 bytes before the end of `bytes`, at least.
inline std::uint32_t big_endian(std::string_view bytes, std::size_t at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return be32toh(value);
}

// A table of ids behind a fanout of 256 numbers: how many ids begin with at most that byte.
struct SortedIds {
  static constexpr std::size_t kFanoutSize = std::size_t{256} * 4;

  std::string_view fanout;    // kFanoutSize bytes
  const char* ids = nullptr;  // the first one
  std::size_t step = 0;       // bytes from one to the next
  std::size_t id_size = 0;

  std::size_t count() const noexcept { return big_endian(fanout, kFanoutSize - 4); }
  // Whether the numbers of the fanout do not fall. Without that nothing may be looked for.
  bool in_order() const noexcept {
    for (std::size_t at = 4; at < kFanoutSize; at += 4) {
      if (big_endian(fanout, at) < big_endian(fanout, at - 4)) return false;
    }
    return true;
  }
  // Which one `id` is, counted from 0.
  std::optional<std::size_t> find(const ObjectId& id) const noexcept;
};

}  // namespace rcx::host::git
