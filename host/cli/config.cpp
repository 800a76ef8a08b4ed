#include "host/config/config.hpp"

#include <iostream>

#include "host/access/access.hpp"
#include "host/cli/cli.hpp"
#include "host/config/listen.hpp"

namespace rcx::host::cli {

void add_config(CLI::App& app, Context& context) {
  CLI::App* group = app.add_subcommand("config", "About rcx.yaml");
  group->require_subcommand(1);
  group->fallthrough();
  CLI::App* command =
      group->add_subcommand("check", "Find every mistake, with file, line and column");
  command->fallthrough();
  command->footer("Example:  rcx -c /srv/rcx/rcx.yaml config check");
  command->callback([&context] {
    const auto config = context.config();
    if (!config) return;
    if (const Result<Doors> doors = Doors::open(config->identity); !doors) {
      context.fail(doors.error());
      return;
    }
    if (const Result<void> free = check_listen(config->api); !free) {
      context.fail(free.error());
      return;
    }
    std::cout << config->file.string() << ": no mistakes found\n";
  });
}

}  // namespace rcx::host::cli
