// All that an event can read: what was pushed, and what was there before.
#pragma once

#include "host/vcs/git/objects/content_cache.hpp"
#include "host/vcs/git/objects/objects.hpp"
#include "host/vcs/git/objects/tree_entries.hpp"

namespace rcx::host::git {

// Lives as long as one event; one thread. Trees that were read stay for a while, because the tree
// of a commit is compared with that of its parent, which was read just before.
class EventObjects {
 public:
  // `pushed` is null where nothing is held back. Both must outlive this.
  EventObjects(Objects* pushed, Objects& own)
      : pushed_(pushed),
        own_(own),
        trees_(kTreeBytes, pushed != nullptr ? pushed->buffers() : own.buffers()) {}

  // Null where nothing is held back.
  Objects* pushed() const noexcept { return pushed_; }
  Objects& own() const noexcept { return own_; }

  Result<ObjectHeader> header(const ObjectId& id);
  // As Objects::read.
  Result<Object> read(const ObjectId& id, std::uint64_t most = kLargestRecord);
  // As Objects::pieces.
  Result<std::shared_ptr<const Pieces>> pieces(const ObjectId& id, std::uint64_t most,
                                               PieceCache& cache);
  // From its first entry on. An object that is no tree is an Error. In one that git would not write
  // one name may come twice: this is for those who compare all that is there.
  Result<TreeEntries> tree(const ObjectId& id);
  // For those who look for a name, or list them: such a tree is an Error, see TreeEntries::check.
  Result<TreeEntries> sound_tree(const ObjectId& id);

 private:
  static constexpr std::size_t kTreeBytes = std::size_t{16} * 1024 * 1024;

  Objects* pushed_;
  Objects& own_;
  ContentCache<ObjectId, ObjectIdHash> trees_;
};

}  // namespace rcx::host::git
