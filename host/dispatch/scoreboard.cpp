#include "host/dispatch/scoreboard.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rcx::host {
namespace {

static_assert(std::atomic<Activity>::is_always_lock_free);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

constexpr std::size_t kBytes = sizeof(Block) * kBlocks;
constexpr int kPatienceMilliseconds = 1000;

std::array<std::uint64_t, 2> words(const Uuid& id) {
  std::array<std::uint64_t, 2> two{};
  std::memcpy(two.data(), id.data(), id.size());
  return two;
}

// Waits until the process is gone. A zombie counts as gone: its memory is.
bool gone(pid_t pid) {
  const Fd watch(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!watch) return errno == ESRCH;
  pollfd waiting{watch.get(), POLLIN, 0};
  return ::poll(&waiting, 1, kPatienceMilliseconds) == 1;
}

bool inside(const Slot& slot) {
  const Activity activity = slot.activity.load();
  return activity == Activity::kCreate || activity == Activity::kHandler ||
         activity == Activity::kService || activity == Activity::kDestroy;
}

std::string how_text(std::uint32_t fault) {
  if (fault == kFaultExit) return "called exit()";
  if (fault == kFaultOverrun) return "did not end within its deadline";
  if (fault == kFaultDescriptors) return "closed descriptors of the host";
  if (fault == kFaultExhausted) return "left no descriptor to the host";
  if (fault != 0) {
    return "crashed (signal " + std::to_string(fault) + ", " +
           ::strsignal(static_cast<int>(fault)) + ")";
  }
  return "ended its process";
}

Blame judge(const Block& block, const Slot& slot) {
  const auto& all = block.slots;
  const bool elsewhere = std::any_of(all.begin(), all.end(), [&](const Slot& other) {
    return &other != &slot && other.fault.load() != 0;
  });
  const auto busy = std::count_if(all.begin(), all.end(), inside);
  const bool marked = slot.fault.load() != 0;
  const bool stray = block.stray.load() != 0;
  // Without a mark (`_exit`, SIGKILL from outside) only a thread that was alone can be the one.
  if (!inside(slot) || (!marked && (elsewhere || stray || busy != 1))) {
    // Where it is known who ended the process otherwise, this event had no part in it.
    const bool known = std::any_of(
        all.begin(), all.end(), [](const Slot& other) { return other.fault.load() >= kFaultExit; });
    return {{}, false, false, known, {}};
  }
  const Activity activity = slot.activity.load();
  const std::uint32_t fault = slot.fault.load();
  return {slot.extension_id(), activity == Activity::kCreate, activity == Activity::kService,
          fault >= kFaultExit || activity == Activity::kCreate || activity == Activity::kDestroy,
          how_text(fault) + (activity == Activity::kDestroy ? " in destroy" : "")};
}

// Of a worker with one extension: everything but the host's own work is that one's.
Blame judge_apart(const Block& block, const Slot& slot) {
  const auto& all = block.slots;
  const std::uint32_t fault = slot.fault.load();
  const Activity activity = slot.activity.load();
  if (fault != 0) {
    return {slot.extension_id(), false, activity == Activity::kService, true,
            how_text(fault) + (activity == Activity::kHost ? " outside of its calls" : "")};
  }
  const bool elsewhere = std::any_of(all.begin(), all.end(),
                                     [](const Slot& other) { return other.fault.load() != 0; });
  if (elsewhere) return {};
  const std::uint32_t stray = block.stray.load();
  return {slot.extension_id(), false, false, false,
          how_text(stray) + (stray != 0 ? " in a thread of its own" : "")};
}

}  // namespace

void Slot::enter(Activity what, std::string_view extension_id, std::int64_t deadline) noexcept {
  std::array<char, 64> text{};
  std::copy_n(extension_id.data(), std::min<std::size_t>(extension_id.size(), 63), text.data());
  std::array<std::uint64_t, 8> eight{};
  std::memcpy(eight.data(), text.data(), text.size());
  for (std::size_t i = 0; i < eight.size(); ++i) {
    extension[i].store(eight[i], std::memory_order_relaxed);
  }
  deadline_ns.store(deadline, std::memory_order_relaxed);
  activity.store(what, std::memory_order_release);
}

