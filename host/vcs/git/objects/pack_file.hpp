// One pack and its index of either version (gitformat-pack(5)), read through mappings. Used by
// host/vcs/git/objects alone.
#pragma once

#include <optional>

#include "host/vcs/git/objects/content_cache.hpp"
#include "host/vcs/git/objects/inflate.hpp"
#include "host/vcs/git/objects/mapped_file.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// Where in a pack an object begins.
using Offset = std::uint64_t;

// One thread. Nothing that the files say is believed: a hostile pack costs an Error.
class PackFile {
 public:
  // `index` is the path of the `.idx`, whose pack stands beside it; ids have `id_size` bytes.
  static Result<PackFile> open(const fs::path& index, std::size_t id_size);

  std::optional<Offset> find(const ObjectId& id) const noexcept;
  Result<ObjectHeader> header(Offset offset, const ObjectId& id, Inflate& inflate) const;
  // kLimit for an object of more than `most` bytes. `cache` is this pack's own; objects on the way
  // to this one are kept in it.
  Result<Object> read(Offset offset, const ObjectId& id, std::uint64_t most, Inflate& inflate,
                      ContentCache<Offset>& cache) const;

 private:
  // One entry as the pack stores it.
  struct Entry {
    unsigned kind = 0;       // an ObjectType, or one of the two deltas
    std::uint64_t size = 0;  // of what `data` inflates to
    std::string_view data;   // compressed; goes on behind the entry
    Offset base = 0;         // of a delta
  };

  PackFile(MappedFile index, MappedFile pack, std::size_t id_size, std::size_t count,
           std::size_t fanout) noexcept
      : index_(std::move(index)),
        pack_(std::move(pack)),
        id_size_(id_size),
        count_(count),
        fanout_(fanout) {}

  std::uint32_t number(std::size_t at) const noexcept;
  std::optional<Offset> offset(std::size_t place) const noexcept;
  std::optional<Entry> entry(Offset offset) const;

  MappedFile index_;
  MappedFile pack_;
  std::size_t id_size_;
  std::size_t count_;
  std::size_t fanout_;  // where in the index it begins: 0 in one of the first version
};

}  // namespace rcx::host::git
