#include <unordered_set>

#include "host/vcs/git/git.hpp"

namespace rcx::host::git {
namespace {

// A reference that cannot be followed hides nothing: its commits may then count as new, which is
// the safe side.
void hide(git_repository* repository, git_revwalk* walk, const git_oid& id) {
  const Result<Handle<git_commit>> commit = peel_to_commit(repository, id);
  if (commit && *commit) git_revwalk_hide(walk, git_commit_id(commit->get()));
}

Result<void> hide_references(git_repository* repository, git_revwalk* walk,
                             const std::unordered_set<std::string>& except) {
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_new(&raw, repository) != 0) {
    return last_error("cannot list references");
  }
  const Handle<git_reference_iterator> iterator(raw);
  git_reference* next = nullptr;
  int status = 0;
  while ((status = git_reference_next(&next, raw)) == 0) {
    const Handle<git_reference> reference(next);
    const git_oid* target = git_reference_target(next);  // null for symbolic references
    if (target != nullptr && !except.contains(git_reference_name(next))) {
      hide(repository, walk, *target);
    }
  }
  if (status != GIT_ITEROVER) return last_error("cannot list references");
  git_reference* head = nullptr;
  if (git_reference_lookup(&head, repository, "HEAD") == 0) {
    const Handle<git_reference> reference(head);
    const git_oid* target = git_reference_target(head);
    if (target != nullptr) hide(repository, walk, *target);
  }
  return {};
}

// The references that a push to `name` moved: itself, or what it stands for when it is symbolic.
void add_moved(git_repository* repository, std::string name,
               std::unordered_set<std::string>& moved) {
  while (moved.insert(name).second) {
    git_reference* raw = nullptr;
    if (git_reference_lookup(&raw, repository, name.c_str()) != 0) return;
    const Handle<git_reference> reference(raw);
    const char* target = git_reference_symbolic_target(raw);
    if (target == nullptr) return;
    name = target;
  }
}

}  // namespace

Result<std::vector<git_oid>> new_commits(git_repository* repository,
                                         const std::vector<RefUpdate>& refs, bool moved) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repository) != 0) return last_error("cannot walk commits");
  const Handle<git_revwalk> walk(raw);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME | GIT_SORT_REVERSE);

  bool pushed = false;
  std::unordered_set<std::string> names;
  for (const RefUpdate& ref : refs) {
    if (moved) {
      add_moved(repository, ref.name, names);
      if (!ref.old_id.empty()) {
        const Result<git_oid> old_id = parse_id(ref.old_id);
        if (old_id) hide(repository, raw, *old_id);
      }
    }
    if (ref.new_id.empty()) continue;
    const Result<git_oid> id = parse_id(ref.new_id);
    if (!id) return id.error();
    const Result<Handle<git_commit>> tip = peel_to_commit(repository, *id);
    if (!tip) return tip.error();
    if (!*tip) continue;  // a tag of a tree or a blob
    if (git_revwalk_push(raw, git_commit_id(tip->get())) != 0) {
      return last_error("cannot walk from " + ref.new_id);
    }
    pushed = true;
  }
  std::vector<git_oid> found;
  if (!pushed) return found;
  if (Result<void> hidden = hide_references(repository, raw, names); !hidden) {
    return hidden.error();
  }
  git_oid id{};
  int status = 0;
  while ((status = git_revwalk_next(&id, raw)) == 0) found.push_back(id);
  if (status != GIT_ITEROVER) return last_error("cannot walk the new commits");
  return found;
}

}  // namespace rcx::host::git
