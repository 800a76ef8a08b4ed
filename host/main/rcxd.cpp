// rcxd: the host. Without --role it is the supervisor, which starts itself again in roles.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "host/plugin/inspect.hpp"
#include "host/plugin/plugin.hpp"
#include "host/queue/server.hpp"
#include "host/recorder/recorder.hpp"
#include "host/supervisor/delivery.hpp"
#include "host/supervisor/once.hpp"
#include "host/supervisor/supervisor.hpp"
#include "host/trial/check.hpp"
#include "host/trial/trial.hpp"
#include "host/worker/startup.hpp"

namespace {

constexpr int kCannotStart = 1;

int supervise(const std::string& config_file) {
  const auto config = rcx::host::load_config(config_file);
  if (!config) {
    std::cerr << config.error().message << '\n';
    return kCannotStart;
  }
  const auto served = rcx::host::run_supervisor(*config);
  if (served) return 0;
  std::cerr << "rcxd: " << served.error().message << '\n';
  return kCannotStart;
}

}  // namespace

int main(int argc, char** argv) {
  // What it makes is for others to read at most, whatever the person allows who starts it.
  ::umask(022);
  CLI::App app{
      "The rcx host: serves the hooks of the repositories of one instance.\n"
      "SIGTERM finishes the pushes in flight and leaves."};
  std::string config_file = "rcx.yaml";
  std::string role;
  std::string pool;
  std::string library;
  app.add_option("-c,--config", config_file, "The instance's rcx.yaml")->envname("RCX_CONFIG");
  app.add_option("--role", role)->group("");
  app.add_option("--pool", pool)->group("");
  app.add_option("library", library)->group("");
  app.set_version_flag("--version", RCX_HOST_VERSION);
  app.footer(
      "Example:  rcxd -c /srv/rcx/rcx.yaml\n"
      "Exit status: 0 after SIGTERM, 1 when it cannot start, 2 for wrong arguments.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (role == "worker") return rcx::host::run_worker();
  if (role == "deliver") return rcx::host::run_deliver();
  if (role == "queue") return rcx::host::run_queue();
  if (role == "recorder") return rcx::host::run_recorder();
  if (role == "once") return rcx::host::run_once(config_file, pool);
  if (role == "check") return rcx::host::run_check();
  if (role == "try") return rcx::host::run_try();
  if (role == "describe") return rcx::host::run_describe(library, rcx::host::kFirstInherited);
  if (role == "inspect") return rcx::host::run_inspect(library, rcx::host::kFirstInherited);
  return supervise(config_file);
}
