// What a push brought, while git holds it back from the repository.
#pragma once

#include "host/vcs/git/objects/loose_objects.hpp"
#include "host/vcs/git/objects/packs.hpp"

namespace rcx::host::git {

// Packs and loose objects of one directory, opened once: nothing is added to a quarantine after
// git has received it. One thread.
class Quarantine : public Objects {
 public:
  // `directory` must lie in `store`, the `objects` directory of its repository. kDenied where it
  // does not.
  static Result<std::unique_ptr<Quarantine>> open(const fs::path& directory, const fs::path& store,
                                                  std::size_t id_size);

  Result<bool> contains(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  Result<SharedPieces> pieces(const ObjectId& id, std::uint64_t most, PieceCache& cache) override;

  Buffers* buffers() noexcept override { return packs_.buffers(); }
  std::unique_ptr<Objects> for_another_thread() const override {
    return packs_.for_another_thread();
  }
  void read_commits_ahead() override { packs_.read_commits_ahead(); }
  std::optional<std::string_view> commit_ahead(const ObjectId& id) noexcept override {
    return packs_.commit_ahead(id);
  }

 private:
  Quarantine();

  Packs packs_;
  std::unique_ptr<LooseObjects> loose_;
};

}  // namespace rcx::host::git
