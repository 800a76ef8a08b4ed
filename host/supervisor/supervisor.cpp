#include "host/supervisor/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <optional>

#include "host/access/access.hpp"
#include "host/event/wire.h"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/pool.hpp"
#include "host/supervisor/recorder.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {
namespace {

constexpr int kTickMilliseconds = 100;
// A handler sees its budget end before the supervisor ends its worker.
constexpr std::int64_t kGraceNs = 250'000'000;
// How long after its verdict git may need until it runs post-receive.
constexpr std::int64_t kLastPushesNs = 200'000'000;
constexpr std::int64_t kSweepNs = 600'000'000'000;
constexpr std::int64_t kEarlyNs = 2'000'000'000;
constexpr std::int64_t kFirstPauseNs = 20'000'000;
constexpr std::int64_t kLongestPauseNs = 5'000'000'000;

class Supervisor {
 public:
  Supervisor(std::shared_ptr<const Config> config, fs::path program, Scoreboard scoreboard,
             const std::optional<OneCall>& call)
      : config_(std::move(config)),
        program_(std::move(program)),
        scoreboard_(std::move(scoreboard)),
        once_(call.has_value()),
        caller_(once_ ? call->caller : -1),
        recorder_(program_, config_) {
    const bool pre = !once_ || call->pool == "pre";
    const bool post = !once_ || call->pool == "post";
    if (pre) add_pool("pre", config_->pre, RCX_WIRE_PRE_SOCKET);
    if (post) add_pool("post", config_->post, RCX_WIRE_POST_SOCKET);
  }

  Result<void> prepare();
  Result<void> run();

 private:
  void add_pool(const char* name, const PoolConfig& config, const char* socket);
  std::size_t free_block();
  Result<void> tell_caller() const;
  void fill_pools();
  void watch();
  void hear(Worker& worker);
  void lose(Pool& pool, std::size_t index);
  void end_overruns();
  void refuse(const Blame& blame);
  void publish(const char* phase);
  bool all_ready() const;
  void drain();
  void drain_pool(Pool& pool, std::int64_t deadline);

  std::shared_ptr<const Config> config_;
  fs::path program_;
  Scoreboard scoreboard_;
  Fd signals_;
  bool once_;   // for one call alone
  int caller_;  // of that call, while it is there; else -1
  std::vector<Pool> pools_;
  RecorderProcess recorder_;  // not for one call
  Plan plan_;                 // what workers get
  bool settled_ = false;      // one worker has shown which extensions of it start
  std::size_t next_block_ = 0;
  int lost_ = 0;
  bool stopping_ = false;
  std::int64_t next_sweep_ns_ = 0;
  bool changed_ = true;
  const std::int64_t since_ns_ = wall_ns();
};

void Supervisor::add_pool(const char* name, const PoolConfig& config, const char* socket) {
  constexpr PoolConfig kOne{1, 1};
  pools_.push_back({name, once_ ? kOne : config, config_->run / socket, {}, {}, 0, 0});
}

Result<void> Supervisor::prepare() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&mask, number);
  ::sigprocmask(SIG_BLOCK, &mask, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return system_error("cannot wait for signals", errno);

  publish("starting");
  Result<Plan> plan =
      make_plan(*config_, program_, once_ ? extensions_user(*config_) : ::geteuid());
  if (!plan) return plan.error();
  plan_ = std::move(*plan);
  for (PlannedExtension& planned : plan_.extensions) {
    // Nobody looks at the status of a host for one call, and what loads may differ from call to
    // call: so everything that lies there is missed when it does not.
    planned.named = planned.named || once_;
    const std::string name = planned.file.empty() ? planned.id : planned.file;
    if (planned.standing == Standing::kLoaded) {
      log("plugin").info("{}: {} {} is accepted", name, planned.id, planned.descriptor->version);
    } else {
      log("plugin").warn("{}: {}: {}", name, standing_name(planned.standing), planned.reason);
    }
  }
  for (Pool& pool : pools_) {
    Result<Fd> listener = listen_at(pool.socket);
    if (!listener) return listener.error();
    pool.listener = std::move(*listener);
  }
  return once_ ? tell_caller() : write_client_files(*config_, program_);
}

Result<void> Supervisor::tell_caller() const {
  return write_all(caller_, "socket_directory=" + config_->run.string() + "\n", "the caller");
}

// A block that no living worker has. The others are used in turn, so that a dead worker's can be
// read for as long as possible.
std::size_t Supervisor::free_block() {
  const auto taken = [&](const Pool& pool) {
    return std::any_of(pool.workers.begin(), pool.workers.end(), [&](const Worker& worker) {
      return worker.block % kBlocks == next_block_ % kBlocks;
    });
  };
  while (std::any_of(pools_.begin(), pools_.end(), taken)) ++next_block_;
  return next_block_++;
}

