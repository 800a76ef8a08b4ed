// Reading objects of a repository, whoever stores them. What implements this: packed and loose
// objects of a quarantine (quarantine.hpp), the repository's own through libgit2
// (library_objects.hpp) or through a git process (process_objects.hpp).
//
// That an object is what its id says is not computed again. Objects of a quarantine were named by
// the git that received them, from what they hold; those of the repository are taken as git itself
// takes them. zlib's checksum finds damage on the way.
#pragma once

#include <memory>
#include <string>

#include "host/core/core.hpp"
#include "host/vcs/git/objects/object_id.hpp"

namespace rcx::host::git {

// As packs number them.
enum class ObjectType : std::uint8_t { kCommit = 1, kTree = 2, kBlob = 3, kTag = 4 };

std::optional<ObjectType> object_type(std::string_view name) noexcept;

struct ObjectHeader {
  ObjectType type = ObjectType::kBlob;
  std::uint64_t size = 0;
};

// Content of an object, shared by whoever keeps it.
using Content = std::shared_ptr<const std::string>;

struct Object {
  ObjectType type = ObjectType::kBlob;
  Content content;
};

// The largest content that is ever read as a whole.
inline constexpr std::uint64_t kLargestObject = std::uint64_t{1} << 30U;
// The largest commit, tree or tag: a directory of a million files fits. Several of them are held at
// once, by each thread, before anybody can say how much of a push is read.
inline constexpr std::uint64_t kLargestRecord = std::uint64_t{64} << 20U;

class Buffers;
class PieceCache;
class Pieces;

// One thread.
class Objects {
 public:
  Objects() = default;
  Objects(const Objects&) = delete;
  Objects& operator=(const Objects&) = delete;
  Objects(Objects&&) = delete;
  Objects& operator=(Objects&&) = delete;
  virtual ~Objects() = default;

  // Whether it is here. Much cheaper than reading it.
  virtual Result<bool> contains(const ObjectId& id) = 0;
  // Whether it stays here as long as this is, whatever becomes of files. False says nothing.
  virtual bool stays(const ObjectId& /*id*/) noexcept { return false; }
  // Has contains() find what came since this was opened.
  virtual void look_again() {}
  // Kind and size, without reading the content; kNotFound where it is not here.
  virtual Result<ObjectHeader> header(const ObjectId& id) = 0;
  // The whole object; kNotFound where it is not here, kLimit where it has more than `most` bytes,
  // which is found out before it is read.
  virtual Result<Object> read(const ObjectId& id, std::uint64_t most) = 0;
  // One that is no content of a file.
  Result<Object> read(const ObjectId& id) { return read(id, kLargestRecord); }
  // The same of the content of a file, without making one where it lies in deltas. What they are
  // of is kept in `cache`, which must not outlive this.
  virtual Result<std::shared_ptr<const Pieces>> pieces(const ObjectId& id, std::uint64_t most,
                                                       PieceCache& cache);
  // All commits are about to be read, so as many as can be had cheaply may be read at once.
  virtual void read_commits_ahead() {}
  // The text of one of them, for as long as this is there; none where it was not among them.
  virtual std::optional<std::string_view> commit_ahead(const ObjectId& /*id*/) noexcept {
    return std::nullopt;
  }
  // The same objects, as far as they lie in packs, for one other thread, during the life of this or
  // after it; null where only this thread can read them.
  virtual std::unique_ptr<Objects> for_another_thread() const { return nullptr; }
  // Where memory of contents that are done with goes; null: nowhere.
  virtual Buffers* buffers() noexcept { return nullptr; }
};

// The Error for an object that is not there.
Error missing_object(const ObjectId& id);
// The Error for one with more than `most` bytes.
Error large_object(const ObjectId& id, std::uint64_t most);
// The Error for one that cannot be read, and why.
Error damaged_object(const ObjectId& id, const std::string& why);

}  // namespace rcx::host::git
