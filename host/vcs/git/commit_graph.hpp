// The history that an event can see, read once: which commit has which parents.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>

#include "host/vcs/git/objects/commit_text.hpp"
#include "host/vcs/git/objects/event_objects.hpp"

namespace rcx::host::git {

template <class Value>
using ById = boost::unordered_flat_map<ObjectId, Value, ObjectIdHash>;

// Lives as long as one event; one thread.
class CommitGraph {
 public:
  // Both must outlive this. Commits of `shallow` have no parents.
  CommitGraph(EventObjects& objects, const Ids& shallow) : objects_(objects), shallow_(shallow) {}

  EventObjects& objects() const noexcept { return objects_; }
  // What `id`, a commit, names. The reference stays valid.
  Result<const CommitLinks*> links(const ObjectId& id);
  // The whole commit. Those that links() has read lately enough are still here.
  Result<Content> text(const ObjectId& id);
  // Follows tags to the commit that `id` names; none when it names a tree or a blob.
  Result<std::optional<ObjectId>> peel(ObjectId id);

  enum class Answer { kYes, kNo, kTooFar };
  // Whether `from` reaches `to`, itself included; kTooFar when that takes more than `most` commits
  // to find out.
  Result<Answer> reaches(const ObjectId& from, const ObjectId& to, std::size_t most);
  // Takes out of `wanted` what `from` reaches, looking at `most` commits at most, those with the
  // latest dates first.
  Result<void> remove_reached(const std::vector<ObjectId>& from, Ids& wanted, std::size_t most);

 private:
  struct Known {
    CommitLinks links;
    Content text;  // null where there was no room for it
  };
  Result<Known*> read(const ObjectId& id);

  EventObjects& objects_;
  const Ids& shallow_;
  std::deque<Known> all_;
  ById<Known*> known_;
  std::size_t room_ = std::size_t{32} * 1024 * 1024;  // for texts
};

}  // namespace rcx::host::git
