// The hook client in a repository: finding the place, putting it in, taking it out.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

inline constexpr std::array<const char*, 2> kGitHooks = {"pre-receive", "post-receive"};

// What git prints less its last newline (a path may hold others), asked of this repository and no
// other: neither the environment nor a repository further up the tree stands in for one that is
// broken.
// `home`: of the user whose configuration of git counts; empty: of who asks.
Result<std::string> ask_git(const fs::path& repository, const std::vector<std::string>& question,
                            const std::string& home = {});

// Where the hooks of a repository are.
struct HookPlace {
  fs::path directory;   // the repository's own
  fs::path forwarders;  // where git looks instead, by `rcx install --system`; empty: it does not
};
// Of the repository at `repository`, which may be bare or not. An Error when `core.hooksPath`
// points somewhere else.
Result<HookPlace> find_hooks(const fs::path& repository, const std::string& home = {});

// Whether `file` is a hook client of any release.
bool is_client(const fs::path& file);

// What putting the client in as a hook does to what is there.
enum class Putting {
  kNew,      // nothing is there
  kRenewed,  // a client is there
  kChained,  // somebody's hook is there, which is kept and runs first
};

// What put_in would do. An Error where somebody's hook is there, and the place to keep it is taken.
Result<Putting> plan_putting(const fs::path& hooks, const std::string& hook);
// Puts the client at `client` in as `hook`. At no moment is there no hook.
Result<void> put_in(const fs::path& hooks, const std::string& hook, const fs::path& client);

// What taking the client out does.
enum class Taking {
  kTaken,    // a client was there
  kPutBack,  // and a hook before it, which is a hook again
  kAbsent,   // no hook was there
  kForeign,  // somebody's hook was there, and still is
};

// What take_out would do.
Taking plan_taking(const fs::path& hooks, const std::string& hook);
// Takes it out and puts back what was there before.
Result<Taking> take_out(const fs::path& hooks, const std::string& hook);

}  // namespace rcx::host::cli
