#include <algorithm>

#include "host/vcs/git/history.hpp"
#include "host/vcs/git/objects/git_command.hpp"

namespace rcx::host::git {
namespace {

struct Ends {
  std::optional<ObjectId> from;
  ObjectId to;
};

// What `name` (as git-rev-parse(1) has it) is; none where there is no such thing.
std::optional<ObjectId> named(Store& store, const std::string& name) {
  if (store.library() != nullptr) {
    git_object* raw = nullptr;
    if (git_revparse_single(&raw, store.library(), name.c_str()) != 0) return std::nullopt;
    const Handle<git_object> object(raw);
    return ObjectId(git_object_id(raw)->id, kSha1Size);
  }
  const Result<std::string> answer =
      run_git({store.path(), {"rev-parse", "--verify", "--quiet", "--end-of-options", name}});
  return answer ? ObjectId::parse(answer->substr(0, answer->find('\n'))) : std::nullopt;
}

Result<ObjectId> commit_of(Store& store, CommitGraph& graph, const std::string& name) {
  const std::optional<ObjectId> id = named(store, name);
  if (!id) {
    if (name == "HEAD") {
      return Error{Code::kNotFound,
                   "HEAD has no commits yet; name a branch that has with:  --range <branch>"};
    }
    return Error{Code::kNotFound, "cannot find '" + printable(name) + "' in the repository"};
  }
  const Result<std::optional<ObjectId>> commit = graph.peel(*id);
  if (!commit) return commit.error();
  if (!*commit) {
    return Error{Code::kInvalid, "wanted a commit, got '" + printable(name) + "', which is none"};
  }
  return **commit;
}

Result<Ends> ends_of(Store& store, CommitGraph& graph, const std::string& range) {
  Ends ends;
  const std::size_t dots = range.find("..");
  if (dots != std::string::npos && range.compare(dots, 3, "...") == 0) {
    return Error{Code::kInvalid, "wanted A..B, got '" + printable(range) + "'"};
  }
  const auto or_head = [](const std::string& name) {
    return name.empty() ? std::string("HEAD") : name;
  };
  const std::string last = dots == std::string::npos ? range : range.substr(dots + 2);
  const Result<ObjectId> to = commit_of(store, graph, or_head(last));
  if (!to) return to.error();
  ends.to = *to;
  if (dots != std::string::npos) {
    const Result<ObjectId> from = commit_of(store, graph, or_head(range.substr(0, dots)));
    if (!from) return from.error();
    ends.from = *from;
  }
  return ends;
}

// A history of which every commit must be there.
class Walk {
 public:
  explicit Walk(Store& store)
      : store_(store), objects_(nullptr, store.objects()), graph_(objects_, kNoEnds, written()) {}

  Store& store() noexcept { return store_; }
  CommitGraph& graph() noexcept { return graph_; }

  Result<const CommitLinks*> links(const ObjectId& id) {
    const Result<const CommitLinks*> links = graph_.old_links(id);
    if (links || store_.shallow().empty() || links.error().code != Code::kNotFound) return links;
    return Error{Code::kNotFound,
                 "the history is cut off before " + id.text() +
                     " (a shallow repository); get the rest with:  git fetch --unshallow  "
                     "or try fewer pushes with:  --last N"};
  }

 private:
  static inline const Ids kNoEnds;
  // Where a history is cut off, it says that commits have no parents that have some.
  const CommitGraphFile* written() const {
    return store_.shallow().empty() ? &store_.commit_graph() : nullptr;
  }

