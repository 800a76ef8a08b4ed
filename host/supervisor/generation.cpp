#include "host/supervisor/generation.hpp"

#include <sys/socket.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <cerrno>

#include "host/supervisor/notice.hpp"
#include "host/worker/startup.hpp"

namespace rcx::host {
namespace {

// A handler sees its budget end before the supervisor ends its worker.
constexpr std::int64_t kGraceNs = 250'000'000;
constexpr std::int64_t kEarlyNs = 2'000'000'000;
constexpr std::int64_t kFirstPauseNs = 20'000'000;
constexpr std::int64_t kLongestPauseNs = 5'000'000'000;
constexpr std::size_t kLongestWord = std::size_t{16} * 1024 * 1024;

Result<Worker> start_worker(const Pool& pool, Startup startup, const Surroundings& around) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error("cannot make a control channel", errno);
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  startup.pool = pool.door->name;
  startup.threads = pool.config.threads;
  const Result<Fd> written = write_startup(startup);
  if (!written) return written.error();
  Result<Pipe> output = Pipe::open();
  if (!output) return output.error();
  around.scoreboard->clear(startup.block);
  Result<Process> process = Process::start(
      around.program, {around.program.string(), "--role=worker", "--pool=" + pool.door->name},
      {pool.door->listener.get(), around.scoreboard->fd(), theirs.get(), written->get(),
       STDERR_FILENO},
      output->writer.get());
  if (!process) return process.error();
  around.scoreboard->block(startup.block).pid.store(process->pid());
  const std::string name = pool.door->name + " worker " + std::to_string(process->pid());
  return Worker{std::move(*process),
                std::move(ours),
                Output(std::move(output->reader), name),
                startup.block,
                false,
                wall_ns(),
                {},
                false};
}

}  // namespace

Generation::Generation(std::uint64_t number, Role role, std::shared_ptr<const Config> config,
                       Plan plan, const Surroundings& around)
    : number_(number),
      config_(std::move(config)),
      plan_(std::move(plan)),
      around_(around),
      tolerant_(role == Role::kFirst),
      serving_(role == Role::kFirst) {
  constexpr PoolConfig kOne{1, 1};
  for (const Door& door : *around.doors) {
    const PoolConfig& configured = door.name == "pre" ? config_->pre : config_->post;
    pools_.push_back({&door, around.once ? kOne : configured, {}, 0, 0});
  }
}

bool Generation::uses_block(std::size_t block) const {
  return std::any_of(pools_.begin(), pools_.end(), [&](const Pool& pool) {
    return std::any_of(pool.workers.begin(), pool.workers.end(), [&](const Worker& worker) {
      return worker.block % kBlocks == block % kBlocks;
    });
  });
}

void Generation::renew_notices() {
  for (Pool& pool : pools_) renew_notice(pool, *config_, *around_.scoreboard);
}

void Generation::tend() {
  if (!leaving_ && failure_.empty()) {
    for (Pool& pool : pools_) fill(pool);
  }
  end_overruns();
}

void Generation::fill(Pool& pool) {
  const bool first = &pool == pools_.data();
  const std::size_t wanted = settled_ ? static_cast<std::size_t>(pool.config.processes)
                             : first  ? 1U
                                      : 0U;
  while (pool.workers.size() < wanted && monotonic_ns() >= pool.not_before_ns) {
    Startup startup;
    startup.generation = number_;
    startup.block = around_.free_block();
    startup.config_file = config_->file.string();
    startup.config_text = config_->text;
    startup.state = config_->state.string();
    startup.log_file = config_->log.file;
    startup.plan = plan_;
    startup.strict = settled_;
    startup.waits = !serving_;
    Result<Worker> worker = start_worker(pool, std::move(startup), around_);
    if (!worker) {
      log("supervisor").error("{}", worker.error().message);
      if (!serving_) fail(worker.error().message);
      pool.not_before_ns = monotonic_ns() + kLongestPauseNs;
      break;
    }
    log("supervisor").debug("{} worker {} starts", pool.door->name, worker->process.pid());
    pool.workers.push_back(std::move(*worker));
    changed_ = true;
  }
}

