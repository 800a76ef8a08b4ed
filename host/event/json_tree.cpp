#include "host/event/json_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "host/core/json_bytes.hpp"
#include "host/event/abi_event.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;

constexpr std::string_view kExact = "_base64";

Error at_place(std::string_view text, std::size_t offset, const std::string& what) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 where there is none
  return {Code::kInvalid,
          fmt::format("line {}, column {}: {}", std::count(before.begin(), before.end(), '\n') + 1,
                      before.size() - line_start + 1, what)};
}

}  // namespace

// Builds the nodes of one tree, depth first; the parser has bounded the depth.
class JsonTree::Reader {
 public:
  explicit Reader(JsonTree& tree) : tree_(tree) {}

  rcx_value read(const json::value& from) {
    rcx_value value{};
    value.size = sizeof value;
    value.stride = sizeof value;
    switch (from.kind()) {
      case json::kind::null:
        break;
      case json::kind::bool_:
        value.kind = RCX_VALUE_BOOLEAN;
        value.integer = from.get_bool() ? 1 : 0;
        break;
      case json::kind::int64:
        value.kind = RCX_VALUE_INTEGER;
        value.integer = from.get_int64();
        value.number = static_cast<double>(value.integer);
        value.text = keep(std::to_string(value.integer));
        break;
      case json::kind::uint64:
      case json::kind::double_:
        value.kind = RCX_VALUE_NUMBER;
        value.number = from.to_number<double>();
        break;
      case json::kind::string:
        value.kind = RCX_VALUE_TEXT;
        value.text = keep(std::string(from.get_string()));
        break;
      case json::kind::array:
        value.kind = RCX_VALUE_LIST;
        fill(value, from.get_array());
        break;
      case json::kind::object:
        value.kind = RCX_VALUE_MAP;
        fill(value, from.get_object());
        break;
    }
    return value;
  }

 private:
  rcx_bytes keep(std::string text) { return abi_bytes(tree_.texts_.emplace_back(std::move(text))); }

  // Before its items are read, so that nothing moves while they add lists of their own.
  std::vector<rcx_value>& place(std::size_t count) {
    std::vector<rcx_value>& items = tree_.lists_.emplace_back();
    items.reserve(count);
    return items;
  }

  static void point(rcx_value& value, const std::vector<rcx_value>& items) {
    value.items = items.empty() ? nullptr : items.data();
    value.count = items.size();
  }

  void fill(rcx_value& value, const json::array& from) {
    std::vector<rcx_value>& items = place(from.size());
    for (const json::value& item : from) items.push_back(read(item));
    point(value, items);
  }

  void fill(rcx_value& value, const json::object& from) {
    std::vector<rcx_value>& items = place(from.size());
    for (const auto& [name, item] : from) {
      const std::string_view key(name.data(), name.size());
      if (from.contains(std::string(key) + std::string(kExact))) continue;
      const bool exact = key.size() > kExact.size() && key.ends_with(kExact) && item.is_string();
      items.push_back(exact ? read_exact(from, key) : read(item));
      items.back().key = keep(std::string(exact ? key.substr(0, key.size() - kExact.size()) : key));
    }
    point(value, items);
  }

  // Throws where it is no base64.
  rcx_value read_exact(const json::object& from, std::string_view key) {
    rcx_value value{};
    value.size = sizeof value;
    value.kind = RCX_VALUE_TEXT;
    std::string bytes = get_bytes(from, key.substr(0, key.size() - kExact.size()));
    value.integer = is_utf8(bytes) ? 0 : 1;
    value.text = keep(std::move(bytes));
    return value;
  }

  JsonTree& tree_;
};

Result<void> JsonTree::parse(std::string_view text) {
  if (text.size() > kLongestJson) {
    return Error{Code::kInvalid,
                 fmt::format("wanted at most {} bytes of JSON, got {}", kLongestJson, text.size())};
  }
  json::parse_options options;
  options.max_depth = kDeepestJson;
  json::parser parser({}, options);
  json::error_code failed;
  const std::size_t read = parser.write_some(text.data(), text.size(), failed);
  if (failed == json::error::too_deep) {
    return at_place(text, read, fmt::format("nests deeper than {} levels", kDeepestJson));
  }
  if (failed == json::error::incomplete) return at_place(text, text.size(), "the JSON ends early");
  if (failed) return at_place(text, read, "no JSON (" + failed.message() + ")");
  const std::size_t more = text.find_first_not_of(" \t\r\n", read);
  if (more != std::string_view::npos) return at_place(text, more, "something follows the JSON");
  try {
    root_ = Reader(*this).read(parser.release());
  } catch (const std::exception& wrong) {
    return Error{Code::kInvalid, std::string("under a key that ends in _base64: ") + wrong.what()};
  }
  return {};
}

const rcx_value* item_of(const rcx_value& map, std::string_view key) {
  for (std::uint64_t i = 0; map.kind == RCX_VALUE_MAP && i < map.count; ++i) {
    const auto* item = RCX_AT(rcx_value, map.items, map.stride, i);
    if (abi_view(item->key) == key) return item;
  }
  return nullptr;
}

}  // namespace rcx::host
