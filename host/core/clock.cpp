#include "host/core/clock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>

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

std::optional<std::chrono::nanoseconds> duration_of(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || number < 0) return std::nullopt;
  const std::string unit(read.ptr, end);
  static const std::map<std::string, double> kUnits = {
      {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"min", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
  const auto found = kUnits.find(unit);
  if (found == kUnits.end()) return std::nullopt;
  const double length = number * found->second;
  if (!std::isfinite(length) || length > 3650.0 * 86400e9) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(length));
}

}  // namespace rcx::host
