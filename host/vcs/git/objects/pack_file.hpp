// One pack and its index of either version (gitformat-pack(5)), read through mappings. Used by
// host/vcs/git/objects alone.
#pragma once

#include <optional>

#include "host/vcs/git/objects/content_cache.hpp"
#include "host/vcs/git/objects/inflate.hpp"
#include "host/vcs/git/objects/mapped_file.hpp"
#include "host/vcs/git/objects/objects.hpp"
#include "host/vcs/git/objects/piece_cache.hpp"
#include "host/vcs/git/objects/sorted_ids.hpp"

namespace rcx::host::git {

// Where in a pack an object begins.
using Offset = std::uint64_t;

// An entry of one of several packs.
struct PackPlace {
  std::size_t pack = 0;  // its number
  Offset offset = 0;
  friend bool operator==(const PackPlace& a, const PackPlace& b) noexcept {
    return a.offset == b.offset && a.pack == b.pack;
  }
};

struct PackPlaceHash {
  std::size_t operator()(const PackPlace& place) const noexcept {
    return place.offset + place.pack * 1'000'003U;
  }
};

// What reading packs needs and keeps. One thread.
struct PackWork {
  // `bytes` of objects are kept that others are made of.
  explicit PackWork(std::size_t bytes) : known(bytes, &buffers) {}

  // What was read at that place lately; null where it is not here.
  const Object* find(const PackPlace& place) const {
    if (const Object* const found = known.find(place)) return found;
    return large.content && large_place == place ? &large : nullptr;
  }
  void keep(const PackPlace& place, const Object& object) {
    if (known.keep(place, object) || object.content->size() > kLargestRecord) return;
    large_place = place;
    large = object;
  }

  Inflate inflate;
  Buffers buffers;
  std::string delta;
  ContentCache<PackPlace, PackPlaceHash> known;
  // The last one that is too large for these: thousands of small objects may be made of it.
  PackPlace large_place;
  Object large;
};

// Any thread, each with work of its own. Nothing that the files say is believed: a hostile pack
// costs an Error.
class PackFile {
 public:
  // `index` is the path of the `.idx`, whose pack stands beside it; ids have `id_size` bytes.
  // `number` tells this pack from others that share a PackWork.
  static Result<PackFile> open(const fs::path& index, std::size_t id_size, std::size_t number = 0);

  std::optional<Offset> find(const ObjectId& id) const noexcept;
  // How many objects the index names, the place of one among them, and where that lies.
  std::size_t count() const noexcept { return ids_.count(); }
  std::optional<std::size_t> place(const ObjectId& id) const noexcept { return ids_.find(id); }
  std::optional<Offset> offset(std::size_t place) const noexcept;
  // Bytes of the pack.
  std::size_t size() const noexcept { return pack_.bytes().size(); }

  Result<ObjectHeader> header(Offset offset, const ObjectId& id, PackWork& work) const;
  // kLimit for an object of more than `most` bytes. Objects on the way to this one are kept.
  Result<Object> read(Offset offset, const ObjectId& id, std::uint64_t most, PackWork& work) const;

  // The content of a file, as deltas make it; null where it has more than `most` bytes, is large or
  // no such content, or cannot be had: read() says why. Those on the way to this one are kept in
  // `cache`, which must not outlive this.
  SharedPieces pieces(Offset offset, std::uint64_t most, Inflate& inflate, PieceCache& cache) const;

  // One entry as the pack stores it.
  struct Entry {
    unsigned kind = 0;       // an ObjectType, or one of the two deltas
    std::uint64_t size = 0;  // of what `data` inflates to
    std::string_view data;   // compressed; goes on behind the entry
    Offset base = 0;         // of a delta
  };
  // None where it is damaged.
  std::optional<Entry> entry(Offset offset) const;

 private:
  PackFile(MappedFile index, MappedFile pack, const SortedIds& ids, std::size_t fanout,
           std::size_t pack_number) noexcept
      : index_(std::move(index)),
        pack_(std::move(pack)),
        ids_(ids),
        fanout_(fanout),
        pack_number_(pack_number) {}

  std::uint32_t number(std::size_t at) const noexcept;

  MappedFile index_;
  MappedFile pack_;
  SortedIds ids_;       // of index_
  std::size_t fanout_;  // where in the index it begins: 0 in one of the first version
  std::size_t pack_number_;
};

}  // namespace rcx::host::git
