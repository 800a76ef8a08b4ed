#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <csignal>

#include <array>
#include <cerrno>
#include <thread>
#include <vector>

#include "host/vcs/vcs.hpp"
#include "host/worker/crash.hpp"
#include "host/worker/fork_guard.hpp"
#include "host/worker/service.hpp"
#include "host/worker/startup.hpp"

namespace rcx::host {
namespace {

Fd inherit(Inherited which) {
  Fd fd(number(which));
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  return fd;
}

// One thread: accepts, serves, and leaves when `stop` is raised and nobody waits any more.
class Acceptor {
 public:
  Acceptor(const WorkerContext& context, int listener, int stop, Slot& slot)
      : context_(context), listener_(listener), stop_(stop), slot_(slot) {}

  void operator()() const {
    const CrashMark mark(slot_);
    const Fd poll(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    event.data.fd = listener_;
    ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, listener_, &event);
    event.events = EPOLLIN;
    event.data.fd = stop_;
    ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, stop_, &event);
    while (true) {
      epoll_event ready{};
      const int count = ::epoll_wait(poll.get(), &ready, 1, -1);
      if (count < 0 && errno != EINTR) fail("cannot wait for calls");
      if (count < 1) continue;
      const bool served = accept_one();
      if (ready.data.fd == stop_ && !served) return;
    }
  }

 private:
  // A worker that cannot hear is replaced; one that stayed would be taken for ready.
  [[noreturn]] static void fail(const char* what) {
    log("worker").critical("{}", system_error(what, errno).message);
    ::_exit(1);
  }

  // False when nobody waits.
  bool accept_one() const {
    Fd socket(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket && errno == EBADF) fail("cannot accept calls");
    if (!socket) return false;
    const ForkGuard guard(socket.get());
    Connection connection(std::move(socket));
    try {
      serve(context_, slot_, connection);
    } catch (const std::exception& failed) {
      log("worker").error("while serving: {}", failed.what());
      connection.send_verdict(1, "rcx: the host failed on this call; its log says more\n");
    }
    slot_.leave();
    return true;
  }

  const WorkerContext& context_;
  int listener_;
  int stop_;
  Slot& slot_;
};

// Blocks until the supervisor asks for the end, or is gone.
void wait_for_drain(int control) {
  char byte = 0;
  while (true) {
    const ssize_t got = ::read(control, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || byte == kDrain) return;
  }
}

Ready report(const ExtensionSet& set, const Plan& plan) {
  Ready ready;
  for (const Absent& absent : set.absent()) {
    for (const PlannedExtension& planned : plan.extensions) {
      if (planned.standing == Standing::kLoaded && planned.key == absent.planned.key) {
        ready.absent.extensions.push_back(absent.planned);
      }
    }
  }
  return ready;
}

Result<void> work(const Startup& startup, Scoreboard& scoreboard, const Fd& listener,
                  const Fd& control) {
  Result<std::shared_ptr<const Config>> parsed =
      parse_config(startup.config_file, startup.config_text);
  if (!parsed) return parsed.error();
  const auto config = std::make_shared<Config>(**parsed);
  config->state = startup.state;
  config->log.file = startup.log_file;
  if (Result<void> logging = start_log(config->log, startup.pool); !logging) return logging;
  Result<Doors> doors = Doors::open(config->identity);
  if (!doors) return doors.error();
  const Roots roots(*config);
  if (Result<void> vcs = start_vcs(); !vcs) return vcs;

  Block& block = scoreboard.block(startup.block);
  Slot& own = block.slots[kSlotsPerBlock - 1];
  const CrashMark mark(own);
  ExtensionSet set = ExtensionSet::start(startup.plan, *config, own);
  Recording recording(*config, startup.generation);
  recording.open();
  const WorkerContext context{config, &*doors, &roots, &set, &scoreboard, &recording};
  const Fd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop) return system_error("cannot make an eventfd", errno);
  const std::array<ForkGuard, 4> guards{ForkGuard(listener.get()), ForkGuard(control.get()),
                                        ForkGuard(scoreboard.fd()), ForkGuard(stop.get())};
  const Ready ready = report(set, startup.plan);
  if (startup.strict && !ready.absent.extensions.empty()) {
    return Error{Code::kUnavailable, "the extension " + ready.absent.extensions[0].id +
                                         " started in other workers and does not in this one"};
  }
  Result<void> told = write_all(control.get(), ready_line(ready), "the supervisor");
  if (!told) return told;
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(startup.threads));
  for (int i = 0; i < startup.threads; ++i) {
    threads.emplace_back(
        Acceptor(context, listener.get(), stop.get(), block.slots[static_cast<std::size_t>(i)]));
  }
  wait_for_drain(control.get());
  ::eventfd_write(stop.get(), 1);
  for (std::thread& thread : threads) thread.join();
  set.destroy(own);
  return {};
}

}  // namespace

int run_worker() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::signal(SIGPIPE, SIG_IGN);
  // Sent to the whole process group, or by a service manager: the supervisor says when to leave. A
  // handler and not SIG_IGN, which children of extensions would inherit.
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::signal(number, [](int) {});
  const Fd listener = inherit(Inherited::kListener);
  const Fd control = inherit(Inherited::kControl);
  Result<Scoreboard> scoreboard = Scoreboard::attach(inherit(Inherited::kScoreboard));
  const Result<Startup> startup = read_startup(inherit(Inherited::kStartup));
  if (!scoreboard || !startup) return 1;
  scoreboard->block(startup->block).pid.store(::getpid());
  install_crash_marks();
  install_fork_guard();
  const Result<void> worked = work(*startup, *scoreboard, listener, control);
  if (!worked) log("worker").critical("{}", worked.error().message);
  log("worker").debug("leaves");
  // Not exit(): destructors of extensions' globals must not run while their threads may live.
  ::_exit(worked ? 0 : 1);
}

}  // namespace rcx::host
