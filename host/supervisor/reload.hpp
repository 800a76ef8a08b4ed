// From changed files to a generation that can take over. While it is made, and when it fails, the
// one that serves goes on.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/supervisor/breaker.hpp"
#include "host/supervisor/change_watch.hpp"
#include "host/supervisor/control.hpp"
#include "host/supervisor/generation.hpp"
#include "host/supervisor/proposal.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host {

// One attempt at a time. Belongs to one thread.
class Reload {
 public:
  // `service` may own extensions, besides root.
  Reload(const Surroundings& around, uid_t service);

  // The first generation, made from files with this fingerprint.
  void follow(const Config& config, std::string fingerprint);
  // Reads everything again, even where nothing has changed. `asker`, which may be null, hears what
  // came of it.
  void ask(std::shared_ptr<Asker> asker);

  void watch(PollSet& waiting);
  // Goes on as far as it can. Returns the generation that is ready to take over, if there is one;
  // the caller then says done(), with the workers of older ones that may accept calls nevertheless.
  std::unique_ptr<Generation> tend(const Generation& serving, const Breaker& breaker);
  void done(const Generation& serving, const std::vector<pid_t>& accepting = {});

  // What it starts just now; null where nothing.
  const Generation* next() const noexcept { return next_.get(); }
  // Gives up what is being made.
  void stop();
  const ReloadStatus& status() const noexcept { return status_; }
  bool changed();

 private:
  void begin(const Generation& serving);
  void disable(const Generation& serving, const Breaker& breaker);
  void consider(Result<Proposal> made, const Generation& serving, const Breaker& breaker);
  void fail(const std::string& reason);
  void answer(const boost::json::object& json);

  const Surroundings& around_;
  Proposer proposer_;
  ChangeWatch watch_;
  std::unique_ptr<Generation> next_;
  std::uint64_t number_ = 1;  // of the last generation
  bool asked_ = false;        // for an attempt that has not begun
  bool forced_ = false;       // the one that has
  bool disabling_ = false;  // what is made just now is the set that serves without what is disabled
  bool stopped_ = false;
  std::vector<std::shared_ptr<Asker>> waiting_;  // for an attempt that has not begun
  std::vector<std::shared_ptr<Asker>> asking_;   // for the one that has
  std::int64_t not_before_ns_ = 0;  // monotonic: the next attempt to leave out what is disabled
  ReloadStatus status_;
  bool changed_ = true;
};

}  // namespace rcx::host
