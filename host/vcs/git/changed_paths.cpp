#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "host/vcs/git/git.hpp"

// Trees are compared entry by entry, descending only where ids differ: a fraction of what libgit2's
// diff of whole trees costs.
namespace rcx::host::git {
namespace {

// Deeper than any path that a file system holds.
constexpr int kDeepest = 2048;

struct Side {
  Handle<git_tree> tree;
  std::size_t count = 0;
  std::size_t next = 0;
  const git_tree_entry* entry() const {
    return next < count ? git_tree_entry_byindex(tree.get(), next) : nullptr;
  }
};

bool is_tree(const git_tree_entry* entry) {
  return git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

// The order of entries within a tree: by bytes, a directory as if its name ended with a slash.
int order(const git_tree_entry* a, const git_tree_entry* b) {
  if (a == nullptr) return 1;
  if (b == nullptr) return -1;
  const std::string_view left = git_tree_entry_name(a);
  const std::string_view right = git_tree_entry_name(b);
  const std::size_t common = std::min(left.size(), right.size());
  const int bytes = std::memcmp(left.data(), right.data(), common);
  if (bytes != 0) return bytes;
  const auto after = [common](std::string_view name, const git_tree_entry* entry) {
    if (name.size() > common) return static_cast<int>(static_cast<unsigned char>(name[common]));
    return is_tree(entry) ? static_cast<int>('/') : 0;
  };
  return after(left, a) - after(right, b);
}

class Comparison {
 public:
  Comparison(git_repository* repository, PathBudget& budget)
      : repository_(repository), budget_(budget) {}

  // Null ids stand for no tree at all.
  Result<void> compare(const git_oid* old_id, const git_oid* new_id, int depth) {
    if (depth > kDeepest) {
      return Error{Code::kInvalid, "directories nested deeper than " + std::to_string(kDeepest) +
                                       " in " + shortened(printable(prefix_), 200)};
    }
    Result<Side> before = open(old_id);
    if (!before) return before.error();
    Result<Side> after = open(new_id);
    if (!after) return after.error();
    while (true) {
      const git_tree_entry* a = before->entry();
      const git_tree_entry* b = after->entry();
      if (a == nullptr && b == nullptr) return {};
      const int which = order(a, b);
      if (which <= 0) ++before->next;
      if (which >= 0) ++after->next;
      Result<void> one = entry(which <= 0 ? a : nullptr, which >= 0 ? b : nullptr, depth);
      if (!one) return one;
    }
  }

  std::vector<Change>& changes() { return changes_; }

 private:
  Result<Side> open(const git_oid* id) {
    Side side;
    if (id == nullptr) return side;
    git_tree* tree = nullptr;
    if (git_tree_lookup(&tree, repository_, id) != 0) {
      return last_error("cannot read tree " + id_text(*id));
    }
    side.tree.reset(tree);
    side.count = git_tree_entrycount(tree);
    return side;
  }

  // One of the two may be null. When both are there they have one name and are both trees or none.
  Result<void> entry(const git_tree_entry* a, const git_tree_entry* b, int depth) {
    const git_tree_entry* any = a != nullptr ? a : b;
    const git_oid* old_id = a != nullptr ? git_tree_entry_id(a) : nullptr;
    const git_oid* new_id = b != nullptr ? git_tree_entry_id(b) : nullptr;
    const std::uint32_t old_mode = a != nullptr ? mode(a) : 0;
    const std::uint32_t new_mode = b != nullptr ? mode(b) : 0;
    if (a != nullptr && b != nullptr && git_oid_equal(old_id, new_id) != 0 &&
        old_mode == new_mode) {
      return {};
    }
    const std::size_t length = prefix_.size();
    prefix_ += git_tree_entry_name(any);
    Result<void> result{};
    if (is_tree(any)) {
      prefix_ += '/';
      result = compare(old_id, new_id, depth + 1);
    } else {
      if (budget_.paths == 0 || budget_.bytes < prefix_.size()) {
        return Error{Code::kLimit,
                     "the commits of this push change more paths than the host reads"};
      }
      --budget_.paths;
      budget_.bytes -= prefix_.size();
      Change change;
      change.path = prefix_;
      change.old_mode = old_mode;
      change.new_mode = new_mode;
      change.kind = a == nullptr                                 ? RCX_PATH_ADDED
                    : b == nullptr                               ? RCX_PATH_DELETED
                    : (old_mode & S_IFMT) != (new_mode & S_IFMT) ? RCX_PATH_RETYPED
                                                                 : RCX_PATH_MODIFIED;
      if (old_id != nullptr) change.old_id = id_text(*old_id);
      if (new_id != nullptr) change.new_id = id_text(*new_id);
      changes_.push_back(std::move(change));
    }
    prefix_.resize(length);
    return result;
  }

  static std::uint32_t mode(const git_tree_entry* entry) {
    return static_cast<std::uint32_t>(git_tree_entry_filemode_raw(entry));
  }

  git_repository* repository_;
  PathBudget& budget_;
  std::string prefix_;
  std::vector<Change> changes_;
};

Result<std::vector<Change>> against(git_repository* repository, git_commit* commit,
                                    const git_oid* parent_tree, PathBudget& budget) {
  Comparison comparison(repository, budget);
  Result<void> compared = comparison.compare(parent_tree, git_commit_tree_id(commit), 0);
  if (!compared) return compared.error();
  return std::move(comparison.changes());
}

}  // namespace

Result<std::vector<Change>> changed_paths(git_repository* repository, git_commit* commit,
                                          PathBudget& budget) {
  const unsigned parents = git_commit_parentcount(commit);
  if (parents == 0) return against(repository, commit, nullptr, budget);
  std::vector<Change> changes;
  for (unsigned i = 0; i < parents; ++i) {
    git_commit* raw = nullptr;
    if (git_commit_parent(&raw, commit, i) != 0) {
      return last_error("cannot read a parent of commit " + id_text(*git_commit_id(commit)));
    }
    const Handle<git_commit> parent(raw);
    Result<std::vector<Change>> one = against(repository, commit, git_commit_tree_id(raw), budget);
    if (!one) return one.error();
    if (i == 0) {
      changes = std::move(*one);
      continue;
    }
    std::unordered_set<std::string> differ;
    for (Change& change : *one) differ.insert(std::move(change.path));
    std::erase_if(changes, [&](const Change& change) { return !differ.contains(change.path); });
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.path < b.path; });
  return changes;
}

}  // namespace rcx::host::git
