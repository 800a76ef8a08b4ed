#include "host/supervisor/notice.hpp"

#include <unistd.h>

#include <algorithm>

#include "host/event/wire.h"

namespace rcx::host {
namespace {

// Most are done sooner, and nobody who waits less is told.
constexpr std::int64_t kLongNs = 700'000'000;

// Empty where there is nothing to tell.
std::string what(const Pool& pool, const Config& config, Scoreboard& scoreboard) {
  const bool served = std::any_of(pool.workers.begin(), pool.workers.end(),
                                  [](const Worker& worker) { return worker.ready; });
  if (served) return {};
  for (const Worker& worker : pool.workers) {
    const Slot& slot = scoreboard.block(worker.block).slots[kSlotsPerBlock - 1];
    const std::int64_t began = slot.deadline_ns.load() - config.budget.load.count();
    if (slot.activity.load() != Activity::kCreate || monotonic_ns() - began < kLongNs) continue;
    return "the extension " + printable(slot.extension_id()) + " is starting\n";
  }
  return {};
}

}  // namespace

void renew_notice(Pool& pool, const Config& config, Scoreboard& scoreboard) {
  std::string now = what(pool, config, scoreboard);
  if (pool.notice == now) return;
  const std::string file = pool.door->socket.string() + RCX_WIRE_NOTICE_SUFFIX;
  if (now.empty()) {
    ::unlink(file.c_str());
  } else if (const Result<void> written = write_file(file, now, 0644); !written) {
    log("supervisor").warn("{}", written.error().message);
  }
  pool.notice = std::move(now);
}

}  // namespace rcx::host
