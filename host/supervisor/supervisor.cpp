#include "host/supervisor/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <csignal>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <optional>
#include <utility>

#include "host/access/access.hpp"
#include "host/supervisor/api.hpp"
#include "host/supervisor/delivery.hpp"
#include "host/supervisor/doors.hpp"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/privileges.hpp"
#include "host/supervisor/queue.hpp"
#include "host/supervisor/recorder.hpp"
#include "host/supervisor/reload.hpp"
#include "host/supervisor/retired.hpp"
#include "host/supervisor/service_manager.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {
namespace {

constexpr int kTickMilliseconds = 100;
// How long after its verdict git may need until it runs post-receive.
constexpr std::int64_t kLastPushesNs = 200'000'000;
constexpr std::int64_t kSweepNs = 600'000'000'000;

class Supervisor {
 public:
  Supervisor(std::shared_ptr<const Config> config, const fs::path& program, Scoreboard scoreboard,
             Generations generations, ServiceManager manager, const std::optional<OneCall>& call)
      : config_(std::move(config)),
        scoreboard_(std::move(scoreboard)),
        generations_(std::move(generations)),
        manager_(std::move(manager)),
        once_(call.has_value()),
        caller_(once_ ? call->caller : -1),
        doors_(doors_of(*config_, once_ ? call->pool : "")),
        around_{program, &scoreboard_, &generations_, &doors_, [this] { return free_block(); },
                once_},
        breaker_(config_->state / "disabled.json"),
        delivery_(*config_, program),
        recorder_(program, config_),
        queue_(program, config_),
        api_(program, config_),
        reload_(around_, once_ ? extensions_user(*config_) : ::geteuid()) {}

  Result<void> prepare();
  Result<void> run();

 private:
  Result<void> tell_caller() const;
  std::size_t free_block();
  void take_signals();
  void count_failures();
  void clear(const boost::json::object& question, std::shared_ptr<Asker> asker);
  void take_question(const boost::json::object& question, std::shared_ptr<Asker> asker);
  void watch();
  void tend();
  void replace(std::unique_ptr<Generation> next);
  void finish_replacing();
  bool changed();
  void publish(const char* phase);
  void forget_copies() const;
  void drain();
  void drain_door(Door& door, std::int64_t deadline);
  void await_gone(const std::string& name, std::int64_t deadline);
  void leave_doors(std::int64_t deadline);

  std::shared_ptr<const Config> config_;  // as the host was started
  Scoreboard scoreboard_;
  Generations generations_;
  ServiceManager manager_;
  Fd signals_;
  bool once_;   // for one call alone
  int caller_;  // of that call, while it is there; else -1
  std::vector<Door> doors_;
  Surroundings around_;
  std::unique_ptr<Generation> serving_;
  RetiredGenerations retired_;
  Breaker breaker_;
  Delivery delivery_;
  RecorderProcess recorder_;  // these three not for one call
  QueueProcess queue_;
  ApiProcess api_;
  Reload reload_;
  std::optional<ControlSocket> control_;
  std::size_t next_block_ = 0;
  bool stopping_ = false;
  bool replacing_ = false;  // the old set may still judge calls
  std::int64_t next_sweep_ns_ = 0;
  const std::int64_t since_ns_ = wall_ns();
};

Result<void> Supervisor::prepare() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&mask, number);
  ::sigprocmask(SIG_BLOCK, &mask, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return system_error("cannot wait for signals", errno);

  publish("starting");
  std::string files = once_ ? "" : fingerprint(sources_of(*config_));
  // It may have been edited since it was read.
  const Result<std::string> text = read_file(config_->file, config_->text.size() + 1);
  if (!text || *text != config_->text) files.clear();
  Result<Plan> plan =
      make_plan(*config_, around_.program, once_ ? extensions_user(*config_) : ::geteuid());
  if (!plan) return plan.error();
  // Nobody looks at the status of a host for one call, and what loads may differ from call to call:
  // so everything that lies there is missed when it does not.
  for (PlannedExtension& planned : plan->extensions) planned.named = planned.named || once_;
  breaker_.apply(*plan);
  log_plan(*plan);
  if (Result<void> opened = open_doors(doors_, manager_); !opened) return opened;
  if (!once_) {
    if (Result<void> opened = queue_.listen(); !opened) return opened;
    around_.deliveries = queue_.deliveries();
  }
  serving_ =
      std::make_unique<Generation>(1, Generation::Role::kFirst, config_, std::move(*plan), around_);
  if (once_) return tell_caller();
  Result<ControlSocket> control = ControlSocket::open(*config_);
  if (!control) return control.error();
  control_.emplace(std::move(*control));
  reload_.follow(*config_, files);
  return write_client_files(*config_, around_.program);
}

