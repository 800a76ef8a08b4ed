// The history that an event can see, read once: which commit has which parents.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>

#include "host/vcs/git/objects/commit_graph_file.hpp"
#include "host/vcs/git/objects/commit_text.hpp"
#include "host/vcs/git/objects/event_objects.hpp"

namespace rcx::host::git {

template <class Value>
using ById = boost::unordered_flat_map<ObjectId, Value, ObjectIdHash>;

// Lives as long as one event; one thread.
class CommitGraph {
 public:
  // All must outlive this. Commits of `shallow` have no parents. `written`, which may be null, is
  // what git has written down of the history; not of one that is cut off.
  CommitGraph(EventObjects& objects, const Ids& shallow, const CommitGraphFile* written)
      : objects_(objects), shallow_(shallow), written_(shallow.empty() ? written : nullptr) {}

  EventObjects& objects() const noexcept { return objects_; }
  // What `id`, a commit, names. The reference stays valid.
  Result<const CommitLinks*> links(const ObjectId& id);
  // The same of a commit whose text nobody will ask for: one of very many.
  Result<const CommitLinks*> old_links(const ObjectId& id);
  // As links(), where `id` is among what was pushed; null where it is not.
  Result<const CommitLinks*> pushed_links(const ObjectId& id);
  // The whole commit. Those that links() has read, and there was room for, are still here.
  Result<Content> text(const ObjectId& id);
  // Follows tags to the commit that `id` names; none when it names a tree or a blob.
  Result<std::optional<ObjectId>> peel(ObjectId id);

  enum class Answer { kYes, kNo, kTooFar };
  // Whether `from` reaches `to`, itself included; kTooFar when that takes more than `most` commits
  // to find out.
  Result<Answer> reaches(const ObjectId& from, const ObjectId& to, std::size_t most);
  // Takes out of `wanted` what `from` reaches, those with the latest dates first. Stops after
  // `most` commits, or where all that is left is a good deal older than what is wanted: what stays
  // may be reached all the same.
  Result<void> remove_reached(const std::vector<ObjectId>& from, Ids& wanted, std::size_t most);

 private:
  struct Known {
    CommitLinks links;
    Content text;  // null where there was no room for it, or it was not read
  };
  enum class Keep { kText, kLinks };
  Result<Known*> read(const ObjectId& id, Keep what = Keep::kText);
  Result<Known*> keep(const ObjectId& id, Result<Object> object, Keep what = Keep::kText);

  EventObjects& objects_;
  const Ids& shallow_;
  const CommitGraphFile* written_;
  std::deque<Known> all_;
  ById<Known*> known_;
  std::size_t room_ = std::size_t{32} * 1024 * 1024;  // for texts
};

}  // namespace rcx::host::git
