#include "host/vcs/git/objects/quarantine.hpp"

#include <unistd.h>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

namespace rcx::host::git {
namespace {

// As git's own core.deltaBaseCacheLimit, for all packs together: a push brings one.
constexpr std::size_t kCacheBytes = std::size_t{96} * 1024 * 1024;

}  // namespace

Quarantine::Pack::Pack(PackFile opened) : file(std::move(opened)), cache(kCacheBytes) {}

Result<std::unique_ptr<Quarantine>> Quarantine::open(const fs::path& directory,
                                                     const fs::path& store, std::size_t id_size) {
  boost::system::error_code failed;
  const fs::path inside = fs::canonical(store, failed);
  const fs::path extra = fs::canonical(directory, failed);
  if (failed || extra.parent_path() != inside) {
    return Error{Code::kDenied, "wanted a quarantine directory in " + printable(store.string()) +
                                    ", got " + printable(directory.string())};
  }
  // git gives a quarantine mode 0700, whatever core.sharedRepository says.
  if (::access(extra.c_str(), R_OK | X_OK) != 0) {
    Error error = system_error(
        "the host cannot read what was pushed, in " + printable(extra.string()), errno);
    error.message += "; run rcxd as the user who runs git here";
    return error;
  }
  std::unique_ptr<Quarantine> opened(new Quarantine(extra));
  fs::directory_iterator file(extra / "pack", failed);
  for (; !failed && file != fs::directory_iterator(); file.increment(failed)) {
    if (file->path().extension() != ".idx") continue;
    Result<PackFile> pack = PackFile::open(file->path(), id_size);
    if (!pack) return pack.error();
    opened->packs_.push_back(std::make_unique<Pack>(std::move(*pack)));
  }
  if (failed && failed.value() != ENOENT) {
    return system_error("cannot list " + printable((extra / "pack").string()), failed.value());
  }
  return opened;
}

std::pair<Quarantine::Pack*, Offset> Quarantine::find(const ObjectId& id) noexcept {
  for (const auto& pack : packs_) {
    if (const auto offset = pack->file.find(id)) return {pack.get(), *offset};
  }
  return {nullptr, 0};
}

Result<bool> Quarantine::contains(const ObjectId& id) {
  if (find(id).first != nullptr) return true;
  return loose_.contains(id);
}

Result<ObjectHeader> Quarantine::header(const ObjectId& id) {
  const auto [pack, offset] = find(id);
  if (pack == nullptr) return loose_.header(id);
  return pack->file.header(offset, id, inflate_);
}

Result<Object> Quarantine::read(const ObjectId& id, std::uint64_t most) {
  const auto [pack, offset] = find(id);
  if (pack == nullptr) return loose_.read(id, most);
  return pack->file.read(offset, id, most, inflate_, pack->cache);
}

}  // namespace rcx::host::git
