// Objects in files of their own, as a small push arrives. Used by host/vcs/git/objects alone.
#pragma once

#include "host/vcs/git/objects/inflate.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// One thread.
class LooseObjects : public Objects {
 public:
  // In `directory`, as `objects` of a repository is laid out.
  explicit LooseObjects(fs::path directory) : directory_(std::move(directory)) {}

  Result<bool> contains(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;

 private:
  std::string path(const ObjectId& id) const;

  fs::path directory_;
  Inflate inflate_;
};

}  // namespace rcx::host::git