Result<void> Supervisor::tell_caller() const {
  return write_all(caller_, "socket_directory=" + config_->run.string() + "\n", "the caller");
}

// A block that no living worker has. The others are used in turn, so that a dead worker's can be
// read for as long as possible.
std::size_t Supervisor::free_block() {
  const auto taken = [this](std::size_t block) {
    return (serving_ && serving_->uses_block(block)) ||
           (reload_.next() != nullptr && reload_.next()->uses_block(block)) ||
           retired_.uses_block(block);
  };
  // There are more blocks than workers of all generations that live; see RetiredGenerations::full.
  for (std::size_t i = 0; i < kBlocks && taken(next_block_); ++i) ++next_block_;
  return next_block_++;
}

void Supervisor::take_signals() {
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo == SIGHUP) {
      reload_.ask(nullptr);
    } else {
      stopping_ = true;
    }
  }
}

void Supervisor::take_question(const boost::json::object& question, std::shared_ptr<Asker> asker) {
  const boost::json::value* what = question.if_contains("do");
  const std::string_view name =
      what != nullptr && what->is_string() ? std::string_view(what->get_string()) : "";
  if (name == "reload") return reload_.ask(std::move(asker));
  if (name == "clear") return clear(question, std::move(asker));
  asker->refuse("this host (rcx " RCX_HOST_VERSION ") does not know that; wanted reload or clear");
}

void Supervisor::clear(const boost::json::object& question, std::shared_ptr<Asker> asker) {
  const boost::json::value* value = question.if_contains("id");
  const std::string id =
      value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  const auto& all = serving_->plan().extensions;
  const bool left_out = std::any_of(all.begin(), all.end(), [&](const PlannedExtension& planned) {
    return planned.id == id && planned.standing == Standing::kDisabled;
  });
  if (!breaker_.clear(id) && !left_out) {
    return asker->refuse(printable(id) + " is not disabled; see:  rcx extensions list");
  }
  log("plugin").info("{} is cleared", id);
  reload_.ask(std::move(asker));
}

// Waits for whatever comes first: a signal, the end of the caller, a word of a worker, the end of
// one, a question, a change of files, or the next tick.
void Supervisor::watch() {
  PollSet waiting;
  waiting.add(signals_.get(), [this] { take_signals(); });
  waiting.add(caller_, [this] {
    caller_ = -1;
    stopping_ = true;
  });
  if (control_) {
    control_->watch(waiting, [this](const boost::json::object& question, auto asker) {
      take_question(question, std::move(asker));
    });
  }
  if (serving_) serving_->watch(waiting);
  retired_.watch(waiting);
  if (!once_) reload_.watch(waiting);
  delivery_.watch(waiting);
  manager_.tend();
  waiting.wait(kTickMilliseconds);
}

void Supervisor::tend() {
  serving_->tend();
  serving_->renew_notices();
  retired_.tend();
  finish_replacing();
  if (!once_) count_failures();
  if (!once_ && !stopping_ && serving_->ready()) delivery_.tend();
  // The first generation settles what serves before another one is compared with it.
  if (once_ || stopping_ || !serving_->settled() || retired_.full() || replacing_) return;
  if (std::unique_ptr<Generation> next = reload_.tend(*serving_, breaker_))
    replace(std::move(next));
}

