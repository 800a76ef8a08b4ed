#include "host/cli/tell_host.hpp"

namespace rcx::host::cli {

void add_reload(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("reload", "Have the host read rcx.yaml and its extensions again");
  command->footer(
      "A host notices by itself when files change; this reads them even so, tries again what did\n"
      "not load, and says what came of it. Pushes in flight finish with the old set; those that\n"
      "start after the answer are judged by the new one. Where anything of that fails, the old\n"
      "one serves on.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml reload\n"
      "Exit status: 0 the new set serves, 1 the old one does, 3 no host runs.");
  command->callback([&context] { tell_host(context, {{"do", "reload"}}); });
}

}  // namespace rcx::host::cli
