#include "host/worker/named_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "host/event/json_tree.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestShown = 130;  // of a name that somebody gives

std::string full_name(const Handler& handler) {
  return handler.extension->id() + "." + handler.info.hook->name;
}

// A name of an extension holds no dot.
bool is_called(const Handler& handler, std::string_view name) {
  return name.find('.') == std::string_view::npos ? handler.info.hook->name == name
                                                  : full_name(handler) == name;
}

std::vector<std::string> names_of(const std::vector<const Handler*>& handlers) {
  std::vector<std::string> names;
  for (const Handler* handler : handlers) names.push_back(full_name(*handler));
  return names;
}

// What to say of a hook that nobody here has.
Error unknown_hook(const ExtensionSet& set, std::string_view name) {
  const std::string shown = shortened(printable(name), kLongestShown);
  for (const Absent& absent : set.absent()) {
    if (!absent.planned.descriptor) continue;
    for (const HandlerInfo& handler : absent.planned.descriptor->handlers) {
      if (handler.hook == nullptr ||
          (handler.hook->name != name && absent.planned.id + "." + handler.hook->name != name)) {
        continue;
      }
      return {Code::kNotFound, fmt::format("{}: its extension {} is not loaded: {}", shown,
                                           absent.planned.id, absent.planned.reason)};
    }
  }
  std::vector<std::string> known;
  for (const Handler& handler : set.handlers(RCX_EVENT_CALL)) {
    known.push_back(handler.info.hook->name);
    known.push_back(full_name(handler));
  }
  if (known.empty()) {
    return {Code::kNotFound, "there is no hook " + shown + "; no extension that is loaded has any"};
  }
  const std::string near = nearest(name, known);
  return {Code::kNotFound,
          fmt::format("there is no hook {}; {}", shown,
                      near.empty() ? "see them with:  rcx calls" : "did you mean " + near + "?")};
}

Result<const Handler*> find_hook(const ExtensionSet& set, std::string_view name) {
  std::vector<const Handler*> found;
  for (const Handler& handler : set.handlers(RCX_EVENT_CALL)) {
    if (is_called(handler, name) && !is_canary(handler.extension->id())) found.push_back(&handler);
  }
  if (found.empty()) return unknown_hook(set, name);
  if (found.size() == 1) return found[0];
  return Error{Code::kInvalid, fmt::format("several extensions have a hook {}; call one of {}",
                                           name, fmt::join(names_of(found), ", "))};
}

Result<void> check_input(const rcx_value& root) {
  if (root.kind != RCX_VALUE_MAP) return Error{Code::kInvalid, "the call: wanted a JSON object"};
  for (std::uint64_t i = 0; i < root.count; ++i) {
    const std::string_view key = abi_view(RCX_AT(rcx_value, root.items, root.stride, i)->key);
    if (key != "arguments" && key != "repository" && key != "caller" && key != "permission") {
      return Error{
          Code::kInvalid,
          fmt::format("{}: a call has no such member; it has arguments, repository, caller, "
                      "permission",
                      shortened(printable(key), kLongestShown))};
    }
  }
  return {};
}

// Whoever asks for somebody else has found that they have this permission: another extension of
// that name may serve by now.
Result<void> check_permission(const HookInfo& hook, const rcx_value& input) {
  const rcx_value* checked = item_of(input, "permission");
  if (checked == nullptr || abi_view(checked->text) == hook.permission) return {};
  return Error{Code::kDenied,
               fmt::format("{} needs {} now, and {} was looked at; call it again", hook.name,
                           hook.permission, shortened(printable(abi_view(checked->text)), 60))};
}

// Whether `hook` may be called for what `event` is about.
Result<void> check_repository(const Handler& handler, const Event& event) {
  const bool none = event.repository.name.empty();
  if (none && handler.info.hook->of_repository) {
    return Error{Code::kInvalid,
                 full_name(handler) + " is called for a repository; name it with  --repo NAME"};
  }
  const std::vector<std::string>& globs = handler.extension->config.repositories;
  const bool serves = std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return glob_matches(glob, event.repository.name);
  });
  if (none || serves) return {};
  return Error{Code::kInvalid,
               fmt::format("{} does not serve {}: see  repositories  of {} in rcx.yaml",
                           handler.extension->id(), printable(event.repository.name),
                           handler.extension->id())};
}

}  // namespace

Result<NamedCall> read_named_call(const HookCall& call, const ExtensionSet& set,
                                  std::uint32_t attempt, Caller caller, bool speaks_for_others,
                                  const Roots& roots, const Config& config) {
  const std::vector<std::string_view> names = call.arguments();
  if (names.size() != 1) return Error{Code::kInvalid, "the call: wanted the name of one hook"};
  const Result<const Handler*> handler = find_hook(set, names[0]);
  if (!handler) return handler.error();
  JsonTree input;
  if (Result<void> parsed = input.parse(call.input()); !parsed) return parsed.error();
  if (Result<void> checked = check_input(input.root()); !checked) return checked.error();
  const std::shared_ptr<const HookInfo>& hook = (*handler)->info.hook;
  if (Result<void> checked = check_permission(*hook, input.root()); !checked) {
    return checked.error();
  }
  const Result<boost::json::object> typed =
      typed_arguments(*hook, item_of(input.root(), "arguments"));
  if (!typed) return typed.error();
  Result<std::unique_ptr<Event>> event = begin_named_call(
      call, input.root(), attempt, std::move(caller), speaks_for_others, roots, config);
  if (!event) return event.error();
  if (Result<void> checked = check_repository(**handler, **event); !checked) return checked.error();
  auto arguments = std::make_shared<JsonTree>();
  if (Result<void> kept = arguments->parse(boost::json::serialize(*typed)); !kept) {
    return kept.error();
  }
  (*event)->called = {(*handler)->extension->id(), hook->name, std::move(arguments)};
  (*event)->subject = full_name(**handler);
  return NamedCall{std::move(*event), {Part::kAll, (*handler)->extension->id(), hook->name}, hook};
}

std::string hooks_text(const ExtensionSet& set) {
  boost::json::array hooks;
  for (const Handler& handler : set.handlers(RCX_EVENT_CALL)) {
    if (is_canary(handler.extension->id())) continue;
    boost::json::object one{{"extension", handler.extension->id()}};
    for (auto& [key, value] : to_json(*handler.info.hook)) one[key] = value;
    hooks.push_back(std::move(one));
  }
  return boost::json::serialize(hooks);
}

}  // namespace rcx::host
