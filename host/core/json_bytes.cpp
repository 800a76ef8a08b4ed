#include "host/core/json_bytes.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <stdexcept>

#include "host/core/text.hpp"

namespace rcx::host {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string base64_key(std::string_view key) {
  return std::string(key) + "_base64";
}

std::string base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.resize(text.find('\0'));
  return text;
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, kVariant) != 0) {
    throw std::runtime_error("wanted base64");
  }
  bytes.resize(size);
  return bytes;
}

// The length of the UTF-8 character that `bytes` begin with; 0 where they begin with none.
std::size_t character_length(std::string_view bytes) {
  for (std::size_t length = 1; length <= 4 && length <= bytes.size(); ++length) {
    if (is_utf8(bytes.substr(0, length))) return length;
  }
  return 0;
}

std::string replaced(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    text += length == 0 ? kReplacement : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

// Of a UTF-8 character that a terminal does not just print, beyond those that JSON escapes anyway;
// else 0.
unsigned unsafe_code(std::string_view character) {
  const auto byte = [&](std::size_t i) {
    return i < character.size() ? static_cast<unsigned char>(character[i]) : 0U;
  };
  if (byte(0) == 0x7F) return 0x7F;
  if (byte(0) == 0xC2 && byte(1) < 0xA0) return byte(1);
  if (byte(0) == 0xD8 && byte(1) == 0x9C) return 0x061C;
  if (byte(0) != 0xE2 || (byte(1) != 0x80 && byte(1) != 0x81)) return 0;
  const unsigned code = 0x2000U + ((byte(1) & 1U) << 6U) + (byte(2) & 0x3FU);
  const bool unsafe = code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
                      (code >= 0x2066 && code <= 0x2069);
  return unsafe ? code : 0;
}

bool may_be_unsafe(char c) {
  return c == '\x7F' || c == '\xC2' || c == '\xD8' || c == '\xE2';
}

}  // namespace

void put_bytes(boost::json::object& object, std::string_view key, std::string_view bytes) {
  if (is_utf8(bytes)) {
    object[key] = bytes;
    return;
  }
  object[key] = replaced(bytes);
  object[base64_key(key)] = base64(bytes);
}

std::string get_bytes(const boost::json::object& object, std::string_view key) {
  if (const boost::json::value* exact = object.if_contains(base64_key(key))) {
    return from_base64(exact->as_string());
  }
  const boost::json::value* text = object.if_contains(key);
  return text == nullptr || text->is_null() ? std::string() : std::string(text->as_string());
}

std::string safe_line(const boost::json::object& json) {
  const std::string plain = boost::json::serialize(json);
  std::string safe;
  safe.reserve(plain.size() + 2);
  std::string_view left = plain;
  while (!left.empty()) {
    const unsigned code = may_be_unsafe(left[0]) ? unsafe_code(left.substr(0, 3)) : 0;
    if (code == 0) {
      safe += left[0];
      left.remove_prefix(1);
      continue;
    }
    safe += fmt::format("\\u{:04x}", code);
    left.remove_prefix(code < 0x80 ? 1 : code < 0x800 ? 2 : 3);
  }
  return safe;
}

}  // namespace rcx::host
