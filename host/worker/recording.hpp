// Leaves the record of each event in the journal.
#pragma once

#include <atomic>
#include <optional>

#include "host/dispatch/dispatch.hpp"
#include "host/event/hook_call.hpp"
#include "host/recorder/journal.hpp"
#include "host/recorder/record.hpp"
#include "host/worker/fork_guard.hpp"

namespace rcx::host {

// What is known of an event, whatever became of it. `refused` stands for `failed` where the event
// cannot be refused.
Record record_of(const Event& event, const Verdict& verdict, const std::vector<Blame>& lost);
// The same for a call that could not be heard, for `reason`. `event` is null where it could not
// even be read.
Record record_of(const HookCall& call, const Event* event, std::uint32_t attempt,
                 const std::string& reason, const std::vector<Blame>& lost);

// Adds those that the queue tells of the event.
void add_queued(const std::vector<QueuedHandler>& handlers, Record& record);
// Says that `record` is of try number `attempt` at a delivery of its event.
void mark_delivery(Record& record, std::uint32_t attempt);

// One for all threads of a worker.
class Recording {
 public:
  // `generation`: of this worker, as its supervisor counts.
  Recording(const Config& config, int generation);

  // Opens the journal; what is wrong with it goes to the log, and pushes go on.
  void open();

  // Adds how long it took, and appends it. To be called just before the verdict is told: a push
  // that git accepts then has its record, even if this process dies at once. Records that cannot
  // be written are counted, and the log says so at most once in ten seconds.
  void add(Record record, std::int64_t took_ns);

 private:
  void complain(const Error& error);

  int generation_;
  std::optional<ForkGuard> guard_;
  Journal journal_;
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::int64_t> next_complaint_ns_{0};
};

}  // namespace rcx::host
