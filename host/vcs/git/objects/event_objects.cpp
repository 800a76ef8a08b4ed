#include "host/vcs/git/objects/event_objects.hpp"

#include "host/vcs/git/objects/pieces.hpp"

namespace rcx::host::git {

Result<ObjectHeader> EventObjects::header(const ObjectId& id) {
  if (pushed_ != nullptr) {
    Result<ObjectHeader> found = pushed_->header(id);
    if (found || found.error().code != Code::kNotFound) return found;
  }
  return own_.header(id);
}

Result<Object> EventObjects::read(const ObjectId& id, std::uint64_t most) {
  if (pushed_ != nullptr) {
    Result<Object> found = pushed_->read(id, most);
    if (found || found.error().code != Code::kNotFound) return found;
  }
  return own_.read(id, most);
}

Result<SharedPieces> EventObjects::pieces(const ObjectId& id, std::uint64_t most,
                                          PieceCache& cache) {
  if (pushed_ != nullptr) {
    Result<SharedPieces> found = pushed_->pieces(id, most, cache);
    if (found || found.error().code != Code::kNotFound) return found;
  }
  return own_.pieces(id, most, cache);
}

Result<TreeEntries> EventObjects::tree(const ObjectId& id) {
  if (const Object* known = trees_.find(id)) return TreeEntries::of(*known, id);
  Result<Object> object = read(id);
  if (!object) return object.error();
  trees_.keep(id, *object);
  return TreeEntries::of(std::move(*object), id);
}

Result<TreeEntries> EventObjects::sound_tree(const ObjectId& id) {
  Result<TreeEntries> entries = tree(id);
  if (!entries) return entries;
  if (Result<void> checked = entries->check(id); !checked) return checked.error();
  return entries;
}

}  // namespace rcx::host::git