void Supervisor::count_failures() {
  const auto count = [this](Generation& generation) {
    for (const ExtensionFailure& failure : generation.take_failures()) {
      breaker_.count(failure, generation.plan(), serving_->config()->breaker);
    }
  };
  count(*serving_);
  retired_.for_each(count);
}

void Supervisor::replace(std::unique_ptr<Generation> next) {
  log_plan(next->plan());
  // What the old one has not ready is of no interest any more.
  remove_notices(doors_);
  if (next->config()->text != serving_->config()->text) {
    recorder_.configure(next->config());
    queue_.configure(next->config());
    api_.configure(next->config());
  }
  next->serve();
  queue_.wake();
  retired_.add(std::move(serving_));
  serving_ = std::move(next);
  if (Result<void> written = write_client_files(*serving_->config(), around_.program); !written) {
    log("supervisor").error("{}", written.error().message);
  }
  replacing_ = true;
  log("supervisor").debug("generation {} takes over", serving_->number());
}

// Who hears that the new set serves can rely on it: no call that starts then is judged by the old
// one. Those that wait at the doors meanwhile are served.
void Supervisor::finish_replacing() {
  if (!replacing_ || retired_.stopping()) return;
  replacing_ = false;
  log("supervisor").info("generation {} serves", serving_->number());
  manager_.tell(fmt::format("STATUS=generation {} serves", serving_->number()));
  reload_.done(*serving_, retired_.accepting());
}

bool Supervisor::changed() {
  bool any = serving_->changed();
  any = reload_.changed() || any;
  return retired_.changed() || any;
}

void Supervisor::publish(const char* phase) {
  if (once_) return;
  HostStatus status;
  status.version = RCX_HOST_VERSION;
  status.phase = phase;
  status.pid = ::getpid();
  status.since_ns = since_ns_;
  status.config_file = config_->file.string();
  status.workers_lost = retired_.lost();
  status.reload = reload_.status();
  const auto add = [&](const Generation& generation) {
    status.workers_lost += generation.lost();
    for (const Pool& pool : generation.pools()) {
      for (const Worker& worker : pool.workers) {
        status.workers.push_back({pool.door->name, pool.alone, generation.number(),
                                  worker.process.pid(), worker.ready, worker.since_ns,
                                  pool.shared() && worker.serving && !worker.left});
      }
    }
  };
  if (serving_) {
    status.generation = serving_->number();
    status.plan = serving_->plan();
    status.admitted = admitted_names(serving_->config()->identity);
    status.when_unreachable = unreachable_name(serving_->config()->client.when_unreachable);
    add(*serving_);
  }
  retired_.for_each(add);
  if (Result<void> written = write_status(*config_, status); !written) {
    log("supervisor").error("{}", written.error().message);
  }
}

void Supervisor::drain_door(Door& door, std::int64_t deadline) {
  ::unlink(door.socket.c_str());
  // New connections are refused from here on; those that wait are still served.
  ::shutdown(door.listener.get(), SHUT_RDWR);
  door.listener.reset();
  serving_->drain(door.name);
  await_gone(door.name, deadline);
}

// Of one door, or of all where `name` is empty.
void Supervisor::await_gone(const std::string& name, std::int64_t deadline) {
  while (!serving_->gone(name) && monotonic_ns() < deadline) {
    watch();
    serving_->tend();
    retired_.tend();
  }
  if (serving_->gone(name)) return;
  log("supervisor")
      .error("{}workers did not end within {}; they are killed", name.empty() ? "" : name + " ",
             duration_text(config_->budget.drain));
  serving_->kill(name);
}

// Who comes from here on, or waits already, is served by the next host.
void Supervisor::leave_doors(std::int64_t deadline) {
  serving_->retire();
  await_gone({}, deadline);
}

