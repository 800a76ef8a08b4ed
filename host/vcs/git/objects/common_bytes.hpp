// What two texts have in common at their ends. Compared in blocks: most of two versions is the
// same.
#pragma once

#include <endian.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace rcx::host::git {

inline constexpr std::size_t kWord = sizeof(std::uint64_t);

// The lowest bits are the first byte.
inline std::uint64_t word_at(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return le64toh(word);
}

// How many bytes at the beginning of both are the same.
inline std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t kBlock = 256;
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (most - same >= kBlock && std::memcmp(a.data() + same, b.data() + same, kBlock) == 0) {
    same += kBlock;
  }
  for (; most - same >= kWord; same += kWord) {
    const std::uint64_t differ = word_at(a.data() + same) ^ word_at(b.data() + same);
    if (differ != 0) return same + static_cast<std::size_t>(std::countr_zero(differ)) / 8;
  }
  while (same < most && a[same] == b[same]) ++same;
  return same;
}

// How many at the end.
inline std::size_t common_suffix(std::string_view a, std::string_view b) noexcept {
  constexpr std::size_t kBlock = 256;
  const std::size_t most = std::min(a.size(), b.size());
  const char* const end_a = a.data() + a.size();
  const char* const end_b = b.data() + b.size();
  std::size_t same = 0;
  while (most - same >= kBlock &&
         std::memcmp(end_a - same - kBlock, end_b - same - kBlock, kBlock) == 0) {
    same += kBlock;
  }
  for (; most - same >= kWord; same += kWord) {
    const std::uint64_t differ = word_at(end_a - same - kWord) ^ word_at(end_b - same - kWord);
    if (differ != 0) return same + static_cast<std::size_t>(std::countl_zero(differ)) / 8;
  }
  while (same < most && *(end_a - same - 1) == *(end_b - same - 1)) ++same;
  return same;
}

}  // namespace rcx::host::git
