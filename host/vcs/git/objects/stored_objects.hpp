// The objects of a repository at rest: read from its packs here, and by somebody else where that
// does not do.
#pragma once

#include <memory>

#include "host/vcs/git/objects/packs.hpp"

namespace rcx::host::git {

// What lies in packs is read through our own mappings, several times faster than by libgit2. All
// else is left to `rest`: loose objects, packs that came since, and what is damaged here, which git
// may read elsewhere. One thread.
class StoredObjects : public Objects {
 public:
  // Packs of `objects`, the directory of a repository, and of its alternates.
  StoredObjects(std::unique_ptr<Objects> rest, const fs::path& objects, std::size_t id_size);

  Result<bool> contains(const ObjectId& id) override;
  bool stays(const ObjectId& id) noexcept override { return packs_.stays(id); }
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  Buffers* buffers() noexcept override { return packs_.buffers(); }
  std::unique_ptr<Objects> for_another_thread() const override {
    return packs_.for_another_thread();
  }

 private:
  void add(const fs::path& objects, std::size_t id_size, int depth);

  Packs packs_;
  std::unique_ptr<Objects> rest_;
};

}  // namespace rcx::host::git
