// Times and URLs, as the catalogue has them. Included by rcx/detail/catalogue_fill.hpp; what is
// here may change with any release.
#ifndef RCX_DETAIL_CATALOGUE_TEXT_HPP
#define RCX_DETAIL_CATALOGUE_TEXT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rcx::catalogue {

namespace detail {

// Days since 1970-01-01 of a date of the Gregorian calendar.
constexpr std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  // Counted from March, so that the leap day is the last one of its year.
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t m = month <= 2 ? month + 9 : month - 3;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

// Takes `digits` decimal digits, and then `after` where that is not NUL, off the front.
inline bool take(std::string_view& text, std::size_t digits, char after, std::int64_t& number) {
  number = 0;
  if (text.size() < digits + (after == '\0' ? 0 : 1)) return false;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    number = number * 10 + (text[i] - '0');
  }
  if (after != '\0' && text[digits] != after) return false;
  text.remove_prefix(digits + (after == '\0' ? 0 : 1));
  return true;
}

// Z, or +02:00 and the like, as minutes east of UTC.
inline bool take_zone(std::string_view text, std::int64_t& minutes) {
  if (text == "Z") return true;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const bool west = text[0] == '-';
  text.remove_prefix(1);
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  if (!take(text, 2, ':', hour) || !take(text, 2, '\0', minute) || !text.empty()) return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (west ? -1 : 1) * (hour * 60 + minute);
  return true;
}

}  // namespace detail

// Reads a time as RFC 3339 has it, such as 2026-01-31T12:00:00.5+01:00, from 1970 to 2200, into
// nanoseconds since 1970-01-01 UTC. False for anything else.
inline bool parse_time(std::string_view text, std::int64_t& time) {
  std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0;
  if (!detail::take(text, 4, '-', year) || !detail::take(text, 2, '-', month) ||
      !detail::take(text, 2, 'T', day) || !detail::take(text, 2, ':', hour) ||
      !detail::take(text, 2, ':', minute) || !detail::take(text, 2, '\0', second)) {
    return false;
  }
  std::int64_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    std::size_t digits = 1;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      if (digits <= 9) fraction = fraction * 10 + (text[digits] - '0');
    }
    if (digits == 1) return false;
    for (std::size_t i = digits; i <= 9; ++i) fraction *= 10;
    text.remove_prefix(digits);
  }
  if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
      minute > 59 || second > 60 || !detail::take_zone(text, zone)) {
    return false;
  }
  const std::int64_t days = detail::days_of(year, month, day);
  // The 31st of a month of 30 days is the first of the next.
  if (month < 12 && days >= detail::days_of(year, month + 1, 1)) return false;
  time = (((days * 24 + hour) * 60 + minute - zone) * 60 + second) * 1'000'000'000 + fraction;
  return time >= 0;
}

// The same, and back: always in UTC, with as many digits as it needs.
inline std::string time_text(std::int64_t time) {
  const std::int64_t nanos = time % 1'000'000'000;
  std::int64_t seconds = time / 1'000'000'000;
  std::int64_t days = seconds / 86400;
  seconds %= 86400;
  std::int64_t year = 1970 + days / 366;
  while (detail::days_of(year + 1, 1, 1) <= days) ++year;
  std::int64_t month = 1;
  while (month < 12 && detail::days_of(year, month + 1, 1) <= days) ++month;
  const auto padded = [](std::int64_t number, std::size_t width) {
    std::string digits = std::to_string(number);
    return std::string(width > digits.size() ? width - digits.size() : 0, '0') + digits;
  };
  std::string text = padded(year, 4) + "-" + padded(month, 2) + "-" +
                     padded(days - detail::days_of(year, month, 1) + 1, 2) + "T" +
                     padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" +
                     padded(seconds % 60, 2);
  if (nanos != 0) {
    text += "." + padded(nanos, 9);
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

namespace detail {

// Whether a parameter of a query is one that lets its owner in.
inline bool is_secret(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const char* part : {"token", "passw", "secret", "auth", "key", "credential", "signature"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace detail

// `url` without what stands for a user and a password before the host, and without parameters of
// its query that are named like a secret. Where there is no `://`, the name of an account stays
// (`git@host:path`), as nothing else tells how to reach the host.
inline std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    const std::size_t at = url.find('@');
    return std::string(at != url.npos && url.find(':') < at ? url.substr(at + 1) : url);
  }
  const std::size_t query = std::min(url.find('?', scheme + 3), url.size());
  std::string_view rest = url.substr(scheme + 3, query - scheme - 3);
  const std::string_view host = rest.substr(0, rest.find('/'));
  const std::size_t colon = host.rfind(':');
  const bool port = colon != std::string_view::npos && colon + 1 < host.size() &&
                    host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  std::size_t at = host.rfind('@');
  // A password may hold a slash that nobody has encoded; a path behind a host may hold an `@`.
  if (at == std::string_view::npos && colon != std::string_view::npos && !port)
    at = rest.rfind('@');
  if (at != std::string_view::npos) rest.remove_prefix(at + 1);
  std::string clean = std::string(url.substr(0, scheme + 3)) + std::string(rest);
  std::string_view parameters = url.substr(query);
  char before = '?';
  while (!parameters.empty()) {
    parameters.remove_prefix(1);
    const std::size_t end = std::min(parameters.find('&'), parameters.size());
    const std::string_view one = parameters.substr(0, end);
    if (!detail::is_secret(one.substr(0, one.find('=')))) {
      clean += before + std::string(one);
      before = '&';
    }
    parameters.remove_prefix(end);
  }
  return clean;
}

}  // namespace rcx::catalogue

#endif  // RCX_DETAIL_CATALOGUE_TEXT_HPP
