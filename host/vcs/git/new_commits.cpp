#include "host/vcs/git/new_commits.hpp"

#include <algorithm>

#include "host/vcs/git/other_references.hpp"

namespace rcx::host::git {
namespace {

// How many commits to look at, back from what the push is about, before git is asked about all
// references. It would look at more.
constexpr std::size_t kNearby = 100'000;

Result<ObjectId> pushed_id(const RefUpdate& ref) {
  const auto id = ObjectId::parse(ref.new_id);
  if (id) return *id;
  return Error{Code::kUnavailable, "wanted an object id of 40 or 64 hexadecimal digits, got '" +
                                       shortened(printable(ref.new_id), 100) + "'"};
}

// Depth first without recursion: a commit is listed when all of its parents are. `wanted` says
// which commits to go through.
template <class Wanted>
Result<void> list_from(CommitGraph& graph, const ObjectId& tip, std::size_t ref,
                       const Wanted& wanted, Ids& seen, std::vector<NewCommit>& into) {
  struct Step {
    ObjectId id;
    const CommitLinks* links;
    std::size_t next = 0;
  };
  std::vector<Step> path;
  const auto enter = [&](const ObjectId& id) -> Result<void> {
    if (!wanted(id) || !seen.insert(id).second) return {};
    const Result<const CommitLinks*> links = graph.links(id);
    if (!links) return links.error();
    path.push_back({id, *links, 0});
    return {};
  };
  if (Result<void> entered = enter(tip); !entered) return entered;
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next == step.links->parents.size()) {
      into.push_back({step.id, ref, graph.known(step.id)});
      path.pop_back();
    } else if (Result<void> entered = enter(step.links->parents[step.next++]); !entered) {
      return entered;
    }
  }
  return {};
}

}  // namespace

Result<void> NewCommits::collect() {
  if (Objects* const pushed = graph_.objects().pushed()) pushed->read_commits_ahead();
  for (std::size_t i = 0; i < refs_.size(); ++i) {
    if (refs_[i].new_id.empty()) continue;
    const Result<ObjectId> id = pushed_id(refs_[i]);
    if (!id) return id.error();
    const Result<std::optional<ObjectId>> tip = graph_.peel(*id);
    if (!tip) return tip.error();
    if (!*tip) continue;  // a tag of a tree or a blob
    tips_.emplace(i, **tip);
    if (Result<void> walked = walk_from(**tip, i); !walked) return walked;
  }
  return {};
}

Result<NewCommits::Standing> NewCommits::enter(const ObjectId& id, std::vector<Visit>& path) {
  if (stored_.contains(id)) return Standing::kStored;
  const Result<KnownCommit*> pushed = graph_.pushed(id);
  if (!pushed) return pushed.error();
  KnownCommit* const commit = *pushed;
  if (commit == nullptr) {
    stored_.insert(id);
    return Standing::kStored;
  }
  if (commit->standing != Standing::kUnseen) return commit->standing;
  commit->standing = Standing::kStored;
  path.push_back({commit});
  return Standing::kUnseen;
}

Result<void> NewCommits::walk_from(const ObjectId& tip, std::size_t ref) {
  std::vector<Visit> path;
  const Result<Standing> first = enter(tip, path);
  if (!first) return first.error();
  while (!path.empty()) {
    Visit& visit = path.back();
    if (visit.next == visit.commit->links.parents.size()) {
      if (Result<void> left = leave(path, ref); !left) return left;
      continue;
    }
    const std::size_t at = path.size() - 1;
    const Result<Standing> standing = enter(visit.commit->links.parents[visit.next++], path);
    if (!standing) return standing.error();
    if (*standing == Standing::kNew) path[at].above_new = true;
    if (*standing == Standing::kStored) path[at].above_stored = true;
  }
  const KnownCommit* const walked = graph_.known(tip);
  if (walked == nullptr || walked->standing != Standing::kNew) edge_.insert(tip);
  return {};
}

