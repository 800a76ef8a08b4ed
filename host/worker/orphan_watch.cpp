#include "host/worker/orphan_watch.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace rcx::host {
namespace {

// As long as the supervisor waits after a deadline.
constexpr std::int64_t kGraceNs = 250'000'000;
constexpr int kLookMilliseconds = 50;

}  // namespace

OrphanWatch::OrphanWatch(int control, Block& block)
    : control_(control), block_(block), stop_(::eventfd(0, EFD_CLOEXEC)) {
  // What signals this process gets is the business of other threads.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { watch(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

OrphanWatch::~OrphanWatch() {
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

void OrphanWatch::watch() const {
  std::array<pollfd, 2> waiting = {{{stop_.get(), POLLIN, 0}, {control_, POLLRDHUP, 0}}};
  while (::poll(waiting.data(), waiting.size(), -1) < 1) {
  }
  // An extension that closed what is not its own is found out elsewhere.
  if ((waiting[1].revents & (POLLRDHUP | POLLHUP)) == 0) return;
  while (::poll(waiting.data(), 1, kLookMilliseconds) < 1) end_overrun();
}

void OrphanWatch::end_overrun() const {
  const std::int64_t now = monotonic_ns();
  for (const Slot& slot : block_.slots) {
    const std::int64_t deadline = slot.deadline_ns.load();
    if (deadline == 0 || now < deadline + kGraceNs || slot.activity.load() == Activity::kIdle) {
      continue;
    }
    log("worker").error(
        "without a supervisor: {} did not end within its deadline",
        slot.activity.load() == Activity::kHost || slot.activity.load() == Activity::kTurn
            ? "the host's own work on an event"
            : "the extension " + slot.extension_id());
    ::kill(::getpid(), SIGKILL);
  }
}

}  // namespace rcx::host
