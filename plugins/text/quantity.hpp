// Sizes and durations, as people write them into settings.
#ifndef RCX_PLUGINS_TEXT_QUANTITY_HPP
#define RCX_PLUGINS_TEXT_QUANTITY_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace text {

// Bytes: `500000`, `10MB` (10 000 000), `1MiB` (1 048 576). kB, MB, GB, TB count in thousands, KiB,
// MiB, GiB, TiB in 1024s; upper and lower case mean the same. None where it says nothing of these,
// or more than an std::int64_t holds.
std::optional<std::uint64_t> size_from(std::string_view text) noexcept;

// `500ms`, `1.5s`, `2m` or `2min`, `1h`: what rcx.yaml takes elsewhere. None where it says nothing
// of these, or more than a year.
std::optional<std::chrono::nanoseconds> duration_from(std::string_view text) noexcept;

// For messages: `500ms`, `1.5s`.
std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_QUANTITY_HPP
