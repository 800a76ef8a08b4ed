#include "host/supervisor/generation.hpp"

#include <sys/socket.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <cerrno>

#include "host/supervisor/notice.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kEarlyNs = 2'000'000'000;
constexpr std::int64_t kFirstPauseNs = 20'000'000;
constexpr std::int64_t kLongestPauseNs = 5'000'000'000;
// After so many of them in a row, a worker of one extension serves without that.
constexpr int kMostEarlyDeaths = 3;
// Workers that were started for one extension because somebody asked for it there.
constexpr std::ptrdiff_t kMostOnDemand = 16;
constexpr std::int64_t kIdleNs = 60'000'000'000;
constexpr std::int64_t kCrowdedIdleNs = 20'000'000;
constexpr std::size_t kLongestWord = std::size_t{16} * 1024 * 1024;

}  // namespace

Generation::Generation(std::uint64_t number, Role role, std::shared_ptr<const Config> config,
                       Plan plan, const Surroundings& around)
    : number_(number),
      config_(std::move(config)),
      plan_(std::move(plan)),
      around_(around),
      tolerant_(role == Role::kFirst),
      serving_(role == Role::kFirst) {
  const Plan wanted = plan_;
  pools_ = make_pools(*config_, plan_, around_);
  for (std::size_t i = 0; i < wanted.extensions.size() && !tolerant_; ++i) {
    if (plan_.extensions[i].standing == wanted.extensions[i].standing) continue;
    fail(plan_.extensions[i].id + ": " + plan_.extensions[i].reason);
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
  for (Pool& pool : pools_) {
    if (pool.shared()) renew_notice(pool, *config_, *around_.scoreboard);
  }
}

void Generation::tend() {
  if (failure_.empty()) {
    for (Pool& pool : pools_) fill(pool);
  }
  release_idle();
  for (const Pool& pool : pools_) end_overruns(pool, *around_.scoreboard);
}

bool Generation::is_needed(const Pool& pool) const {
  return !leaving_ || std::any_of(pools_.begin(), pools_.end(), [&](const Pool& other) {
    return other.shared() && other.door->name == pool.door->name && !other.workers.empty();
  });
}

std::size_t Generation::wanted(const Pool& pool) const {
  const auto all = static_cast<std::size_t>(pool.config.processes);
  if (!pool.shared()) {
    if (!is_needed(pool) || !settled_) return 0;
    // The first one shows whether the extension starts.
    return !pool.standing ? (pool.asked ? 1U : 0U) : pool.settled ? all : 1U;
  }
  if (leaving_) return 0;
  const bool first = &pool == pools_.data();
  return settled_ ? all : first ? 1U : 0U;
}

Startup Generation::startup_of(const Pool& pool) const {
  Startup startup;
  startup.generation = number_;
  startup.block = around_.free_block();
  startup.config_file = config_->file.string();
  startup.config_text = config_->text;
  startup.state = config_->state.string();
  startup.log_file = config_->log.file;
  startup.plan = pool.shared() ? plan_ : pool.plan;
  startup.strict = pool.shared() ? settled_ : pool.settled;
  startup.run = around_.once ? "" : config_->run.string();
  if (pool.shared() && pool.door->name == "post" && around_.deliveries >= 0) {
    startup.delivery_threads = config_->queue.parallel;
  }
  for (const Pool& other : pools_) {
    if (!pool.shared() || other.shared() || other.door->name != pool.door->name) continue;
    startup.placement.doors[other.alone] = other.door->socket.string();
  }
  return startup;
}

bool Generation::is_crowded() const {
  return std::count_if(pools_.begin(), pools_.end(), [](const Pool& pool) {
           return !pool.standing && !pool.workers.empty();
         }) >= kMostOnDemand;
}

void Generation::fill(Pool& pool) {
  if (!pool.standing && is_crowded()) return;
  while (pool.workers.size() < wanted(pool) && monotonic_ns() >= pool.not_before_ns) {
    Result<Worker> worker = start_worker(pool, startup_of(pool), around_);
    if (!worker) {
      log("supervisor").error("{}", worker.error().message);
      if (!serving_) fail(worker.error().message);
      pool.not_before_ns = monotonic_ns() + kLongestPauseNs;
      break;
    }
    log("supervisor").debug("{} worker {} starts", pool.door->name, worker->process.pid());
    pool.workers.push_back(std::move(*worker));
    pool.asked = false;
    pool.idle_since_ns = 0;
    changed_ = true;
  }
}

// Has workers of one extension leave that nobody asks any more.
void Generation::release_idle() {
  const std::int64_t now = monotonic_ns();
  const bool crowded =
      is_crowded() && std::any_of(pools_.begin(), pools_.end(), [](const Pool& pool) {
        return pool.asked && pool.workers.empty();
      });
  for (Pool& pool : pools_) {
    if (pool.shared()) continue;
    const bool needed = is_needed(pool);
    for (Worker& worker : pool.workers) {
      if (worker.leaving || !worker.ready) continue;
      const auto& slots = around_.scoreboard->block(worker.block).slots;
      const bool idle = std::all_of(slots.begin(), slots.end(), [](const Slot& slot) {
        return slot.activity.load() == Activity::kIdle;
      });
      if (!idle) pool.idle_since_ns = 0;
      if (idle && pool.idle_since_ns == 0) pool.idle_since_ns = now;
      const bool enough = !pool.standing && pool.idle_since_ns != 0 &&
                          now - pool.idle_since_ns > (crowded ? kCrowdedIdleNs : kIdleNs);
      if (needed && !enough) continue;
      worker.leaving = true;
      // Who is left has nobody to ask it.
      tell(worker, needed ? kRetire : kDrain);
    }
  }
}

void Generation::watch(PollSet& waiting) {
  for (Pool& pool : pools_) {
    const bool may_start = !pool.standing && pool.workers.empty() && !pool.asked;
    waiting.add(may_start ? pool.door->listener.get() : -1, [&pool] { pool.asked = true; });
    for (const Worker& one : pool.workers) {
      const pid_t pid = one.process.pid();
      const auto find = [&pool, pid] {
        return std::find_if(pool.workers.begin(), pool.workers.end(),
                            [pid](const Worker& worker) { return worker.process.pid() == pid; });
      };
      waiting.add(one.mute ? -1 : one.control.get(), [this, &pool, find] {
        const auto worker = find();
        if (worker != pool.workers.end()) hear(pool, *worker);
      });
      waiting.add(one.output.fd(), [this, &pool, find] {
        const auto worker = find();
        if (worker != pool.workers.end())
          worker->output.read(inside(pool, *worker, *around_.scoreboard));
      });
      waiting.add(one.process.pidfd(), [this, &pool, find] {
        const auto worker = find();
        if (worker == pool.workers.end()) return;
        lose(pool, static_cast<std::size_t>(worker - pool.workers.begin()));
      });
    }
  }
}

void Generation::hear(Pool& pool, Worker& worker) {
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
    take(pool, worker, std::string_view(worker.heard).substr(begin, end - begin));
  }
  worker.heard.erase(0, begin);
  // An extension writes into what is not its own.
  if (worker.heard.size() > kLongestWord) worker.mute = true;
}

