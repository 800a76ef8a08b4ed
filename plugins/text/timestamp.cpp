#include "timestamp.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace text {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kYear0000 = -62167219200;
constexpr std::int64_t kYear10000 = 253402300800;
constexpr int kMinutesOfDay = 24 * 60;

// `2023-11-14T22:13:20`; the caller has checked that the year has four digits.
std::string date_and_time(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> year{};
  std::snprintf(year.data(), year.size(), "%04d", parts.tm_year + 1900);
  return year.data() + std::string(text.data(), size);
}

bool has_four_digits(std::int64_t seconds) {
  return seconds >= kYear0000 && seconds < kYear10000;
}

}  // namespace

std::string timestamp_utc(std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / kNanoseconds;
  std::int64_t fraction = nanoseconds % kNanoseconds;
  if (fraction < 0) {
    fraction += kNanoseconds;
    --seconds;
  }
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), ".%09lldZ", static_cast<long long>(fraction));
  return date_and_time(seconds) + digits.data();
}

std::string timestamp_in_zone(std::int64_t seconds, int offset_minutes) {
  if (!has_four_digits(seconds)) return {};
  if (offset_minutes <= -kMinutesOfDay || offset_minutes >= kMinutesOfDay) {
    return date_and_time(seconds) + "Z";
  }
  const std::int64_t local = seconds + std::int64_t{offset_minutes} * 60;
  if (!has_four_digits(local)) return {};
  const int minutes = std::abs(offset_minutes);
  std::array<char, 24> zone{};
  std::snprintf(zone.data(), zone.size(), "%c%02d:%02d", offset_minutes < 0 ? '-' : '+',
                minutes / 60, minutes % 60);
  return date_and_time(local) + zone.data();
}

}  // namespace text
