// One configuration with one set of extensions, and the workers that serve with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/core/process.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/plugin/plan.hpp"
#include "host/supervisor/breaker.hpp"
#include "host/supervisor/output.hpp"
#include "host/supervisor/poll_set.hpp"

namespace rcx::host {

// Where hooks connect: workers of every generation accept there, those that serve.
struct Door {
  std::string name;  // `pre` or `post`
  fs::path socket;
  Fd listener;
  bool kept = false;  // by the service manager, when this host is no more: callers wait there
};

// What all generations of a host have in common. Outlives them.
struct Surroundings {
  fs::path program;  // rcxd
  Scoreboard* scoreboard = nullptr;
  const std::vector<Door>* doors = nullptr;
  std::function<std::size_t()> free_block;  // of the scoreboard
  bool once = false;                        // for one call alone
};

struct Worker {
  Process process;
  Fd control;
  Output output;
  std::size_t block = 0;
  bool ready = false;
  std::int64_t since_ns = 0;  // wall clock
  std::string heard;          // of the line on the control channel that is not yet whole
  bool mute = false;          // it has closed that channel
};

// The workers of one pool.
struct Pool {
  const Door* door = nullptr;
  PoolConfig config;
  std::vector<Worker> workers;
  int early_deaths = 0;            // in a row: workers that died soon after they started
  std::int64_t not_before_ns = 0;  // monotonic: when the next worker may start
  std::string notice = {};         // what stands in the file of renew_notice; empty: no file
};

// Starts with one worker, which settles which extensions start; the others follow it. Belongs to
// one thread.
class Generation {
 public:
  // What becomes of an extension that does not start, and of calls until all workers are ready.
  enum class Role {
    kFirst,      // it is left out; who is ready serves
    kSuccessor,  // the generation has failed; nobody serves before serve()
  };

  Generation(std::uint64_t number, Role role, std::shared_ptr<const Config> config, Plan plan,
             const Surroundings& around);

  // Before anything starts: extensions, by id, that a successor may leave out, because the one that
  // serves does without them as well.
  void tolerate(std::set<std::string> ids) { tolerated_ = std::move(ids); }

  std::uint64_t number() const noexcept { return number_; }
  const std::shared_ptr<const Config>& config() const noexcept { return config_; }
  const Plan& plan() const noexcept { return plan_; }
  const std::vector<Pool>& pools() const noexcept { return pools_; }
  bool uses_block(std::size_t block) const;

  // Starts the workers that are missing, and ends those that are over a deadline.
  void tend();
  void watch(PollSet& waiting);
  // Tells those who wait at the doors what they wait for; see notice.hpp. For the one that serves.
  void renew_notices();
  // Whether a worker has shown which extensions start.
  bool settled() const noexcept { return settled_; }
  // Whether every worker is ready.
  bool ready() const;
  // Why it can never serve; empty while it may.
  const std::string& failure() const noexcept { return failure_; }

  // Opens the doors.
  void serve();
  // Has every worker finish the event it is at, and leave. Others serve what comes.
  void retire();
  // Has the workers of one pool serve all that has come, and leave.
  void drain(const std::string& pool);
  // Ends those that are left, of one pool or of all.
  void kill(const std::string& pool = {});
  bool gone(const std::string& pool = {}) const;

  // What extensions failed at since this was asked last.
  std::vector<ExtensionFailure> take_failures() { return std::exchange(failures_, {}); }
  // Counts what others show: workers that died although nobody asked them to.
  int lost() const noexcept { return lost_; }
  // Whether something that a status shows has changed since this was asked last.
  bool changed();

 private:
  void fill(Pool& pool);
  void hear(Worker& worker);
  void take(Worker& worker, std::string_view line);
  std::string inside(const Worker& worker) const;
  void lose(Pool& pool, std::size_t index);
  void refuse(const Blame& blame);
  void end_overruns();
  void tell(Worker& worker, char what);
  void fail(const std::string& reason);

  std::uint64_t number_;
  std::shared_ptr<const Config> config_;
  Plan plan_;
  const Surroundings& around_;
  std::vector<Pool> pools_;
  bool tolerant_;
  std::set<std::string> tolerated_;
  bool serving_;
  bool leaving_ = false;
  bool settled_ = false;
  bool changed_ = true;
  int lost_ = 0;
  std::string failure_;
  std::vector<ExtensionFailure> failures_;
};

}  // namespace rcx::host
