#include "host/config/value_tree.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "host/config/reader.hpp"

namespace rcx::host {
namespace {

// The scalars of YAML's core schema (YAML 1.2, 10.3.2).
void read_plain_scalar(const std::string& text, rcx_value& value) {
  value.kind = RCX_VALUE_TEXT;
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    value.kind = RCX_VALUE_NULL;
  } else if (text == "true" || text == "True" || text == "TRUE") {
    value.kind = RCX_VALUE_BOOLEAN;
    value.integer = 1;
  } else if (text == "false" || text == "False" || text == "FALSE") {
    value.kind = RCX_VALUE_BOOLEAN;
  } else {
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    const bool hex = text.starts_with("0x");
    const bool octal = text.starts_with("0o");
    std::int64_t integer = 0;
    auto read = std::from_chars(begin + (hex || octal ? 2 : 0), end, integer,
                                hex     ? 16
                                : octal ? 8
                                        : 10);
    if (read.ec == std::errc() && read.ptr == end) {
      value.kind = RCX_VALUE_INTEGER;
      value.integer = integer;
      value.number = static_cast<double>(integer);
      return;
    }
    double number = 0;
    read = std::from_chars(begin, end, number);
    const bool numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
    if (numeric && read.ec == std::errc() && read.ptr == end) {
      value.kind = RCX_VALUE_NUMBER;
      value.number = number;
    }
  }
}

}  // namespace

ValueTree::ValueTree(std::string where) {
  root_.size = sizeof(rcx_value);
  root_.kind = RCX_VALUE_MAP;
  root_.stride = sizeof(rcx_value);
  root_.where = keep(std::move(where));
}

ValueTree::ValueTree(const YAML::Node& node, const std::string& file) : root_(build(node, file)) {}

rcx_bytes ValueTree::keep(std::string text) {
  texts_.push_back(std::move(text));
  return {texts_.back().data(), texts_.back().size()};
}

rcx_value ValueTree::build(const YAML::Node& node, const std::string& file) {
  rcx_value value{};
  value.size = sizeof(rcx_value);
  value.stride = sizeof(rcx_value);
  value.where = keep(where_text(file, node.Mark()));
  if (node.IsScalar()) {
    value.text = keep(node.Scalar());
    // yaml-cpp gives quoted scalars the tag "!", plain ones "?".
    if (node.Tag() == "?") {
      read_plain_scalar(node.Scalar(), value);
    } else {
      value.kind = RCX_VALUE_TEXT;
    }
    return value;
  }
  std::vector<rcx_value> items;
  if (node.IsSequence()) {
    value.kind = RCX_VALUE_LIST;
    for (const YAML::Node& item : node) items.push_back(build(item, file));
  } else if (node.IsMap()) {
    value.kind = RCX_VALUE_MAP;
    for (const auto& pair : node) {
      rcx_value item = build(pair.second, file);
      item.key = keep(pair.first.Scalar());
      items.push_back(item);
    }
  }
  arrays_.push_back(std::move(items));
  value.items = arrays_.back().data();
  value.count = arrays_.back().size();
  return value;
}

}  // namespace rcx::host
