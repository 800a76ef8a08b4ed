// Bounds of `reading` in rcx.yaml. Used by host/vcs alone.
#pragma once

#include <cstdint>
#include <limits>

namespace rcx::host {

// 0 stands for no limit.
inline std::uint64_t limit(std::uint64_t configured) {
  return configured != 0 ? configured : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace rcx::host
