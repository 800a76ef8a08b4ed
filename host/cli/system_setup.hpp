// One installation for every repository below the roots: core.hooksPath, set by git's configuration
// of the system or of one user for those repositories and no others.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// Whose configuration: `system`, `global`, or empty where neither is asked for.
struct SystemOption {
  bool system = false;
  bool global = false;
  std::string scope() const { return system ? "system" : global ? "global" : ""; }
};
// Adds `--system` and `--global` to install or uninstall.
std::shared_ptr<SystemOption> add_system_option(CLI::App& command, const std::string& what);

// Puts forwarders into the instance, and has git's configuration of `scope` include the file that
// names them, for what lies below a root. Prints what was done. An Error where hooks that run today
// would run no more.
Result<void> install_system(const Config& config, const std::string& scope, bool dry);
// Takes that out of `scope`. Where nothing was left of it, also the forwarders, which pushes that
// had begun may have needed.
Result<void> uninstall_system(const Config& config, const std::string& scope, bool dry);

// Whether git runs the hooks of this instance for all repositories below the roots.
struct SystemSight {
  bool seen = false;
  bool broken = false;
  std::string text;  // what was found, and what to type
};
SystemSight look_at_system(const Config& config);

}  // namespace rcx::host::cli
