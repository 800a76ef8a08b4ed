#include "host/supervisor/pool.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <random>

#include "host/event/event.hpp"
#include "host/supervisor/instance.hpp"

namespace rcx::host {
namespace {

// A handler sees its budget end before the supervisor ends its worker.
constexpr std::int64_t kGraceNs = 250'000'000;

bool has_handlers(const PlannedExtension& planned, const std::string& door) {
  const auto& handlers = planned.descriptor->handlers;
  return std::any_of(handlers.begin(), handlers.end(), [&](const HandlerInfo& handler) {
    const EventKind* kind = event_kind(handler.event);
    return kind != nullptr && kind->veto == (door == "pre");
  });
}

// Made for one generation, and gone with it.
Result<std::shared_ptr<const Door>> make_door(const std::string& name, const fs::path& socket) {
  boost::system::error_code failed;
  if (fs::create_directory(socket.parent_path(), failed)) {
    fs::permissions(socket.parent_path(), fs::owner_all, failed);
  }
  if (failed) return system_error("cannot make " + socket.parent_path().string(), failed.value());
  Result<Fd> listener = listen_at(socket);
  if (!listener) return listener.error();
  return std::shared_ptr<const Door>(new Door{name, socket, std::move(*listener)},
                                     [](const Door* door) {
                                       ::unlink(door->socket.c_str());
                                       delete door;
                                     });
}

}  // namespace

std::vector<Pool> make_pools(const Config& config, Plan& plan, const Surroundings& around) {
  // A name that was never used: workers of a host that was killed find nobody, instead of another
  // extension.
  std::random_device random;
  constexpr PoolConfig kOne{1, 1};
  std::vector<Pool> pools;
  const auto configured = [&](const Door& door) {
    return around.once ? kOne : door.name == "pre" ? config.pre : config.post;
  };
  for (const Door& door : *around.doors) pools.push_back({&door, configured(door), {}});
  for (PlannedExtension& planned : plan.extensions) {
    const bool standing = config.extension(planned.id).isolation == Isolation::kDedicated;
    for (const Door& door : *around.doors) {
      if (planned.standing != Standing::kLoaded || !has_handlers(planned, door.name)) continue;
      const fs::path socket = door.socket.parent_path() / kApartDirectory /
                              fmt::format("{:08x}.{}", random(), door.name);
      Result<std::shared_ptr<const Door>> own = make_door(door.name, socket);
      if (!own) {
        log("supervisor")
            .error("no process of its own for {}: {}", planned.id, own.error().message);
        if (!standing) continue;
        planned.standing = Standing::kRefused;
        planned.reason = own.error().message;
        break;
      }
      Pool pool{own->get(), configured(door), {}};
      pool.alone = planned.id;
      pool.own_door = std::move(*own);
      pool.plan.extensions = {planned};
      // What becomes of it is always told to who asks.
      pool.plan.extensions[0].named = true;
      pool.standing = standing;
      if (!standing) pool.config.processes = 1;
      pools.push_back(std::move(pool));
    }
  }
  return pools;
}

Result<Worker> start_worker(const Pool& pool, Startup startup, const Surroundings& around) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return system_error("cannot make a control channel", errno);
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  startup.pool = pool.door->name;
  startup.threads = pool.config.threads;
  startup.placement.alone = pool.alone;
  const Result<Fd> written = write_startup(startup);
  if (!written) return written.error();
  Result<Pipe> output = Pipe::open();
  if (!output) return output.error();
  around.scoreboard->clear(startup.block);
  Block& block = around.scoreboard->block(startup.block);
  block.apart.store(pool.shared() ? 0 : 1);
  const std::string who = pool.door->name + (pool.shared() ? "" : ":" + pool.alone);
  std::vector<int> inherited = {pool.door->listener.get(),
                                around.scoreboard->fd(),
                                theirs.get(),
                                written->get(),
                                STDERR_FILENO,
                                around.generations->fd()};
  if (startup.delivery_threads > 0) inherited.push_back(around.deliveries);
  Result<Process> process =
      Process::start(around.program, {around.program.string(), "--role=worker", "--pool=" + who},
                     inherited, output->writer.get());
  if (!process) return process.error();
  block.pid.store(process->pid());
  const std::string name = who + " worker " + std::to_string(process->pid());
  return Worker{std::move(*process),
                std::move(ours),
                Output(std::move(output->reader), name),
                startup.block,
                false,
                wall_ns(),
                {}};
}

std::string inside(const Pool& pool, const Worker& worker, Scoreboard& scoreboard) {
  if (!pool.shared()) return pool.alone;
  std::string found;
  for (const Slot& slot : scoreboard.block(worker.block).slots) {
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

void tell(Worker& worker, char what) {
  if (::send(worker.control.get(), &what, 1, MSG_NOSIGNAL) != 1) worker.process.signal(SIGKILL);
}

void end_overruns(const Pool& pool, Scoreboard& scoreboard) {
  const std::int64_t now = monotonic_ns();
  for (const Worker& worker : pool.workers) {
    for (Slot& slot : scoreboard.block(worker.block).slots) {
      const std::int64_t deadline = slot.deadline_ns.load();
      if (deadline == 0 || now < deadline + kGraceNs) continue;
      const Activity activity = slot.activity.load();
      if (activity == Activity::kIdle) continue;
      const bool host = activity == Activity::kHost || activity == Activity::kTurn;
      log("supervisor")
          .error("{} worker {}: {} did not end within its deadline", pool.door->name,
                 worker.process.pid(),
                 host ? "the host's own work on an event" : "the extension " + slot.extension_id());
      slot.fault.store(kFaultOverrun);
      worker.process.signal(SIGKILL);
      break;
    }
  }
}

}  // namespace rcx::host
