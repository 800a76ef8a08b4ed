#include "host/vcs/git/objects/sorted_ids.hpp"

namespace rcx::host::git {
namespace {

// What an id says behind the byte that the fanout knows.
std::uint64_t second_word(const void* id) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, static_cast<const char*>(id) + 1, sizeof value);
  return be32toh(value);
}

}  // namespace

std::optional<std::size_t> SortedIds::find(const ObjectId& id) const noexcept {
  if (id.size() != id_size) return std::nullopt;
  const std::size_t first = id.first();
  std::size_t low = first == 0 ? 0 : big_endian(fanout, first * 4 - 4);
  std::size_t high = big_endian(fanout, first * 4);
  // Ids are as good as random, so what they say tells about where they stand: it is one of a few
  // around, where halving looks at ten all over the table. A table that was made to be different is
  // halved after all.
  constexpr int kSteps = 32;
  const std::uint64_t wanted = second_word(id.data());
  std::size_t at = low + (wanted * (high - low) >> 32U);
  for (int steps = 0; low < high; ++steps) {
    const char* const name = ids + at * step;
    const std::uint64_t here = second_word(name);
    const int order =
        here != wanted ? (here < wanted ? -1 : 1) : std::memcmp(name, id.data(), id_size);
    if (order == 0) return at;
    (order < 0 ? low : high) = order < 0 ? at + 1 : at;
    at = steps >= kSteps ? low + (high - low) / 2 : order < 0 ? low : high - 1;
  }
  return std::nullopt;
}

}  // namespace rcx::host::git