void Generation::watch(PollSet& waiting) {
  for (Pool& pool : pools_) {
    for (const Worker& one : pool.workers) {
      const pid_t pid = one.process.pid();
      const auto find = [&pool, pid] {
        return std::find_if(pool.workers.begin(), pool.workers.end(),
                            [pid](const Worker& worker) { return worker.process.pid() == pid; });
      };
      waiting.add(one.mute ? -1 : one.control.get(), [this, &pool, find] {
        const auto worker = find();
        if (worker != pool.workers.end()) hear(*worker);
      });
      waiting.add(one.output.fd(), [this, &pool, find] {
        const auto worker = find();
        if (worker != pool.workers.end()) worker->output.read(inside(*worker));
      });
      waiting.add(one.process.pidfd(), [this, &pool, find] {
        const auto worker = find();
        if (worker == pool.workers.end()) return;
        lose(pool, static_cast<std::size_t>(worker - pool.workers.begin()));
      });
    }
  }
}

// Which extension a worker is in, where it is in one alone: what it prints is likely that one's.
std::string Generation::inside(const Worker& worker) const {
  std::string found;
  for (const Slot& slot : around_.scoreboard->block(worker.block).slots) {
    const Activity activity = slot.activity.load();
    if (activity == Activity::kIdle || activity == Activity::kHost || activity == Activity::kTurn) {
      continue;
    }
    const std::string id = slot.extension_id();
    if (!found.empty() && found != id) return {};
    found = id;
  }
  return found;
}

void Generation::hear(Worker& worker) {
  std::array<char, 65536> chunk{};
  const ssize_t got = ::recv(worker.control.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    worker.mute = true;
    return;
  }
  worker.heard.append(chunk.data(), static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = worker.heard.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    take(worker, std::string_view(worker.heard).substr(begin, end - begin));
  }
  worker.heard.erase(0, begin);
  // An extension writes into what is not its own.
  if (worker.heard.size() > kLongestWord) worker.mute = true;
}

