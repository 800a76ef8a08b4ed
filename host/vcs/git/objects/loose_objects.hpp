// Objects in files of their own, as a small push arrives. Used by host/vcs/git/objects alone.
#pragma once

#include <bitset>

#include "host/vcs/git/objects/buffers.hpp"
#include "host/vcs/git/objects/inflate.hpp"
#include "host/vcs/git/objects/mapped_file.hpp"
#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// Of a directory to which nothing is added any more. One thread.
class LooseObjects : public Objects {
 public:
  // `directory` as `objects` of a repository is laid out.
  static Result<std::unique_ptr<LooseObjects>> open(const fs::path& directory, Buffers& buffers);

  Result<bool> contains(const ObjectId& id) override;
  Result<ObjectHeader> header(const ObjectId& id) override;
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override;
  // Whether there is a directory of packs beside them.
  bool has_packs() const noexcept { return has_packs_; }

 private:
  // The beginning of a file, or all of it.
  struct File {
    std::string_view bytes;  // of `buffer_` or of `map`
    MappedFile map;
  };

  explicit LooseObjects(Buffers& buffers) : buffers_(&buffers) {}
  // At least `most` bytes of the file where it has so many; kNotFound where there is none.
  Result<File> load(const ObjectId& id, std::size_t most);

  Buffers* buffers_;
  Fd directory_;
  std::string path_;
  // By the first byte of ids: which directories are there. Most of what is asked for here was not
  // pushed, and need not be looked for.
  std::bitset<256> there_;
  bool has_packs_ = false;
  std::string buffer_;
  Inflate inflate_;
};

}  // namespace rcx::host::git
