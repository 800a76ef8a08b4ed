#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "host/queue/client.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/crash.hpp"
#include "host/worker/fork_guard.hpp"
#include "host/worker/gate.hpp"
#include "host/worker/herald.hpp"
#include "host/worker/limits.hpp"
#include "host/worker/orphan_watch.hpp"
#include "host/worker/service.hpp"
#include "host/worker/startup.hpp"
#include "host/worker/upkeep.hpp"

namespace rcx::host {
namespace {

Fd inherit(Inherited which) {
  Fd fd(number(which));
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  return fd;
}

// What the threads of a worker share.
struct Shared {
  const WorkerContext& context;
  Upkeep& upkeep;
  Herald& herald;
  Gate& gate;  // closed: others serve what still waits
  int stop;    // an eventfd, raised when the threads should leave
  int over;    // an eventfd, to which each thread adds 1 as it leaves
};

// One thread: accepts, serves, and leaves when `stop` is raised and nobody waits any more, or when
// the worker retires.
class Acceptor {
 public:
  // At `listener` come calls of hooks, or deliveries.
  Acceptor(const Shared& shared, Block& block, std::size_t place, int listener, bool deliveries)
      : context_(shared.context),
        upkeep_(shared.upkeep),
        herald_(shared.herald),
        listener_(listener),
        deliveries_(deliveries),
        gate_(shared.gate),
        stop_(shared.stop),
        over_(shared.over),
        place_(place),
        slot_(block.slots.at(place)) {}

  void operator()() const {
    work();
    ::eventfd_write(over_, 1);
  }

 private:
  void work() const {
    const CrashMark mark(slot_);
    // Nobody waits for a delivery: where there are too few processors, pushes go first.
    constexpr int kPatientNice = 10;
    if (deliveries_) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kPatientNice);
    Repositories repositories(context_.generations);
    const Fd poll(::epoll_create1(EPOLL_CLOEXEC));
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    event.data.fd = listener_;
    ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, listener_, &event);
    event.events = EPOLLIN;
    event.data.fd = stop_;
    ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, stop_, &event);
    while (gate_.enter()) {
      const Woken woken = wait(poll.get(), repositories);
      // Who is woken for a caller serves it even so: nobody else was woken for that one.
      Fd call = leaving() && !woken.by_caller ? Fd() : accept();
      gate_.leave();
      const bool called = static_cast<bool>(call);
      if (called) answer(std::move(call), repositories);
      if (leaving() || (woken.by_stop && !called)) return;
    }
  }

  struct Woken {
    bool by_caller = false;
    bool by_stop = false;
  };
  Woken wait(int poll, Repositories& repositories) const {
    std::array<epoll_event, 2> ready{};
    int count = 0;
    while (count < 1) {
      count = ::epoll_wait(poll, ready.data(), ready.size(), repositories.close_idle());
      if (count < 0 && errno != EINTR) fail("cannot wait for calls");
    }
    const auto has = [&](int fd) {
      return std::any_of(ready.begin(), ready.begin() + count,
                         [fd](const epoll_event& one) { return one.data.fd == fd; });
    };
    return {has(listener_), has(stop_)};
  }

  bool leaving() const { return upkeep_.retiring() || gate_.closed(); }

  // A worker that cannot hear is replaced; one that stayed would be taken for ready.
  [[noreturn]] static void fail(const char* what) {
    log("worker").critical("{}", system_error(what, errno).message);
    ::_exit(1);
  }

  // Nothing when nobody waits.
  Fd accept() const {
    Fd socket(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket && errno == EBADF) fail("cannot accept calls");
    if (!socket && errno == EMFILE) upkeep_.retire("no descriptor is left to it");
    return socket;
  }

  void answer(Fd socket, Repositories& repositories) const {
    const ForkGuard guard(socket.get());
    Connection connection(std::move(socket));
    Upkeep::Event event(upkeep_);
    // Who asks for one extension tells people what they wait for; nobody waits for a delivery.
    std::optional<Herald::Visit> visit;
    if (!context_.apart && !deliveries_) visit.emplace(herald_, place_, connection);
    try {
      const Served served = serve(context_, repositories, slot_, connection);
      event.end(served.ran, served.failed, connection.socket());
    } catch (const std::bad_alloc&) {
      // Another worker may have what this one lacks: the client asks again.
      fail("no memory is left");
    } catch (const std::exception& failed) {
      log("worker").error("while serving: {}", failed.what());
      connection.send_verdict(1, "rcx: the host failed on this call; its log says more\n");
    }
    slot_.leave();
  }

  const WorkerContext& context_;
  Upkeep& upkeep_;
  Herald& herald_;
  int listener_;
  bool deliveries_;
  Gate& gate_;
  int stop_;
  int over_;
  std::size_t place_;
  Slot& slot_;
};

