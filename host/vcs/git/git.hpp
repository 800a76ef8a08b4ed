// Git through libgit2: pushes as events. Used by host/vcs alone.
#pragma once

#include <git2.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/vcs/vcs.hpp"

namespace rcx::host::git {

// Initialises libgit2: no owner checks (host/access checks paths against the roots), no
// configuration of the system or the user, bounded memory maps.
Result<void> start();

// Fills the parts of `result` that git knows from a pre-receive or post-receive call.
Result<void> read_push(const HookCall& call, const Config& config, HookEvent& result);

// For the whole process: objects are not hashed again when they are read.
void trust_objects();

struct Free {
  void operator()(git_repository* p) const noexcept { git_repository_free(p); }
  void operator()(git_odb* p) const noexcept { git_odb_free(p); }
  void operator()(git_commit* p) const noexcept { git_commit_free(p); }
  void operator()(git_object* p) const noexcept { git_object_free(p); }
  void operator()(git_tree* p) const noexcept { git_tree_free(p); }
  void operator()(git_tree_entry* p) const noexcept { git_tree_entry_free(p); }
  void operator()(git_revwalk* p) const noexcept { git_revwalk_free(p); }
  void operator()(git_reference* p) const noexcept { git_reference_free(p); }
  void operator()(git_reference_iterator* p) const noexcept { git_reference_iterator_free(p); }
};
template <class T>
using Handle = std::unique_ptr<T, Free>;

// The last error of libgit2 on this thread, said of `what`.
Error last_error(const std::string& what);

// `id` (hexadecimal) as libgit2 has it.
Result<git_oid> parse_id(const std::string& id);
std::string id_text(const git_oid& id);

// Opens the repository at `path` (a git directory) for this thread; with `quarantine`, its objects
// are readable as well. A quarantine that is none of this repository's is refused.
Result<Handle<git_repository>> open_repository(const std::string& path,
                                               const std::string& quarantine);

// Follows tags to the commit that `id` names; null when it names a tree or a blob.
Result<Handle<git_commit>> peel_to_commit(git_repository* repository, const git_oid& id);

// Ids of the commits that `refs` bring, parents before children: those reachable from new ids and
// from no reference as it was before the push. `moved`: the references have moved already, so their
// old ids stand for them.
Result<std::vector<git_oid>> new_commits(git_repository* repository,
                                         const std::vector<RefUpdate>& refs, bool moved);

// How much all paths read for one push may be: a few small trees can name billions.
struct PathBudget {
  std::size_t paths = 2'000'000;
  std::size_t bytes = std::size_t{256} * 1024 * 1024;  // of paths
};

// What `commit` changed, in order of path; see rcx_commits.change. Takes from `budget`; kLimit when
// it is spent.
Result<std::vector<Change>> changed_paths(git_repository* repository, git_commit* commit,
                                          PathBudget& budget);

// How many bytes the content `id` has, without reading it; kNotFound where it is not there.
Result<std::uint64_t> content_size(git_repository* repository, const std::string& id);

// What lies in `directory` (empty: the root) of `commit`; nothing where there is no such directory.
// Takes from `budget`; kLimit when it is spent.
Result<std::vector<Entry>> directory_entries(git_repository* repository, const git_oid& commit,
                                             const std::string& directory, PathBudget& budget);

}  // namespace rcx::host::git
