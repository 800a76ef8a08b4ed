#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/diagnosis.hpp"

namespace rcx::host::cli {
namespace {

const char* name(Health health) {
  return health == Health::kOk ? "ok" : health == Health::kWarn ? "warn" : "fail";
}

void print(const std::vector<Finding>& findings) {
  for (const Finding& one : findings) {
    std::cout << fmt::format("{:<5} {:<14} {}\n", name(one.health), one.check, one.text);
  }
}

void print_json(const std::vector<Finding>& findings) {
  boost::json::array all;
  for (const Finding& one : findings) {
    all.push_back(boost::json::object{
        {"health", name(one.health)}, {"check", one.check}, {"text", one.text}});
  }
  std::cout << boost::json::serialize(all) << '\n';
}

void run(Context& context) {
  std::vector<Finding> findings;
  const Result<std::shared_ptr<const Config>> config = load_config(context.config_file);
  if (config) {
    const Patient patient = diagnose_instance(**config, findings);
    diagnose_repositories(patient, findings);
  } else {
    findings.push_back({Health::kFail, "configuration", config.error().message});
  }
  if (context.json) {
    print_json(findings);
  } else {
    print(findings);
  }
  const bool sick = std::any_of(findings.begin(), findings.end(),
                                [](const Finding& one) { return one.health == Health::kFail; });
  if (sick) context.status = kFailed;
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("doctor", "Check an installation from rcx.yaml to the hooks");
  command->footer(
      "One line for each check: ok, warn or fail, and what to type. The hooks of every repository\n"
      "below the roots are asked whether they reach the host; no extension hears of that. Root "
      "asks\n"
      "as the owner of each repository.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml doctor\n"
      "Exit status: 0 nothing fails, 1 something does.");
  command->callback([&context] { run(context); });
}

}  // namespace rcx::host::cli
