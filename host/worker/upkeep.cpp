#include "host/worker/upkeep.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>

#include "host/worker/limits.hpp"

namespace rcx::host {
namespace {

// How long a worker that is never idle goes unlooked at, and how often its memory is measured.
constexpr std::int64_t kSeldomNs = 1'000'000'000;
// A worker that holds more gives back to the system what was freed, once nobody has asked it for so
// long. Not at once: memory that is new to a process was more than half of what reading a large
// push cost on a virtual machine whose own memory comes and goes.
constexpr std::uint64_t kMuch = std::uint64_t{128} << 20U;
constexpr std::int64_t kIdleNs = 60'000'000'000;
// So that a worker with much to do spends nothing to speak of on signals.
constexpr std::int64_t kOftenNs = 10'000'000;

std::string joined(const std::vector<std::string>& all) {
  return fmt::format("{}", fmt::join(all, ", "));
}

// `the extension a`, or `one of the extensions a, b`.
std::string one_of(const std::set<std::string_view>& names) {
  return fmt::format("{} {}", names.size() == 1 ? "the extension" : "one of the extensions",
                     fmt::join(names, ", "));
}

std::string size_text(std::uint64_t bytes) {
  return fmt::format("{} MiB", bytes >> 20U);
}

}  // namespace

Upkeep::Upkeep(const LimitsConfig& limits, const Block& block, std::function<void()> retire)
    : limits_(limits), block_(block), retire_(std::move(retire)) {}

void Upkeep::after_create(const std::string& extension) {
  const std::lock_guard lock(looking_);
  Changes changes;
  guard_.check_thread(changes);
  since_ = {extension};
  tell(changes, since_);
  look(true, true);
}

void Upkeep::Event::end(const std::vector<std::string_view>& ran, bool failed, int socket) {
  if (ran.empty()) return;
  const std::lock_guard lock(upkeep_.looking_);
  upkeep_.since_.insert(ran.begin(), ran.end());
  Changes changes;
  upkeep_.guard_.check_thread(changes);
  const Names names(ran.begin(), ran.end());
  upkeep_.tell(changes, names);
  // Whoever is inside an extension may put back itself what it changed. And who changed what is
  // known best when nobody is.
  const bool alone = upkeep_.events_.load() == 1;
  const std::int64_t since = monotonic_ns() - upkeep_.looked_ns_;
  if (alone || since > kSeldomNs) upkeep_.look(alone, since > kOftenNs);
  upkeep_.look_at_descriptors(names, socket);
  upkeep_.look_at_memory(names, failed);
  upkeep_.ended_ns_ = monotonic_ns();
}

void Upkeep::catch_up(std::int64_t now_ns) {
  if (events_.load() != 0) return;
  const std::lock_guard lock(looking_);
  if (owed_) look(false, true);
  if (ended_ns_ == 0 || now_ns - ended_ns_ < kIdleNs) return;
  ended_ns_ = 0;
  if (memory_in_use() > kMuch) ::malloc_trim(0);
}

void Upkeep::look(bool alone, bool signals) {
  Changes changes;
  guard_.check_process(alone, changes);
  owed_ = !signals;
  if (signals) {
    guard_.check_signals(changes);
    looked_ns_ = monotonic_ns();
  }
  std::vector<std::string> inside;
  if (!alone) {
    for (const Slot& slot : block_.slots) {
      const Activity activity = slot.activity.load();
      if (activity != Activity::kHandler && activity != Activity::kService) continue;
      inside.push_back(slot.extension_id());
    }
  }
  Names who = since_;
  who.insert(inside.begin(), inside.end());
  tell(changes, who);
  if (alone && signals) since_.clear();
}

void Upkeep::tell(const Changes& changes, const Names& who) {
  if (!changes.restored.empty()) {
    log("worker").warn("{} changed {}; it is put back", one_of(who), joined(changes.restored));
  }
  if (!changes.lost.empty()) {
    retire(fmt::format("{} changed {}, which cannot be put back while others run", one_of(who),
                       joined(changes.lost)));
  }
}

void Upkeep::look_at_descriptors(const Names& ran, int socket) {
  const int lowest = lowest_free_descriptor(socket);
  if (lowest >= 0 && lowest < limits_.descriptors / 2) return;
  const int open = lowest < 0 ? limits_.descriptors : descriptors_in_use();
  if (open < limits_.descriptors / 2) return;
  retire(fmt::format("it holds {} descriptors (limits.descriptors is {}) after {}", open,
                     limits_.descriptors, one_of(ran)));
}

void Upkeep::look_at_memory(const Names& ran, bool failed) {
  const std::int64_t now = monotonic_ns();
  if (!kCountsMemory || limits_.recycle_memory == 0 || (!failed && now - measured_ns_ < kSeldomNs))
    return;
  measured_ns_ = now;
  if (memory_in_use() <= limits_.recycle_memory) return;
  // What was freed counts until the system has it back: a push of ten thousand commits leaves some
  // hundred megabytes, hardly any of them used.
  ::malloc_trim(0);
  const std::uint64_t memory = memory_in_use();
  if (memory <= limits_.recycle_memory) return;
  retire(fmt::format("it holds {} of memory (limits.recycle_memory is {}) after {}",
                     size_text(memory), size_text(limits_.recycle_memory), one_of(ran)));
}

void Upkeep::retire(const std::string& why) {
  if (retiring_.exchange(true)) return;
  log("worker").warn("the worker leaves, and another takes its place: {}", why);
  retire_();
}

}  // namespace rcx::host
