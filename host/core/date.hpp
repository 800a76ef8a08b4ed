// Dates as people and file systems bear them: any.
#pragma once

#include <algorithm>
#include <cstdint>

namespace rcx::host {

// Nanoseconds since 1970-01-01 UTC of a date in seconds. One that they cannot say, before 1677 or
// after 2262, is the first or the last that they can.
constexpr std::int64_t date_ns(std::int64_t seconds, std::int64_t nanoseconds = 0) noexcept {
  constexpr std::int64_t kMostSeconds = 9'223'372'035;  // with any fraction of the next
  return std::clamp(seconds, -kMostSeconds, kMostSeconds) * 1'000'000'000 + nanoseconds;
}

}  // namespace rcx::host
