#include "host/vcs/git/changed_paths.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace rcx::host::git {
namespace {

// Deeper than any path that a file system holds.
constexpr int kDeepest = 2048;

IdText id_text(const ObjectId& id) {
  std::array<char, IdText::kMost> text{};
  id.write_text(text.data());
  return IdText({text.data(), 2 * id.size()});
}

class Comparison {
 public:
  Comparison(EventObjects& objects, PathBudget& budget) : objects_(objects), budget_(budget) {}

  // Null ids stand for no tree at all.
  Result<void> compare(const ObjectId* old_id, const ObjectId* new_id, int depth) {
    if (depth > kDeepest) {
      return Error{Code::kInvalid, "directories nested deeper than " + std::to_string(kDeepest) +
                                       " in " + shortened(printable(prefix_), 200)};
    }
    Result<TreeEntries> before = open(old_id);
    if (!before) return before.error();
    Result<TreeEntries> after = open(new_id);
    if (!after) return after.error();
    while (before->entry() != nullptr || after->entry() != nullptr) {
      const TreeEntry* const a = before->entry();
      const TreeEntry* const b = after->entry();
      if (a != nullptr && b != nullptr && a->mode == b->mode && a->id == b->id &&
          a->name == b->name) {
        TreeEntries::next_differing(*before, *after);
        continue;
      }
      const int which = tree_order(a, b);
      Result<void> one = entry(which <= 0 ? a : nullptr, which >= 0 ? b : nullptr, depth);
      if (!one) return one;
      if (which <= 0) before->next();
      if (which >= 0) after->next();
    }
    if (before->damaged()) return damaged_object(*old_id, "a tree ends within an entry");
    if (after->damaged()) return damaged_object(*new_id, "a tree ends within an entry");
    return {};
  }

  std::vector<Change>& changes() { return changes_; }

 private:
  Result<TreeEntries> open(const ObjectId* id) {
    return id == nullptr ? TreeEntries() : objects_.tree(*id);
  }

  // One of the two may be null. When both are there they have one name and are both trees or none.
  Result<void> entry(const TreeEntry* a, const TreeEntry* b, int depth) {
    const TreeEntry& any = a != nullptr ? *a : *b;
    const std::size_t length = prefix_.size();
    prefix_ += any.name;
    Result<void> result{};
    if (any.is_tree()) {
      prefix_ += '/';
      result = compare(a != nullptr ? &a->id : nullptr, b != nullptr ? &b->id : nullptr, depth + 1);
    } else {
      result = add(a, b);
    }
    prefix_.resize(length);
    return result;
  }

  Result<void> add(const TreeEntry* a, const TreeEntry* b) {
    if (!budget_.take(prefix_.size())) {
      return Error{Code::kLimit, "the commits of this push change more paths than the host reads"};
    }
    Change change;
    change.path = prefix_;
    if (a != nullptr) {
      change.old_mode = a->mode;
      change.old_id = id_text(a->id);
    }
    if (b != nullptr) {
      change.new_mode = b->mode;
      change.new_id = id_text(b->id);
    }
    change.kind = a == nullptr                               ? RCX_PATH_ADDED
                  : b == nullptr                             ? RCX_PATH_DELETED
                  : (a->mode & S_IFMT) != (b->mode & S_IFMT) ? RCX_PATH_RETYPED
                                                             : RCX_PATH_MODIFIED;
    changes_.push_back(std::move(change));
    return {};
  }

  EventObjects& objects_;
  PathBudget& budget_;
  std::string prefix_;
  std::vector<Change> changes_;
};

Result<std::vector<Change>> against(CommitGraph& graph, const ObjectId& tree,
                                    const ObjectId* parent_tree, PathBudget& budget) {
  Comparison comparison(graph.objects(), budget);
  if (parent_tree != nullptr && *parent_tree == tree) return std::vector<Change>();
  Result<void> compared = comparison.compare(parent_tree, &tree, 0);
  if (!compared) return compared.error();
  return std::move(comparison.changes());
}

}  // namespace

Result<std::vector<Change>> changed_paths(CommitGraph& graph, const ObjectId& commit,
                                          PathBudget& budget) {
  const Result<const CommitLinks*> links = graph.links(commit);
  if (!links) return links.error();
  const CommitLinks& own = **links;
  if (own.parents.empty()) return against(graph, own.tree, nullptr, budget);
  std::vector<Change> changes;
  for (std::size_t i = 0; i < own.parents.size(); ++i) {
    const Result<const CommitLinks*> parent = graph.links(own.parents[i]);
    if (!parent) {
      return Error{parent.error().code, "cannot read a parent of commit " + commit.text() + ": " +
                                            parent.error().message};
    }
    Result<std::vector<Change>> one = against(graph, own.tree, &(*parent)->tree, budget);
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
