// `rcx extensions info`: what a file is, before it goes into rcextensions/.
#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/info.hpp"
#include "host/event/event.hpp"

namespace rcx::host::cli {
namespace {

std::vector<std::string> action_names(std::uint32_t actions) {
  constexpr std::array<std::pair<std::uint32_t, const char*>, 9> kActions = {
      {{RCX_ACTION_PUSH, "push"},
       {RCX_ACTION_PULL, "pull"},
       {RCX_ACTION_PUSH_LOCAL, "push_local"},
       {RCX_ACTION_REVISION_PROPERTY, "revision_property"},
       {RCX_ACTION_LOCK, "lock"},
       {RCX_ACTION_UNLOCK, "unlock"},
       {RCX_ACTION_EMITTED, "emitted"},
       {RCX_ACTION_PERFORMED, "performed"},
       {RCX_ACTION_CALLED, "called"}}};
  std::vector<std::string> names;
  for (const auto& [action, name] : kActions) {
    if ((actions & action) != 0) names.emplace_back(name);
    actions &= ~action;
  }
  if (actions != 0) names.push_back(fmt::format("{:#x}", actions));
  return names;
}

std::string event_name(const HandlerInfo& handler) {
  const EventKind* kind = event_kind(handler.event);
  return (kind != nullptr ? std::string(kind->name) : std::to_string(handler.event)) +
         (handler.hook != nullptr ? ":" + handler.hook->name : "");
}

// Of pre events the person always sees the end.
const char* delivery_name(const HandlerInfo& handler) {
  const EventKind* kind = event_kind(handler.event);
  const bool before = kind != nullptr && kind->veto;
  return before || handler.delivery == RCX_INLINE ? "inline" : "queued";
}

std::string accepted(const Descriptor& descriptor) {
  return fmt::format("built with {0}.{1}, needs {0}.{2}; this host speaks {3}.{4} and accepts it",
                     descriptor.abi_major, descriptor.abi_minor, descriptor.abi_required,
                     RCX_ABI_MAJOR, RCX_ABI_MINOR);
}

std::string threads(std::uint32_t flags) {
  std::string text =
      (flags & RCX_CONCURRENT) != 0 ? "any number at once (RCX_CONCURRENT)" : "one at a time";
  const std::uint32_t unknown = flags & ~RCX_CONCURRENT;
  return unknown == 0 ? text : fmt::format("{}; unknown flags {:#x}", text, unknown);
}

std::string list(const std::vector<std::string>& names) {
  return names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, " "));
}

void print_line(const char* label, const std::string& text) {
  std::cout << fmt::format("{:<9} {}\n", label, text);
}

void print(const Info& info) {
  if (info.descriptor) {
    const Descriptor& descriptor = *info.descriptor;
    print_line("id", descriptor.id);
    print_line("name", descriptor.name);
    print_line("version", descriptor.version);
    print_line("licence", descriptor.license);
    print_line("ABI", accepted(descriptor));
    print_line("threads", threads(descriptor.flags));
    for (const HandlerInfo& handler : descriptor.handlers) {
      print_line("handles", fmt::format("{} on {}, {}", event_name(handler),
                                        fmt::join(action_names(handler.actions), "+"),
                                        delivery_name(handler)));
    }
  }
  print_line("file",
             fmt::format("{}, {} bytes, mode {:04o}, owner {}", printable(info.file.string()),
                         info.size, info.mode, printable(user_name(info.owner))));
  print_line("sha256", info.hash);
  print_line("needs", list(info.contents.needed));
  print_line("exports", list(info.contents.exports));
}

boost::json::object as_json(const Info& info) {
  boost::json::object json;
  if (info.descriptor) {
    json = to_json(*info.descriptor);
    json["abi_accepted"] = true;
    boost::json::array handlers;
    for (const HandlerInfo& handler : info.descriptor->handlers) {
      handlers.push_back(
          boost::json::object{{"event", event_name(handler)},
                              {"actions", boost::json::value_from(action_names(handler.actions))},
                              {"delivery", delivery_name(handler)}});
    }
    json["handlers"] = std::move(handlers);
  }
  json["file"] = printable(info.file.string());
  json["size"] = info.size;
  json["mode"] = fmt::format("{:04o}", info.mode);
  json["owner"] = user_name(info.owner);
  json["sha256"] = info.hash;
  json["needs"] = boost::json::value_from(info.contents.needed);
  json["exports"] = boost::json::value_from(info.contents.exports);
  if (!info.refused.empty()) json["refused"] = printable(info.refused);
  return json;
}

void show(const std::string& file, double seconds, Context& context) {
  const auto patience = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  fs::path path(file);
  if (!path.has_filename()) path = path.parent_path();  // it ended in a slash
  const Result<Info> info = look_into(path, patience);
  if (!info) {
    context.fail(info.error());
    return;
  }
  if (context.json) {
    std::cout << boost::json::serialize(as_json(*info)) << '\n';
  } else {
    print(*info);
  }
  if (info->refused.empty()) return;
  std::cout.flush();
  context.fail(
      {Code::kDenied, (info->descriptor ? "no host would find it: "
                                        : "no host would load it, so it was not loaded: ") +
                          printable(info->refused)});
}

}  // namespace

void add_info(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("info", "What a file says of itself, and what it needs");
  auto file = std::make_shared<std::string>();
  auto seconds = std::make_shared<double>(10);
  command->add_option("FILE", *file, "The extension, X.so")->required();
  command->add_option("--timeout", *seconds, "Seconds that it may take to load")
      ->check(CLI::Range(0.1, 3600.0));
  command->fallthrough();
  command->footer(
      "It is loaded, in a process of its own, when nobody but its owner can change it.\n"
      "Example:  rcx extensions info build/my_extension.so");
  command->callback([file, seconds, &context] { show(*file, *seconds, context); });
}

}  // namespace rcx::host::cli
