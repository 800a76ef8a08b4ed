#include "json_text.hpp"

#include <text/utf8.hpp>

#include <cmath>
#include <cstdint>

namespace push_log {
namespace {

std::string base64_name(std::string_view name) {
  return std::string(name) + "_base64";
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(bytes.size() < 3 ? bytes.size() : 3)) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = (group << 8u) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= bytes.size() ? kDigits[(group >> (18u - 6u * i)) & 0x3Fu] : '=';
    }
  }
  return text;
}

void put_bytes(boost::json::object& into, std::string_view name, std::string_view bytes) {
  if (text::is_utf8(bytes)) {
    into[name] = bytes;
    return;
  }
  into[name] = text::replace_invalid(bytes);
  into[base64_name(name)] = base64(bytes);
}

void put_optional(boost::json::object& into, std::string_view name, std::string_view bytes) {
  if (bytes.empty()) {
    into[name] = nullptr;
  } else {
    put_bytes(into, name, bytes);
  }
}

void put_list(boost::json::object& into, std::string_view name, const rcx::BytesList& list) {
  boost::json::array texts;
  boost::json::array exact;
  bool all_utf8 = true;
  for (const std::string_view item : list) {
    all_utf8 = all_utf8 && text::is_utf8(item);
    texts.emplace_back(text::replace_invalid(item));
    exact.emplace_back(base64(item));
  }
  into[name] = std::move(texts);
  if (!all_utf8) into[base64_name(name)] = std::move(exact);
}

boost::json::value json_of(const rcx::Value& value) {
  switch (value.kind()) {
    case RCX_VALUE_BOOLEAN:
      return value.as<bool>();
    case RCX_VALUE_INTEGER:
      return value.as<std::int64_t>();
    case RCX_VALUE_NUMBER: {
      const auto number = value.as<double>();
      if (std::isfinite(number)) return number;
      return boost::json::string(value.as<std::string_view>());
    }
    case RCX_VALUE_TEXT:
      return boost::json::string(value.as<std::string_view>());
    case RCX_VALUE_LIST: {
      boost::json::array items;
      for (const rcx::Value& item : value.items()) items.push_back(json_of(item));
      return items;
    }
    case RCX_VALUE_MAP: {
      boost::json::object items;
      for (const rcx::Value& item : value.items()) items[item.key()] = json_of(item);
      return items;
    }
    default:
      return nullptr;
  }
}

}  // namespace push_log
