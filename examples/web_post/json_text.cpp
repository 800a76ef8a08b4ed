#include "json_text.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace web_post {
namespace {

// How many bytes the character at the start of `rest` has; 0 when they are not UTF-8 (RFC 3629).
std::size_t character(std::string_view rest) {
  const auto byte = [&](std::size_t i) {
    return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && second < 0x90;
    const bool too_large = first == 0xF4 && second > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  while (!bytes.empty()) {
    const std::size_t size = character(bytes);
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (size == 0) {
      text += "\xEF\xBF\xBD";
    } else if (first < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(first));
      text += escape.data();
    } else {
      if (first == '"' || first == '\\') text += '\\';
      text += bytes.substr(0, size);
    }
    bytes.remove_prefix(size == 0 ? 1 : size);
  }
  return text + "\"";
}

}  // namespace web_post