// Instead of a byte of the control channel: it is closed.
constexpr char kGone = 'G';

// Blocks until the supervisor says one of `wanted`, and returns that; kDrain where it is gone.
char wait_for(int control, std::string_view wanted) {
  char byte = 0;
  while (true) {
    const ssize_t got = ::read(control, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return kDrain;
    if (wanted.find(byte) != std::string_view::npos) return byte;
  }
}

// Until nobody has asked this worker for a while.
void wait_until_idle(const Block& block) {
  constexpr std::int64_t kLongEnoughNs = 1'000'000'000;
  constexpr int kBeat = 50;
  std::int64_t idle_since = 0;
  while (true) {
    const std::int64_t now = monotonic_ns();
    const bool idle = std::all_of(block.slots.begin(), block.slots.end(), [](const Slot& slot) {
      return slot.activity.load() == Activity::kIdle;
    });
    if (!idle || idle_since == 0) idle_since = now;
    if (now - idle_since > kLongEnoughNs) return;
    ::poll(nullptr, 0, kBeat);
  }
}

// Until the supervisor asks for the end, which is returned, or is gone, or the worker retires by
// itself and so raises `stop`.
char wait_for_end(int control, int stop, Herald& herald, Upkeep& upkeep) {
  while (true) {
    std::array<pollfd, 2> waiting = {{{control, POLLIN, 0}, {stop, POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(herald.beat().count()));
    if (waiting[1].revents != 0) return 0;
    upkeep.catch_up(monotonic_ns());
    if (waiting[0].revents == 0) continue;
    char byte = 0;
    const ssize_t got = ::read(control, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return kGone;
    if (byte == kDrain || byte == kRetire) return byte;
  }
}

// Until `count` has been added to `event`. What the threads still do until then may take long.
void wait_for_count(int event, std::size_t count, Herald& herald) {
  while (count > 0) {
    pollfd waiting{event, POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(herald.beat().count()));
    if ((waiting.revents & POLLIN) == 0) continue;
    eventfd_t done = 0;
    if (::eventfd_read(event, &done) != 0) return;
    count -= std::min<std::size_t>(count, done);
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

// kRecycled or 0.
Result<int> work(const Startup& startup, Scoreboard& scoreboard, Generations& generations,
                 const Fd& listener, const Fd& control, const Fd& deliveries) {
  Result<std::shared_ptr<const Config>> parsed =
      parse_config(startup.config_file, startup.config_text);
  if (!parsed) return parsed.error();
  const auto config = std::make_shared<Config>(**parsed);
  config->state = startup.state;
  config->run = startup.run;
  config->log.file = startup.log_file;
  const Result<void> logging = start_log(config->log, startup.pool, number(Inherited::kLog));
  if (!logging) return logging.error();
  set_limits(config->limits);
  Result<Doors> doors = Doors::open(config->identity);
  if (!doors) return doors.error();
  const Roots roots(*config);
  if (Result<void> vcs = start_vcs(); !vcs) return vcs.error();

  Block& block = scoreboard.block(startup.block);
  Slot& own = block.slots[kSlotsPerBlock - 1];
  const CrashMark mark(own);
  const OrphanWatch orphan(control.get(), block);
  const Fd stop(::eventfd(0, EFD_CLOEXEC));
  const Fd over(::eventfd(0, EFD_CLOEXEC));
  Gate gate;
  if (!stop || !over || gate.fd() < 0) return system_error("cannot make an eventfd", errno);
  Upkeep upkeep(config->limits, block, [&] { ::eventfd_write(stop.get(), 1); });
  ExtensionSet set = ExtensionSet::start(
      startup.plan, *config, own,
      [&](const std::string& extension) { upkeep.after_create(extension); }, &startup.placement);
  const bool apart = !startup.placement.alone.empty();
  Reports reports(control.get());
  Recording recording(*config, static_cast<int>(startup.generation));
  // Who asks this worker keeps the record, and logs what came of it.
  if (apart) log("dispatch").set_level(spdlog::level::off);
  if (!apart) recording.open();
  QueueLink queue(queue_socket(startup.run));
  const WorkerContext context{config,
                              &*doors,
                              &roots,
                              &set,
                              &scoreboard,
                              apart,
                              control.get(),
                              &reports,
                              &recording,
                              &generations,
                              startup.run.empty() ? nullptr : &queue};
  const std::array<ForkGuard, 7> guards{ForkGuard(listener.get()),  ForkGuard(control.get()),
                                        ForkGuard(scoreboard.fd()), ForkGuard(generations.fd()),
                                        ForkGuard(stop.get()),      ForkGuard(over.get()),
                                        ForkGuard(gate.fd())};
  std::optional<ForkGuard> deliveries_guard;
  if (deliveries) deliveries_guard.emplace(deliveries.get());
  const Ready ready = report(set, startup.plan);
  if (startup.strict && !ready.absent.extensions.empty()) {
    return Error{Code::kUnavailable, "the extension " + ready.absent.extensions[0].id +
                                         " started in other workers and does not in this one"};
  }
  Result<void> told = write_all(control.get(), ready_line(ready), "the supervisor");
  if (!told) return told.error();
  constexpr std::array kFirstWords = {kServe, kDrain, kRetire};
  // Told to leave before it has served, it has nothing to finish.
  if (wait_for(control.get(), {kFirstWords.data(), kFirstWords.size()}) != kServe) {
    set.destroy(own, config->budget.load);
    return 0;
  }
  Herald herald(block);
  const Shared shared{context, upkeep, herald, gate, stop.get(), over.get()};
  std::vector<std::thread> threads;
  const int all = startup.threads + startup.delivery_threads;
  threads.reserve(static_cast<std::size_t>(all));
  for (int i = 0; i < all; ++i) {
    const bool delivers = i >= startup.threads;
    threads.emplace_back(Acceptor(shared, block, static_cast<std::size_t>(i),
                                  delivers ? deliveries.get() : listener.get(), delivers));
  }
  const char end = wait_for_end(control.get(), stop.get(), herald, upkeep);
  // Workers that finish what they have may still ask this one.
  if (apart && end == kGone) wait_until_idle(block);
  const bool drains = end == kDrain || end == kGone;
  if (!drains) gate.close();
  ::eventfd_write(stop.get(), 1);
  if (!drains) {
    wait_for_count(gate.fd(), 1, herald);
    reports.left();
  }
  wait_for_count(over.get(), threads.size(), herald);
  for (std::thread& thread : threads) thread.join();
  set.destroy(own, config->budget.load);
  return upkeep.retiring() ? kRecycled : 0;
}

}  // namespace

int run_worker() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::signal(SIGPIPE, SIG_IGN);
  // Sent to the whole process group, or by a service manager: the supervisor says when to leave. A
  // handler and not SIG_IGN, which children of extensions would inherit.
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU})
    ::signal(number, [](int) {});
  const Fd listener = inherit(Inherited::kListener);
  const Fd control = inherit(Inherited::kControl);
  Result<Scoreboard> scoreboard = Scoreboard::attach(inherit(Inherited::kScoreboard));
  const Result<Startup> startup = read_startup(inherit(Inherited::kStartup));
  ::fcntl(number(Inherited::kLog), F_SETFD, FD_CLOEXEC);
  Result<Generations> generations = Generations::attach(inherit(Inherited::kGenerations));
  Fd deliveries;
  if (startup && startup->delivery_threads > 0) deliveries = inherit(Inherited::kDeliveries);
  if (!scoreboard || !startup || !generations) return 1;
  Block& block = scoreboard->block(startup->block);
  block.pid.store(::getpid());
  install_crash_marks(&block);
  install_fork_guard();
  const Result<int> worked =
      work(*startup, *scoreboard, *generations, listener, control, deliveries);
  if (!worked) log("worker").critical("{}", worked.error().message);
  log("worker").debug("leaves");
  // Not exit(): destructors of extensions' globals must not run while their threads may live.
  ::_exit(worked ? *worked : 1);
}

}  // namespace rcx::host
