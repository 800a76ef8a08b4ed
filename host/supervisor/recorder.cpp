#include "host/supervisor/recorder.hpp"

#include <poll.h>
#include <csignal>

#include <algorithm>

#include "host/recorder/recorder.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kEarlyNs = 10'000'000'000;
constexpr std::int64_t kFirstPauseNs = 100'000'000;
constexpr std::int64_t kLongestPauseNs = 60'000'000'000;
constexpr int kPatienceMilliseconds = 5000;

bool has_ended(const Process& process, int milliseconds) {
  pollfd waiting{process.pidfd(), POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

}  // namespace

Result<RecorderProcess::Running> RecorderProcess::start() const {
  Result<Fd> startup = write_recorder_startup(*config_);
  if (!startup) return startup.error();
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  Result<Process> process = Process::start(program_, {program_.string(), "--role=recorder"},
                                           {pipe->reader.get(), startup->get()});
  if (!process) return process.error();
  return Running{std::move(*process), std::move(pipe->writer), monotonic_ns()};
}

void RecorderProcess::keep_running() {
  const std::int64_t now = monotonic_ns();
  if (leaving_ && has_ended(leaving_->process, 0)) {
    leaving_->process.wait();
    leaving_.reset();
  }
  if (running_ && has_ended(running_->process, 0)) {
    log("supervisor")
        .error("the recorder {} is gone: {}; records stay in the journal meanwhile",
               running_->process.pid(), running_->process.wait());
    early_deaths_ = now - running_->since_ns < kEarlyNs ? early_deaths_ + 1 : 0;
    not_before_ns_ = now + std::min(kLongestPauseNs, kFirstPauseNs << std::min(early_deaths_, 12));
    running_.reset();
  }
  if (running_ || now < not_before_ns_) return;
  Result<Running> started = start();
  if (started) {
    log("supervisor").debug("recorder {} starts", started->process.pid());
    running_.emplace(std::move(*started));
    return;
  }
  log("supervisor").error("{}", started.error().message);
  not_before_ns_ = now + kLongestPauseNs;
}

void RecorderProcess::configure(std::shared_ptr<const Config> config) {
  config_ = std::move(config);
  if (!running_) return;
  if (leaving_) {
    leaving_->process.kill();
    leaving_.reset();
  }
  running_->control.reset();
  leaving_ = std::move(running_);
  running_.reset();
}

void RecorderProcess::stop() {
  for (std::optional<Running>* one : {&leaving_, &running_}) {
    if (!*one) continue;
    (*one)->control.reset();
    if (!has_ended((*one)->process, kPatienceMilliseconds)) {
      log("supervisor").error("the recorder {} did not end; it is killed", (*one)->process.pid());
      (*one)->process.signal(SIGKILL);
    }
    (*one)->process.wait();
    one->reset();
  }
}

}  // namespace rcx::host
