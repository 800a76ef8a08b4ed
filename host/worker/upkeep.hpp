// Keeps a worker fit for the next event: puts back what extensions changed of the process, and says
// when the process has to be replaced by a fresh one.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/worker/process_guard.hpp"

namespace rcx::host {

// One per worker, shared by its threads.
class Upkeep {
 public:
  // Remembers the process as it is now. `retire` is called at most once, by whichever thread finds
  // that the worker should leave.
  Upkeep(const LimitsConfig& limits, const Block& block, std::function<void()> retire);

  // After an extension was created.
  void after_create(const std::string& extension);

  // One event in one thread, from its start until nobody waits for it any more.
  class Event {
   public:
    explicit Event(Upkeep& upkeep) : upkeep_(upkeep) { ++upkeep_.events_; }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    Event(Event&&) = delete;
    Event& operator=(Event&&) = delete;
    ~Event() { --upkeep_.events_; }

    // The extensions `ran`, ids that live as long as the worker, and `failed`: one of them.
    // `socket` is any open descriptor. Puts back what is changed, logs who may have done it, and
    // looks now and then at what the process uses.
    void end(const std::vector<std::string_view>& ran, bool failed, int socket);

   private:
    Upkeep& upkeep_;
  };

  // What Event::end left for later: because it had been done a moment before, or because the next
  // event may soon need the memory. Now and then, while nothing else happens. `now_ns` is of
  // monotonic_ns().
  void catch_up(std::int64_t now_ns);

  // The worker leaves when its threads are done with what they have. `why` is for the log.
  void retire(const std::string& why);
  bool retiring() const noexcept { return retiring_.load(std::memory_order_relaxed); }

 private:
  using Names = std::set<std::string_view>;

  void look(bool alone, bool signals);
  void tell(const Changes& changes, const Names& who);
  void look_at_descriptors(const Names& ran, int socket);
  // Not for a while after it was done, but at once where an extension `failed`.
  void look_at_memory(const Names& ran, bool failed);

  const LimitsConfig limits_;
  const Block& block_;
  const std::function<void()> retire_;
  const ProcessGuard guard_;
  std::atomic<int> events_{0};
  std::atomic<bool> retiring_{false};
  std::mutex looking_;  // over what follows
  Names since_;         // who ran since the process was last found as it should be
  bool owed_ = false;   // a look at signals
  std::int64_t looked_ns_ = 0;
  std::int64_t measured_ns_ = 0;
  std::int64_t ended_ns_ = 0;  // the last event, where something may be freed since; or 0
};

}  // namespace rcx::host
