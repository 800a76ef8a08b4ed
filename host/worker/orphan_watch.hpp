// Ends a worker that has lost its supervisor when an extension takes longer than it may.
#pragma once

#include <thread>

#include "host/dispatch/scoreboard.hpp"

namespace rcx::host {

// Deadlines are the supervisor's to enforce. When that was killed, its workers finish what they
// have and leave; one whose extension never returns would stay for ever, and with it everybody
// whose call it had accepted. So a thread of the worker's own waits for the supervisor's end, and
// from then on does what that did: a process in which anything is past its deadline is killed. Who
// waited there asks the host that comes next.
class OrphanWatch {
 public:
  // `control` ends where the supervisor does; nothing is read from it. It and `block` outlive this.
  // Start it before anything of an extension runs.
  OrphanWatch(int control, Block& block);
  OrphanWatch(const OrphanWatch&) = delete;
  OrphanWatch& operator=(const OrphanWatch&) = delete;
  OrphanWatch(OrphanWatch&&) = delete;
  OrphanWatch& operator=(OrphanWatch&&) = delete;
  ~OrphanWatch();

 private:
  void watch() const;
  void end_overrun() const;

  int control_;
  Block& block_;
  Fd stop_;
  std::thread thread_;
};

}  // namespace rcx::host
