// `rcx call` and `rcx calls`: hooks that extensions export by name.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <iostream>

#include "host/cli/ask_worker.hpp"
#include "host/cli/cli.hpp"
#include "host/cli/desk.hpp"
#include "host/core/json_bytes.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string name;
  std::vector<std::string> arguments;
  std::string repository;
};

// What a worker says to this call; nothing after printing why there is none.
std::optional<WorkersAnswer> make_call(std::string_view name, std::string_view input,
                                       Uuid& decision, Context& context) {
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) {
    context.fail(place.error());
    return std::nullopt;
  }
  const Result<HookRequest> request = make_request(RCX_WIRE_CALL, name, place->run.string(), input);
  if (!request) {
    context.fail(request.error());
    return std::nullopt;
  }
  decision = request->event_id;
  Result<WorkersAnswer> answer =
      ask_worker(*place, RCX_WIRE_PRE_SOCKET, request->memfd.get(), context);
  if (answer) return std::move(*answer);
  context.fail(answer.error(), answer.error().code == Code::kUnavailable ? kNoHost : kFailed);
  return std::nullopt;
}

// A path where it looks like one; the host knows the name.
std::string repository_of(const std::string& named) {
  const bool path = named.starts_with('/') || named.starts_with("./") || named.starts_with("../");
  return path ? fs::absolute(named).string() : named;
}

Result<std::string> input_of(const Options& options) {
  json::object arguments;
  for (const std::string& argument : options.arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error{Code::kInvalid,
                   fmt::format("wanted KEY=VALUE, got '{}'", shortened(printable(argument), 60))};
    }
    const std::string key = argument.substr(0, equals);
    if (arguments.contains(key)) {
      return Error{Code::kInvalid, shortened(printable(key), 60) + " is given twice"};
    }
    put_bytes(arguments, key, argument.substr(equals + 1));
  }
  json::object input{{"arguments", std::move(arguments)}};
  if (!options.repository.empty()) {
    put_bytes(input, "repository", repository_of(options.repository));
  }
  return json::serialize(input);
}

const char* verdict_name(std::uint32_t status) {
  return status == RCX_WIRE_CALL_DONE      ? "done"
         : status == RCX_WIRE_CALL_REFUSED ? "refused"
         : status == RCX_WIRE_CALL_DENIED  ? "denied"
                                           : "wrong";
}

void print_json(const Options& options, const WorkersAnswer& answer, const std::string& decision) {
  json::object out{{"hook", options.name},
                   {"verdict", verdict_name(answer.status)},
                   {"decision", decision},
                   {"messages", lines_of(answer.said)},
                   {"reasons", lines_of(answer.verdict)}};
  if (answer.result_of == RCX_ANSWER_JSON) {
    out["answer"] = json::parse(answer.result);
  } else if (answer.result_of != 0) {
    put_bytes(out, "answer", answer.result);
  }
  std::cout << json::serialize(out) << '\n';
}

// Bytes as they are, unless a person looks at them.
void print(const WorkersAnswer& answer) {
  std::cerr << answer.verdict << std::flush;
  const bool terminal = ::isatty(STDOUT_FILENO) == 1;
  std::cout << (terminal ? printable(answer.result, true) : answer.result);
  if (answer.result_of == RCX_ANSWER_JSON && !answer.result.ends_with('\n')) std::cout << '\n';
  std::cout << std::flush;
}

void finish(const Options& options, const std::optional<WorkersAnswer>& answer,
            const std::string& decision, Context& context) {
  if (!answer) return;
  if (context.json) {
    print_json(options, *answer, decision);
  } else {
    print(*answer);
  }
  context.status = answer->status == RCX_WIRE_CALL_DONE    ? kDone
                   : answer->status == RCX_WIRE_CALL_WRONG ? kUsage
                                                           : kFailed;
}

