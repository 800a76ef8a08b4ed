// What git has written down of a history: gitformat-commit-graph(5).
#pragma once

#include <optional>
#include <vector>

#include "host/vcs/git/objects/commit_text.hpp"
#include "host/vcs/git/objects/mapped_file.hpp"
#include "host/vcs/git/objects/sorted_ids.hpp"

namespace rcx::host::git {

// Several times cheaper than the commits themselves, and as good: git trusts it, too. It knows what
// was there when git wrote it. Of changed paths and generations nothing is used. Any thread.
//
// A file, or a chain of them, that is not as it should be knows nothing.
class CommitGraphFile {
 public:
  // Of `objects`, the directory of a repository whose ids have `id_size` bytes.
  static CommitGraphFile open(const fs::path& objects, std::size_t id_size);

  // None where it does not have it.
  std::optional<CommitLinks> find(const ObjectId& id) const;

 private:
  // One file of a chain.
  struct Layer {
    MappedFile file;
    SortedIds ids;
    std::string_view data;   // of each commit: tree, two parents, generation and time
    std::string_view edges;  // parents of commits that have more than two
    std::size_t before = 0;  // commits of the layers below
  };

  static std::optional<Layer> layer(const fs::path& path, std::size_t id_size, std::size_t before);
  std::optional<CommitLinks> links(const Layer& layer, std::size_t place) const;
  // Adds commit number `place`, of all layers; false where there is none.
  bool add_parent(std::size_t place, CommitLinks& links) const;

  std::vector<Layer> layers_;
};

}  // namespace rcx::host::git
