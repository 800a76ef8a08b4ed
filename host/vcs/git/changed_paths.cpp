#include "host/vcs/git/changed_paths.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rcx::host::git {
namespace {

// Deeper than any path that a file system holds.
constexpr int kDeepest = 2048;
// Trees that are held at once, from the top down to where it is looked: enough for a few of the
// largest.
constexpr std::size_t kMostHeld = std::size_t{256} * 1024 * 1024;

Error too_many_trees() {
  return {Code::kLimit, "the trees to be compared for one commit of this push have more than " +
                            std::to_string(kMostHeld >> 20U) +
                            " MiB, which is more than the host holds"};
}

// Each of them once, in the order in which they come first. Null is one as well.
std::vector<const ObjectId*> distinct(std::vector<const ObjectId*> trees) {
  if (trees.size() < 2) return trees;
  Ids seen;
  bool none = false;
  std::erase_if(trees, [&](const ObjectId* tree) {
    return tree == nullptr ? std::exchange(none, true) : !seen.insert(*tree).second;
  });
  return trees;
}

// One tree beside those of its parents, all of one directory, walked in step. What one parent has
// just so is no change, and what lies below it is not even read: of a merge, that is nearly all.
class Comparison {
 public:
  Comparison(EventObjects& objects, PathBudget& budget, const std::atomic<bool>* stopped)
      : objects_(objects), budget_(budget), stopped_(stopped) {}

  // Null ids stand for no tree at all. `parents`: at least one.
  Result<void> compare(const ObjectId* tree, std::vector<const ObjectId*> parents, int depth) {
    if (depth > kDeepest) {
      return Error{Code::kInvalid, "directories nested deeper than " + std::to_string(kDeepest) +
                                       " in " + shortened(printable(prefix_), 200)};
    }
    if (stopped_ != nullptr && *stopped_) return Error{Code::kBusy, "nobody asks for it any more"};
    std::vector<const ObjectId*> ids = distinct(std::move(parents));
    ids.push_back(tree);
    const std::size_t held = held_;
    Result<std::vector<TreeEntries>> all = open(ids);
    if (!all) return all.error();
    while (true) {
      TreeEntries::skip_equal(*all);
      const TreeEntry* first = nullptr;
      for (const TreeEntries& entries : *all) {
        if (tree_order(entries.entry(), first) < 0) first = entries.entry();
      }
      if (first == nullptr) break;
      if (Result<void> one = entry(*all, *first, depth); !one) return one;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] != nullptr && (*all)[i].damaged()) {
        return damaged_object(*ids[i], "a tree ends within an entry");
      }
    }
    held_ = held;
    return {};
  }

  std::vector<Change>& changes() { return changes_; }

 private:
  // Those trees; counted one by one, as many may be large.
  Result<std::vector<TreeEntries>> open(const std::vector<const ObjectId*>& ids) {
    std::vector<TreeEntries> all;
    all.reserve(ids.size());
    for (const ObjectId* const id : ids) {
      Result<TreeEntries> opened = id == nullptr ? TreeEntries() : objects_.tree(*id);
      if (!opened) return opened.error();
      if (!budget_.take_steps(1 + opened->size() / 1024)) return too_many_steps();
      held_ += opened->size();
      if (held_ > kMostHeld) return too_many_trees();
      all.push_back(std::move(*opened));
    }
    return all;
  }

  // The entries that have the name and kind of `first`, one of them; moves on behind them.
  Result<void> entry(std::vector<TreeEntries>& all, const TreeEntry& first, int depth) {
    if (!budget_.take_steps(all.size())) return too_many_steps();
    const TreeEntry any = first;
    std::vector<std::optional<TreeEntry>> here;
    here.reserve(all.size());
    for (TreeEntries& entries : all) {
      const bool has = tree_order(entries.entry(), &any) == 0;
      here.push_back(has ? std::optional(*entries.entry()) : std::nullopt);
      if (has) entries.next();
    }
    const std::optional<TreeEntry> own = here.back();
    here.pop_back();
    const bool unchanged = std::any_of(here.begin(), here.end(), [&](const auto& parent) {
      if (!own || !parent) return own.has_value() == parent.has_value();
      return own->mode == parent->mode && own->id == parent->id;
    });
    if (unchanged) return {};
    const std::size_t length = prefix_.size();
    prefix_ += any.name;
    Result<void> result{};
    if (any.is_tree()) {
      prefix_ += '/';
      std::vector<const ObjectId*> parents;
      parents.reserve(here.size());
      for (const auto& parent : here) parents.push_back(parent ? &parent->id : nullptr);
      result = compare(own ? &own->id : nullptr, std::move(parents), depth + 1);
    } else {
      result = add(here.front(), own);
    }
    prefix_.resize(length);
    return result;
  }

  Result<void> add(const std::optional<TreeEntry>& a, const std::optional<TreeEntry>& b) {
    if (!budget_.take(prefix_.size())) return too_many_paths();
    Change change;
    change.path = prefix_;
    if (a) {
      change.old_mode = a->mode;
      change.old_id = id_text(a->id);
    }
    if (b) {
      change.new_mode = b->mode;
      change.new_id = id_text(b->id);
    }
    change.kind = !a                                         ? RCX_PATH_ADDED
                  : !b                                       ? RCX_PATH_DELETED
                  : (a->mode & S_IFMT) != (b->mode & S_IFMT) ? RCX_PATH_RETYPED
                                                             : RCX_PATH_MODIFIED;
    changes_.push_back(std::move(change));
    return {};
  }

  EventObjects& objects_;
  PathBudget& budget_;
  const std::atomic<bool>* stopped_;
  std::size_t held_ = 0;  // bytes of the trees that are open
  std::string prefix_;
  std::vector<Change> changes_;
};

}  // namespace

Error too_many_paths() {
  return {Code::kLimit,
          "the commits of this push change more paths than reading.paths and reading.path_bytes in "
          "rcx.yaml allow to read"};
}

Error too_many_steps() {
  return {Code::kLimit,
          "the commits of this push change more directories than reading.paths in rcx.yaml allows "
          "to look into"};
}

Result<std::vector<Change>> changed_paths(CommitGraph& graph, const ObjectId& commit,
                                          PathBudget& budget, const std::atomic<bool>* stopped) {
  const Result<const CommitLinks*> links = graph.links(commit);
  if (!links) return links.error();
  const CommitLinks& own = **links;
  std::vector<const ObjectId*> trees;
  for (const ObjectId& id : own.parents) {
    const Result<const CommitLinks*> parent = graph.links(id);
    if (!parent) {
      return Error{parent.error().code, "cannot read a parent of commit " + commit.text() + ": " +
                                            parent.error().message};
    }
    if ((*parent)->tree == own.tree) return std::vector<Change>();
    trees.push_back(&(*parent)->tree);
  }
  if (trees.empty()) trees.push_back(nullptr);
  Comparison comparison(graph.objects(), budget, stopped);
  Result<void> compared = comparison.compare(&own.tree, std::move(trees), 0);
  if (!compared) return compared.error();
  return std::move(comparison.changes());
}

}  // namespace rcx::host::git