  Store& store_;
  EventObjects objects_;
  CommitGraph graph_;
};

// What `to` reaches and `from` does not.
Result<Ids> between(Store& store, const std::optional<ObjectId>& from, const ObjectId& to) {
  GitQuestion question{store.path(), {"rev-list", "--stdin"}, to.text() + "\n"};
  if (from) question.input += "^" + from->text() + "\n";
  const Result<std::string> answer = run_git(question);
  if (!answer) return answer.error();
  Ids found;
  for (const std::string_view line : split(*answer, '\n')) {
    if (const auto id = ObjectId::parse(line)) found.insert(*id);
  }
  return found;
}

// The first parents of `to`, newest first, at most `most` of them (0: all), and where they end.
struct Chain {
  std::vector<ObjectId> ids;
  std::optional<ObjectId> base;  // the first parent of the last one
  bool merges = false;
};

// Ends at `from` where it meets that.
Result<Chain> first_parents(Walk& walk, const Ends& ends, std::size_t most) {
  Chain chain;
  std::optional<ObjectId> next = ends.to;
  while (next && !(ends.from && *next == *ends.from) && (most == 0 || chain.ids.size() < most)) {
    const Result<const CommitLinks*> links = walk.links(*next);
    if (!links) return links.error();
    chain.ids.push_back(*next);
    chain.merges = chain.merges || (*links)->parents.size() > 1;
    next.reset();
    if (!(*links)->parents.empty()) next = (*links)->parents.front();
  }
  chain.base = next;
  return chain;
}

// Takes what `id` reaches out of `left`, parents before children.
Result<std::vector<ObjectId>> take(Walk& walk, const ObjectId& id, Ids& left) {
  std::vector<ObjectId> taken;
  struct Visit {
    ObjectId id;
    std::size_t next = 0;
  };
  std::vector<Visit> path;
  if (left.erase(id) != 0) path.push_back({id});
  while (!path.empty()) {
    const Result<const CommitLinks*> links = walk.links(path.back().id);
    if (!links) return links.error();
    if (path.back().next == (*links)->parents.size()) {
      taken.push_back(path.back().id);
      path.pop_back();
      continue;
    }
    const ObjectId& parent = (*links)->parents[path.back().next++];
    if (left.erase(parent) != 0) path.push_back({parent});
  }
  return taken;
}

// The commits that belong to the steps along `chain`.
Result<Ids> commits_of(Store& store, const Ends& ends, const Chain& chain, std::size_t last) {
  // Where A is none of the first parents of B, only a walk tells where the range begins.
  const bool met = chain.base && ends.from && *chain.base == *ends.from;
  if (!chain.merges && (!ends.from || met)) return Ids(chain.ids.begin(), chain.ids.end());
  const bool cut = last != 0 && chain.ids.size() == last;
  Result<Ids> all = between(store, ends.from && !cut ? ends.from : chain.base, ends.to);
  if (!all || !ends.from || !cut) return all;
  // The last pushes of a range: neither what lies before them nor what A reaches.
  const Result<Ids> own = between(store, ends.from, ends.to);
  if (!own) return own.error();
  erase_if(*all, [&](const ObjectId& id) { return !own->contains(id); });
  return all;
}

// All steps as one.
Result<Step> whole_of(Store& store, const Ends& ends, const std::vector<Step>& steps, bool cut) {
  Step whole{ends.from && !cut ? ends.from : steps.front().from, steps.back().to, {}, false};
  if (whole.from) {
    const Result<std::string> left = run_git(
        {store.path(), {"rev-list", "--max-count=1", whole.from->text(), "^" + whole.to.text()}});
    if (!left) return left.error();
    whole.forced = !left->empty();
  }
  for (const Step& step : steps) {
    whole.commits.insert(whole.commits.end(), step.commits.begin(), step.commits.end());
  }
  return whole;
}

}  // namespace

Result<std::vector<Step>> history_steps(Store& store, const HistoryRange& range) {
  Walk walk(store);
  Result<Ends> ends = ends_of(store, walk.graph(), range.range);
  if (!ends) return ends.error();
  Result<Chain> chain = first_parents(walk, *ends, range.last);
  if (!chain) return chain.error();
  Result<Ids> left = commits_of(store, *ends, *chain, range.last);
  if (!left) return left.error();
  std::vector<Step> steps;
  std::reverse(chain->ids.begin(), chain->ids.end());
  for (const ObjectId& id : chain->ids) {
    if (!left->contains(id)) continue;
    Step step;
    step.to = id;
    const Result<const CommitLinks*> links = walk.links(id);
    if (!links) return links.error();
    if (!(*links)->parents.empty()) step.from = (*links)->parents.front();
    Result<std::vector<ObjectId>> commits = take(walk, id, *left);
    if (!commits) return commits.error();
    step.commits = std::move(*commits);
    steps.push_back(std::move(step));
  }
  if (!range.as_one || steps.empty()) return steps;
  Result<Step> whole = whole_of(store, *ends, steps, range.last != 0);
  if (!whole) return whole.error();
  return std::vector<Step>{std::move(*whole)};
}

}  // namespace rcx::host::git
