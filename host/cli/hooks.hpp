// The hook client in a repository: finding the place, putting it in, taking it out.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

inline constexpr std::array<const char*, 2> kGitHooks = {"pre-receive", "post-receive"};

// The directory where git looks for the hooks of the repository at `repository`, which may be bare
// or not. An Error when `core.hooksPath` points out of the repository.
Result<fs::path> find_hooks(const fs::path& repository);

// An Error for a repository whose objects the host cannot read: those named by SHA-256.
Result<void> check_objects(const fs::path& repository);

// Whether `file` is a hook client of any release.
bool is_client(const fs::path& file);

// Puts the client at `client` in as `hook`. A hook that was there is kept and chained. At no moment
// is there no hook. Returns what was done, as a line for people.
Result<std::string> put_in(const fs::path& hooks, const std::string& hook, const fs::path& client);

// Takes it out and puts back what was there before.
Result<std::string> take_out(const fs::path& hooks, const std::string& hook);

}  // namespace rcx::host::cli
