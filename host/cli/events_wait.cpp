// `rcx events wait`: until everything is delivered.
#include <fmt/format.h>

#include <iostream>
#include <thread>

#include "host/cli/events.hpp"
#include "host/queue/spool.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::chrono::milliseconds kBeat{10};

// How many deliveries are open, and calls in the spool.
Result<std::uint64_t> open_ones(const Config& config) {
  std::uint64_t open = spooled(config.state / kSpool).size();
  const Result<std::unique_ptr<Queue>> queue = open_events(config);
  if (!queue) return queue.error();
  if (*queue == nullptr) return open;
  const Result<QueueCounts> counts = (*queue)->counts();
  if (!counts) return counts.error();
  open += counts->waiting + counts->running;
  return open;
}

void wait(double seconds, Context& context) {
  const auto config = context.config();
  if (!config) return;
  const std::int64_t deadline = monotonic_ns() + static_cast<std::int64_t>(seconds * 1e9);
  while (true) {
    const Result<std::uint64_t> open = open_ones(*config);
    if (!open) return context.fail(open.error());
    if (*open == 0) return;
    if (monotonic_ns() >= deadline) {
      return context.fail({Code::kBusy, fmt::format("{} deliveries still wait or run; see:  rcx "
                                                    "events list --state waiting",
                                                    *open)});
    }
    std::this_thread::sleep_for(kBeat);
  }
}

}  // namespace

void add_events_wait(CLI::App& group, Context& context) {
  CLI::App* command = group.add_subcommand("wait", "Waits until every event is delivered, or dead");
  auto seconds = std::make_shared<double>(60);
  command->add_option("SECONDS", *seconds, "At most so long; 60 unless it is said");
  command->footer(
      "Exit status 1 where something still waits or runs then.\n"
      "Example:  rcx -c /srv/rcx/rcx.yaml events wait 10");
  command->callback([seconds, &context] { wait(*seconds, context); });
}

}  // namespace rcx::host::cli
