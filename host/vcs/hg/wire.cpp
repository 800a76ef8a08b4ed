#include "host/vcs/hg/wire.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace rcx::host::hg {
namespace {

constexpr std::size_t kNode = 20;
constexpr std::string_view kDigits = "0123456789abcdef";

Error broken(const std::string& what) {
  return {Code::kInvalid, "hg's process breaks the protocol: " + what};
}

bool take(std::string_view& data, std::uint32_t& value) {
  if (data.size() < sizeof value) return false;
  std::memcpy(&value, data.data(), sizeof value);
  data.remove_prefix(sizeof value);
  return true;
}

void put(std::string& out, std::size_t value) {
  const auto size = static_cast<std::uint32_t>(value);
  out.append(static_cast<const char*>(static_cast<const void*>(&size)), sizeof size);
}

}  // namespace

std::string pack(const std::vector<std::string_view>& items) {
  std::string out;
  put(out, items.size());
  for (const std::string_view item : items) {
    put(out, item.size());
    out += item;
  }
  return out;
}

Result<std::vector<std::string_view>> unpack(std::string_view data, std::size_t most) {
  std::uint32_t count = 0;
  if (!take(data, count)) return broken("wanted a list");
  if (count > most || count > data.size() / sizeof count) {
    return broken("a list of " + std::to_string(count) + " items");
  }
  std::vector<std::string_view> items;
  items.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t size = 0;
    if (!take(data, size) || size > data.size()) return broken("an item that does not end");
    items.push_back(data.substr(0, size));
    data.remove_prefix(size);
  }
  return items;
}

Result<std::vector<std::string_view>> unpack_exactly(std::string_view data, std::size_t count) {
  Result<std::vector<std::string_view>> items = unpack(data);
  if (!items || items->size() == count) return items;
  return broken("wanted a list of " + std::to_string(count) + " items, got " +
                std::to_string(items->size()));
}

Result<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return broken("wanted a number, got '" + shortened(printable(text), 40) + "'");
  }
  return value;
}

Result<std::string> node_text(std::string_view node) {
  if (!node.empty() && node.size() != kNode) return broken("an id that has not 20 bytes");
  std::string text;
  text.reserve(2 * node.size());
  for (const char byte : node) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4U];
    text += kDigits[static_cast<unsigned char>(byte) & 15U];
  }
  return text;
}

bool is_node_text(std::string_view text) {
  return text.size() == 2 * kNode && text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace rcx::host::hg
