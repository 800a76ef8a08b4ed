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
  // Packs of `directories`: that of a repository, and those of its alternates.
  StoredObjects(std::unique_ptr<Objects> rest, const std::vector<fs::path>& directories,
                std::size_t id_size);

  Result<bool> contains(const ObjectId& id) override;
  void look_again() override { rest_->look_again(); }
  bool stays(const ObjectId& id) noexcept override { return packs_.stays(id); }
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  Result<SharedPieces> pieces(const ObjectId& id, std::uint64_t most, PieceCache& cache) override;
  Buffers* buffers() noexcept override { return packs_.buffers(); }
  std::unique_ptr<Objects> for_another_thread() const override {
    return packs_.for_another_thread();
  }

 private:
  Result<Object> read_anew(const ObjectId& id, std::uint64_t most);

  Packs packs_;
  std::unique_ptr<Objects> rest_;
  // One push after the other is compared with the same trees, and those at the top are large.
  ContentCache<ObjectId, ObjectIdHash> trees_;
};

}  // namespace rcx::host::git
