#include "host/cli/cli.hpp"

#include <array>
#include <iostream>

namespace rcx::host::cli {

void Context::fail(const Error& error, int code) {
  std::cerr << "rcx: " << error.message << '\n';
  status = code;
}

std::shared_ptr<const Config> Context::config() {
  Result<std::shared_ptr<const Config>> loaded = load_config(config_file);
  if (loaded) return *loaded;
  fail(loaded.error());
  return nullptr;
}

int run(int argc, char** argv) {
  CLI::App app{"rcx runs extensions when people push: the tool of its operators and authors."};
  Context context;
  context.config_option =
      app.add_option("-c,--config", context.config_file, "The instance's rcx.yaml")
          ->envname("RCX_CONFIG")
          ->type_name("FILE");
  app.add_flag("--json", context.json, "Print JSON, for scripts");
  app.set_version_flag("--version", RCX_HOST_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(
      "Example:  rcx init /srv/rcx\n"
      "Exit status: 0 done, 1 it did not work, 2 wrong arguments, 3 no host runs.");
  constexpr std::array kCommands = {
      &add_init,        &add_new,    &add_install,    &add_uninstall,       &add_extensions,
      &add_status,      &add_doctor, &add_explain,    &add_decisions,       &add_events,
      &add_emit,        &add_call,   &add_calls,      &add_reload,          &add_repo,
      &add_group,       &add_user,   &add_token,      &add_grant,           &add_revoke,
      &add_permissions, &add_can,    &add_shell,      &add_authorized_keys, &add_config,
      &add_try,         &add_fronts, &add_completion, &add_manual};
  for (const auto& add : kCommands) add(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  } catch (const std::exception& error) {
    context.fail({Code::kIo, error.what()});
  }
  return context.status;
}

}  // namespace rcx::host::cli
