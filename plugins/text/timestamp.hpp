// Points in time as RFC 3339 has them.
#ifndef RCX_PLUGINS_TEXT_TIMESTAMP_HPP
#define RCX_PLUGINS_TEXT_TIMESTAMP_HPP

#include <cstdint>
#include <string>

namespace text {

// `2023-11-14T22:13:20.123456789Z`, from nanoseconds since 1970-01-01 UTC.
std::string timestamp_utc(std::int64_t nanoseconds);

// `2023-11-14T23:13:20+01:00`, from seconds since 1970-01-01 UTC and the zone's minutes east of
// UTC. A zone of a day or more, which commits may claim, is shown as `Z`; a year that has not four
// digits gives an empty string.
std::string timestamp_in_zone(std::int64_t seconds, int offset_minutes);

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_TIMESTAMP_HPP
