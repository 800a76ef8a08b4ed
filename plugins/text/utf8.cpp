#include <text/utf8.hpp>

namespace text {
namespace {

constexpr unsigned char byte_of(char c) {
  return static_cast<unsigned char>(c);
}

struct Lead {
  std::size_t length;
  unsigned char second_min;  // the second byte excludes overlong forms, surrogates, > U+10FFFF
  unsigned char second_max;
};

Lead lead_of(unsigned char first) noexcept {
  if (first < 0x80) return {1, 0, 0};
  if (first < 0xC2) return {0, 0, 0};
  if (first < 0xE0) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

std::size_t character_length(std::string_view bytes) noexcept {
  if (bytes.empty()) return 0;
  const Lead lead = lead_of(byte_of(bytes[0]));
  if (lead.length < 2) return lead.length;
  if (bytes.size() < lead.length) return 0;
  const unsigned char second = byte_of(bytes[1]);
  if (second < lead.second_min || second > lead.second_max) return 0;
  for (std::size_t i = 2; i < lead.length; ++i) {
    if ((byte_of(bytes[i]) & 0xC0u) != 0x80u) return 0;
  }
  return lead.length;
}

bool is_utf8(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::size_t count_characters(std::string_view bytes) noexcept {
  std::size_t count = 0;
  for (std::string_view rest = bytes; !rest.empty(); ++count) {
    const std::size_t length = character_length(rest);
    if (length == 0) return bytes.size();
    rest.remove_prefix(length);
  }
  return count;
}

std::string replace_invalid(std::string_view bytes) {
  std::string clean;
  clean.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) {
      clean += "\xEF\xBF\xBD";
      bytes.remove_prefix(1);
    } else {
      clean += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return clean;
}

std::string from_latin1(std::string_view bytes) {
  std::string utf8;
  utf8.reserve(bytes.size());
  for (const char c : bytes) {
    const unsigned code = byte_of(c);
    if (code < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0u | (code >> 6u));
      utf8 += static_cast<char>(0x80u | (code & 0x3Fu));
    }
  }
  return utf8;
}

std::string excerpt(std::string_view bytes, std::size_t limit) {
  std::string quoted;
  for (std::size_t count = 0; !bytes.empty(); ++count) {
    if (count == limit) return quoted + "…";
    const std::size_t length = character_length(bytes);
    const unsigned char first = byte_of(bytes[0]);
    if (first < 0x20 || first == 0x7F) {
      quoted += ' ';
    } else {
      quoted += bytes.substr(0, length == 0 ? 1 : length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return quoted;
}

}  // namespace text
