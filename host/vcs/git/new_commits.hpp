// Which commits a push brings: those that no reference reached before it, as
// `git --no-replace-objects rev-list NEW --not --all` says.
//
// Walks from each new id while commits lie in what was pushed and nowhere else: these are new. What
// the walk stops at must be reachable from a reference. Usually it is what one points at, and the
// cost is that of the push alone; of the others, the repository may hold some that are reachable,
// and some that nothing reaches and that are new, too. Only then are references searched.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/vcs/git/commit_graph.hpp"
#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/git/store.hpp"

namespace rcx::host::git {

struct NewCommit {
  ObjectId id;
  std::size_t ref = 0;                 // the first reference that brings it
  const KnownCommit* known = nullptr;  // where it was read to find that out
};

// One push. One thread.
class NewCommits {
 public:
  // `held` is empty where nothing is held back any more; `moved`: references have moved, so that
  // their old ids stand for them. All must outlive this.
  NewCommits(Store& store, CommitGraph& graph, const std::vector<RefUpdate>& refs, const Held& held,
             bool moved)
      : store_(store), graph_(graph), refs_(refs), held_(held), moved_(moved) {}

  // Walks through what was pushed. Before anything else; at most once.
  Result<void> collect();
  // Whether the walk from the only reference of the push met this commit: then its update loses
  // none. False says nothing.
  bool met(const ObjectId& id) const { return refs_.size() == 1 && edge_.contains(id); }
  // All of them, parents before children.
  Result<std::vector<NewCommit>> list();

 private:
  using Standing = KnownCommit::Standing;
  // One commit on the way of the walk.
  struct Visit {
    KnownCommit* commit;
    std::size_t next = 0;       // of its parents
    bool above_new = false;     // a parent is new
    bool above_stored = false;  // one is not
  };
  // Puts `id` on the path where it has to be walked through; else says what it is.
  Result<Standing> enter(const ObjectId& id, std::vector<Visit>& path);
  // All parents of the last one of the path have been walked through.
  Result<void> leave(std::vector<Visit>& path, std::size_t ref);
  // Goes through what was pushed, parents first.
  Result<void> walk_from(const ObjectId& tip, std::size_t ref);
  // Finds out which commits at the edge are new, and what they reach.
  Result<void> settle();
  Result<void> ask_git(const Ids& doubtful);

  Store& store_;
  CommitGraph& graph_;
  const std::vector<RefUpdate>& refs_;
  const Held& held_;
  bool moved_;
  std::map<std::size_t, ObjectId> tips_;  // by reference: the commit that it is to point at
  Ids stored_;                            // what commits of the push stand on
  std::vector<NewCommit> pushed_;         // those that only the push brought, parents first
  Ids edge_;                              // what the walk stopped at
  Ids unreached_;                         // commits of the repository that no reference reached
};

// Of the commits of a push, those that references of `refs` reach, and which is the first that
// does, counted in `refs`.
Result<std::vector<NewCommit>> still_reached(CommitGraph& graph,
                                             const std::vector<NewCommit>& commits,
                                             const std::vector<RefUpdate>& refs);

}  // namespace rcx::host::git