// The first worker starts alone and settles which extensions serve; the others follow it.
void Supervisor::fill_pools() {
  for (Pool& pool : pools_) {
    const std::size_t wanted = settled_ ? static_cast<std::size_t>(pool.config.processes)
                               : &pool == pools_.data() ? 1U
                                                        : 0U;
    while (pool.workers.size() < wanted && monotonic_ns() >= pool.not_before_ns) {
      Result<Worker> worker =
          start_worker(pool, *config_, plan_, program_, scoreboard_, free_block(), settled_);
      if (!worker) {
        log("supervisor").error("{}", worker.error().message);
        pool.not_before_ns = monotonic_ns() + kLongestPauseNs;
        break;
      }
      log("supervisor").debug("{} worker {} starts", pool.name, worker->process.pid());
      pool.workers.push_back(std::move(*worker));
      changed_ = true;
    }
  }
}

void Supervisor::hear(Worker& worker) {
  std::array<char, 65536> chunk{};
  const ssize_t got = ::recv(worker.control.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got <= 0) return;
  worker.heard.append(chunk.data(), static_cast<std::size_t>(got));
  const std::size_t end = worker.heard.find('\n');
  if (end == std::string::npos) return;
  const Result<Ready> ready = parse_ready(std::string_view(worker.heard).substr(0, end));
  worker.heard.erase(0, end + 1);
  if (!ready) {
    log("supervisor").error("{}", ready.error().message);
    return;
  }
  for (const PlannedExtension& absent : ready->absent.extensions) {
    for (PlannedExtension& planned : plan_.extensions) {
      if (planned.key != absent.key) continue;
      planned.standing = Standing::kRefused;
      planned.reason = absent.reason;
    }
  }
  settled_ = true;
  worker.ready = true;
  changed_ = true;
}

// An extension that took its worker down while it was created is left out from now on.
void Supervisor::refuse(const Blame& blame) {
  for (PlannedExtension& planned : plan_.extensions) {
    if (planned.id != blame.extension || planned.standing != Standing::kLoaded) continue;
    planned.standing = Standing::kRefused;
    planned.reason = "create " + blame.how + "; mend it, and start the host again";
    log("plugin").error("{}: refused: {}", planned.file, planned.reason);
  }
}

void Supervisor::lose(Pool& pool, std::size_t index) {
  Worker worker = std::move(pool.workers[index]);
  pool.workers.erase(pool.workers.begin() + static_cast<std::ptrdiff_t>(index));
  const std::string end = worker.process.wait();
  const std::vector<Blame> blamed = scoreboard_.blame_block(worker.block);
  changed_ = true;
  if (stopping_) return;
  ++lost_;
  log("supervisor").error("{} worker {} is gone: {}", pool.name, worker.process.pid(), end);
  for (const Blame& blame : blamed) {
    log("supervisor").error("the extension {} {}", blame.extension, blame.how);
    if (blame.in_create) refuse(blame);
  }
  // The first early death may be a handler's; a series is a worker that cannot live.
  if (wall_ns() - worker.since_ns > kEarlyNs) {
    pool.early_deaths = 0;
    return;
  }
  const int earlier = pool.early_deaths++;
  if (earlier == 0 || (!worker.ready && !blamed.empty())) return;
  pool.not_before_ns =
      monotonic_ns() + std::min(kLongestPauseNs, kFirstPauseNs << std::min(earlier - 1, 8));
}

void Supervisor::end_overruns() {
  const std::int64_t now = monotonic_ns();
  for (Pool& pool : pools_) {
    for (Worker& worker : pool.workers) {
      for (Slot& slot : scoreboard_.block(worker.block).slots) {
        const std::int64_t deadline = slot.deadline_ns.load();
        if (deadline == 0 || now < deadline + kGraceNs) continue;
        const Activity activity = slot.activity.load();
        if (activity == Activity::kIdle) continue;
        log("supervisor")
            .error("{} worker {}: {} did not end within its deadline", pool.name,
                   worker.process.pid(),
                   activity == Activity::kHost ? "the host's own work on an event"
                                               : "the extension " + slot.extension_id());
        slot.fault.store(kFaultOverrun);
        worker.process.signal(SIGKILL);
        break;
      }
    }
  }
}

bool Supervisor::all_ready() const {
  return std::all_of(pools_.begin(), pools_.end(), [](const Pool& pool) {
    return static_cast<int>(pool.workers.size()) == pool.config.processes &&
           std::all_of(pool.workers.begin(), pool.workers.end(),
                       [](const Worker& worker) { return worker.ready; });
  });
}

void Supervisor::publish(const char* phase) {
  changed_ = false;
  if (once_) return;
  HostStatus status{RCX_HOST_VERSION,       phase, ::getpid(), since_ns_,
                    config_->file.string(), lost_, {},         plan_};
  for (const Pool& pool : pools_) {
    for (const Worker& worker : pool.workers) {
      status.workers.push_back({pool.name, worker.process.pid(), worker.ready, worker.since_ns});
    }
  }
  if (Result<void> written = write_status(*config_, status); !written) {
    log("supervisor").error("{}", written.error().message);
  }
}

