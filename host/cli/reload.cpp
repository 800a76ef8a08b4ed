#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/supervisor/control.hpp"

namespace rcx::host::cli {
namespace {

// Reading every extension and creating it may take as long as `budget.load` allows.
constexpr std::chrono::minutes kPatience{10};

void run(Context& context) {
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return context.fail(place.error());
  const Result<boost::json::object> answer =
      ask_host(*place, {{"do", "reload"}}, kPatience);
  if (!answer) {
    const bool none = answer.error().code == Code::kUnavailable;
    Error error = answer.error();
    if (error.code == Code::kInvalid) error.message += "\nrcx: the old set serves on";
    return context.fail(error, none ? kNoHost : kFailed);
  }
  if (context.json) {
    std::cout << boost::json::serialize(*answer) << '\n';
    return;
  }
  std::cout << fmt::format("generation {} serves\n",
                           answer->at("generation").to_number<std::uint64_t>());
  for (const boost::json::value& key : answer->at("needs_restart").as_array()) {
    std::cerr << "rcx: " << std::string_view(key.as_string())
              << " changed and counts only after the host was restarted\n";
  }
}

}  // namespace

void add_reload(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("reload", "Have the host read rcx.yaml and its extensions again");
  command->footer(
      "A host notices by itself when files change; this reads them even so, tries again what did\n"
      "not load, and says what came of it. Pushes in flight finish with the old set, and where\n"
      "anything of the new one fails, the old one serves on.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml reload\n"
      "Exit status: 0 the new set serves, 1 the old one does, 3 no host runs.");
  command->callback([&context] { run(context); });
}

}  // namespace rcx::host::cli
