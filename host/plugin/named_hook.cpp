#include "host/plugin/named_hook.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <string_view>

#include "host/event/abi_event.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/value_json.hpp"

namespace rcx::host {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestHelp = 300;
constexpr std::uint32_t kMostParameters = 100;
constexpr const char* kDefaultPermission = "admin";
constexpr std::string_view kNameBytes = "abcdefghijklmnopqrstuvwxyz0123456789_-";
// What the first release of the structs had.
constexpr std::size_t kSmallestHook =
    offsetof(rcx_named_hook, parameter_stride) + sizeof(rcx_named_hook::parameter_stride);
constexpr std::size_t kSmallestParameter =
    offsetof(rcx_parameter, help) + sizeof(rcx_parameter::help);

bool valid_name(std::string_view name, std::string_view more = {}) {
  return !name.empty() && name.size() <= kLongestName &&
         name.find_first_not_of(std::string(kNameBytes) + std::string(more)) ==
             std::string_view::npos;
}

std::string text(const char* value) {
  return value == nullptr ? "" : shortened(printable(value), kLongestHelp);
}

Error refused(std::string message) {
  return {Code::kInvalid, std::move(message)};
}

bool is_scalar(std::uint32_t kind) {
  return kind >= RCX_VALUE_BOOLEAN && kind <= RCX_VALUE_TEXT;
}

Result<ParameterInfo> check_parameter(const rcx_parameter& parameter, const std::string& hook) {
  ParameterInfo info{text(parameter.name), text(parameter.help), parameter.kind,
                     (parameter.flags & RCX_PARAMETER_REQUIRED) != 0};
  if (!valid_name(info.name) || info.name.ends_with("_base64")) {
    return refused(fmt::format(
        "hook {}: bad name of a parameter: wanted 1 to {} of a-z, 0-9, '_' and '-', without "
        "_base64 at its end, got '{}'",
        hook, kLongestName, shortened(info.name, 80)));
  }
  if (!is_scalar(parameter.kind)) {
    return refused(fmt::format(
        "hook {}: parameter {} has kind {}; wanted RCX_VALUE_BOOLEAN, _INTEGER, _NUMBER or _TEXT",
        hook, info.name, parameter.kind));
  }
  return info;
}

Result<void> check_parameters(const rcx_named_hook& hook, HookInfo& info) {
  const std::uint32_t count = hook.parameter_count;
  if (count > 0 && (hook.parameters == nullptr || count > kMostParameters ||
                    hook.parameter_stride < kSmallestParameter)) {
    return refused(fmt::format(
        "hook {}: bad list of parameters: wanted at most {} of at least {} bytes, got {} of {}",
        info.name, kMostParameters, kSmallestParameter, count, hook.parameter_stride));
  }
  std::set<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto& raw = *RCX_AT(rcx_parameter, hook.parameters, hook.parameter_stride, i);
    Result<ParameterInfo> parameter = check_parameter(raw, info.name);
    if (!parameter) return parameter.error();
    if (!names.insert(parameter->name).second) {
      return refused(
          fmt::format("hook {}: two parameters are called {}", info.name, parameter->name));
    }
    info.parameters.push_back(std::move(*parameter));
  }
  return {};
}

// Of text that somebody has typed. Null where it says nothing of that kind.
json::value from_text(std::string_view text, std::uint32_t kind) {
  const auto whole = [&](auto& number) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size();
  };
  switch (kind) {
    case RCX_VALUE_BOOLEAN:
      return text == "true"    ? json::value(true)
             : text == "false" ? json::value(false)
                               : json::value(nullptr);
    case RCX_VALUE_INTEGER: {
      std::int64_t number = 0;
      return whole(number) ? json::value(number) : json::value(nullptr);
    }
    case RCX_VALUE_NUMBER: {
      double number = 0;
      return whole(number) && std::isfinite(number) ? json::value(number) : json::value(nullptr);
    }
    default:
      return json::string(text);
  }
}

// Null where `value` is none of that kind.
json::value of_kind(const rcx_value& value, std::uint32_t kind) {
  if (value.kind == RCX_VALUE_TEXT) {
    const bool bytes = value.integer != 0;  // see JsonTree
    return bytes ? json::value(nullptr) : from_text(abi_view(value.text), kind);
  }
  const bool fits =
      value.kind == kind || (value.kind == RCX_VALUE_INTEGER && kind == RCX_VALUE_NUMBER);
  return fits ? value_json(value) : json::value(nullptr);
}

std::string got_text(const rcx_value& value) {
  if (value.kind != RCX_VALUE_TEXT)
    return value.kind == RCX_VALUE_NULL ? "nothing" : "another kind";
  if (value.integer != 0) return "bytes that are no UTF-8";
  return "'" + shortened(printable(abi_view(value.text)), 60) + "'";
}

Error unknown_parameter(const HookInfo& hook, std::string_view name) {
  std::vector<std::string> known;
  for (const ParameterInfo& parameter : hook.parameters) known.push_back(parameter.name);
  const std::string near = nearest(name, known);
  return refused(fmt::format(
      "{}: {} has no such parameter; {}", shortened(printable(name), 60), hook.name,
      near.empty() ? "it takes " + parameters_text(hook) : "did you mean " + near + "?"));
}

}  // namespace

