// Contents of files that commits change, and which lines of them are new.
#pragma once

#include <atomic>

#include "host/vcs/git/commit_graph.hpp"
#include "host/vcs/git/objects/piece_cache.hpp"

namespace rcx::host::git {

// Contents that were read stay for a while: what is new in one commit is old in the next. One
// thread.
class FileContents {
 public:
  // `graph` must outlive this. No content with more than `largest` bytes is read.
  FileContents(CommitGraph& graph, std::uint64_t largest);

  // A whole blob; kLimit where it has too many bytes.
  Result<Content> blob(const ObjectId& id);
  // The lines that `commit` added with `change`, one of those that it made. kBusy once `stopped`,
  // which may be null, is true.
  Result<AddedLines> added(const ObjectId& commit, const Change& change,
                           const std::atomic<bool>* stopped = nullptr);
  // What is not as the first parent has it.
  Result<ChangedPart> changed(const Change& change);

 private:
  void keep(const ObjectId& id, const Object& object);
  // Says which limit it was, where it was one.
  Error unread(const ObjectId& id, const Error& why);
  // The same as blob(), as it lies in packs.
  Result<SharedPieces> pieces(const ObjectId& id);
  // Of a side of a change; nothing where there is no content.
  Result<Content> old_content(std::string_view id, std::uint32_t mode);
  // What the parents of a commit have at the path of one of its changes, each content once.
  Result<std::vector<Content>> before(const ObjectId& commit, const Change& change,
                                      const std::atomic<bool>* stopped);

  CommitGraph& graph_;
  std::uint64_t largest_;
  ContentCache<ObjectId, ObjectIdHash> contents_;
  PieceCache pieces_;
  // The last one that is too large for these: whoever reads it in pieces asks for each of them.
  ObjectId last_id_;
  Content last_;
};

}  // namespace rcx::host::git
