#include "mail.hpp"

#include <sodium.h>
#include <text/utf8.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>

namespace smtp_notify {
namespace {

constexpr std::size_t kLongestSubject = 200;  // characters
constexpr std::size_t kMostInWord = 45;       // bytes: 60 digits, and 75 with what is around them
constexpr std::size_t kLineOfBase64 = 57;     // bytes: 76 digits
constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.pop_back();
  return text;
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// No character is split between two words.
std::string encoded_words(std::string_view utf8) {
  std::string out;
  std::string_view rest = utf8;
  while (!rest.empty()) {
    std::size_t size = 0;
    while (size < rest.size()) {
      const std::size_t length = text::character_length(rest.substr(size));
      if (size + length > kMostInWord) break;
      size += length;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?UTF-8?B?" + base64(rest.substr(0, size)) + "?=";
    rest.remove_prefix(size);
  }
  return out;
}

// Of the C locale, whatever the process has.
std::string date_of(std::int64_t time_ns) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(time_ns / 1'000'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> date{};
  std::snprintf(date.data(), date.size(), "%s, %02d %s %04d %02d:%02d:%02d +0000",
                kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return date.data();
}

}  // namespace

bool is_address(std::string_view address) {
  constexpr std::size_t kLongest = 254;
  const std::size_t at = address.find('@');
  if (address.size() > kLongest || at == 0 || at == std::string_view::npos ||
      at + 1 == address.size() || address.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  return std::all_of(address.begin(), address.end(), [](char c) {
    return c > ' ' && c <= '~' &&
           std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  });
}

std::string header_text(std::string_view bytes) {
  std::string line = text::replace_invalid(text::excerpt(bytes, kLongestSubject));
  if (is_printable_ascii(line) && line.find("=?") == std::string::npos) return line;
  return encoded_words(line);
}

std::string message_of(const Mail& mail) {
  std::string to;
  for (const std::string& address : mail.to) to += (to.empty() ? "" : ",\r\n ") + address;
  std::string message = "Date: " + date_of(mail.time_ns) + "\r\nFrom: rcx <" + mail.from +
                        ">\r\nTo: " + to + "\r\nSubject: " + header_text(mail.subject) +
                        "\r\nMessage-ID: <" + mail.id + mail.from.substr(mail.from.find('@')) +
                        ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=UTF-8\r\n"
                        "Content-Transfer-Encoding: base64\r\n\r\n";
  const std::string text = text::replace_invalid(mail.text);
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, kLineOfBase64);
    message += base64(line) + "\r\n";
    rest.remove_prefix(line.size());
  }
  return message;
}

}  // namespace smtp_notify