Result<HookInfo> check_named_hook(const rcx_named_hook& hook) {
  if (hook.size < kSmallestHook) {
    return refused(
        fmt::format("a hook is too small: wanted {} bytes, got {}; set its size to "
                    "sizeof(rcx_named_hook)",
                    kSmallestHook, hook.size));
  }
  HookInfo info{text(hook.name),
                text(hook.help),
                text(hook.permission),
                (hook.flags & RCX_HOOK_OF_REPOSITORY) != 0,
                {}};
  if (!valid_name(info.name)) {
    return refused(
        fmt::format("bad name of a hook: wanted 1 to {} of a-z, 0-9, '_' and '-', got "
                    "'{}'",
                    kLongestName, shortened(info.name, 80)));
  }
  if (info.permission.empty()) info.permission = kDefaultPermission;
  if (!valid_name(info.permission, ".")) {
    return refused(
        fmt::format("hook {}: bad permission: wanted a name such as repository.admin, "
                    "got '{}'",
                    info.name, shortened(info.permission, 80)));
  }
  if (Result<void> checked = check_parameters(hook, info); !checked) return checked.error();
  return info;
}

json::object to_json(const HookInfo& hook) {
  json::array parameters;
  for (const ParameterInfo& parameter : hook.parameters) {
    parameters.push_back(json::object{{"name", parameter.name},
                                      {"help", parameter.help},
                                      {"kind", kind_name(parameter.kind)},
                                      {"required", parameter.required}});
  }
  return {{"name", hook.name},
          {"help", hook.help},
          {"permission", hook.permission},
          {"of_repository", hook.of_repository},
          {"parameters", std::move(parameters)}};
}

HookInfo hook_from_json(const json::object& from) {
  const auto text_at = [](const json::object& object, const char* key) {
    return printable(std::string_view(object.at(key).as_string()));
  };
  HookInfo hook{text_at(from, "name"),
                text_at(from, "help"),
                text_at(from, "permission"),
                from.at("of_repository").as_bool(),
                {}};
  for (const json::value& item : from.at("parameters").as_array()) {
    const json::object& one = item.as_object();
    ParameterInfo parameter{text_at(one, "name"), text_at(one, "help"), 0,
                            one.at("required").as_bool()};
    for (std::uint32_t kind = RCX_VALUE_BOOLEAN; kind <= RCX_VALUE_TEXT; ++kind) {
      if (kind_name(kind) == std::string_view(one.at("kind").as_string())) parameter.kind = kind;
    }
    if (!is_scalar(parameter.kind)) throw std::invalid_argument("no kind");
    hook.parameters.push_back(std::move(parameter));
  }
  // It comes from a process in which an extension was loaded.
  if (!valid_name(hook.name) || !valid_name(hook.permission, ".")) {
    throw std::invalid_argument("no hook");
  }
  return hook;
}

std::string_view kind_name(std::uint32_t kind) {
  constexpr std::array<std::string_view, 5> kNames = {"nothing", "boolean", "integer", "number",
                                                      "text"};
  return kind < kNames.size() ? kNames[kind] : "another kind";
}

std::string parameters_text(const HookInfo& hook) {
  std::string text;
  for (const ParameterInfo& parameter : hook.parameters) {
    text += fmt::format("{}{} ({}{})", text.empty() ? "" : ", ", parameter.name,
                        kind_name(parameter.kind), parameter.required ? ", required" : "");
  }
  return text.empty() ? "nothing" : text;
}

Result<json::object> typed_arguments(const HookInfo& hook, const rcx_value* given) {
  static const rcx_value kNone{};
  const rcx_value& map = given != nullptr ? *given : kNone;
  if (map.kind != RCX_VALUE_NULL && map.kind != RCX_VALUE_MAP) {
    return refused("arguments: wanted an object");
  }
  json::object typed;
  for (const ParameterInfo& parameter : hook.parameters) {
    const rcx_value* value = item_of(map, parameter.name);
    const bool none = value == nullptr || value->kind == RCX_VALUE_NULL;
    if (none && !parameter.required) continue;
    json::value made = none ? json::value(nullptr) : of_kind(*value, parameter.kind);
    if (made.is_null()) {
      return refused(fmt::format("{}: wanted {}{} ({}), got {}", parameter.name,
                                 kind_name(parameter.kind),
                                 parameter.kind == RCX_VALUE_BOOLEAN ? " (true or false)" : "",
                                 parameter.help, none ? "nothing" : got_text(*value)));
    }
    typed[parameter.name] = std::move(made);
  }
  for (std::uint64_t i = 0; i < map.count; ++i) {
    const std::string_view key = abi_view(RCX_AT(rcx_value, map.items, map.stride, i)->key);
    const bool known = std::any_of(hook.parameters.begin(), hook.parameters.end(),
                                   [&](const ParameterInfo& one) { return one.name == key; });
    if (!known) return unknown_parameter(hook, key);
  }
  return typed;
}

}  // namespace rcx::host
