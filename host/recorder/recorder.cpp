#include "host/recorder/recorder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <csignal>

#include <array>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/config/snapshot.hpp"
#include "host/database/database.hpp"
#include "host/recorder/ingest.hpp"

namespace rcx::host {
namespace {

// Records that come meanwhile share one commit. Readers see them in the journal.
constexpr int kGatherMilliseconds = 250;
constexpr int kLockMilliseconds = 100;
// Without inotify, after a failure, and when there is nothing to do.
constexpr int kTickMilliseconds = 500;
constexpr int kRetryMilliseconds = 2000;
constexpr std::int64_t kComplainEveryNs = 60'000'000'000;
constexpr int kMostDamaged = 3;
constexpr std::int64_t kTrimEveryNs = 600'000'000'000;

Fd inherit(RecorderFd which) {
  Fd fd(static_cast<int>(which));
  ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
  return fd;
}

// The recorder at work on one directory.
class Recorder {
 public:
  Recorder(const Config& config, Fd control)
      : directory_(records_directory(config.state)),
        limits_(record_limits(config)),
        control_(std::move(control)) {}

  Result<void> run();

 private:
  // True when the supervisor is gone, or wants the end. Waits up to `milliseconds` for it, or for
  // news in the directory.
  bool ended(int milliseconds, bool news);
  Result<bool> lock();
  // Moves a damaged database away.
  Result<void> begin_anew(const Error& damage) const;
  void watch();
  void complain(const Error& error);
  Result<void> work(Store& store, Ingest& ingest);
  // Until the end; kInvalid when the database turns out to be damaged.
  Result<void> serve(Store& store);

  fs::path directory_;
  RecordLimits limits_;
  Fd control_;
  Fd lock_;
  Fd news_;
  std::int64_t next_trim_ns_ = 0;
  std::string complaint_;
  std::int64_t next_complaint_ns_ = 0;
};

bool Recorder::ended(int milliseconds, bool news) {
  std::array<pollfd, 2> waiting = {
      {{control_.get(), POLLIN, 0}, {news ? news_.get() : -1, POLLIN, 0}}};
  ::poll(waiting.data(), waiting.size(), milliseconds);
  return waiting[0].revents != 0;
}

// False when the end came first.
Result<bool> Recorder::lock() {
  const fs::path path = directory_ / "recorder.lock";
  lock_.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_) return system_error("cannot open " + path.string(), errno);
  while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return system_error("cannot lock " + path.string(), errno);
    if (ended(kLockMilliseconds, false)) return false;
  }
  // For people: who has it.
  if (::ftruncate(lock_.get(), 0) != 0) return system_error("cannot write " + path.string(), errno);
  Result<void> said = write_all(lock_.get(), std::to_string(::getpid()) + "\n", path.string());
  if (!said) return said.error();
  return true;
}

Result<void> Recorder::begin_anew(const Error& damage) const {
  const Result<std::string> aside = set_aside(Store::file(directory_));
  if (!aside) return aside.error();
  log("recorder").error("{}; it is moved to {} and a new one begun", damage.message, *aside);
  return {};
}

void Recorder::watch() {
  news_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  constexpr unsigned kNews = IN_MODIFY | IN_CREATE | IN_CLOSE_WRITE;
  if (news_ && ::inotify_add_watch(news_.get(), directory_.c_str(), kNews) >= 0) return;
  log("recorder")
      .warn("{}; it looks every {} ms instead",
            system_error("cannot watch " + directory_.string(), errno).message, kTickMilliseconds);
  news_.reset();
}

void Recorder::complain(const Error& error) {
  if (error.message == complaint_ && monotonic_ns() < next_complaint_ns_) return;
  complaint_ = error.message;
  next_complaint_ns_ = monotonic_ns() + kComplainEveryNs;
  log("recorder").error("{}; records stay in the journal until it works again", error.message);
}

Result<void> Recorder::work(Store& store, Ingest& ingest) {
  if (Result<void> moved = ingest.run(wall_ns() - limits_.keep_ns); !moved) return moved;
  if (monotonic_ns() < next_trim_ns_) return {};
  const Result<std::size_t> trimmed = store.trim(limits_);
  if (!trimmed) return trimmed.error();
  next_trim_ns_ = monotonic_ns() + kTrimEveryNs;
  if (*trimmed > 0) {
    log("recorder").info("removed {} records that are no longer kept", *trimmed);
  }
  return {};
}

Result<void> Recorder::serve(Store& store) {
  Ingest ingest(directory_, store);
  bool last = false;
  while (true) {
    Result<void> worked = work(store, ingest);
    if (!worked && worked.error().code == Code::kInvalid) return worked;
    if (!worked) complain(worked.error());
    if (last) break;
    const int idle = news_ ? static_cast<int>(kTrimEveryNs / 1'000'000) : kTickMilliseconds;
    last = ended(worked ? idle : kRetryMilliseconds, worked.has_value()) ||
           ended(kGatherMilliseconds, false);
    std::array<char, 4096> events{};
    while (news_ && ::read(news_.get(), events.data(), events.size()) > 0) {
    }
  }
  log("recorder").debug("leaves; {} records, {} lines skipped", ingest.records(), ingest.skipped());
  return {};
}

Result<void> Recorder::run() {
  const Result<bool> locked = lock();
  if (!locked) return locked.error();
  if (!*locked) return {};
  watch();
  for (int i = 0; i < kMostDamaged; ++i) {
    Result<void> served{};
    {
      Result<Store> store = Store::open(directory_);
      served = store ? serve(*store) : Result<void>(store.error());
    }
    if (served || served.error().code != Code::kInvalid) return served;
    if (Result<void> moved = begin_anew(served.error()); !moved) return moved;
  }
  return Error{Code::kIo, "every database that is begun in " + directory_.string() +
                              " is damaged at once; look at its disk"};
}

}  // namespace

RecordLimits record_limits(const Config& config) {
  constexpr std::uint64_t kMegabyte = std::uint64_t{1024} * 1024;
  return {config.records.keep.count(),
          static_cast<std::uint64_t>(config.records.max_megabytes) * kMegabyte};
}

int run_recorder() {
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // A signal to the whole group: it stays until the workers are done, and the pipe is closed.
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) ::signal(number, SIG_IGN);
  constexpr mode_t kOwnerOnly = 077;
  ::umask(kOwnerOnly);
  Fd control = inherit(RecorderFd::kControl);
  const Result<std::shared_ptr<const Config>> config = read_snapshot(inherit(RecorderFd::kStartup));
  if (!config || !start_log((*config)->log, "recorder")) return 1;
  Result<void> worked{};
  try {
    worked = Recorder(**config, std::move(control)).run();
  } catch (const std::exception& failed) {
    worked = Error{Code::kIo, failed.what()};
  }
  if (worked) return 0;
  log("recorder").critical("{}", worked.error().message);
  return 1;
}

}  // namespace rcx::host
