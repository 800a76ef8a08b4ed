// Where the references of a repository point, without git.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "host/core/core.hpp"
#include "host/vcs/git/objects/mapped_file.hpp"
#include "host/vcs/git/objects/object_id.hpp"
#include "host/vcs/git/stamps.hpp"

namespace rcx::host::git {

// Ids that some reference points at: branches, tags (and what packed tags stand for), HEAD.
class Tips {
 public:
  // `ids` in any order, several times if need be.
  explicit Tips(std::vector<ObjectId> ids);
  bool contains(const ObjectId& id) const noexcept;
  std::size_t size() const noexcept { return ids_.size(); }

 private:
  std::vector<ObjectId> ids_;  // sorted
};

// Reads the files of a repository that keeps its references in files. What somebody moves
// meanwhile is seen as it was or as it is. One thread.
class References {
 public:
  // `path`: the git directory.
  explicit References(std::string path) : path_(std::move(path)) {}

  // Where `name` points now, symbolic references followed. None where it does not exist or cannot
  // be read: one that is unreadable hides nothing.
  std::optional<ObjectId> current(const std::string& name) const;
  // All tips. Read again only when a file or directory that holds some has changed.
  const Tips& tips();
  // Whether tips() last found all that there is to read, and followed no link to a directory, which
  // git does. An Error where something could not be read.
  const Result<bool>& whole() const noexcept { return whole_; }
  // How often they were read.
  std::uint64_t readings() const noexcept { return readings_; }

 private:
  std::optional<ObjectId> packed(std::string_view name) const;
  void read_all();
  // `names` gets those of the files, to which lines of packed-refs mean nothing.
  void read_directory(const std::string& directory, int depth, std::vector<ObjectId>& into,
                      std::unordered_set<std::string>& names);

  std::string path_;
  std::optional<Tips> tips_;
  Result<bool> whole_ = true;
  Stamps stamps_;  // of what tips_ was read from
  std::uint64_t readings_ = 0;
};

}  // namespace rcx::host::git
