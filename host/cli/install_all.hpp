// Installing in one repository, and in all below a directory.
#pragma once

#include <array>
#include <string>

#include "host/cli/cli.hpp"
#include "host/cli/hooks.hpp"

namespace rcx::host::cli {

struct Installed {
  fs::path hooks;
  bool served = false;  // by forwarders, so that nothing was to be done
  std::array<Putting, kGitHooks.size()> did{};
  std::vector<std::string> more;  // what was done for single references, a line each
  bool whole = false;  // `hooks` is the one file that was put in, and `did` says of it in its first
};

struct Uninstalled {
  fs::path hooks;
  std::array<Taking, kGitHooks.size()> did{};
  std::vector<std::string> more;  // the same
  bool whole = false;
};

struct InstallWay {
  bool dry = false;    // finds out what would be done, and whether it could be, and changes nothing
  bool shell = false;  // of Mercurial: hooks that hg executes
};
Result<Installed> install(const Config& config, const fs::path& repository, InstallWay way);
// `dry`: as above.
Result<Uninstalled> uninstall(const fs::path& repository, bool dry);

// The same for every repository below `root`, with a line for each and a summary. What fails keeps
// nothing else from being done, and is the exit status.
void install_all(const Config& config, const fs::path& root, InstallWay way, Context& context);
void uninstall_all(const Config& config, const fs::path& root, bool dry, Context& context);

// Which repositories are meant.
struct Which {
  std::string repository;
  std::string all;
  bool dry = false;
  // Throws CLI::ParseError when none is.
  void check() const;
};
std::shared_ptr<Which> add_which(CLI::App& command, const std::string& all_description);

}  // namespace rcx::host::cli
