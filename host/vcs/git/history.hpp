// A git history as pushes. Used by host/vcs alone.
#pragma once

#include <vector>

#include "host/vcs/git/commit_graph.hpp"
#include "host/vcs/git/store.hpp"
#include "host/vcs/history.hpp"

namespace rcx::host::git {

// One step along first parents, and the commits that it brings, parents before children.
struct Step {
  std::optional<ObjectId> from;  // none: the branch begins here
  ObjectId to;
  std::vector<ObjectId> commits;
  bool forced = false;  // `to` does not reach `from`
};

// The steps that `range` asks for, oldest first, each commit in exactly one of them.
Result<std::vector<Step>> history_steps(Store& store, const HistoryRange& range);

// The whole name of the reference that a push of `range` would move.
std::string history_ref(Store& store, const HistoryRange& range);

class GitHistory : public History {
 public:
  // `event` is what all of these events have in common.
  GitHistory(std::unique_ptr<Store> store, std::vector<Step> steps, Event event, std::string ref,
             bool committer);
  std::size_t pushes() const noexcept override { return steps_.size(); }
  std::size_t commits() const noexcept override;
  Result<HookEvent> push(std::size_t index, std::uint32_t kind) const override;

 private:
  std::unique_ptr<Store> store_;
  std::vector<Step> steps_;
  Event event_;
  std::string ref_;
  bool committer_;
};

}  // namespace rcx::host::git
