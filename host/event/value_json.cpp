#include "host/event/value_json.hpp"

#include "host/event/abi_event.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;

// Calls `use` with each item.
template <class Use>
void each(const rcx_value& value, const Use& use) {
  for (std::uint64_t i = 0; i < value.count; ++i) {
    use(*RCX_AT(rcx_value, value.items, value.stride, i));
  }
}

}  // namespace

json::value value_json(const rcx_value& value) {
  switch (value.kind) {
    case RCX_VALUE_BOOLEAN:
      return value.integer != 0;
    case RCX_VALUE_INTEGER:
      return value.integer;
    case RCX_VALUE_NUMBER:
      return value.number;
    case RCX_VALUE_TEXT:
      return json::string(abi_view(value.text));
    case RCX_VALUE_LIST: {
      json::array items;
      each(value, [&](const rcx_value& item) { items.push_back(value_json(item)); });
      return items;
    }
    case RCX_VALUE_MAP: {
      json::object items;
      each(value, [&](const rcx_value& item) { items[abi_view(item.key)] = value_json(item); });
      return items;
    }
    default:
      return nullptr;
  }
}

}  // namespace rcx::host
