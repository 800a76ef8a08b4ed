// What `rcx doctor` looks at, and what it finds.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {

enum class Health { kOk, kWarn, kFail };

struct Finding {
  Health health = Health::kOk;
  std::string check;  // such as `host`
  std::string text;   // what was found, and where it is not well, what to type
};

// What all checks know.
struct Patient {
  const Config& config;
  std::optional<HostStatus> host;  // none runs, or it says nothing
  uid_t service = 0;               // whom the host runs as, or would
};

// rcx.yaml, owners and modes, programs, the host and its sockets. Adds a finding for each.
Patient diagnose_instance(const Config& config, std::vector<Finding>& findings);

// Every repository below the roots: its hooks, its owner, and what its host answers to them.
void diagnose_repositories(const Patient& patient, std::vector<Finding>& findings);

// What the hook `hook` of the repository with this git directory says to a probe. As root it is run
// as the owner of the repository, who would push: root executes nothing of somebody else's.
struct ProbeAnswer {
  bool well = false;
  bool told = false;  // who answered; an older host says nothing
  std::string text;   // the answer, or what is wrong
};
Result<ProbeAnswer> probe(const fs::path& git_directory, const fs::path& hook);
// The same of a Mercurial repository: hg runs the hook that is installed there.
Result<ProbeAnswer> probe_mercurial(const fs::path& repository, const fs::path& module);

// What `program ARGUMENT` prints on standard output.
Result<std::string> output_of(const fs::path& program, const std::string& argument);

}  // namespace rcx::host::cli