void Generation::take(Worker& worker, std::string_view line) {
  const Result<WorkerWord> word = parse_word(line);
  if (!word) {
    log("supervisor").error("{}", word.error().message);
    return;
  }
  if (word->failed) {
    failures_.push_back({word->failed->extension, word->failed->reason});
    return;
  }
  for (const PlannedExtension& absent : word->ready->absent.extensions) {
    if (!tolerant_ && !tolerated_.contains(absent.id)) fail(absent.id + ": " + absent.reason);
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
void Generation::refuse(const Blame& blame) {
  for (PlannedExtension& planned : plan_.extensions) {
    if (planned.id != blame.extension || planned.standing != Standing::kLoaded) continue;
    planned.standing = Standing::kRefused;
    planned.reason = "create " + blame.how + "; mend it, then type:  rcx reload";
    log("plugin").error("{}: refused: {}", planned.file, planned.reason);
  }
}

void Generation::lose(Pool& pool, std::size_t index) {
  Worker worker = std::move(pool.workers[index]);
  pool.workers.erase(pool.workers.begin() + static_cast<std::ptrdiff_t>(index));
  int status = -1;
  const std::string end = worker.process.wait(&status);
  worker.output.read(inside(worker));
  worker.output.finish();
  const std::vector<Blame> blamed = around_.scoreboard->blame_block(worker.block);
  changed_ = true;
  if (leaving_ && (status == 0 || status == kRecycled)) return;
  if (serving_ && status == kRecycled) {
    log("supervisor").info("{} worker {} is replaced", pool.door->name, worker.process.pid());
    return;
  }
  log("supervisor").error("{} worker {} is gone: {}", pool.door->name, worker.process.pid(), end);
  std::string culprit;
  bool by_handler = false;
  bool refused = false;
  for (const Blame& blame : blamed) {
    log("supervisor").error("the extension {} {}", blame.extension, blame.how);
    if (blame.extension.empty()) continue;
    failures_.push_back({blame.extension, blame.how});
    culprit = blame.extension + ": " + (blame.in_create ? "create " : "") + blame.how;
    by_handler = by_handler || !blame.in_create;
    const bool tolerated = tolerant_ || tolerated_.contains(blame.extension);
    if (!blame.in_create || settled_ || !tolerated) continue;
    // Later ones must start it: two workers that judge by different sets are worse than one less.
    refuse(blame);
    refused = true;
  }
  if (!serving_) {
    if (refused) return;
    fail(culprit.empty() ? "a worker ended while it started: " + end : culprit);
    return;
  }
  if (leaving_) return;
  ++lost_;
  // A handler that crashes does so when somebody pushes, and the breaker counts it; a worker that
  // dies early by itself, again and again, cannot live.
  if (by_handler || refused || wall_ns() - worker.since_ns > kEarlyNs) {
    pool.early_deaths = 0;
    return;
  }
  const int earlier = pool.early_deaths++;
  if (earlier == 0) return;
  pool.not_before_ns =
      monotonic_ns() + std::min(kLongestPauseNs, kFirstPauseNs << std::min(earlier - 1, 8));
}

void Generation::end_overruns() {
  const std::int64_t now = monotonic_ns();
  for (Pool& pool : pools_) {
    for (Worker& worker : pool.workers) {
      for (Slot& slot : around_.scoreboard->block(worker.block).slots) {
        const std::int64_t deadline = slot.deadline_ns.load();
        if (deadline == 0 || now < deadline + kGraceNs) continue;
        const Activity activity = slot.activity.load();
        if (activity == Activity::kIdle) continue;
        log("supervisor")
            .error("{} worker {}: {} did not end within its deadline", pool.door->name,
                   worker.process.pid(),
                   activity == Activity::kHost || activity == Activity::kTurn
                       ? "the host's own work on an event"
                       : "the extension " + slot.extension_id());
        slot.fault.store(kFaultOverrun);
        worker.process.signal(SIGKILL);
        break;
      }
    }
  }
}

bool Generation::ready() const {
  return std::all_of(pools_.begin(), pools_.end(), [](const Pool& pool) {
    return static_cast<int>(pool.workers.size()) == pool.config.processes &&
           std::all_of(pool.workers.begin(), pool.workers.end(),
                       [](const Worker& worker) { return worker.ready; });
  });
}

void Generation::tell(Worker& worker, char what) {
  if (::send(worker.control.get(), &what, 1, MSG_NOSIGNAL) != 1) worker.process.signal(SIGKILL);
}

void Generation::serve() {
  serving_ = true;
  for (Pool& pool : pools_) {
    for (Worker& worker : pool.workers) tell(worker, kServe);
  }
}

void Generation::retire() {
  leaving_ = true;
  for (Pool& pool : pools_) {
    for (Worker& worker : pool.workers) tell(worker, kRetire);
  }
}

void Generation::drain(const std::string& name) {
  leaving_ = true;
  for (Pool& pool : pools_) {
    if (pool.door->name != name) continue;
    for (Worker& worker : pool.workers) tell(worker, kDrain);
  }
}

void Generation::kill(const std::string& name) {
  for (Pool& pool : pools_) {
    if (!name.empty() && pool.door->name != name) continue;
    for (const Worker& worker : pool.workers) worker.process.kill();
    pool.workers.clear();
  }
}

bool Generation::gone(const std::string& name) const {
  return std::all_of(pools_.begin(), pools_.end(), [&](const Pool& pool) {
    return pool.workers.empty() || (!name.empty() && pool.door->name != name);
  });
}

bool Generation::changed() {
  return std::exchange(changed_, false);
}

void Generation::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace rcx::host