void Slot::enter_host(std::int64_t deadline) noexcept {
  deadline_ns.store(deadline, std::memory_order_relaxed);
  activity.store(Activity::kHost, std::memory_order_release);
}

void Slot::set_event(const Uuid& id, std::int64_t deadline) noexcept {
  fault.store(0);
  const auto two = words(id);
  event[0].store(two[0]);
  event[1].store(two[1]);
  enter_host(deadline);
}

void Slot::leave() noexcept {
  activity.store(Activity::kIdle);
  deadline_ns.store(0);
  event[0].store(0);
  event[1].store(0);
}

bool Slot::is_on(const Uuid& id) const noexcept {
  const auto two = words(id);
  return activity.load() != Activity::kIdle && event[0].load() == two[0] &&
         event[1].load() == two[1];
}

Uuid Slot::event_id() const noexcept {
  Uuid id{};
  for (std::size_t i = 0; i < event.size(); ++i) {
    const std::uint64_t word = event[i].load();
    std::memcpy(id.data() + i * sizeof word, &word, sizeof word);
  }
  return id;
}

std::string Slot::extension_id() const {
  std::array<std::uint64_t, 8> eight{};
  for (std::size_t i = 0; i < eight.size(); ++i) eight[i] = extension[i].load();
  std::array<char, 65> text{};
  std::memcpy(text.data(), eight.data(), 64);
  return text.data();
}

std::string failure_text(const Blame& blame) {
  return blame.in_service ? "the host " + blame.how + " while it read the repository for it"
                          : blame.how;
}

Result<Scoreboard> Scoreboard::create() {
  Fd fd(::memfd_create("rcx-scoreboard", MFD_CLOEXEC));
  if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(kBytes)) != 0) {
    return system_error("cannot make the scoreboard", errno);
  }
  return attach(std::move(fd));
}

Result<Scoreboard> Scoreboard::attach(Fd fd) {
  void* mapped = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (mapped == MAP_FAILED) return system_error("cannot map the scoreboard", errno);
  return Scoreboard(std::move(fd), static_cast<Block*>(mapped));
}

Scoreboard::Scoreboard(Scoreboard&& other) noexcept
    : fd_(std::move(other.fd_)), blocks_(std::exchange(other.blocks_, nullptr)) {}

Scoreboard::~Scoreboard() {
  if (blocks_ != nullptr) ::munmap(blocks_, kBytes);
}

void Scoreboard::clear(std::size_t index) noexcept {
  Block& emptied = block(index);
  emptied.pid.store(0);
  emptied.stray.store(0);
  emptied.apart.store(0);
  for (Slot& slot : emptied.slots) {
    slot.leave();
    slot.fault.store(0);
  }
}

std::vector<Blame> Scoreboard::blame(const Uuid& id) const {
  std::vector<Blame> all;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    for (const Slot& slot : blocks_[i].slots) {
      const pid_t pid = blocks_[i].pid.load();
      const bool apart = blocks_[i].apart.load() != 0;
      if (pid == 0 || apart || pid == ::getpid() || !slot.is_on(id) || !gone(pid)) continue;
      all.push_back(judge(blocks_[i], slot));
    }
  }
  return all;
}

Blame Scoreboard::blame_apart(pid_t pid, const Uuid& id) const {
  for (std::size_t i = 0; pid > 0 && i < kBlocks; ++i) {
    if (blocks_[i].pid.load() != pid || !gone(pid)) continue;
    for (const Slot& slot : blocks_[i].slots) {
      if (slot.is_on(id)) return judge_apart(blocks_[i], slot);
    }
  }
  return {};
}

std::vector<Blame> Scoreboard::blame_block(std::size_t index) const {
  std::vector<Blame> all;
  const Block& dead = blocks_[index % kBlocks];
  for (const Slot& slot : dead.slots) {
    Blame one = judge(dead, slot);
    if (!one.extension.empty()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace rcx::host
