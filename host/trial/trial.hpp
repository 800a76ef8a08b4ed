// Trying one extension without a host: in a process of its own, which may crash and hang.
// The front of host/trial.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/plugin/plan.hpp"
#include "host/trial/interruption.hpp"
#include "host/vcs/history.hpp"

namespace rcx::host {

// A copy of the extension and a directory for its data, both gone when this is destroyed, and
// before a signal ends the program: it stays on the thread that opened it. Move-only.
class Subject {
 public:
  // `file` is X.so, or a directory X that holds X.so. Nothing is loaded.
  static Result<Subject> open(const fs::path& file);
  Subject(Subject&& other) noexcept;
  Subject& operator=(Subject&&) = delete;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  ~Subject();

  const Candidate& candidate() const noexcept { return candidate_; }
  const Staged& staged() const noexcept { return staged_; }
  const fs::path& directory() const noexcept { return directory_; }
  const Interruption& interruption() const noexcept { return interruption_; }

 private:
  Subject() = default;
  Interruption interruption_;  // first, so that it ends last
  Candidate candidate_;
  Staged staged_;
  fs::path directory_;
};

// How the extension under trial is configured.
struct TrialConfig {
  std::shared_ptr<const Config> instance;  // null: defaults everywhere
  fs::path settings;                       // a file that replaces its settings; empty: none
};

// One push that somebody would have heard something about.
struct TriedPush {
  std::size_t index = 0;
  bool refused = false;
  std::string ref;
  std::string old_id;  // empty when created
  std::string new_id;
  std::string caller;
  std::string subject;  // of its last commit; bytes
  std::int64_t time = 0;
  std::size_t commits = 0;
  std::string text;  // lines, safe for a terminal
};

struct TriedTime {
  std::int64_t ns = 0;
  std::size_t push = 0;
};

// What came of a whole history.
struct Tried {
  std::string id;
  std::size_t pushes = 0;
  std::size_t commits = 0;
  std::size_t refused = 0;
  std::size_t failures = 0;                   // of the extension, in handlers
  std::vector<std::string> crashes;           // how it took its process down, each time
  std::vector<std::vector<TriedTime>> times;  // of each handler for the event, in their order
  std::size_t other_handlers = 0;             // those for other events, which did not run
};

struct TrialRequest {
  fs::path repository;  // absolute
  HistoryRange range;
  std::uint32_t event = RCX_EVENT_PRE_PUSH;
};

// Runs the handlers of `subject` for `request.event` on each push of the history, oldest first, and
// hands those to `show` that say something. Where its process dies, another one goes on; the push
// then has the verdict that its `fail` policy gives.
Result<Tried> try_history(const Subject& subject, const TrialConfig& config,
                          const TrialRequest& request,
                          const std::function<void(const TriedPush&)>& show);

// The role `try`. Returns the exit status.
int run_try();

}  // namespace rcx::host
