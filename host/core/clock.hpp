// Time: monotonic for deadlines, wall clock for records.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
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

// And back: a number, and ms, s, m, min, h or d; ten years at most. Nothing where it is none.
std::optional<std::chrono::nanoseconds> duration_of(const std::string& text);

}  // namespace rcx::host
