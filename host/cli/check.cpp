#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/trial_config.hpp"
#include "host/trial/check.hpp"

namespace rcx::host::cli {
namespace {

std::size_t errors(const Checked& checked) {
  return static_cast<std::size_t>(
      std::count_if(checked.findings.begin(), checked.findings.end(),
                    [](const Finding& finding) { return finding.error; }));
}

void print(const Checked& checked) {
  for (const Finding& finding : checked.findings) {
    std::string where = finding.where.empty() ? std::string() : finding.where + ": ";
    std::cout << fmt::format("{}: {}{}", finding.error ? "error" : "warning", printable(where),
                             printable(finding.text));
    if (finding.times > 1) std::cout << fmt::format(" (and {} more times)", finding.times - 1);
    std::cout << '\n';
  }
  if (!checked.descriptor) return;
  const std::size_t wrong = errors(checked);
  std::cout << fmt::format("{} {}: {} error{}, {} warning{} in {} calls of its handlers",
                           checked.descriptor->id, printable(checked.descriptor->version), wrong,
                           wrong == 1 ? "" : "s", checked.findings.size() - wrong,
                           checked.findings.size() - wrong == 1 ? "" : "s", checked.calls);
  if (checked.slowest.ns > 0) {
    std::cout << fmt::format(
        "; the slowest took {} ({})",
        fmt::format("{:.1f} ms", static_cast<double>(checked.slowest.ns) / 1e6),
        checked.slowest_on);
  }
  std::cout << '\n';
}

boost::json::object to_json(const Checked& checked) {
  boost::json::array findings;
  for (const Finding& finding : checked.findings) {
    findings.push_back(boost::json::object{{"severity", finding.error ? "error" : "warning"},
                                           {"text", printable(finding.text)},
                                           {"where", finding.where},
                                           {"times", finding.times}});
  }
  boost::json::object json{{"findings", std::move(findings)},
                           {"calls", checked.calls},
                           {"slowest_ns", checked.slowest.ns},
                           {"slowest_on", checked.slowest_on}};
  if (checked.descriptor) json["descriptor"] = to_json(*checked.descriptor);
  return json;
}

void run(Context& context, const std::string& file, const std::string& settings) {
  const Result<TrialConfig> config = trial_config(context, settings);
  if (!config) return context.fail(config.error());
  const Result<Subject> subject = Subject::open(file);
  if (!subject) return context.fail(subject.error());
  const Result<Checked> checked = check_extension(*subject, *config);
  if (!checked) return context.fail(checked.error());
  if (context.json) {
    std::cout << boost::json::serialize(to_json(*checked)) << '\n';
  } else {
    print(*checked);
  }
  if (errors(*checked) != 0) context.status = kFailed;
}

}  // namespace

void add_check(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("check", "Check an extension against the rules of the contract");
  auto file = std::make_shared<std::string>();
  auto settings = std::make_shared<std::string>();
  command->fallthrough();
  command->add_option("FILE", *file, "The extension: X.so, or a directory X with X.so")->required();
  command->add_option("--settings", *settings, "A YAML file with the extension's settings")
      ->type_name("FILE");
  command->footer(
      "Runs it in processes of its own, on pushes ordinary and odd: what it calls too late or on\n"
      "other threads, what it keeps too long, leaves behind or changes for others, where it "
      "crashes\n"
      "or hangs. One line for each fault, with the cure. Settings are those of rcx.yaml, when -c "
      "or\n"
      "RCX_CONFIG names one. Exit status 1 when there are errors; warnings alone are 0.\n"
      "Example:  rcx extensions check build/policy.so");
  command->callback([file, settings, &context] { run(context, *file, *settings); });
}

}  // namespace rcx::host::cli
