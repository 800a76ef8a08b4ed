#include "host/plugin/descriptor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "host/event/event.hpp"

namespace rcx::host {
namespace {

// What the first release of the header had. Members appended since are read with RCX_HAS only, so
// that what was built before them still loads.
constexpr std::size_t kSmallestPlugin =
    offsetof(rcx_plugin, handler_stride) + sizeof(rcx_plugin::handler_stride);
constexpr std::size_t kSmallestHandler = offsetof(rcx_handler, call) + sizeof(rcx_handler_fn);
constexpr std::size_t kLongestId = 63;
constexpr std::uint32_t kMostHandlers = 1000;

Error refused(std::string message) {
  return {Code::kInvalid, std::move(message)};
}

bool valid_id(const char* id) {
  if (id == nullptr) return false;
  const std::string_view view(id);
  return !view.empty() && view.size() <= kLongestId &&
         view.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

std::string text(const char* value) {
  return value == nullptr ? "" : printable(value);
}

}  // namespace

namespace {

// Adds the hook of `handler` to what is known of it.
Result<void> add_hook(const rcx_handler& handler, Descriptor& descriptor) {
  Result<HookInfo> hook = check_named_hook(*handler.call.hook);
  if (!hook) return hook.error();
  for (const HandlerInfo& other : descriptor.handlers) {
    if (other.hook != nullptr && other.hook->name == hook->name) {
      return refused(fmt::format("two hooks are called {}", hook->name));
    }
  }
  descriptor.handlers.back().hook = std::make_shared<const HookInfo>(std::move(*hook));
  return {};
}

}  // namespace

Result<Descriptor> check_descriptor(const rcx_plugin& plugin) {
  if (plugin.magic != RCX_ABI_MAGIC) {
    return refused(
        fmt::format("{} is no rcx descriptor: wanted magic {:#010x}, got {:#010x}; "
                    "fill it with RCX_ABI_MAGIC, or use the macro RCX_PLUGIN",
                    RCX_ENTRY_NAME, RCX_ABI_MAGIC, plugin.magic));
  }
  if (plugin.abi_major != RCX_ABI_MAJOR) {
    return refused(
        fmt::format("built for ABI {}.x, this host speaks {}.x; rebuild it against the "
                    "SDK of rcx {}",
                    plugin.abi_major, RCX_ABI_MAJOR, RCX_HOST_VERSION));
  }
  if (plugin.abi_required > RCX_ABI_MINOR) {
    return refused(
        fmt::format("needs ABI {}.{}, this host offers {}.{}; upgrade rcx, or build it "
                    "with a lower abi_required",
                    plugin.abi_major, plugin.abi_required, RCX_ABI_MAJOR, RCX_ABI_MINOR));
  }
  if (plugin.size < kSmallestPlugin) {
    return refused(
        fmt::format("descriptor too small: wanted {} bytes, got {}; set its size to "
                    "sizeof(rcx_plugin)",
                    kSmallestPlugin, plugin.size));
  }
  if (!valid_id(plugin.id)) {
    return refused(fmt::format("bad id: wanted 1 to {} of a-z, 0-9, '_' and '-', got '{}'",
                               kLongestId, shortened(text(plugin.id), 80)));
  }
  if (plugin.handlers == nullptr || plugin.handler_count == 0 ||
      plugin.handler_count > kMostHandlers || plugin.handler_stride < kSmallestHandler) {
    return refused(
        fmt::format("bad table of handlers: wanted 1 to {} entries of at least {} bytes, "
                    "got {} of {}",
                    kMostHandlers, kSmallestHandler, plugin.handler_count, plugin.handler_stride));
  }
  for (const auto& [member, value] :
       {std::pair("name", plugin.name), std::pair("version", plugin.version),
        std::pair("license", plugin.license)}) {
    if (value != nullptr) continue;
    return refused(fmt::format("has no {}: wanted text, got null", member));
  }
  Descriptor descriptor{plugin.id,
                        text(plugin.name),
                        text(plugin.version),
                        text(plugin.license),
                        plugin.abi_major,
                        plugin.abi_minor,
                        plugin.abi_required,
                        plugin.flags,
                        {}};
  for (std::uint32_t i = 0; i < plugin.handler_count; ++i) {
    const rcx_handler& handler = *RCX_AT(rcx_handler, plugin.handlers, plugin.handler_stride, i);
    if (handler.call.push == nullptr) {
      return refused(fmt::format("handler {} (event {}) has no function", i, handler.event));
    }
    const EventKind* kind = event_kind(handler.event);
    const std::uint32_t own = kind != nullptr ? kind->action : RCX_ACTION_PUSH;
    descriptor.handlers.push_back(
        {handler.event, handler.actions == 0 ? own : handler.actions, handler.delivery});
    if (handler.event != RCX_EVENT_CALL) continue;
    if (Result<void> added = add_hook(handler, descriptor); !added) return added.error();
  }
  return descriptor;
}

boost::json::object to_json(const Descriptor& descriptor) {
  boost::json::array handlers;
  for (const HandlerInfo& handler : descriptor.handlers) {
    boost::json::object one{
        {"event", handler.event}, {"actions", handler.actions}, {"delivery", handler.delivery}};
    if (handler.hook != nullptr) one["hook"] = to_json(*handler.hook);
    handlers.push_back(std::move(one));
  }
  return {{"id", descriptor.id},
          {"name", descriptor.name},
          {"version", descriptor.version},
          {"license", descriptor.license},
          {"abi_major", descriptor.abi_major},
          {"abi_minor", descriptor.abi_minor},
          {"abi_required", descriptor.abi_required},
          {"flags", descriptor.flags},
          {"handlers", std::move(handlers)}};
}

Descriptor descriptor_from_json(const boost::json::object& json) {
  const auto text = [&](const char* key) { return std::string(json.at(key).as_string()); };
  const auto number = [](const boost::json::object& object, const char* key) {
    return object.at(key).to_number<std::uint32_t>();
  };
  Descriptor descriptor{text("id"),
                        text("name"),
                        text("version"),
                        text("license"),
                        number(json, "abi_major"),
                        number(json, "abi_minor"),
                        number(json, "abi_required"),
                        number(json, "flags"),
                        {}};
  for (const boost::json::value& item : json.at("handlers").as_array()) {
    const boost::json::object& handler = item.as_object();
    descriptor.handlers.push_back(
        {number(handler, "event"), number(handler, "actions"), number(handler, "delivery")});
    if (const boost::json::value* hook = handler.if_contains("hook")) {
      descriptor.handlers.back().hook =
          std::make_shared<const HookInfo>(hook_from_json(hook->as_object()));
    }
    const HandlerInfo& read = descriptor.handlers.back();
    if ((read.event == RCX_EVENT_CALL) != (read.hook != nullptr)) {
      throw std::invalid_argument("no hook");
    }
  }
  // It comes from a process in which an extension was loaded.
  if (!valid_id(descriptor.id.c_str()) || descriptor.handlers.empty()) {
    throw std::invalid_argument("no descriptor");
  }
  for (std::string* shown : {&descriptor.name, &descriptor.version, &descriptor.license}) {
    *shown = printable(*shown);
  }
  return descriptor;
}

}  // namespace rcx::host
