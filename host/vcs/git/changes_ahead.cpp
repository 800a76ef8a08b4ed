#include "host/vcs/git/changes_ahead.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <new>
#include <thread>

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
  for (const std::optional<ChangedPart>& part : found.parts) {
    bytes += sizeof part;
    if (part) bytes += part->text.size();
  }
  return bytes;
}

// Whether this is a file whose parts are read here.
bool is_ours(std::string_view path) {
  return std::hash<std::string_view>()(path) % 2 == 0;
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
      wants_parts_(wanted_.parts),
      pushed_(std::move(pushed)),
      own_(std::move(own)),
      objects_(pushed_.get(), *own_),
      graph_(objects_, graph),
      contents_(graph_, wanted_.what == What::kLines ? std::min(wanted_.largest_content, kLargest)
                                                     : wanted_.largest_content),
      room_(kRoom) {}

void ChangesAhead::start() {
  helper_.start([this](const HelperThread::Stopped& stopped) {
    try {
      if (read_back(stopped) && wants_parts_) read_parts(stopped);
    } catch (const std::bad_alloc&) {
      // Whoever asks may have more luck, or is who says so.
    }
  });
}

template <class Work>
void ChangesAhead::hold(std::size_t index, State before, Work work) {
  if (!states_[index].compare_exchange_strong(before, State::kReading)) return;
  // Somebody may wait, whatever comes of this.
  struct Release {
    ~Release() {
      state = after;
      state.notify_all();
    }
    std::atomic<State>& state;
    State after = State::kTaken;
  } release{states_[index]};
  release.after = work();
}

bool ChangesAhead::read_back(const HelperThread::Stopped& stopped) {
  bool has_room = true;
  for (std::size_t i = wanted_.commits.size(); i-- > 0 && has_room && !stopped;) {
    hold(i, State::kWaiting, [&] {
      std::optional<CommitChanges> found = changes_of(wanted_.commits[i], stopped);
      if (!found) return State::kTaken;
      const std::size_t bytes = bytes_of(*found);
      has_room = bytes <= room_;
      if (!has_room) return State::kTaken;
      room_ -= bytes;
      found_[i] = std::move(*found);
      return State::kDone;
    });
  }
  return has_room;
}

void ChangesAhead::read_parts(const HelperThread::Stopped& stopped) {
  constexpr std::chrono::milliseconds kPause{5};
  for (std::size_t i = 0; !stopped; ++i) {
    i = std::max<std::size_t>(i, asked_);
    if (i >= wanted_.commits.size()) return;
    while (room_ < kRoom / 2 && !stopped) std::this_thread::sleep_for(kPause);
    hold(i, State::kDone, [&] {
      CommitChanges& found = found_[i];
      const std::size_t before = bytes_of(found);
      std::size_t bytes = 0;
      for (const Change& change : found.changes) {
        if (stopped || bytes > kRoom / 4) break;
        std::optional<ChangedPart>& part = found.parts.emplace_back();
        if (is_ours(change.path)) part = part_of(change);
        if (part) bytes += part->text.size();
      }
      room_ -= std::min<std::size_t>(room_, bytes_of(found) - before);
      return State::kDone;
    });
  }
}

std::optional<CommitChanges> ChangesAhead::changes_of(const ObjectId& commit,
                                                      const HelperThread::Stopped& stopped) {
  // One that needs more is left to who asks, and so is what exceeds a limit.
  PathBudget budget{kRoom / sizeof(Change), kRoom};
  const std::size_t steps = budget.steps;
  Result<std::vector<Change>> changes = changed_paths(graph_, commit, budget, &stopped);
  if (!changes) return std::nullopt;
  CommitChanges found{std::move(*changes), steps - budget.steps, {}, {}};
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

std::optional<ChangedPart> ChangesAhead::part_of(const Change& change) {
  Result<ChangedPart> part = contents_.changed(change);
  if (!part) return std::nullopt;
  if (part->content.use_count() > 1) {
    // Somebody here has it as well, who may use its memory again.
    part->content = std::make_shared<const std::string>(part->text);
    part->text = *part->content;
  }
  return std::move(*part);
}

std::optional<CommitChanges> ChangesAhead::take(std::size_t index) {
  asked_ = index + 1;
  State state = State::kWaiting;
  if (states_[index].compare_exchange_strong(state, State::kTaken)) return std::nullopt;
  states_[index].wait(State::kReading);
  if (states_[index].exchange(State::kTaken) != State::kDone) return std::nullopt;
  CommitChanges found = std::move(found_[index]);
  room_ += bytes_of(found);
  return found;
}

}  // namespace rcx::host::git
