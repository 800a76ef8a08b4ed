// All packs of a directory, opened once.
#pragma once

#include <optional>
#include <vector>

#include "host/vcs/git/objects/commits_ahead.hpp"

namespace rcx::host::git {

// Reads what lies in packs, and knows nothing of anything else. Packs that come later are not seen,
// and those that are deleted stay mapped. One thread.
class Packs : public Objects {
 public:
  // `bytes` of objects are kept that others are made of.
  explicit Packs(std::size_t bytes) : bytes_(bytes), work_(bytes) {}

  // Adds those of `directory` (`pack` of a store of objects), none where there is no such
  // directory. A pack that cannot be opened is an Error, or left out where `lenient`.
  Result<void> add(const fs::path& directory, std::size_t id_size, bool lenient);

  // Where it lies; none when it does not.
  std::optional<PackPlace> find(const ObjectId& id) noexcept;
  // As header() and read(), of what find() found.
  Result<ObjectHeader> header(const PackPlace& place, const ObjectId& id);
  Result<Object> read(const PackPlace& place, const ObjectId& id, std::uint64_t most);
  Result<SharedPieces> pieces(const PackPlace& place, const ObjectId& id, std::uint64_t most,
                              PieceCache& cache);

  Result<bool> contains(const ObjectId& id) override { return find(id).has_value(); }
  bool stays(const ObjectId& id) noexcept override { return find(id).has_value(); }
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  Result<SharedPieces> pieces(const ObjectId& id, std::uint64_t most, PieceCache& cache) override;
  Buffers* buffers() noexcept override { return &work_.buffers; }
  std::unique_ptr<Objects> for_another_thread() const override;
  void read_commits_ahead() override;
  std::optional<std::string_view> commit_ahead(const ObjectId& id) noexcept override;

 private:
  std::size_t bytes_;
  std::vector<std::shared_ptr<const PackFile>> packs_;  // shared with other threads
  std::size_t last_ = 0;  // the pack that held what was asked for last
  PackWork work_;
  std::vector<std::unique_ptr<CommitsAhead>> ahead_;  // of each pack, once asked for; may be null
};

}  // namespace rcx::host::git
