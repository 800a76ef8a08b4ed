// Deltas of git's packs. Used by host/vcs/git/objects alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rcx::host::git {

// How large base and result are, as the delta itself says.
struct DeltaSizes {
  std::uint64_t base = 0;
  std::uint64_t result = 0;
  std::size_t header = 0;  // bytes that say so
};

// None when `delta`, or the beginning of one, does not say.
std::optional<DeltaSizes> delta_sizes(std::string_view delta) noexcept;

// The bytes of an operand at `at`, which is moved behind it, that `mask` says are there, the low
// ones first.
inline std::optional<std::size_t> delta_operand(std::string_view bytes, std::size_t& at,
                                                unsigned mask) noexcept {
  std::size_t value = 0;
  for (unsigned shift = 0; mask != 0; mask >>= 1U, shift += 8) {
    if ((mask & 1U) == 0) continue;
    if (at == bytes.size()) return std::nullopt;
    value |= std::size_t{static_cast<unsigned char>(bytes[at++])} << shift;
  }
  return value;
}

// Calls `copy(from, length)` and `insert(bytes)`, in order, for the parts of what `delta`, of these
// `sizes`, makes of a base: all of them lie in the base and in `delta`. False when it does not fit
// such a base, or one of them returned false. gitformat-pack(5), "Deltified representation".
template <class Copy, class Insert>
bool read_delta(std::string_view delta, const DeltaSizes& sizes, Copy copy, Insert insert) {
  std::uint64_t room = sizes.result;
  for (std::size_t at = sizes.header; at < delta.size();) {
    const auto code = static_cast<unsigned char>(delta[at++]);
    if ((code & 0x80U) != 0) {
      const auto from = delta_operand(delta, at, code & 0x0fU);
      auto length = from ? delta_operand(delta, at, (code >> 4U) & 7U) : std::nullopt;
      if (!length) return false;
      if (*length == 0) length = 0x10000;
      if (*from > sizes.base || *length > sizes.base - *from || *length > room) return false;
      if (!copy(*from, *length)) return false;
      room -= *length;
    } else {
      if (code == 0 || code > delta.size() - at || code > room) return false;
      if (!insert(delta.substr(at, code))) return false;
      at += code;
      room -= code;
    }
  }
  return room == 0;
}

// Puts into `out` what `delta` makes of `base`, neither of which is in it; false when it does not
// fit it.
bool apply_delta(std::string_view base, std::string_view delta, std::string& out);

}  // namespace rcx::host::git