// Waits for whatever comes first: a signal, the end of the caller, a word of a worker, the end of
// one, or the next tick.
void Supervisor::watch() {
  std::vector<pollfd> waiting = {{signals_.get(), POLLIN, 0}, {caller_, POLLIN, 0}};
  for (const Pool& pool : pools_) {
    for (const Worker& worker : pool.workers) {
      waiting.push_back({worker.control.get(), static_cast<short>(worker.ready ? 0 : POLLIN), 0});
      waiting.push_back({worker.process.pidfd(), POLLIN, 0});
    }
  }
  ::poll(waiting.data(), waiting.size(), kTickMilliseconds);
  if (waiting[1].revents != 0) {
    caller_ = -1;
    stopping_ = true;
  }
  std::size_t next = 2;
  for (Pool& pool : pools_) {
    std::vector<std::size_t> ended;
    for (std::size_t i = 0; i < pool.workers.size(); ++i, next += 2) {
      if ((waiting[next].revents & POLLIN) != 0) hear(pool.workers[i]);
      if ((waiting[next + 1].revents & POLLIN) != 0) ended.push_back(i);
    }
    // From the back, so that the other indices stay right.
    std::reverse(ended.begin(), ended.end());
    for (const std::size_t index : ended) lose(pool, index);
  }
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGHUP) {
      log("supervisor").warn("SIGHUP: restart the host to read extensions and rcx.yaml again");
    } else {
      stopping_ = true;
    }
  }
  end_overruns();
}

void Supervisor::drain_pool(Pool& pool, std::int64_t deadline) {
  ::unlink(pool.socket.c_str());
  // New connections are refused from here on; those that wait are still served.
  ::shutdown(pool.listener.get(), SHUT_RDWR);
  pool.listener.reset();
  for (const Worker& worker : pool.workers) {
    const ssize_t told = ::send(worker.control.get(), &kDrain, 1, MSG_NOSIGNAL);
    if (told != 1) worker.process.signal(SIGKILL);
  }
  while (!pool.workers.empty() && monotonic_ns() < deadline) watch();
  for (Worker& worker : pool.workers) {
    log("supervisor")
        .error("{} worker {} did not end within {}; it is killed", pool.name, worker.process.pid(),
               duration_text(config_->budget.drain));
    worker.process.kill();
  }
  pool.workers.clear();
}

// Pushes that were accepted at the last moment still have their post event to come, so the post
// pool goes last, and a little later.
void Supervisor::drain() {
  log("supervisor").info("draining");
  publish("draining");
  const std::int64_t deadline = monotonic_ns() + config_->budget.drain.count();
  drain_pool(pools_[0], deadline);
  if (once_) return;
  const std::int64_t last_pushes = monotonic_ns() + kLastPushesNs;
  while (monotonic_ns() < last_pushes) watch();
  drain_pool(pools_[1], deadline);
}

Result<void> Supervisor::run() {
  bool was_ready = false;
  while (!stopping_) {
    fill_pools();
    if (!once_) recorder_.keep_running();
    if (all_ready() && !was_ready) {
      was_ready = true;
      changed_ = true;
      log("supervisor").info("ready, serving {}", config_->file.string());
    }
    if (monotonic_ns() >= next_sweep_ns_) {
      forget_old_commits(*config_);
      next_sweep_ns_ = monotonic_ns() + kSweepNs;
    }
    if (changed_) publish(was_ready ? "ready" : "starting");
    watch();
  }
  drain();
  recorder_.stop();
  boost::system::error_code ignored;
  if (!once_) fs::remove(config_->run / "status.json", ignored);
  log("supervisor").info("left");
  return {};
}

Result<void> serve(const std::shared_ptr<const Config>& config,
                   const std::optional<OneCall>& call) {
  if (Result<void> logging = start_log(config->log, "rcxd"); !logging) return logging;
  if (Result<Doors> doors = Doors::open(config->identity); !doors) return doors.error();
  Result<fs::path> directory = program_directory();
  if (!directory) return directory.error();
  Result<Scoreboard> scoreboard = Scoreboard::create();
  if (!scoreboard) return scoreboard.error();
  Supervisor supervisor(config, *directory / "rcxd", std::move(*scoreboard), call);
  if (Result<void> prepared = supervisor.prepare(); !prepared) return prepared;
  return supervisor.run();
}

}  // namespace

Result<void> run_supervisor(const std::shared_ptr<const Config>& config) {
  if (Result<void> ready = prepare_directories(*config); !ready) return ready;
  Result<InstanceLock> lock = InstanceLock::acquire(*config);
  if (!lock) return lock.error();
  return serve(config, std::nullopt);
}

Result<void> run_supervisor(const std::shared_ptr<const Config>& config, const OneCall& call) {
  return serve(config, call);
}

}  // namespace rcx::host
