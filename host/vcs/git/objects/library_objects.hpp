// Objects of a repository through libgit2: its own, those of its alternates, packed or loose.
#pragma once

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// SHA-1 only. A pack that git deleted meanwhile is looked for again, once. One thread.
class LibraryObjects : public Objects {
 public:
  // `repository` must outlive this. `directories`: where its objects are, some of which libgit2
  // would not find.
  static Result<std::unique_ptr<LibraryObjects>> open(git_repository* repository,
                                                      const std::vector<fs::path>& directories);

  Result<bool> contains(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  void look_again() override { git_odb_refresh(store_.get()); }

 private:
  explicit LibraryObjects(Handle<git_odb> store) : store_(std::move(store)) {}
  Handle<git_odb> store_;
};

}  // namespace rcx::host::git
