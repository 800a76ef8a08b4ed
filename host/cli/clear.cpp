#include <boost/json.hpp>
#include <iostream>

#include "host/cli/cli.hpp"
#include "host/cli/tell_host.hpp"

namespace rcx::host::cli {

void add_clear(CLI::App& group, Context& context) {
  CLI::App* command =
      group.add_subcommand("clear", "Bring an extension back that failed too often");
  auto id = std::make_shared<std::string>();
  command->fallthrough();
  command->add_option("ID", *id, "The extension, as  rcx extensions list  shows it")->required();
  command->footer(
      "An extension that fails breaker.failures times within breaker.window is disabled until its\n"
      "file changes. While it is, its fail policy decides: closed refuses pushes.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml extensions clear policy");
  command->callback([id, &context] { tell_host(context, {{"do", "clear"}, {"id", *id}}); });
}

}  // namespace rcx::host::cli
