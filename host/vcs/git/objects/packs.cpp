#include "host/vcs/git/objects/packs.hpp"

#include <boost/filesystem/directory.hpp>
#include <cerrno>

namespace rcx::host::git {

Result<void> Packs::add(const fs::path& directory, std::size_t id_size, bool lenient) {
  boost::system::error_code failed;
  fs::directory_iterator file(directory, failed);
  for (; !failed && file != fs::directory_iterator(); file.increment(failed)) {
    if (file->path().extension() != ".idx") continue;
    Result<PackFile> pack = PackFile::open(file->path(), id_size, packs_.size());
    if (pack) {
      packs_.push_back(std::make_shared<const PackFile>(std::move(*pack)));
    } else if (!lenient) {
      return pack.error();
    }
  }
  if (failed && failed.value() != ENOENT && !lenient) {
    return system_error("cannot list " + printable(directory.string()), failed.value());
  }
  return {};
}

std::optional<PackPlace> Packs::find(const ObjectId& id) noexcept {
  // What belongs together lies together.
  for (std::size_t i = 0; i < packs_.size(); ++i) {
    const std::size_t number = i == 0 ? last_ : i - (i <= last_ ? 1 : 0);
    const auto offset = packs_[number]->find(id);
    if (!offset) continue;
    last_ = number;
    return PackPlace{number, *offset};
  }
  return std::nullopt;
}

std::unique_ptr<Objects> Packs::for_another_thread() const {
  auto other = std::make_unique<Packs>(bytes_);
  other->packs_ = packs_;
  return other;
}

void Packs::read_commits_ahead() {
  ahead_.clear();
  for (const auto& pack : packs_) ahead_.push_back(CommitsAhead::of(*pack));
}

std::optional<std::string_view> Packs::commit_ahead(const ObjectId& id) noexcept {
  for (std::size_t i = 0; i < ahead_.size(); ++i) {
    if (ahead_[i] == nullptr) continue;
    const auto place = packs_[i]->place(id);
    if (place) return ahead_[i]->find(*place);
  }
  return std::nullopt;
}

Result<ObjectHeader> Packs::header(const PackPlace& place, const ObjectId& id) {
  return packs_[place.pack]->header(place.offset, id, work_);
}

Result<Object> Packs::read(const PackPlace& place, const ObjectId& id, std::uint64_t most) {
  return packs_[place.pack]->read(place.offset, id, most, work_);
}

Result<SharedPieces> Packs::pieces(const PackPlace& place, const ObjectId& id, std::uint64_t most,
                                   PieceCache& cache) {
  if (SharedPieces found = packs_[place.pack]->pieces(place.offset, most, work_.inflate, cache))
    return found;
  const Result<Object> object = read(place, id, most);
  if (!object) return object.error();
  return std::make_shared<const Pieces>(object->content);
}

Result<ObjectHeader> Packs::header(const ObjectId& id) {
  const auto place = find(id);
  return place ? header(*place, id) : missing_object(id);
}

Result<Object> Packs::read(const ObjectId& id, std::uint64_t most) {
  const auto place = find(id);
  return place ? read(*place, id, most) : missing_object(id);
}

Result<SharedPieces> Packs::pieces(const ObjectId& id, std::uint64_t most, PieceCache& cache) {
  const auto place = find(id);
  return place ? pieces(*place, id, most, cache) : missing_object(id);
}

}  // namespace rcx::host::git
