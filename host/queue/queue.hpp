// Post events that wait for their handlers. The front of host/queue for those who store them;
// client.hpp is for who puts events in or asks about them, server.hpp for who starts the process.
//
// An event is queued once for each handler, which is an extension by its id: that is a delivery.
// Each delivery has a state of its own, so that handlers go on at their own pace. Deliveries of one
// handler and one repository form a lane and are handed out one after the other, in order of time;
// a failing one holds up those behind it for a while, then they overtake it.
//
// Times are nanoseconds of the wall clock, and always the caller's: no engine asks a clock.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

enum class DeliveryState : int {
  kWaiting,  // for its first try, or the next one
  kRunning,  // a handler has it
  kDone,
  kDead,  // it has failed too often; nobody tries it again before somebody says so
};

std::string_view state_name(DeliveryState state);
std::optional<DeliveryState> state_of(std::string_view name);

// An event to be stored. Texts are bytes.
struct NewEvent {
  std::string id;  // 36 characters; what is queued under an id that is there already is ignored
  std::string kind;
  std::string repository;  // its name
  std::string path;        // of the repository: lanes are told apart by it
  std::string caller;      // for people
  std::int64_t time_ns = 0;
  std::string call;     // what a handler's worker is given: the hook call,
  std::string context;  // and what else it has to know; see order.hpp
  std::vector<std::string> handlers;
};

// One delivery that was handed out, to be tried now.
struct Lease {
  std::int64_t event = 0;  // the queue's number of it
  std::string handler;
  std::string id;
  std::string repository;
  std::uint32_t attempt = 1;  // this one
  std::string call;
  std::string context;
};

// How much is handed out.
struct LeaseTerms {
  std::size_t most = 1;            // deliveries of this call
  std::size_t per_handler = 1;     // that are handed out at the same time, earlier ones among them
  std::int64_t order_hold_ns = 0;  // how long a failing one holds up its lane
  std::set<std::string> asleep = {};  // handlers that get nothing
};

// What came of one.
struct Settlement {
  enum class End {
    kDone,
    kRetry,     // it failed, and is tried again at `next_ns`
    kDead,      // it failed for good
    kReturned,  // it was not tried, or nobody knows: handed out again at `next_ns`, not counted
  };
  std::int64_t event = 0;
  std::string handler;
  End end = End::kDone;
  std::int64_t next_ns = 0;
  std::string error;  // of kRetry and kDead
};

// What people see of a delivery and an event.
struct DeliveryView {
  std::string handler;
  DeliveryState state = DeliveryState::kWaiting;
  std::uint32_t attempts = 0;  // that have begun
  std::int64_t next_ns = 0;    // of one that waits: when it is tried, if nothing is in front of it
  std::int64_t changed_ns = 0;
  bool overtaken = false;  // it has failed for so long that it holds up nobody any more
  std::string error;       // of the last try that failed
};
struct EventView {
  std::int64_t number = 0;  // grows with each event
  std::string id;
  std::string kind;
  std::string repository;
  std::string path;
  std::string caller;
  std::int64_t time_ns = 0;
  std::int64_t queued_ns = 0;
  std::uint64_t bytes = 0;
  std::vector<DeliveryView> deliveries;  // by handler
};

// Which events and deliveries. Empty texts mean all.
struct EventQuery {
  std::string id = {};          // begins so
  std::string repository = {};  // glob
  std::string kind = {};
  std::string handler = {};
  std::optional<DeliveryState> state = {};
  std::int64_t since_ns = 0;
  std::int64_t above = 0;  // numbers above this

  bool matches(const EventView& event) const;
  bool matches(const DeliveryView& delivery) const;
};

struct QueueCounts {
  std::uint64_t waiting = 0;
  std::uint64_t running = 0;
  std::uint64_t dead = 0;
  std::int64_t oldest_ns = 0;  // when the oldest that waits or runs was queued; 0: none does
  std::uint64_t bytes = 0;     // that the stored events take
};

struct QueueLimits {
  std::int64_t keep_ns = 0;       // what every handler has done
  std::int64_t keep_dead_ns = 0;  // what has died
  std::uint64_t bytes = 0;        // from here on done events go, oldest first
};

enum class Sort { kOldestFirst, kNewestFirst };

// One engine. Move-only things behind an interface; one thread. Errors: kLimit where the disk is
// full, kInvalid where what is stored is damaged, kUnavailable where a later release wrote it,
// kDenied where it cannot be opened, kIo for the rest. After an Error nothing has changed.
class Queue {
 public:
  Queue() = default;
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  Queue(Queue&&) = delete;
  Queue& operator=(Queue&&) = delete;
  virtual ~Queue() = default;

  // Stores all of `events`, or none. When it returns they survive a loss of power.
  virtual Result<void> enqueue(const std::vector<NewEvent>& events, std::int64_t now_ns) = 0;

  // Settles what came of some, and hands out deliveries that are due, all or nothing. Each is
  // running until it is settled; those that were running when the queue was closed, or its process
  // died, wait again after it is opened. A settlement of what is not running is ignored.
  virtual Result<std::vector<Lease>> hand_out(const std::vector<Settlement>& settlements,
                                              const LeaseTerms& terms, std::int64_t now_ns) = 0;
  Result<std::vector<Lease>> lease(const LeaseTerms& terms, std::int64_t now_ns) {
    return hand_out({}, terms, now_ns);
  }
  Result<void> settle(const std::vector<Settlement>& settlements, std::int64_t now_ns);
  // When `lease` may have something, if nothing happens before; the largest number: never.
  virtual Result<std::int64_t> next_due(const std::set<std::string>& asleep) = 0;

  // Events of which a delivery matches, each with all its deliveries; until `use` says false.
  virtual Result<void> list(const EventQuery& query, Sort sort,
                            const std::function<bool(EventView)>& use) = 0;
  virtual Result<QueueCounts> counts() = 0;
  // QueueCounts::bytes alone, which costs nothing.
  virtual Result<std::uint64_t> bytes() = 0;

  // Has deliveries that are done or dead, or wait for another try, tried again at once, as if they
  // never were. Returns how many.
  virtual Result<std::uint64_t> replay(const EventQuery& query, std::int64_t now_ns) = 0;
  // Forgets deliveries that do not run, and events that have none left. Returns how many.
  virtual Result<std::uint64_t> drop(const EventQuery& query) = 0;
  // Removes what is no longer kept; nothing that waits. Returns how many events.
  virtual Result<std::uint64_t> trim(const QueueLimits& limits, std::int64_t now_ns) = 0;
};

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

}  // namespace rcx::host
