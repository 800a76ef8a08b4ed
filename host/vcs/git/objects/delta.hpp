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

// Puts into `out` what `delta` makes of `base`, neither of which is in it; false when it does not
// fit it. gitformat-pack(5), "Deltified representation".
bool apply_delta(std::string_view base, std::string_view delta, std::string& out);

}  // namespace rcx::host::git
