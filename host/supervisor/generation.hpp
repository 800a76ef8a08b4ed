// One configuration with one set of extensions, and the workers that serve with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "host/supervisor/breaker.hpp"
#include "host/supervisor/poll_set.hpp"
#include "host/supervisor/pool.hpp"

namespace rcx::host {

// Starts with one worker, which settles which extensions start; the others follow it. Beside the
// workers that share all extensions stand those of dedicated ones; every other extension gets a
// worker of its own for as long as somebody asks for it there. Belongs to one thread.
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
  // Has every worker finish the event it is at, and leave. Others serve what comes. Those that have
  // one extension alone leave when nobody is left who might ask them.
  void retire();
  // Has the workers of one of the host's doors serve all that has come, and leave.
  void drain(const std::string& door);
  // Ends those that are left, of one door or of all.
  void kill(const std::string& door = {});
  bool gone(const std::string& door = {}) const;
  // The workers at the host's doors that may still accept a call. After retire() none comes to
  // them.
  std::vector<pid_t> accepting() const;

  // What extensions failed at since this was asked last.
  std::vector<ExtensionFailure> take_failures() { return std::exchange(failures_, {}); }
  // Counts what others show: workers that died although nobody asked them to.
  int lost() const noexcept { return lost_; }
  // Whether something that a status shows has changed since this was asked last.
  bool changed();

 private:
  void fill(Pool& pool);
  static void start_serving(Worker& worker);
  std::size_t wanted(const Pool& pool) const;
  // Whether workers are left that may ask those of `pool`.
  bool is_needed(const Pool& pool) const;
  void release_idle();
  // Whether as many workers on demand are there as there may be.
  bool is_crowded() const;
  Startup startup_of(const Pool& pool) const;
  void hear(Pool& pool, Worker& worker);
  void take(Pool& pool, Worker& worker, std::string_view line);
  void lose(Pool& pool, std::size_t index);
  void renew(Pool& pool) const;
  // Of a worker that is gone: what its extensions have done.
  struct Loss {
    std::string culprit;      // the extension and what it did; empty where none is known
    bool by_handler = false;  // at an event
    bool refused = false;     // an extension is left out from now on
  };
  Loss judge(Pool& pool, const Worker& worker, int status);
  void refuse(Pool& pool, const Blame& blame);
  void leave_out(Pool& pool, const std::string& id, const std::string& reason);
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
