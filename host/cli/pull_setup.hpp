// Having git ask this host before it serves a pull: files of the instance, and one line of git's
// configuration.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "host/cli/cli.hpp"

namespace rcx::host::cli {

// Adds `--pull SCOPE` to install or uninstall. The result is empty where it is not given.
std::shared_ptr<std::string> add_pull_option(CLI::App& command, const std::string& description);

// Puts the client under the names of host/event/wire.h into the instance, and sets
// uploadpack.packObjectsHook in git's configuration of `scope`: system, global, or print, which
// says what to type. Prints what was done. An Error where another hook is set there.
Result<void> install_pull(const Config& config, const std::string& scope, bool dry);
// Takes that out of `scope`; with print, the files of the instance, which nothing may use any more.
Result<void> uninstall_pull(const Config& config, const std::string& scope, bool dry);

// Whether git asks this instance about pulls.
struct PullSight {
  bool seen = false;   // by git's configuration, for all that git serves as some user
  bool ready = false;  // the files are there, so that a program in front of git may ask
  bool broken = false;
  std::string text;  // what was found, and what to type
};
PullSight look_at_pulls(const Config& config);

}  // namespace rcx::host::cli
