#include "host/vcs/git/objects/library_objects.hpp"

namespace rcx::host::git {
namespace {

// Not an id that libgit2 can hold: none when it is of SHA-256.
std::optional<git_oid> as_oid(const ObjectId& id) {
  if (id.size() != kSha1Size) return std::nullopt;
  git_oid oid{};
  git_oid_fromraw(&oid, id.data());
  return oid;
}

struct FreeObject {
  void operator()(git_odb_object* p) const noexcept { git_odb_object_free(p); }
};

}  // namespace

Result<std::unique_ptr<LibraryObjects>> LibraryObjects::open(
    git_repository* repository, const std::vector<fs::path>& directories) {
  git_odb* raw = nullptr;
  if (git_repository_odb(&raw, repository) != 0) return last_error("cannot read objects");
  std::unique_ptr<LibraryObjects> opened(new LibraryObjects(Handle<git_odb>(raw)));
  for (const fs::path& directory : directories) {
    // Those that it has found are not added twice.
    if (git_odb_add_disk_alternate(raw, directory.c_str()) != 0) {
      return last_error("cannot read objects in " + printable(directory.string()));
    }
  }
  return opened;
}

Result<bool> LibraryObjects::contains(const ObjectId& id) {
  const auto oid = as_oid(id);
  return oid && git_odb_exists_ext(store_.get(), &*oid, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

Result<ObjectHeader> LibraryObjects::header(const ObjectId& id) {
  const auto oid = as_oid(id);
  if (!oid) return missing_object(id);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  int status = git_odb_read_header(&size, &type, store_.get(), &*oid);
  if (status != 0 && status != GIT_ENOTFOUND) {
    git_odb_refresh(store_.get());
    status = git_odb_read_header(&size, &type, store_.get(), &*oid);
  }
  if (status == GIT_ENOTFOUND) return missing_object(id);
  if (status != 0) return last_error("cannot read object " + id.text());
  return ObjectHeader{static_cast<ObjectType>(type), size};
}

Result<Object> LibraryObjects::read(const ObjectId& id, std::uint64_t most) {
  const auto oid = as_oid(id);
  if (!oid) return missing_object(id);
  // libgit2 reads whatever size it has.
  if (most < kLargestObject) {
    const Result<ObjectHeader> found = header(id);
    if (!found) return found.error();
    if (found->size > most) return large_object(id, most);
  }
  git_odb_object* raw = nullptr;
  int status = git_odb_read(&raw, store_.get(), &*oid);
  if (status != 0 && status != GIT_ENOTFOUND) {
    git_odb_refresh(store_.get());
    status = git_odb_read(&raw, store_.get(), &*oid);
  }
  if (status == GIT_ENOTFOUND) return missing_object(id);
  if (status != 0) return last_error("cannot read object " + id.text());
  const std::unique_ptr<git_odb_object, FreeObject> object(raw);
  const std::size_t size = git_odb_object_size(raw);
  if (size > most) return large_object(id, most);
  return Object{
      static_cast<ObjectType>(git_odb_object_type(raw)),
      std::make_shared<std::string>(static_cast<const char*>(git_odb_object_data(raw)), size)};
}

}  // namespace rcx::host::git
