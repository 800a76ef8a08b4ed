#include "host/vcs/git/objects/stored_objects.hpp"

namespace rcx::host::git {
namespace {

// Stays with an open repository from one event to the next.
constexpr std::size_t kCacheBytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kLargestAlternates = std::size_t{1} << 20U;
// As deep as git follows them.
constexpr int kDeepest = 5;

}  // namespace

StoredObjects::StoredObjects(std::unique_ptr<Objects> rest, const fs::path& objects,
                             std::size_t id_size)
    : packs_(kCacheBytes), rest_(std::move(rest)) {
  add(objects, id_size, 0);
}

void StoredObjects::add(const fs::path& objects, std::size_t id_size, int depth) {
  // One that cannot be opened is somebody else's to complain about.
  (void)packs_.add(objects / "pack", id_size, /*lenient=*/true);
  if (depth == kDeepest) return;
  const Result<std::string> text = read_file(objects / "info/alternates", kLargestAlternates);
  if (!text) return;
  for (const std::string_view line : split(*text, '\n')) {
    // A quoted one, which git takes apart, is left to the others.
    if (line.empty() || line.front() == '#' || line.front() == '"') continue;
    const fs::path other{std::string(line)};
    add(other.is_absolute() ? other : objects / other, id_size, depth + 1);
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
  if (const auto place = packs_.find(id)) {
    Result<Object> found = packs_.read(*place, id, most);
    if (found || found.error().code == Code::kLimit) return found;
  }
  return rest_->read(id, most);
}

}  // namespace rcx::host::git
