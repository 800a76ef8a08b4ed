// Time: monotonic for deadlines, wall clock for records.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace rcx::host {

// Nanoseconds of the monotonic clock, which all processes of the machine share.
inline std::int64_t monotonic_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Nanoseconds since 1970-01-01 UTC.
inline std::int64_t wall_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// `2024-05-01T12:00:00.123Z` for nanoseconds since 1970-01-01 UTC.
std::string utc_text(std::int64_t wall_ns);

// A length of time as people read it: `5 s`, `1.5 s`, `250 ms`.
std::string duration_text(std::chrono::nanoseconds length);

}  // namespace rcx::host
