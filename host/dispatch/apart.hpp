// Extensions that run in processes of their own, as the process sees them that gathers the verdict.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "host/dispatch/call.hpp"

namespace rcx::host {

// One call of a handler there, or one that should have been.
struct ApartRun {
  rcx_status status = RCX_OK;
  std::chrono::nanoseconds took{};
  bool absent = false;
  std::string failure;   // why it did not do its work; empty when it did
  bool excused = false;  // as in HandlerRun
};

struct ApartAnswer {
  std::vector<ApartRun> runs;
  std::vector<Objection> objections;  // whatever its mode
  HookAnswer answer;
};

// One event. Belongs to the event's thread.
class Apart {
 public:
  Apart() = default;
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;
  Apart(Apart&&) = delete;
  Apart& operator=(Apart&&) = delete;
  virtual ~Apart() = default;

  // Whether this event goes to a process of its own for that extension.
  virtual bool wants(const Extension& extension) const = 0;
  // Hands the event over, and does not wait: they work side by side.
  virtual void ask(const Extension& extension) = 0;
  // Waits for the answer to that, at most until `deadline_ns`. An Error is what became of the
  // process: `crashed (signal 11, Segmentation fault)`; kBusy: nothing, but nobody waits any
  // longer.
  virtual Result<ApartAnswer> take(const Extension& extension, std::int64_t deadline_ns) = 0;
};

}  // namespace rcx::host