void Generation::take(Pool& pool, Worker& worker, std::string_view line) {
  const Result<WorkerWord> word = parse_word(line);
  if (!word) {
    log("supervisor").error("{}", word.error().message);
    return;
  }
  // Extensions can write there, too: it is their process. One that is alone speaks for nobody else.
  if (word->failed) {
    if (pool.shared()) failures_.push_back({word->failed->extension, word->failed->reason});
    return;
  }
  if (word->left) {
    worker.left = true;
    changed_ = true;
    return;
  }
  if (worker.ready) return;
  bool& settled = pool.shared() ? settled_ : pool.settled;
  for (const PlannedExtension& absent : word->ready->absent.extensions) {
    if (settled || (!pool.shared() && absent.id != pool.alone)) continue;
    if (!serving_ && pool.standing && !tolerant_ && !tolerated_.contains(absent.id)) {
      fail(absent.id + ": " + absent.reason);
    }
    leave_out(pool, absent.id, absent.reason);
  }
  settled = true;
  worker.ready = true;
  changed_ = true;
  // Workers that finish what they have may still ask one that has an extension alone.
  if (serving_ && (!leaving_ || !pool.shared())) start_serving(worker);
}

void Generation::start_serving(Worker& worker) {
  if (worker.serving) return;
  worker.serving = true;
  tell(worker, kServe);
}

void Generation::leave_out(Pool& pool, const std::string& id, const std::string& reason) {
  for (Plan* plan : {&pool.plan, pool.standing ? &plan_ : &pool.plan}) {
    for (PlannedExtension& planned : plan->extensions) {
      if (planned.id != id || planned.standing != Standing::kLoaded) continue;
      planned.standing = Standing::kRefused;
      planned.reason = reason;
    }
  }
}

// An extension that took its worker down while it was created is left out from now on.
void Generation::refuse(Pool& pool, const Blame& blame) {
  const std::string reason = "create " + blame.how + "; mend it, then type:  rcx reload";
  leave_out(pool, blame.extension, reason);
  log("plugin").error("{}: refused: {}", blame.extension, reason);
}

// The next worker on demand begins anew, whatever this one left out.
void Generation::renew(Pool& pool) const {
  pool.settled = false;
  const auto planned =
      std::find_if(plan_.extensions.begin(), plan_.extensions.end(),
                   [&](const PlannedExtension& one) { return one.id == pool.alone; });
  if (planned == plan_.extensions.end()) return;
  pool.plan.extensions = {*planned};
  pool.plan.extensions[0].named = true;
}

