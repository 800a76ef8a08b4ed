#include "host/vcs/git/objects/objects.hpp"

#include "host/vcs/git/objects/pieces.hpp"

namespace rcx::host::git {

std::optional<ObjectType> object_type(std::string_view name) noexcept {
  if (name == "commit") return ObjectType::kCommit;
  if (name == "tree") return ObjectType::kTree;
  if (name == "blob") return ObjectType::kBlob;
  if (name == "tag") return ObjectType::kTag;
  return std::nullopt;
}

Error missing_object(const ObjectId& id) {
  return {Code::kNotFound, "the repository has no object " + id.text()};
}

Error large_object(const ObjectId& id, std::uint64_t most) {
  return {Code::kLimit, "object " + id.text() + " has more than " + std::to_string(most) +
                            " bytes, and is not read"};
}

Error damaged_object(const ObjectId& id, const std::string& why) {
  return {Code::kUnavailable, "cannot read object " + id.text() + ": " + why};
}

Result<SharedPieces> Objects::pieces(const ObjectId& id, std::uint64_t most,
                                     PieceCache& /*cache*/) {
  const Result<Object> object = read(id, most);
  if (!object) return object.error();
  return std::make_shared<const Pieces>(object->content);
}

}  // namespace rcx::host::git
