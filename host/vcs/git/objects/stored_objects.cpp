#include "host/vcs/git/objects/stored_objects.hpp"

namespace rcx::host::git {
namespace {

// Stays with an open repository from one event to the next.
constexpr std::size_t kCacheBytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kTreeBytes = std::size_t{4} * 1024 * 1024;

}  // namespace

StoredObjects::StoredObjects(std::unique_ptr<Objects> rest,
                             const std::vector<fs::path>& directories, std::size_t id_size)
    : packs_(kCacheBytes), rest_(std::move(rest)), trees_(kTreeBytes) {
  for (const fs::path& directory : directories) {
    // One that cannot be opened is somebody else's to complain about.
    (void)packs_.add(directory / "pack", id_size, /*lenient=*/true);
  }
}

Result<bool> StoredObjects::contains(const ObjectId& id) {
  if (packs_.find(id)) return true;
  return rest_->contains(id);
}

Result<ObjectHeader> StoredObjects::header(const ObjectId& id) {
  if (const auto place = packs_.find(id)) {
    Result<ObjectHeader> found = packs_.header(*place, id);
    if (found) return found;
  }
  return rest_->header(id);
}

Result<Object> StoredObjects::read(const ObjectId& id, std::uint64_t most) {
  if (const Object* const known = trees_.find(id)) {
    if (known->content->size() <= most) return *known;
  }
  Result<Object> found = read_anew(id, most);
  if (found && found->type == ObjectType::kTree) trees_.keep(id, *found);
  return found;
}

Result<SharedPieces> StoredObjects::pieces(const ObjectId& id, std::uint64_t most,
                                           PieceCache& cache) {
  if (const auto place = packs_.find(id)) {
    Result<SharedPieces> found = packs_.pieces(*place, id, most, cache);
    if (found || found.error().code == Code::kLimit) return found;
  }
  return rest_->pieces(id, most, cache);
}

Result<Object> StoredObjects::read_anew(const ObjectId& id, std::uint64_t most) {
  if (const auto place = packs_.find(id)) {
    Result<Object> found = packs_.read(*place, id, most);
    if (found || found.error().code == Code::kLimit) return found;
  }
  return rest_->read(id, most);
}

}  // namespace rcx::host::git
