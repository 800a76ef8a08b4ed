// `rcx emit`: a forge asks the extensions about an action of its own.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/event/event_json.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/wire.h"
#include "host/event/worker_link.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {
namespace {

// Longer than all handlers of one event may take, whatever rcx.yaml says of that.
constexpr std::int64_t kPatienceNs = 600'000'000'000;

// What the host said of one event.
struct Answer {
  std::uint32_t status = 1;
  std::string said;     // while handlers ran
  std::string verdict;  // the end
};

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

// Nothing where the worker died over it.
std::optional<Answer> hear(WorkerLink& worker, const Context& context) {
  Answer answer;
  while (true) {
    const auto frame = worker.receive(monotonic_ns() + kPatienceNs);
    if (!frame) return std::nullopt;
    if (frame->type == RCX_WIRE_FRAME_TEXT) {
      answer.said += frame->payload;
      if (!context.json) std::cerr << frame->payload << std::flush;
    }
    if (frame->type != RCX_WIRE_FRAME_VERDICT || frame->payload.size() < sizeof answer.status) {
      continue;
    }
    std::memcpy(&answer.status, frame->payload.data(), sizeof answer.status);
    answer.verdict = frame->payload.substr(sizeof answer.status);
    return answer;
  }
}

Result<Answer> ask(const HostPlace& place, const EventKind& kind, int request,
                   const Context& context) {
  const fs::path socket = place.run / (kind.veto ? RCX_WIRE_PRE_SOCKET : RCX_WIRE_POST_SOCKET);
  for (std::uint32_t attempt = 1; attempt <= RCX_WIRE_ATTEMPTS + 1; ++attempt) {
    std::optional<WorkerLink> worker = WorkerLink::open(socket);
    if (!worker && errno == EACCES) {
      return Error{Code::kDenied, fmt::format("user {} may not use the host at {}",
                                              user_name(::geteuid()), socket.string())};
    }
    if (!worker) {
      return Error{Code::kUnavailable, "no host serves " + place.config_file.string() +
                                           "; start it with:  rcxd -c " +
                                           place.config_file.string()};
    }
    if (!worker->send(request, attempt, ::geteuid())) continue;
    if (std::optional<Answer> answer = hear(*worker, context)) return std::move(*answer);
  }
  return Error{Code::kIo, "the host gave no verdict: several of its workers ended; see its log"};
}

boost::json::array lines_of(const std::string& text) {
  boost::json::array lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

void print(const EventKind& kind, const Emission& emission, const std::string& decision,
           const Answer& answer, const Context& context) {
  const std::string subject(emission.told->text(kind.told->subject));
  const char* verdict = answer.status != 0 ? (kind.veto ? "refused" : "failed")
                        : kind.veto        ? "accepted"
                                           : "done";
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
  const Result<Answer> answer = ask(*place, **kind, request->memfd.get(), context);
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
