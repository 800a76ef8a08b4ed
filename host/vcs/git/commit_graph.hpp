// The history that an event can see, read once: which commit has which parents.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <memory_resource>

#include "host/vcs/git/objects/commit_graph_file.hpp"
#include "host/vcs/git/objects/commit_text.hpp"
#include "host/vcs/git/objects/event_objects.hpp"
#include "host/vcs/git/objects/old_commits.hpp"

namespace rcx::host::git {

template <class Value>
using ById = boost::unordered_flat_map<ObjectId, Value, ObjectIdHash>;

// A commit that was read. Stays where it is.
struct KnownCommit {
  // What a walk through what was pushed says of it: kUnseen before; kStored where the repository
  // may have had it, too.
  enum class Standing : std::uint8_t { kUnseen, kStored, kNew };

  ObjectId id;
  CommitLinks links;
  std::string_view text;  // empty where there was no room for it, or it was not read
  Standing standing = Standing::kUnseen;
};

// Lives as long as one event; one thread.
class CommitGraph {
 public:
  // All must outlive this. Commits of `shallow` have no parents. `written`, which may be null, is
  // what git has written down of the history, and `old`, which may be, too, what earlier events
  // have read of it; not of one that is cut off.
  CommitGraph(EventObjects& objects, const Ids& shallow, const CommitGraphFile* written,
              OldCommits* old = nullptr)
      : objects_(objects),
        shallow_(shallow),
        written_(shallow.empty() ? written : nullptr),
        old_(shallow.empty() ? old : nullptr) {}

  // The same history for another thread, read through `objects`; of no commit the text is kept.
  CommitGraph(EventObjects& objects, const CommitGraph& other)
      : objects_(objects),
        shallow_(other.shallow_),
        written_(other.written_),
        old_(nullptr),
        room_(0) {}

  EventObjects& objects() const noexcept { return objects_; }
  // What `id`, a commit, names. The reference stays valid.
  Result<const CommitLinks*> links(const ObjectId& id);
  // The same of a commit whose text nobody will ask for: one of very many.
  Result<const CommitLinks*> old_links(const ObjectId& id);
  // `id`, where it is among what was pushed; null where it is not.
  Result<KnownCommit*> pushed(const ObjectId& id);
  // `id`, where it was read; else null.
  const KnownCommit* known(const ObjectId& id) const {
    const auto found = known_.find(id);
    return found != known_.end() ? found->second : nullptr;
  }
  // A commit and its text, which may go when the next one is asked for. Those that links() has
  // read, and there was room for, are still here.
  struct Whole {
    const CommitLinks* links;
    std::string_view text;
  };
  Result<Whole> whole(const ObjectId& id);
  Result<Whole> whole(const KnownCommit& commit);
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
  enum class Keep { kText, kLinks };
  Result<KnownCommit*> read(const ObjectId& id, Keep what = Keep::kText);
  Result<KnownCommit*> keep(const ObjectId& id, Result<Object> object, Keep what = Keep::kText);
  // kLimit where too many of these parents, and of those before, were to be kept.
  Result<KnownCommit*> add(const ObjectId& id, CommitLinks links);

  EventObjects& objects_;
  const Ids& shallow_;
  const CommitGraphFile* written_;
  OldCommits* old_;
  std::pmr::monotonic_buffer_resource memory_;  // of all_, and of texts
  std::pmr::deque<KnownCommit> all_{&memory_};
  ById<KnownCommit*> known_;
  std::size_t room_ = std::size_t{32} * 1024 * 1024;           // for texts
  std::size_t parents_room_ = std::size_t{256} * 1024 * 1024;  // for lists of more than two
  Content last_;                                               // a text that there was no room for
};

}  // namespace rcx::host::git
