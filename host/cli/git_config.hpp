// git's configuration of the system and of who asks: the files that hold for every repository.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// What a command of git said, each text less its last newlines.
struct GitSaid {
  int status = 0;
  std::string out;
  std::string err;
};
// Runs it in `/`, so that no repository is configured. An Error where git is missing.
Result<GitSaid> run_git(const std::vector<std::string>& words);

// An Error where git is older than 2.`minor`, which `what` needs, such as `to ask about pulls`;
// `instead` is what else may be done.
Result<void> check_git(int minor, const std::string& what, const std::string& instead);

// The value of `key` in git's configuration of `scope`, system or global, without what that
// includes; empty where there is none.
Result<std::string> git_setting(const std::string& scope, const std::string& key);
// `git config --SCOPE WORDS`. An Error says who may.
Result<void> change_git_setting(const std::string& scope, const std::vector<std::string>& words);

// An Error where some user of this machine cannot reach what lies in `directory`, so that git,
// whichever repository it serves, would fail to run it; `instead` says what else may be typed.
Result<void> check_open_to_all(const fs::path& directory, const std::string& instead);

// Where `core.hooksPath` is set for every repository, with what that file includes.
struct SharedHooks {
  std::string path;
  std::string where;  // as words of git: --system, --global, --file FILE
};
// In git's configuration of the system, of the user whom the host runs as, and of `scope`.
Result<std::optional<SharedHooks>> find_shared_hooks(const Config& config,
                                                     const std::string& scope);

// The home of that user, by name or number; empty where that is who asks, or not known.
std::string home_of_other(const std::string& user);
// The configuration files of the user whom the host runs as; none where that is who asks, or not
// known: `--global` of who asks tells then.
std::vector<std::string> files_of_service(const Config& config);

}  // namespace rcx::host::cli
