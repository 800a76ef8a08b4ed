#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/trial_config.hpp"

namespace rcx::host::cli {
namespace {

struct Options {
  std::string file;
  std::string repository;
  HistoryRange range;
  bool post = false;
  std::size_t show = 20;
  std::string settings;
};

boost::json::object to_json(const TriedPush& push) {
  return {{"push", push.index},    {"refused", push.refused}, {"ref", push.ref},
          {"old_id", push.old_id}, {"new_id", push.new_id},   {"commits", push.commits},
          {"caller", push.caller}, {"subject", push.subject}, {"committed", push.time},
          {"text", push.text}};
}

void print(const TriedPush& push) {
  std::cout << fmt::format(
      "{} {}..{} by {}, {} commit{}: {}\n", push.refused ? "refused " : "accepted",
      push.old_id.empty() ? "(new)" : push.old_id.substr(0, 10), push.new_id.substr(0, 10),
      push.caller, push.commits, push.commits == 1 ? "" : "s", push.subject);
  for (const std::string_view line : split(push.text, '\n')) {
    if (!line.empty()) std::cout << "  remote: " << line << '\n';
  }
}

std::string time_text(std::int64_t ns) {
  const auto value = static_cast<double>(ns);
  if (ns < 1'000'000) return fmt::format("{:.1f} µs", value / 1e3);
  return ns < 1'000'000'000 ? fmt::format("{:.2f} ms", value / 1e6)
                            : fmt::format("{:.2f} s", value / 1e9);
}

// The smallest time that so many of 100 do not exceed (nearest rank); `times` sorted, not empty.
std::int64_t percentile(const std::vector<TriedTime>& times, std::size_t percent) {
  const std::size_t rank = (times.size() * percent + 99) / 100;
  return times[std::max<std::size_t>(rank, 1) - 1].ns;
}

struct Summary {
  std::int64_t p50 = 0;
  std::int64_t p99 = 0;
  TriedTime slowest;
};

Summary summary(std::vector<TriedTime> times) {
  std::sort(times.begin(), times.end(),
            [](const TriedTime& a, const TriedTime& b) { return a.ns < b.ns; });
  return {percentile(times, 50), percentile(times, 99), times.back()};
}

void print_end(const Tried& tried, const Options& options, std::size_t said, std::size_t hidden) {
  if (hidden != 0) std::cout << fmt::format("… and {} more; --show 0 shows all\n", hidden);
  if (said != 0) std::cout << '\n';
  std::cout << fmt::format("{}: {} of {} pushes ({} commits) would have been refused\n", tried.id,
                           tried.refused, tried.pushes, tried.commits);
  if (tried.failures != 0) {
    std::cout << fmt::format("it failed {} time{}\n", tried.failures,
                             tried.failures == 1 ? "" : "s");
  }
  for (const std::string& crash : tried.crashes) std::cout << "it " << crash << '\n';
  const char* event = options.post ? "push" : "pre_push";
  for (std::size_t i = 0; i < tried.times.size(); ++i) {
    const Summary times = summary(tried.times[i]);
    std::cout << fmt::format("{}{}: p50 {}, p99 {}, slowest {} (push {})\n", event,
                             tried.times.size() > 1 ? " " + std::to_string(i + 1) : "",
                             time_text(times.p50), time_text(times.p99),
                             time_text(times.slowest.ns), times.slowest.push + 1);
  }
  if (tried.times.empty() && tried.pushes != 0) {
    std::cout << fmt::format(
        "no handler for {} was called: it has none, or  repositories:  in "
        "rcx.yaml leaves this one out; --name gives it another name\n",
        event);
  }
  if (tried.other_handlers != 0 && !options.post) {
    std::cout << fmt::format(
        "{} other handler{} did not run; --post tries those for push, which "
        "may act on the world\n",
        tried.other_handlers, tried.other_handlers == 1 ? "" : "s");
  }
}

boost::json::object json_end(const Tried& tried, boost::json::array pushes) {
  boost::json::array handlers;
  for (const std::vector<TriedTime>& times : tried.times) {
    const Summary one = summary(times);
    handlers.push_back(boost::json::object{{"calls", times.size()},
                                           {"p50_ns", one.p50},
                                           {"p99_ns", one.p99},
                                           {"slowest_ns", one.slowest.ns},
                                           {"slowest_push", one.slowest.push}});
  }
  boost::json::array crashes(tried.crashes.begin(), tried.crashes.end());
  return {{"id", tried.id},
          {"pushes", tried.pushes},
          {"commits", tried.commits},
          {"refused", tried.refused},
          {"failures", tried.failures},
          {"crashes", std::move(crashes)},
          {"handlers", std::move(handlers)},
          {"said", std::move(pushes)}};
}

void run(Context& context, const Options& options) {
  const Result<TrialConfig> config = trial_config(context, options.settings);
  if (!config) return context.fail(config.error());
  const Result<Subject> subject = Subject::open(options.file);
  if (!subject) return context.fail(subject.error());
  if (!subject->candidate().refused.empty()) {
    std::cerr << "rcx: warning: a host would not load it from here: "
              << printable(subject->candidate().refused) << '\n';
  }
  const TrialRequest request{fs::absolute(options.repository), options.range,
                             options.post ? RCX_EVENT_PUSH : RCX_EVENT_PRE_PUSH};
  boost::json::array said;
  std::size_t shown = 0;
  std::size_t all = 0;
  const Result<Tried> tried = try_history(*subject, *config, request, [&](const TriedPush& push) {
    ++all;
    if (options.show != 0 && shown == options.show) return;
    ++shown;
    if (context.json) {
      said.push_back(to_json(push));
    } else {
      print(push);
    }
  });
  if (!tried) return context.fail(tried.error());
  if (context.json) {
    std::cout << boost::json::serialize(json_end(*tried, std::move(said))) << '\n';
  } else {
    print_end(*tried, options, shown, all - shown);
  }
  if (tried->failures != 0 || !tried->crashes.empty()) context.status = kFailed;
}

}  // namespace

void add_try(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("try", "Run an extension on the pushes that a history would have been");
  auto options = std::make_shared<Options>();
  HistoryRange& range = options->range;
  command->add_option("FILE", options->file, "The extension: X.so, or a directory X with X.so")
      ->required();
  command->add_option("--repo", options->repository, "A repository; nothing in it is changed")
      ->required()
      ->type_name("DIR");
  CLI::Option* which =
      command->add_option("--range", range.range, "Commits, as A..B; default: HEAD");
  which->type_name("RANGE");
  command->add_option("--last", range.last, "Only the last N pushes of these")->type_name("N");
  command->add_flag("--as-one", range.as_one, "All of it as one push");
  command
      ->add_option("--ref", range.ref, "Reference that is pushed; default: the branch of the range")
      ->type_name("REF");
  command->add_option("--name", range.name, "Name of the repository; default: below a root")
      ->type_name("NAME");
  command->add_option("--caller", range.caller, "Who pushes; default: the committer of each push")
      ->type_name("NAME");
  command->add_flag("--post", options->post,
                    "Run the handlers for push, which may act on the world");
  command->add_option("--show", options->show, "Print so many pushes that say something; 0: all")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--settings", options->settings, "A YAML file with the extension's settings")
      ->type_name("FILE");
  command->footer(
      "Each step from one commit to the next along first parents is one push; what a merge brings\n"
      "belongs to it. Needs no host. Settings are those of rcx.yaml, when -c or RCX_CONFIG names "
      "one.\n"
      "Exit status 0 also when pushes would have been refused, 1 when the extension failed.\n"
      "Example:  rcx try build/policy.so --repo /srv/git/project.git --last 1000");
  command->callback([options, &context] {
    options->range.committer = options->range.caller.empty();
    run(context, *options);
  });
}

}  // namespace rcx::host::cli
