// `rcx emit`: a forge asks the extensions about an action of its own.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/ask_worker.hpp"
#include "host/cli/cli.hpp"
#include "host/event/event_json.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/wire.h"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {
namespace {

Result<std::string> read_input(const std::string& file) {
  if (file != "-") {
    Result<std::string> text = read_file(file, kLongestJson + 1);
    if (!text && text.error().code == Code::kLimit) {
      return Error{Code::kInvalid,
                   fmt::format("{}: wanted at most {} bytes of JSON", file, kLongestJson)};
    }
    return text;
  }
  std::string text;
  std::array<char, 65536> chunk{};
  while (text.size() <= kLongestJson) {
    const ssize_t got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read standard input", errno);
    if (got == 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

void print(const EventKind& kind, const Emission& emission, const std::string& decision,
           const WorkersAnswer& answer, const Context& context) {
  const std::string subject(emission.told->text(kind.told->subject));
  const char* verdict = verdict_name(kind, answer);
  if (context.json) {
    const boost::json::object out{{"event", kind.name},
                                  {"about", printable(subject)},
                                  {"verdict", verdict},
                                  {"decision", decision},
                                  {"messages", lines_of(answer.said)},
                                  {"reasons", lines_of(answer.verdict)}};
    std::cout << boost::json::serialize(out) << '\n';
    return;
  }
  std::cerr << answer.verdict << std::flush;
  std::cout << fmt::format("{}: {} of {}, decision {}\n", verdict, kind.name, printable(subject),
                           decision);
}

void emit(const std::string& name, const std::string& file, Context& context) {
  const Result<const EventKind*> kind = emitted_kind(name);
  if (!kind) return context.fail(kind.error(), kUsage);
  const Result<std::string> text = read_input(file);
  if (!text) return context.fail(text.error(), kUsage);
  const std::string from = file == "-" ? "standard input" : printable(file);
  // The host reads it again. Here it costs nobody's time, and the exit status can tell.
  const Result<Emission> emission = read_emission(**kind, *text, user_name(::geteuid()));
  if (!emission) {
    return context.fail({emission.error().code, from + ": " + emission.error().message}, kUsage);
  }
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return context.fail(place.error());
  const Result<HookRequest> request =
      make_request(RCX_WIRE_EMIT, (*kind)->name, place->run.string(), *text);
  if (!request) return context.fail(request.error());
  const char* socket = (*kind)->veto ? RCX_WIRE_PRE_SOCKET : RCX_WIRE_POST_SOCKET;
  const Result<WorkersAnswer> answer = ask_worker(*place, socket, request->memfd.get(), context);
  if (!answer) {
    const bool none = answer.error().code == Code::kUnavailable;
    return context.fail(answer.error(), none ? kNoHost : kFailed);
  }
  print(**kind, *emission, uuid_text(request->event_id), *answer, context);
  context.status = answer->status == 0 ? kDone : kFailed;
}

}  // namespace

void add_emit(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("emit", "Ask extensions about an action of a forge, or tell them of it");
  struct Options {
    std::string event;
    std::string file = "-";
  };
  auto options = std::make_shared<Options>();
  command->add_option("EVENT", options->event, "Its name, such as pre_create_repo")->required();
  command
      ->add_option("FILE", options->file,
                   "The event's fields as a JSON object; - is standard input")
      ->capture_default_str();
  command->footer(
      "Before an action, emit its pre_ event and act only where it was accepted; afterwards, emit\n"
      "the event without pre_. The fields of each stand in the SDK's README. A \"caller\" among "
      "them,\n"
      "{\"username\": ..., \"ip\": ...}, is who acts; without it, it is the user who runs this.\n"
      "Root, the host's user and identity.trusted_users may emit. What handlers say goes to\n"
      "standard error, the verdict to standard output.\n"
      "Example:  echo '{\"repo_name\": \"team/app\"}' | rcx -c /srv/rcx/rcx.yaml emit "
      "pre_create_repo\n"
      "Exit status: 0 accepted or done, 1 refused, 2 wrong fields, 3 no host runs.");
  command->callback([options, &context] { emit(options->event, options->file, context); });
}

}  // namespace rcx::host::cli
