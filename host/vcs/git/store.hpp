// A repository at rest: what is in it without what is just being pushed.
#pragma once

#include <memory>
#include <string>

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/objects/commit_graph_file.hpp"
#include "host/vcs/git/objects/objects.hpp"
#include "host/vcs/git/objects/old_commits.hpp"
#include "host/vcs/git/references.hpp"
#include "host/vcs/git/stamps.hpp"

namespace rcx::host::git {

// Who reads objects. kBest reads packs itself; for all else it has libgit2, or git where that
// cannot open the repository: one that names objects by SHA-256, or has extensions that came later.
// kLibrary and kProcess are these two alone.
enum class Reader { kBest, kLibrary, kProcess };

// An open repository. Belongs to the thread that opened it, which a debug build asserts: a handle
// of libgit2 must never be used by two.
class Store {
 public:
  // `path`: a git directory. The Error says what neither reader can open, and why.
  static Result<std::unique_ptr<Store>> open(const std::string& path,
                                             Reader reader = Reader::kBest);

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  Store(Store&&) = delete;
  Store& operator=(Store&&) = delete;
  ~Store();

  const std::string& path() const noexcept { return path_; }
  std::string objects_path() const { return path_ + "/objects"; }
  // Bytes of an id.
  std::size_t id_size() const noexcept { return id_size_; }
  Objects& objects() noexcept;
  // Null where they are not kept in files: then git must be asked.
  References* references() noexcept;
  // Commits that count as having no parents, because the history is cut off there.
  const Ids& shallow() const noexcept { return shallow_; }
  // What git has written down of the history, where it has.
  const CommitGraphFile& commit_graph() const noexcept { return commit_graph_; }
  // What was read of its commits, for who reads more of them.
  OldCommits& old_commits() noexcept { return old_commits_; }
  // Of libgit2; null where git itself reads.
  git_repository* library() noexcept { return library_.get(); }
  // Whether files that everything was read from surely are as they were when this was opened. gc
  // announces itself nowhere else, and what comes to a repository whose objects this one borrows.
  bool unchanged() const { return stamps_.unchanged(); }
  // Finds what came to the objects since this was opened, or since it was last asked; false where
  // nothing did.
  bool look_again();

 private:
  explicit Store(std::string path) : path_(std::move(path)) {}
  void check_thread() const noexcept;
  Result<void> open_library(const std::vector<fs::path>& directories);
  Result<void> open_process();

  std::string path_;
  std::size_t id_size_ = kSha1Size;
  Handle<git_repository> library_;
  std::unique_ptr<Objects> objects_;
  std::optional<References> references_;
  Ids shallow_;
  CommitGraphFile commit_graph_;
  OldCommits old_commits_;
  Stamps stamps_;
  Stamps looked_;  // the same files at the last look
  std::uint64_t thread_;
};

// The ids in a file like `shallow` of a git directory.
Result<Ids> read_shallow(const fs::path& file);

}  // namespace rcx::host::git
