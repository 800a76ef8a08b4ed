#include "host/vcs/git/objects/quarantine.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace rcx::host::git {
namespace {

// As git's own core.deltaBaseCacheLimit, for all packs together: a push brings one.
constexpr std::size_t kCacheBytes = std::size_t{96} * 1024 * 1024;

}  // namespace

Quarantine::Quarantine() : packs_(kCacheBytes) {}

Result<std::unique_ptr<Quarantine>> Quarantine::open(const fs::path& directory,
                                                     const fs::path& store, std::size_t id_size) {
  // git gives a quarantine mode 0700, whatever core.sharedRepository says.
  if (::access(directory.c_str(), R_OK | X_OK) != 0 && errno == EACCES) {
    Error error = system_error(
        "the host cannot read what was pushed, in " + printable(directory.string()), errno);
    error.message += "; run rcxd as the user who runs git here";
    return error;
  }
  // Wherever links lead: it must lie in that very directory.
  struct stat inside {};
  struct stat above {};
  if (::stat(store.c_str(), &inside) != 0 || ::stat((directory / "..").c_str(), &above) != 0 ||
      inside.st_dev != above.st_dev || inside.st_ino != above.st_ino) {
    return Error{Code::kDenied, "wanted a quarantine directory in " + printable(store.string()) +
                                    ", got " + printable(directory.string())};
  }
  std::unique_ptr<Quarantine> opened(new Quarantine());
  Result<std::unique_ptr<LooseObjects>> loose =
      LooseObjects::open(directory, *opened->packs_.buffers());
  if (!loose) return loose.error();
  opened->loose_ = std::move(*loose);
  if (!opened->loose_->has_packs()) return opened;
  Result<void> added = opened->packs_.add(directory / "pack", id_size, /*lenient=*/false);
  if (!added) return added.error();
  return opened;
}

Result<bool> Quarantine::contains(const ObjectId& id) {
  if (packs_.find(id)) return true;
  return loose_->contains(id);
}

Result<ObjectHeader> Quarantine::header(const ObjectId& id) {
  const auto place = packs_.find(id);
  return place ? packs_.header(*place, id) : loose_->header(id);
}

Result<Object> Quarantine::read(const ObjectId& id, std::uint64_t most) {
  const auto place = packs_.find(id);
  return place ? packs_.read(*place, id, most) : loose_->read(id, most);
}

Result<SharedPieces> Quarantine::pieces(const ObjectId& id, std::uint64_t most, PieceCache& cache) {
  const auto place = packs_.find(id);
  return place ? packs_.pieces(*place, id, most, cache) : loose_->pieces(id, most, cache);
}

}  // namespace rcx::host::git
