// A file of the instance that git's configuration includes for the repositories below the roots,
// and for no others.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// As git writes them: `gitdir:/srv/git/`.
using Conditions = std::set<std::string>;

// One for each root, links followed.
Result<Conditions> wanted_conditions(const Config& config);
// Those under which git's configuration of `scope`, system or global, includes `file`.
Result<Conditions> included_by(const std::string& scope, const fs::path& file);

// Has git's configuration of `scope` include `file` where `more` say, and all or nothing.
Result<void> include_file(const Conditions& more, const std::string& scope, const fs::path& file);
// And no more where `less` say.
Result<void> exclude_file(const Conditions& less, const std::string& scope, const fs::path& file);
// The key that names the file for one condition.
std::string include_key(const std::string& condition);

// Where git includes a file, and under which conditions.
struct Inclusion {
  std::string who;
  Conditions conditions;
};
// In the configuration of the system, of who asks, or of whom the host runs as.
std::optional<Inclusion> find_inclusion(const Config& config, const fs::path& file);

// `all` without those in `less`.
Conditions without(const Conditions& all, const Conditions& less);
std::string shown(const Conditions& conditions);

}  // namespace rcx::host::cli
