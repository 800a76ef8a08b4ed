#include "host/queue/server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <csignal>

#include <array>
#include <boost/json.hpp>
#include <cerrno>

#include "host/config/snapshot.hpp"
#include "host/queue/keeper.hpp"
#include "host/queue/lock.hpp"

namespace rcx::host {
namespace {

constexpr int kLockMilliseconds = 20;
// After the supervisor has gone without a word, its workers may still finish what they have.
constexpr std::int64_t kLingerNs = 1'000'000'000;
constexpr std::size_t kLongestLine = 65536;

Fd inherit(QueueFd which) {
  Fd fd(static_cast<int>(which));
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  return fd;
}

boost::json::object to_json(const QueueConfig& queue) {
  return {{"do", "configure"},
          {"attempts", queue.attempts},
          {"backoff", queue.backoff.count()},
          {"longest_backoff", queue.longest_backoff.count()},
          {"order_hold", queue.order_hold.count()},
          {"keep", queue.keep.count()},
          {"keep_dead", queue.keep_dead.count()},
          {"max_megabytes", queue.max_megabytes},
          {"parallel", queue.parallel}};
}

QueueConfig config_from(const boost::json::object& json) {
  const auto number = [&](const char* key) { return json.at(key).to_number<std::int64_t>(); };
  const auto length = [&](const char* key) { return std::chrono::nanoseconds(number(key)); };
  QueueConfig queue;
  queue.attempts = static_cast<int>(number("attempts"));
  queue.backoff = length("backoff");
  queue.longest_backoff = length("longest_backoff");
  queue.order_hold = length("order_hold");
  queue.keep = length("keep");
  queue.keep_dead = length("keep_dead");
  queue.max_megabytes = static_cast<int>(number("max_megabytes"));
  queue.parallel = static_cast<int>(number("parallel"));
  return queue;
}

// The supervisor's end of the pipe.
class Control {
 public:
  explicit Control(Fd fd) : fd_(std::move(fd)) { ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK); }
  int fd() const noexcept { return fd_.get(); }
  bool ended() const noexcept { return ended_; }

  // Reads what has been said, and does it.
  void hear(Keeper* keeper) {
    std::array<char, 4096> chunk{};
    ssize_t got = 0;
    while ((got = ::read(fd_.get(), chunk.data(), chunk.size())) > 0) {
      heard_.append(chunk.data(), static_cast<std::size_t>(got));
    }
    if (got == 0 || heard_.size() > kLongestLine) ended_ = true;
    std::size_t end = 0;
    while ((end = heard_.find('\n')) != std::string::npos) {
      if (keeper != nullptr) obey(heard_.substr(0, end), *keeper);
      heard_.erase(0, end + 1);
    }
  }

 private:
  static void obey(const std::string& line, Keeper& keeper) {
    try {
      const boost::json::object json = boost::json::parse(line).as_object();
      const std::string_view what(json.at("do").as_string());
      if (what == "stop") keeper.stop();
      if (what == "wake") keeper.wake();
      if (what == "configure") keeper.configure(config_from(json));
    } catch (const std::exception& failed) {
      log("queue").error("the supervisor said something strange: {}", failed.what());
    }
  }

  Fd fd_;
  std::string heard_;
  bool ended_ = false;
};

// Waits until nobody else works there. None when the supervisor went first.
Result<Fd> lock(const fs::path& directory, Control& control) {
  while (true) {
    Result<Fd> locked = lock_queue(directory);
    if (!locked || *locked) return locked;
    pollfd waiting{control.fd(), POLLIN, 0};
    ::poll(&waiting, 1, kLockMilliseconds);
    if (waiting.revents == 0) continue;
    control.hear(nullptr);
    if (control.ended()) return Fd();
  }
}

Result<void> serve(const Config& config, Control& control, Fd listener) {
  const Result<Fd> locked = lock(queue_directory(config.state), control);
  if (!locked) return locked.error();
  if (!*locked) return {};
  const Fd woken(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!woken) return system_error("cannot make an eventfd", errno);
  Result<Callers> callers = Callers::open(std::move(listener));
  if (!callers) return callers.error();
  // Kept for ever, as its threads are: see Deliverer.
  static Keeper* keeper = nullptr;
  keeper = new Keeper(config, [fd = woken.get()] { ::eventfd_write(fd, 1); });
  if (Result<void> opened = keeper->open(); !opened) return opened;
  std::int64_t end_ns = 0;
  while (true) {
    std::array<pollfd, 3> waiting = {{{control.ended() ? -1 : control.fd(), POLLIN, 0},
                                      {woken.get(), POLLIN, 0},
                                      {callers->fd(), POLLIN, 0}}};
    ::poll(waiting.data(), waiting.size(), keeper->patience());
    eventfd_t ignored = 0;
    ::eventfd_read(woken.get(), &ignored);
    if (waiting[0].revents != 0) control.hear(keeper);
    if (control.ended() && end_ns == 0) {
      keeper->stop();
      end_ns = monotonic_ns() + kLingerNs;
    }
    if (Result<void> worked = keeper->work(callers->take()); !worked) return worked;
    if (end_ns != 0 && (keeper->idle() || monotonic_ns() >= end_ns)) return {};
  }
}

}  // namespace

std::string queue_configure_line(const Config& config) {
  return boost::json::serialize(to_json(config.queue)) + "\n";
}

int run_queue() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Pushes wait for its short work, and for little else: it goes before the rest of the host, where
  // that is allowed. A failure changes nothing.
  constexpr int kAhead = 5;
  ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) - kAhead);
  // A signal to the whole group: it stays until the workers are done, and the pipe is closed.
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
  constexpr mode_t kOwnerOnly = 077;
  ::umask(kOwnerOnly);
  Control control(inherit(QueueFd::kControl));
  const Result<std::shared_ptr<const Config>> config = read_snapshot(inherit(QueueFd::kStartup));
  if (!config || !start_log((*config)->log, "queue")) return 1;
  Result<void> worked{};
  try {
    worked = serve(**config, control, inherit(QueueFd::kListener));
  } catch (const std::exception& failed) {
    worked = Error{Code::kIo, failed.what()};
  }
  if (!worked) {
    log("queue").critical("{}; post events cannot be queued", worked.error().message);
    say_full((*config)->run, worked.error().message);
  }
  // Not exit(): threads of deliveries may be at work.
  spdlog::shutdown();
  ::_exit(worked ? 0 : 1);
}

}  // namespace rcx::host
