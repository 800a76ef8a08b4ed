// The hooks of rcx in a Subversion repository: clients in hooks/.
#pragma once

#include <string>
#include <vector>

#include "host/cli/diagnosis.hpp"
#include "host/cli/install_all.hpp"
#include "host/config/config.hpp"

namespace rcx::host::cli {

bool is_subversion(const fs::path& repository);

// As install() and uninstall().
Result<Installed> install_subversion(const Config& config, const fs::path& repository, bool dry);
Result<Uninstalled> uninstall_subversion(const fs::path& repository, bool dry);

// Its hooks, and what the host answers to them. `client`: the bytes of the client of this release.
void diagnose_subversion(const Patient& patient, const fs::path& repository,
                         const std::string& client, std::vector<Finding>& findings);

}  // namespace rcx::host::cli