// A commit that a reference reached was there, and so was all that it reaches. Where a parent is
// new, nobody need look.
Result<void> NewCommits::leave(std::vector<Visit>& path, std::size_t ref) {
  const Visit visit = path.back();
  path.pop_back();
  KnownCommit& commit = *visit.commit;
  bool is_new = visit.above_new;
  if (!is_new) {
    Result<bool> there = graph_.objects().own().contains(commit.id);
    // What it would bring depends on that, so it must be so now, and not when this was opened.
    if (there && !*there && store_.look_again()) there = store_.objects().contains(commit.id);
    if (!there) return there.error();
    is_new = !*there;
  }
  if (!path.empty()) (is_new ? path.back().above_new : path.back().above_stored) = true;
  if (!is_new) return {};
  commit.standing = Standing::kNew;
  pushed_.push_back({commit.id, ref, &commit});
  // What a new commit stands on and the repository had is where the search for references begins.
  if (!visit.above_stored) return {};
  for (const ObjectId& parent : commit.links.parents) {
    const KnownCommit* const known = graph_.known(parent);
    if (known == nullptr || known->standing != Standing::kNew) edge_.insert(parent);
  }
  return {};
}

Result<void> NewCommits::settle() {
  Ids doubtful = edge_;
  References* const references = store_.references();
  if (references == nullptr || moved_) return ask_git(doubtful);
  std::vector<ObjectId> near;
  for (const RefUpdate& ref : refs_) {
    if (doubtful.empty()) return {};
    const auto now = references->current(ref.name);
    if (!now) continue;
    doubtful.erase(*now);
    near.push_back(*now);
  }
  if (doubtful.empty()) return {};
  const Tips& tips = references->tips();
  erase_if(doubtful, [&](const ObjectId& id) { return tips.contains(id); });
  if (doubtful.empty()) return {};
  if (const auto head = references->current("HEAD")) near.push_back(*head);
  std::vector<ObjectId> commits;
  for (const ObjectId& id : near) {
    const Result<std::optional<ObjectId>> commit = graph_.peel(id);
    if (commit && *commit) commits.push_back(**commit);
  }
  // What cannot be read here, git may say more about.
  const Result<void> looked = graph_.remove_reached(commits, doubtful, kNearby);
  if (looked && doubtful.empty()) return {};
  return ask_git(doubtful);
}

Result<void> NewCommits::ask_git(const Ids& doubtful) {
  if (doubtful.empty()) return {};
  std::string input;
  for (const ObjectId& id : doubtful) input += id.text() + "\n";
  std::vector<std::string> arguments = {"rev-list", "--ignore-missing", "--stdin"};
  if (moved_) {
    const Result<std::string> others = other_references(store_.path(), refs_);
    if (!others) return others.error();
    input += *others;
    for (const RefUpdate& ref : refs_) {
      if (!ref.old_id.empty()) input += "^" + ref.old_id + "\n";
    }
  } else {
    arguments.insert(arguments.end(), {"--not", "--all"});
  }
  const Result<std::string> answer = run_git({store_.path(), arguments, input, held_});
  if (!answer) return answer.error();
  for (const std::string_view line : split(*answer, '\n')) {
    if (const auto id = ObjectId::parse(line)) unreached_.insert(*id);
  }
  // `--ignore-missing` is meant for references that lead nowhere, not for what was pushed.
  for (const ObjectId& id : doubtful) {
    const Result<const CommitLinks*> links = graph_.links(id);
    if (!links) return links.error();
  }
  return {};
}

Result<std::vector<NewCommit>> NewCommits::list() {
  if (Result<void> settled = settle(); !settled) return settled.error();
  if (unreached_.empty()) return pushed_;
  std::vector<NewCommit> found;
  Ids seen;
  const auto wanted = [this](const ObjectId& id) {
    const KnownCommit* const known = graph_.known(id);
    return (known != nullptr && known->standing == Standing::kNew) || unreached_.contains(id);
  };
  for (const auto& [ref, tip] : tips_) {
    if (Result<void> listed = list_from(graph_, tip, ref, wanted, seen, found); !listed) {
      return listed.error();
    }
  }
  return found;
}

Result<std::vector<NewCommit>> still_reached(CommitGraph& graph,
                                             const std::vector<NewCommit>& commits,
                                             const std::vector<RefUpdate>& refs) {
  Ids known;
  for (const NewCommit& commit : commits) known.insert(commit.id);
  std::vector<NewCommit> found;
  Ids seen;
  const auto wanted = [&known](const ObjectId& id) { return known.contains(id); };
  for (std::size_t i = 0; i < refs.size(); ++i) {
    const auto id = ObjectId::parse(refs[i].new_id);
    if (!id) continue;
    const Result<std::optional<ObjectId>> tip = graph.peel(*id);
    if (!tip) return tip.error();
    if (!*tip) continue;
    if (Result<void> listed = list_from(graph, **tip, i, wanted, seen, found); !listed) {
      return listed.error();
    }
  }
  return found;
}

}  // namespace rcx::host::git
