// Git through libgit2: pushes as events. Used by host/vcs alone.
#pragma once

#include <git2.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/vcs/vcs.hpp"

namespace rcx::host::git {

// Initialises libgit2: no owner checks (host/access checks paths against the roots), no
// configuration of the system or the user, bounded memory maps and caches, no hashing of what is
// read: see objects/objects.hpp.
Result<void> start();

class StoreCache;

// Fills the parts of `result` that git knows from a pre-receive or post-receive call. `stores` must
// outlive it; `kept` as for read_hook_call.
Result<void> read_push(const HookCall& call, const Config& config, StoreCache& stores,
                       HookEvent& result, const std::string* kept);

// One line of what git tells hooks of a reference: `OLD NEW NAME`.
Result<RefUpdate> read_ref_line(std::string_view line);

struct Free {
  void operator()(git_repository* p) const noexcept { git_repository_free(p); }
  void operator()(git_odb* p) const noexcept { git_odb_free(p); }
  void operator()(git_reference* p) const noexcept { git_reference_free(p); }
  void operator()(git_object* p) const noexcept { git_object_free(p); }
  void operator()(git_config* p) const noexcept { git_config_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

// The last error of libgit2 on this thread, said of `what`.
Error last_error(const std::string& what);

// Opens the repository at `path` (a git directory) for this thread.
Result<Handle<git_repository>> open_repository(const std::string& path);

}  // namespace rcx::host::git
