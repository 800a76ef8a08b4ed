// The entries of a tree object, one after the other.
#pragma once

#include <sys/stat.h>

#include <string_view>
#include <vector>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

inline constexpr std::uint32_t kSubmoduleMode = 0160000;

struct TreeEntry {
  std::uint32_t mode = 0;  // that of a submodule where it is none of a file, link or directory
  std::string_view name;   // of the tree's content
  ObjectId id;

  bool is_tree() const noexcept { return (mode & S_IFMT) == S_IFDIR; }
};

// A tree while it is read. Holds its content.
class TreeEntries {
 public:
  // An empty tree.
  TreeEntries() = default;
  // Ids in it are as long as its own. An Error where it is no tree.
  static Result<TreeEntries> of(Object object, const ObjectId& id);

  // Null when there is none.
  const TreeEntry* entry() const noexcept { return here_ ? &current_ : nullptr; }
  void next() noexcept;
  // Goes on in all of them while the entries are the same in all, without taking them apart. Most
  // of trees that are compared are.
  static void skip_equal(std::vector<TreeEntries>& all) noexcept;
  // Bytes of the whole tree.
  std::size_t size() const noexcept { return content_ ? content_->size() : 0; }
  // Whether what follows is no entry: it stopped before its end.
  bool damaged() const noexcept { return !here_ && !rest_.empty(); }
  // Looks at the whole tree: an Error where it ends within an entry, and where git would never
  // write it so: with one name twice, which each reader would understand in its own way, with a
  // slash in a name, or out of order. `id` is its own.
  Result<void> check(const ObjectId& id) const;

 private:
  Content content_;
  std::string_view rest_;
  std::size_t id_size_ = 0;
  TreeEntry current_;
  bool here_ = false;
};

// The order of entries within a tree: by bytes, a directory as if its name ended with a slash. Null
// comes last.
int tree_order(const TreeEntry* a, const TreeEntry* b) noexcept;

}  // namespace rcx::host::git
