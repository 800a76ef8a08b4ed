#include "host/vcs/git/changes_ahead.hpp"

#include <algorithm>
#include <new>

namespace rcx::host::git {
namespace {

// What may lie here until somebody asks for it, in bytes.
constexpr std::size_t kRoom = std::size_t{64} * 1024 * 1024;
// Nothing stops a comparison of two contents, so those that take long are left to who asks.
constexpr std::uint64_t kLargest = std::uint64_t{256} * 1024;

std::size_t bytes_of(const CommitChanges& found) {
  std::size_t bytes = 0;
  for (const Change& change : found.changes) bytes += sizeof change + change.path.size();
  for (const std::optional<AddedLines>& lines : found.lines) {
    bytes += sizeof lines;
    if (lines) bytes += lines->text.size() + lines->runs.size() * sizeof(LineRun);
  }
  return bytes;
}

}  // namespace

std::unique_ptr<ChangesAhead> ChangesAhead::of(const CommitGraph& graph, Wanted wanted) {
  std::unique_ptr<Objects> pushed;
  if (const Objects* const here = graph.objects().pushed()) {
    pushed = here->for_another_thread();
    if (pushed == nullptr) return nullptr;
  }
  std::unique_ptr<Objects> own = graph.objects().own().for_another_thread();
  if (own == nullptr) return nullptr;
  std::unique_ptr<ChangesAhead> ahead(
      new ChangesAhead(std::move(pushed), std::move(own), graph, std::move(wanted)));
  ahead->start();
  return ahead;
}

ChangesAhead::ChangesAhead(std::unique_ptr<Objects> pushed, std::unique_ptr<Objects> own,
                           const CommitGraph& graph, Wanted wanted)
    : wanted_(std::move(wanted)),
      states_(wanted_.commits.size()),
      found_(wanted_.commits.size()),
      pushed_(std::move(pushed)),
      own_(std::move(own)),
      objects_(pushed_.get(), *own_),
      graph_(objects_, graph),
      contents_(graph_, std::min(wanted_.largest_content, kLargest)),
      room_(kRoom) {}

void ChangesAhead::start() {
  helper_.start([this](const HelperThread::Stopped& stopped) {
    try {
      for (std::size_t i = wanted_.commits.size(); i-- > 0 && !stopped;) {
        if (!read(i, stopped)) return;
      }
    } catch (const std::bad_alloc&) {
      // Whoever asks may have more luck, or is who says so.
    }
  });
}

bool ChangesAhead::read(std::size_t index, const HelperThread::Stopped& stopped) {
  State waiting = State::kWaiting;
  if (!states_[index].compare_exchange_strong(waiting, State::kTaken)) return true;
  std::optional<CommitChanges> found = changes_of(wanted_.commits[index], stopped);
  if (!found) return true;
  const std::size_t bytes = bytes_of(*found);
  if (bytes > room_) return false;
  room_ -= bytes;
  found_[index] = std::move(*found);
  states_[index] = State::kDone;
  return true;
}

std::optional<CommitChanges> ChangesAhead::changes_of(const ObjectId& commit,
                                                      const HelperThread::Stopped& stopped) {
  // One that needs more is left to who asks, and so is what exceeds a limit.
  PathBudget budget{kRoom / sizeof(Change), kRoom};
  const std::size_t steps = budget.steps;
  Result<std::vector<Change>> changes = changed_paths(graph_, commit, budget, &stopped);
  if (!changes) return std::nullopt;
  CommitChanges found{std::move(*changes), steps - budget.steps, {}};
  if (wanted_.what == What::kPaths) return found;
  std::size_t bytes = 0;
  for (const Change& change : found.changes) {
    if (stopped) return std::nullopt;
    bytes += read_lines(commit, change, stopped, found);
    if (bytes > kRoom) return std::nullopt;
  }
  return found;
}

std::size_t ChangesAhead::read_lines(const ObjectId& commit, const Change& change,
                                     const HelperThread::Stopped& stopped, CommitChanges& into) {
  Result<AddedLines> lines = contents_.added(commit, change, &stopped);
  const std::size_t bytes = lines ? lines->text.size() : 0;
  into.lines.push_back(lines ? std::optional(std::move(*lines)) : std::nullopt);
  return bytes;
}

std::optional<CommitChanges> ChangesAhead::take(std::size_t index) {
  if (states_[index].exchange(State::kTaken) != State::kDone) return std::nullopt;
  return std::move(found_[index]);
}

}  // namespace rcx::host::git
