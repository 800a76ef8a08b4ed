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
  // Ids are as good as random, so what they say tells about where they stand: a look or two, where
  // halving takes ten. A table that was made to be different is halved after all.
  constexpr int kGuesses = 8;
  const std::uint64_t wanted = second_word(id.data());
  std::uint64_t lowest = 0;
  std::uint64_t highest = std::uint64_t{1} << 32U;
  for (int guesses = 0; low < high; ++guesses) {
    std::size_t middle = low + (high - low) / 2;
    if (guesses < kGuesses && wanted >= lowest && wanted < highest) {
      middle = low + (wanted - lowest) * (high - low) / (highest - lowest);
    }
    const char* const name = ids + middle * step;
    const std::uint64_t here = second_word(name);
    const bool before = here != wanted ? here < wanted : std::memcmp(name, id.data(), id_size) < 0;
    if (!before && here == wanted && std::memcmp(name, id.data(), id_size) == 0) return middle;
    (before ? low : high) = before ? middle + 1 : middle;
    (before ? lowest : highest) = here;
  }
  return std::nullopt;
}

}  // namespace rcx::host::git
