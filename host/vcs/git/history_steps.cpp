#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "host/vcs/git/history.hpp"

namespace rcx::host::git {
namespace {

struct Hash {
  std::size_t operator()(const git_oid& id) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, id.id, sizeof value);
    return value;
  }
};
struct Same {
  bool operator()(const git_oid& a, const git_oid& b) const noexcept {
    return git_oid_equal(&a, &b) != 0;
  }
};
using OidSet = std::unordered_set<git_oid, Hash, Same>;

struct Ends {
  std::optional<git_oid> from;
  git_oid to{};
};

Result<git_oid> commit_of(git_repository* repository, const std::string& name) {
  git_object* raw = nullptr;
  if (git_revparse_single(&raw, repository, name.c_str()) != 0) {
    if (name == "HEAD" && git_repository_head_unborn(repository) == 1) {
      return Error{Code::kNotFound,
                   "HEAD has no commits yet; name a branch that has with:  --range <branch>"};
    }
    return last_error("cannot find '" + printable(name) + "' in the repository");
  }
  const Handle<git_object> object(raw);
  Result<Handle<git_commit>> commit = peel_to_commit(repository, *git_object_id(raw));
  if (!commit) return commit.error();
  if (!*commit) {
    return Error{Code::kInvalid, "wanted a commit, got '" + printable(name) + "', which is none"};
  }
  return *git_commit_id(commit->get());
}

Result<Ends> ends_of(git_repository* repository, const std::string& range) {
  Ends ends;
  const std::size_t dots = range.find("..");
  if (dots != std::string::npos && range.compare(dots, 3, "...") == 0) {
    return Error{Code::kInvalid, "wanted A..B, got '" + printable(range) + "'"};
  }
  const auto or_head = [](const std::string& name) {
    return name.empty() ? std::string("HEAD") : name;
  };
  const std::string last = dots == std::string::npos ? range : range.substr(dots + 2);
  const Result<git_oid> to = commit_of(repository, or_head(last));
  if (!to) return to.error();
  ends.to = *to;
  if (dots != std::string::npos) {
    const Result<git_oid> from = commit_of(repository, or_head(range.substr(0, dots)));
    if (!from) return from.error();
    ends.from = *from;
  }
  return ends;
}

using Parents = std::vector<git_oid>;

// Reads parents, each commit once.
class Graph {
 public:
  explicit Graph(git_repository* repository) : repository_(repository) {}

  Result<const Parents*> parents(const git_oid& id) {
    const auto [place, fresh] = parents_.try_emplace(id);
    if (fresh) {
      git_commit* raw = nullptr;
      if (git_commit_lookup(&raw, repository_, &id) != 0) {
        if (git_repository_is_shallow(repository_) == 1) {
          return Error{Code::kNotFound,
                       "the history is cut off before " + id_text(id) +
                           " (a shallow repository); get the rest with:  git fetch --unshallow  "
                           "or try fewer pushes with:  --last N"};
        }
        return last_error("cannot read commit " + id_text(id));
      }
      const Handle<git_commit> commit(raw);
      const unsigned count = git_commit_parentcount(raw);
      for (unsigned i = 0; i < count; ++i) place->second.push_back(*git_commit_parent_id(raw, i));
    }
    return &place->second;
  }

 private:
  git_repository* repository_;
  std::unordered_map<git_oid, Parents, Hash, Same> parents_;
};

// What `to` reaches and `from` does not.
Result<OidSet> between(git_repository* repository, const std::optional<git_oid>& from,
                       const git_oid& to) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repository) != 0) return last_error("cannot walk the history");
  const Handle<git_revwalk> walk(raw);
  if (git_revwalk_push(raw, &to) != 0 || (from && git_revwalk_hide(raw, &*from) != 0)) {
    return last_error("cannot walk the history");
  }
  OidSet found;
  git_oid id{};
  int status = 0;
  while ((status = git_revwalk_next(&id, raw)) == 0) found.insert(id);
  if (status != GIT_ITEROVER) return last_error("cannot walk the history");
  return found;
}

