// The hooks of rcx in a Mercurial repository: a file of their own, which .hg/hgrc includes.
#pragma once

#include <string>
#include <vector>

#include "host/cli/diagnosis.hpp"
#include "host/cli/hooks.hpp"
#include "host/config/config.hpp"

namespace rcx::host::cli {

bool is_mercurial(const fs::path& repository);

// Why repositories of Mercurial cannot be served here, and what to type; empty where they can.
std::string mercurial_missing();

struct MercurialInstalled {
  fs::path file;  // with the hooks
  bool was_there = false;
  std::string more;  // to be said as well; may be empty
};
// Has it served by this instance, which the caller has found to be below a root. `dry`: only says
// what would be done. `shell`: by programs that hg executes, which then stay until they are taken
// out; see mercurial_shell.hpp.
Result<MercurialInstalled> install_mercurial(const Config& config, const fs::path& repository,
                                             bool shell, bool dry);
// Undoes that; nothing where it is not installed.
Result<MercurialInstalled> uninstall_mercurial(const fs::path& repository, bool dry);

// The same for every repository below the roots, by a file of hg's configuration of the system.
// Says what was done, or would be; nothing where this machine has no such configuration.
Result<std::string> install_mercurial_for_all(const Config& config, bool dry);
Result<std::string> uninstall_mercurial_for_all(const Config& config, bool dry);

// Its files, who owns them, and what the host answers to its hooks.
void diagnose_mercurial(const Patient& patient, const fs::path& repository,
                        std::vector<Finding>& findings);

}  // namespace rcx::host::cli