// For whose token it is: what they may is known here, and not to the workers.
void call_with_token(const Options& options, const std::string& input, Context& context) {
  with_actions(context, [&](Actions& actions) {
    const json::object told = json::parse(input).as_object();
    Result<WorkersAnswer> answer =
        actions.call(options.name, told.at("arguments").as_object(), options.repository);
    if (!answer) {
      const Code code = answer.error().code;
      return context.fail(answer.error(), code == Code::kUnavailable ? kNoHost
                                          : code == Code::kDenied    ? kFailed
                                                                     : kUsage);
    }
    if (!context.json) std::cerr << answer->said;
    finish(options, std::move(*answer), actions.report().decision, context);
  });
}

void call(const Options& options, Context& context) {
  const Result<std::string> input = input_of(options);
  if (!input) return context.fail(input.error(), kUsage);
  if (shows_token()) return call_with_token(options, *input, context);
  Uuid decision{};
  const auto answer = make_call(options.name, *input, decision, context);
  finish(options, answer, uuid_text(decision), context);
}

std::string shown_at(const json::value& object, const char* key) {
  return printable(std::string_view(object.at(key).as_string()));
}

// How one hook is called, and what of.
std::string usage_of(const json::value& hook, bool alone) {
  std::string line = (alone ? "" : shown_at(hook, "extension") + ".") + shown_at(hook, "name");
  for (const json::value& parameter : hook.at("parameters").as_array()) {
    const std::string one = shown_at(parameter, "name") + "=" + shown_at(parameter, "kind");
    line += parameter.at("required").as_bool() ? " " + one : " [" + one + "]";
  }
  const bool of_repository = hook.at("of_repository").as_bool();
  line += of_repository ? " --repo NAME\n" : "\n";
  line += fmt::format("  {}. Of {}, needs {}\n", shown_at(hook, "help"),
                      shown_at(hook, "extension"), shown_at(hook, "permission"));
  for (const json::value& parameter : hook.at("parameters").as_array()) {
    line += fmt::format("  {}: {}\n", shown_at(parameter, "name"), shown_at(parameter, "help"));
  }
  return line;
}

void list(Context& context) {
  Uuid decision{};
  const auto answer = make_call({}, {}, decision, context);
  if (!answer) return;
  if (answer->result_of != RCX_ANSWER_JSON) {
    std::cerr << answer->verdict;
    context.status = kFailed;
    return;
  }
  if (context.json) {
    std::cout << answer->result << '\n';
    return;
  }
  const json::value hooks = json::parse(answer->result);
  std::map<std::string, int> names;
  for (const json::value& hook : hooks.as_array()) ++names[shown_at(hook, "name")];
  for (const json::value& hook : hooks.as_array()) {
    std::cout << usage_of(hook, names[shown_at(hook, "name")] == 1);
  }
  if (hooks.as_array().empty()) std::cerr << "rcx: no extension that is loaded has a hook\n";
}

}  // namespace

void add_call(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("call", "Call a hook that an extension exports by name");
  auto options = std::make_shared<Options>();
  command->add_option("NAME", options->name, "Its name, or EXTENSION.NAME; see rcx calls")
      ->required();
  command->add_option("ARGUMENTS", options->arguments, "What it is called with, each as KEY=VALUE");
  command->add_option("--repo", options->repository,
                      "The repository that it is called for: its name below its root, or its path");
  command->footer(
      "What the hook says while it works goes to standard error, and so does why it refuses; what "
      "it\n"
      "answers to standard output. Root, the host's user and identity.trusted_users may call; with "
      "a\n"
      "token in RCX_TOKEN, whose it is, where they have the permission that the hook names.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml call freeze days=3 --repo team/app\n"
      "Exit status: 0 done, 1 refused, not allowed, or it failed, 2 no such hook or wrong\n"
      "arguments, 3 no host runs.");
  command->callback([options, &context] { call(*options, context); });
}

void add_calls(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("calls", "List the hooks that extensions export by name");
  command->footer(
      "Example:  rcx -c /srv/rcx/rcx.yaml calls\n"
      "Exit status: 0 listed, 1 it did not work, 3 no host runs.");
  command->callback([&context] { list(context); });
}

}  // namespace rcx::host::cli