// Pushes that were accepted at the last moment still have their post event to come, so the post
// pool goes last, and a little later.
void Supervisor::drain() {
  log("supervisor").info("draining");
  reload_.stop();
  api_.stop();
  delivery_.stop();
  queue_.stop_deliveries();
  if (control_) control_->close();
  publish("draining");
  manager_.tell("STOPPING=1\nSTATUS=finishing pushes in flight");
  const std::int64_t deadline = monotonic_ns() + config_->budget.drain.count();
  const bool kept = doors_[0].kept;
  if (kept) leave_doors(deadline);
  if (!kept) drain_door(doors_[0], deadline);
  if (!kept && !once_) {
    const std::int64_t last_pushes = monotonic_ns() + kLastPushesNs;
    while (monotonic_ns() < last_pushes) watch();
    drain_door(doors_[1], deadline);
  }
  while (!retired_.empty()) {
    watch();
    retired_.tend();
  }
}

// Only while one generation is all there is.
void Supervisor::forget_copies() const {
  if (once_ || !retired_.empty() || reload_.next() != nullptr) return;
  std::vector<fs::path> used;
  for (const PlannedExtension& planned : serving_->plan().extensions) {
    used.emplace_back(planned.library);
  }
  sweep_staged(config_->state / "staged", used);
}

Result<void> Supervisor::run() {
  bool was_ready = false;
  while (!stopping_) {
    if (!once_) recorder_.keep_running();
    if (!once_) queue_.keep_running();
    if (!once_) api_.keep_running();
    tend();
    const bool now_ready = !was_ready && serving_->ready();
    if (now_ready) {
      was_ready = true;
      log("supervisor").info("ready, serving {}", config_->file.string());
    }
    if (monotonic_ns() >= next_sweep_ns_) {
      forget_old_commits(*config_);
      forget_copies();
      next_sweep_ns_ = monotonic_ns() + kSweepNs;
    }
    if (!replacing_ && (changed() || now_ready)) publish(was_ready ? "ready" : "starting");
    if (now_ready) manager_.tell("READY=1\nSTATUS=generation 1 serves");
    watch();
  }
  drain();
  queue_.stop();
  recorder_.stop();
  boost::system::error_code ignored;
  if (!once_) fs::remove(config_->run / "status.json", ignored);
  log("supervisor").info("left");
  return {};
}

Result<void> serve(const std::shared_ptr<const Config>& config, ServiceManager manager,
                   const std::optional<OneCall>& call) {
  if (Result<void> logging = start_log(config->log, "rcxd"); !logging) return logging;
  if (Result<Doors> doors = Doors::open(config->identity); !doors) return doors.error();
  Result<fs::path> directory = program_directory();
  if (!directory) return directory.error();
  Result<Scoreboard> scoreboard = Scoreboard::create();
  if (!scoreboard) return scoreboard.error();
  Result<Generations> generations =
      Generations::create(call ? fs::path() : shared_path(config->run));
  if (!generations) return generations.error();
  Supervisor supervisor(config, *directory / "rcxd", std::move(*scoreboard),
                        std::move(*generations), std::move(manager), call);
  if (Result<void> prepared = supervisor.prepare(); !prepared) return prepared;
  return supervisor.run();
}

}  // namespace

Result<void> run_supervisor(const std::shared_ptr<const Config>& config) {
  Result<ServiceManager> manager = ServiceManager::meet();
  if (!manager) return manager.error();
  const Result<fs::path> programs = program_directory();
  if (!programs) return programs.error();
  const auto as_root = [&] { return write_client_files_as_root(*config, *programs / "rcxd"); };
  if (Result<void> became = become_user(*config, as_root); !became) return became;
  if (Result<void> ready = prepare_directories(*config); !ready) return ready;
  if (Result<void> safe = check_places(*config, ::geteuid()); !safe) return safe;
  Result<InstanceLock> lock = InstanceLock::acquire(*config);
  if (!lock) return lock.error();
  return serve(config, std::move(*manager), std::nullopt);
}

Result<void> run_supervisor(const std::shared_ptr<const Config>& config, const OneCall& call) {
  return serve(config, {}, call);
}

}  // namespace rcx::host
