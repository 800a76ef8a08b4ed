// What commits of a repository at rest name, kept from one event to the next.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include "host/vcs/git/objects/commit_text.hpp"

namespace rcx::host::git {

// One push after the other goes back through the same latest commits to see what references reach,
// and to inflate them is most of what that costs. One thread.
class OldCommits {
 public:
  // Null where it is not here; valid until keep() is called.
  const CommitLinks* find(const ObjectId& id) const {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
  }

  // Of a commit that is not cut off from its parents, and stays as long as this. One with very many
  // parents is not kept.
  void keep(const ObjectId& id, const CommitLinks& links) {
    // Six megabytes: one more would have the table grow to twice that. Branches that were merged
    // into a push of thousands of commits began years before it, so a walk looks at that many.
    constexpr std::size_t kMost = 26'000;
    constexpr std::size_t kMostParents = 16;
    if (links.parents.size() > kMostParents) return;
    if (all_.size() == kMost) all_.clear();
    all_.emplace(id, links);
  }

 private:
  boost::unordered_flat_map<ObjectId, CommitLinks, ObjectIdHash> all_;
};

}  // namespace rcx::host::git
