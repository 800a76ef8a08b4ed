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
  const auto put = [&](std::string_view bytes) {
    std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
    return true;
  };
  return read_delta(
      delta, *sizes,
      [&](std::size_t from, std::size_t length) { return put(base.substr(from, length)); }, put);
}

}  // namespace rcx::host::git
