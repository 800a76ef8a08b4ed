// Which delivery is handed out next. An engine keeps it beside what it stores, so that the order of
// a long queue costs the disk nothing.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "host/queue/queue.hpp"

namespace rcx::host {

// Knows every delivery that waits or runs, in 16 bytes each while it has not failed. One thread.
class Schedule {
 public:
  struct Delivery {
    std::int64_t event = 0;
    std::string handler;
    std::string path;  // of the repository
    std::int64_t time_ns = 0;
  };
  // Where one stands that is not fresh.
  struct Place {
    std::int64_t next_ns = 0;    // not tried before
    std::int64_t failed_ns = 0;  // for the first time; 0: never
    bool overtaken = false;
    bool running = false;
  };
  struct Due {
    std::int64_t event = 0;
    std::string handler;
  };
  // What hand_out decides: these run from now on, those hold up nobody any more.
  struct Turn {
    std::vector<Due> due;
    std::vector<Due> overtaken;
  };

  // Nothing waits or runs; whose turn it is stays.
  void clear();

  // A delivery that waits from now on, and may be tried at `now_ns`.
  void add(const Delivery& delivery, std::int64_t now_ns);
  // One as it was stored.
  void restore(const Delivery& delivery, const Place& place);
  // Forgets one that waits.
  void remove(const Delivery& delivery);

  Turn hand_out(const LeaseTerms& terms, std::int64_t now_ns);
  // One that runs is over. Those that do not run are ignored.
  void end(std::int64_t event, const std::string& handler, std::int64_t now_ns);
  // One that runs waits again until `next_ns`; `failed`: it is a failure that holds up its lane.
  void wait_again(std::int64_t event, const std::string& handler, std::int64_t next_ns, bool failed,
                  std::int64_t now_ns);
  // When hand_out may have something; the largest number: never.
  std::int64_t next_due(const std::set<std::string>& asleep) const;

 private:
  struct Key {
    std::int64_t time_ns = 0;
    std::int64_t event = 0;
    auto operator<=>(const Key&) const = default;
  };
  // What waits for one handler in one repository, in order. The first is tried before the others.
  struct Lane {
    std::deque<Key> waiting;   // and the one that runs
    std::int64_t next_ns = 0;  // when to look at it
    bool running = false;
  };
  using Lanes = std::map<std::string, Lane, std::less<>>;
  struct Delay {
    std::int64_t next_ns = 0;
    std::int64_t failed_ns = 0;
  };
  struct Run {
    Lane* lane = nullptr;  // none: it was overtaken
    std::string_view path;
    Key key;
  };
  struct Handler {
    Lanes lanes;
    // Of lanes in which nothing runs: `next_ns` and path.
    std::set<std::pair<std::int64_t, std::string_view>> due;
    std::set<std::pair<std::int64_t, std::int64_t>> late;  // overtaken: `next_ns` and event
    std::map<std::int64_t, Delay> delays;                  // by event: those that failed or wait
    std::map<std::int64_t, Run> running;                   // by event
  };

  static Lanes::iterator lane_of(Handler& handler, const std::string& path, const Key& key);
  // Takes one from those that run; none where it does not.
  static std::optional<Run> stop(Handler& handler, std::int64_t event);
  static void look_at(Handler& handler, Lanes::iterator lane, std::int64_t next_ns);
  // Forgets one of a lane, and the lane where it was the last.
  static void take_out(Handler& handler, Lanes::iterator lane, const Key& key,
                       std::int64_t next_ns);
  // The first of that lane where it is due; else 0, and when to look again is set.
  static std::int64_t first_of(Handler& handler, Lanes::iterator lane, const LeaseTerms& terms,
                               std::int64_t now_ns, std::vector<std::int64_t>& overtaken);
  static void hand_out(Handler& handler, std::size_t most, const LeaseTerms& terms,
                       std::int64_t now_ns, std::vector<std::int64_t>& due,
                       std::vector<std::int64_t>& overtaken);

  std::map<std::string, Handler, std::less<>> handlers_;
  std::string served_last_;
};

}  // namespace rcx::host