// The first parents of `to`, newest first, at most `most` of them (0: all), and where they end.
struct Chain {
  std::vector<git_oid> ids;
  std::optional<git_oid> base;  // the first parent of the last one
  bool merges = false;
};

// Ends at `from` where it meets that.
Result<Chain> first_parents(Graph& graph, const Ends& ends, std::size_t most) {
  Chain chain;
  std::optional<git_oid> next = ends.to;
  while (next && !(ends.from && Same()(*next, *ends.from)) &&
         (most == 0 || chain.ids.size() < most)) {
    const Result<const Parents*> parents = graph.parents(*next);
    if (!parents) return parents.error();
    chain.ids.push_back(*next);
    chain.merges = chain.merges || (*parents)->size() > 1;
    next.reset();
    if (!(*parents)->empty()) next = (*parents)->front();
  }
  chain.base = next;
  return chain;
}

// Takes what `id` reaches out of `left`, parents before children.
Result<std::vector<git_oid>> take(Graph& graph, const git_oid& id, OidSet& left) {
  std::vector<git_oid> taken;
  struct Visit {
    git_oid id;
    std::size_t next = 0;
  };
  std::vector<Visit> path;
  if (left.erase(id) != 0) path.push_back({id});
  while (!path.empty()) {
    const Result<const Parents*> parents = graph.parents(path.back().id);
    if (!parents) return parents.error();
    if (path.back().next == (*parents)->size()) {
      taken.push_back(path.back().id);
      path.pop_back();
      continue;
    }
    const git_oid& parent = (**parents)[path.back().next++];
    if (left.erase(parent) != 0) path.push_back({parent});
  }
  return taken;
}

}  // namespace

Result<std::vector<Step>> history_steps(git_repository* repository, const HistoryRange& range) {
  Result<Ends> ends = ends_of(repository, range.range);
  if (!ends) return ends.error();
  Graph graph(repository);
  Result<Chain> chain = first_parents(graph, *ends, range.last);
  if (!chain) return chain.error();
  // Where A is none of the first parents of B, only a walk tells where the range begins.
  const bool met = chain->base && ends->from && Same()(*chain->base, *ends->from);
  const bool cut = range.last != 0 && chain->ids.size() == range.last;
  OidSet left(chain->ids.begin(), chain->ids.end());
  if (chain->merges || (ends->from && !met)) {
    Result<OidSet> all =
        between(repository, ends->from && !cut ? ends->from : chain->base, ends->to);
    if (!all) return all.error();
    left = std::move(*all);
    if (ends->from && cut) {
      // The last pushes of a range: neither what lies before them nor what A reaches.
      Result<OidSet> own = between(repository, ends->from, ends->to);
      if (!own) return own.error();
      std::erase_if(left, [&](const git_oid& id) { return !own->contains(id); });
    }
  }
  std::vector<Step> steps;
  std::reverse(chain->ids.begin(), chain->ids.end());
  for (const git_oid& id : chain->ids) {
    if (!left.contains(id)) continue;
    Step step;
    step.to = id;
    const Result<const Parents*> parents = graph.parents(id);
    if (!parents) return parents.error();
    if (!(*parents)->empty()) step.from = (*parents)->front();
    Result<std::vector<git_oid>> commits = take(graph, id, left);
    if (!commits) return commits.error();
    step.commits = std::move(*commits);
    steps.push_back(std::move(step));
  }
  if (!range.as_one || steps.empty()) return steps;
  Step whole{ends->from ? ends->from : steps.front().from, steps.back().to, {}, false};
  if (range.last != 0) whole.from = steps.front().from;
  if (whole.from) {
    const int reaches = git_graph_descendant_of(repository, &whole.to, &*whole.from);
    if (reaches < 0) return last_error("cannot compare the ends of the range");
    whole.forced = reaches == 0;
  }
  for (Step& step : steps) {
    whole.commits.insert(whole.commits.end(), step.commits.begin(), step.commits.end());
  }
  return std::vector<Step>{std::move(whole)};
}

}  // namespace rcx::host::git