Generation::Loss Generation::judge(Pool& pool, const Worker& worker, int status) {
  Loss loss;
  std::vector<Blame> blamed = around_.scoreboard->blame_block(worker.block);
  const auto& slots = around_.scoreboard->block(worker.block).slots;
  // Who asks a worker of one extension says what came of that, and is heard once for each event.
  const bool asked =
      !pool.shared() && std::any_of(slots.begin(), slots.end(),
                                    [](const Slot& slot) { return slot.event_id() != Uuid{}; });
  // What nobody was seen to do is the only extension's, unless the process was killed from outside.
  if (blamed.empty() && !pool.shared() && worker.ready && !asked && status != -SIGKILL) {
    blamed.push_back({pool.alone, false, false, true, "ended its process between two calls"});
  }
  const bool settled = pool.shared() ? settled_ : pool.settled;
  loss.by_handler = asked;
  for (Blame& blame : blamed) {
    // The scoreboard has no room for the longest names.
    if (!pool.shared()) blame.extension = pool.alone;
    log("supervisor").error("the extension {} {}", blame.extension, blame.how);
    // In doubt each extension is asked in a worker of its own, and counted where it fails there.
    const bool counts = blame.certain && !blame.in_service && !asked;
    if (counts) failures_.push_back({blame.extension, blame.how});
    loss.culprit = blame.extension + ": " + (blame.in_create ? "create " : "") + blame.how;
    loss.by_handler = loss.by_handler || !blame.in_create;
    const bool tolerated = tolerant_ || !pool.standing || tolerated_.contains(blame.extension);
    if (!blame.in_create || settled || !tolerated) continue;
    // Later ones must start it: two workers that judge by different sets are worse than one less.
    refuse(pool, blame);
    loss.refused = true;
  }
  return loss;
}

void Generation::lose(Pool& pool, std::size_t index) {
  Worker worker = std::move(pool.workers[index]);
  pool.workers.erase(pool.workers.begin() + static_cast<std::ptrdiff_t>(index));
  int status = -1;
  const std::string end = worker.process.wait(&status);
  worker.output.read(inside(pool, worker, *around_.scoreboard));
  worker.output.finish();
  changed_ = true;
  if (!pool.standing) renew(pool);
  if ((leaving_ || worker.leaving) && (status == 0 || status == kRecycled)) return;
  if (serving_ && status == kRecycled) {
    log("supervisor").info("{} worker {} is replaced", pool.door->name, worker.process.pid());
    return;
  }
  log("supervisor").error("{} worker {} is gone: {}", pool.door->name, worker.process.pid(), end);
  const Loss loss = judge(pool, worker, status);
  if (!serving_ && pool.standing) {
    if (loss.refused) return;
    fail(loss.culprit.empty() ? "a worker ended while it started: " + end : loss.culprit);
    return;
  }
  if (leaving_ && pool.shared()) return;
  ++lost_;
  // A handler that crashes does so when somebody pushes, and the breaker counts it; a worker that
  // dies early by itself, again and again, cannot live.
  if (loss.by_handler || loss.refused || wall_ns() - worker.since_ns > kEarlyNs) {
    pool.early_deaths = 0;
    return;
  }
  const int earlier = pool.early_deaths++;
  // Then it says why, instead of being started again and again.
  if (!pool.shared() && pool.early_deaths >= kMostEarlyDeaths) pool.settled = false;
  if (earlier == 0) return;
  pool.not_before_ns =
      monotonic_ns() + std::min(kLongestPauseNs, kFirstPauseNs << std::min(earlier - 1, 8));
}

bool Generation::ready() const {
  return std::all_of(pools_.begin(), pools_.end(), [](const Pool& pool) {
    if (!pool.standing) return true;
    return static_cast<int>(pool.workers.size()) == pool.config.processes &&
           std::all_of(pool.workers.begin(), pool.workers.end(),
                       [](const Worker& worker) { return worker.ready; });
  });
}

void Generation::serve() {
  serving_ = true;
  for (Pool& pool : pools_) {
    for (Worker& worker : pool.workers) start_serving(worker);
  }
}

void Generation::retire() {
  leaving_ = true;
  for (Pool& pool : pools_) {
    if (!pool.shared()) continue;
    for (Worker& worker : pool.workers) tell(worker, kRetire);
  }
}

void Generation::drain(const std::string& name) {
  leaving_ = true;
  for (Pool& pool : pools_) {
    if (!pool.shared() || pool.door->name != name) continue;
    for (Worker& worker : pool.workers) {
      // One that is just starting may be the only one to serve what has come.
      start_serving(worker);
      tell(worker, kDrain);
    }
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

std::vector<pid_t> Generation::accepting() const {
  std::vector<pid_t> found;
  for (const Pool& pool : pools_) {
    if (!pool.shared()) continue;
    for (const Worker& worker : pool.workers) {
      if (worker.serving && !worker.left) found.push_back(worker.process.pid());
    }
  }
  return found;
}

bool Generation::changed() {
  return std::exchange(changed_, false);
}

void Generation::fail(const std::string& reason) {
  if (failure_.empty()) failure_ = reason;
}

}  // namespace rcx::host
