// Clients in the instance that git runs as the hooks of many repositories, by core.hooksPath. Each
// runs the hook that the repository has of its own; some ask the host as well.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// INSTANCE/git/hooks, and beside it the file that git includes for repositories below the roots.
fs::path forwarders_directory(const Config& config);
fs::path included_file(const Config& config);

// Which are to stand there.
struct Forwarders {
  std::set<std::string> asking;         // hooks that ask the host
  std::map<std::string, fs::path> own;  // hooks that some repository has of its own, and which one
  bool set_refs = false;                // git shall leave all references to proc-receive
  std::vector<std::string> unread;      // what could not be looked into
  std::vector<std::string> impossible;  // own hooks that nothing here stands in for, and the cure

  std::set<std::string> all() const;
  // The content of RCX_WIRE_FORWARDS_FILE, and of included_file().
  std::string list() const;
  std::string included(const Config& config) const;
};

// Looks at every repository below the roots.
Result<Forwarders> plan_forwarders(const Config& config);

// The hooks of git that the repository has of its own, of which git runs none where it looks here.
// None for a repository that sets core.hooksPath itself. Those of its submodules are among them. A
// client of this instance is none, the hook that it kept is.
Result<std::set<std::string>> own_hooks(const Config& config, const fs::path& repository);

// What is wrong with that hook of a repository's own; empty where git runs it through one here.
std::string wrong_forwarder(const Config& config, const std::string& hook);

// Puts them in and takes others out, of which git may be running some: a line for each. `dry`
// changes nothing.
Result<std::vector<std::string>> put_forwarders(const Config& config, const Forwarders& wanted,
                                                bool dry);
// Takes all out. None of git's configuration may name them any more.
Result<void> remove_forwarders(const Config& config);

// What is wrong with them; empty where nothing is, as far as that can be told without looking at
// the repositories.
std::string wrong_forwarders(const Config& config);
// Those that neither ask the host nor run a hook in `own`.
std::vector<std::string> idle_forwarders(const Config& config, const std::set<std::string>& own);

}  // namespace rcx::host::cli
