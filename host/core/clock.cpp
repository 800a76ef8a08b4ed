#include "host/core/clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rcx::host {

std::string utc_text(std::int64_t wall_ns) {
  const std::int64_t seconds = wall_ns / 1'000'000'000;
  const std::int64_t milliseconds = wall_ns / 1'000'000 % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<time_t>(seconds)),
                     milliseconds);
}

std::string duration_text(std::chrono::nanoseconds length) {
  const double milliseconds = static_cast<double>(length.count()) / 1e6;
  if (milliseconds < 1000) return fmt::format("{:.0f} ms", milliseconds);
  return fmt::format("{:.3g} s", milliseconds / 1000);
}

}  // namespace rcx::host
