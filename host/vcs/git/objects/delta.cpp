#include "host/vcs/git/objects/delta.hpp"

#include <cstring>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {
namespace {

// Seven bits a byte, the low ones first.
std::optional<std::uint64_t> number(std::string_view bytes, std::size_t& at) noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < bytes.size() && shift < 63; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

// The bytes of an operand that `mask` says are there, the low ones first.
std::optional<std::size_t> operand(std::string_view bytes, std::size_t& at,
                                   unsigned mask) noexcept {
  std::size_t value = 0;
  for (unsigned shift = 0; mask != 0; mask >>= 1U, shift += 8) {
    if ((mask & 1U) == 0) continue;
    if (at == bytes.size()) return std::nullopt;
    value |= std::size_t{static_cast<unsigned char>(bytes[at++])} << shift;
  }
  return value;
}

}  // namespace

std::optional<DeltaSizes> delta_sizes(std::string_view delta) noexcept {
  DeltaSizes sizes;
  const auto base = number(delta, sizes.header);
  const auto result = base ? number(delta, sizes.header) : std::nullopt;
  if (!result) return std::nullopt;
  sizes.base = *base;
  sizes.result = *result;
  return sizes;
}

bool apply_delta(std::string_view base, std::string_view delta, std::string& out) {
  const auto sizes = delta_sizes(delta);
  if (!sizes || sizes->base != base.size() || sizes->result > kLargestObject) return false;
  out.resize(sizes->result);
  char* to = out.data();
  std::size_t room = out.size();
  for (std::size_t at = sizes->header; at < delta.size();) {
    const auto code = static_cast<unsigned char>(delta[at++]);
    std::string_view piece;
    if ((code & 0x80U) != 0) {
      const auto from = operand(delta, at, code & 0x0fU);
      auto length = from ? operand(delta, at, (code >> 4U) & 7U) : std::nullopt;
      if (!length) return false;
      if (*length == 0) length = 0x10000;
      if (*from > base.size() || *length > base.size() - *from) return false;
      piece = base.substr(*from, *length);
    } else {
      if (code == 0 || code > delta.size() - at) return false;
      piece = delta.substr(at, code);
      at += code;
    }
    if (piece.size() > room) return false;
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
    room -= piece.size();
  }
  return room == 0;
}

}  // namespace rcx::host::git
