#include "host/supervisor/attendant.hpp"

#include <poll.h>
#include <csignal>

#include <algorithm>
#include <cerrno>

#include "host/config/snapshot.hpp"

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

Result<Attendant::Running> Attendant::start() const {
  Result<Fd> startup = write_snapshot(*config_);
  if (!startup) return startup.error();
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  std::vector<int> inherited = {pipe->reader.get(), startup->get()};
  if (listener_ >= 0) inherited.push_back(listener_);
  Result<Process> process =
      Process::start(program_, {program_.string(), "--role=" + role_}, inherited);
  if (!process) return process.error();
  return Running{std::move(*process), std::move(pipe->writer), monotonic_ns()};
}

void Attendant::keep_running() {
  const std::int64_t now = monotonic_ns();
  if (leaving_ && has_ended(leaving_->process, 0)) {
    leaving_->process.wait();
    leaving_.reset();
  }
  if (running_ && has_ended(running_->process, 0)) {
    log("supervisor")
        .error("the {} {} is gone: {}; {}", role_, running_->process.pid(),
               running_->process.wait(), meanwhile_);
    early_deaths_ = now - running_->since_ns < kEarlyNs ? early_deaths_ + 1 : 0;
    not_before_ns_ = now + std::min(kLongestPauseNs, kFirstPauseNs << std::min(early_deaths_, 12));
    running_.reset();
  }
  if (running_ || now < not_before_ns_) return;
  Result<Running> started = start();
  if (started) {
    log("supervisor").debug("the {} {} starts", role_, started->process.pid());
    running_.emplace(std::move(*started));
    return;
  }
  log("supervisor").error("{}", started.error().message);
  not_before_ns_ = now + kLongestPauseNs;
}

void Attendant::tell(std::string_view line) const {
  if (!running_) return;
  // A pipe takes a short line whole, or not at all.
  if (::write(running_->control.get(), line.data(), line.size()) < 0) {
    log("supervisor").error("{}", system_error("cannot tell the " + role_, errno).message);
  }
}

void Attendant::replace(std::shared_ptr<const Config> config) {
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

void Attendant::stop() {
  for (std::optional<Running>* one : {&leaving_, &running_}) {
    if (!*one) continue;
    (*one)->control.reset();
    if (!has_ended((*one)->process, kPatienceMilliseconds)) {
      log("supervisor").error("the {} {} did not end; it is killed", role_, (*one)->process.pid());
      (*one)->process.signal(SIGKILL);
    }
    (*one)->process.wait();
    one->reset();
  }
}

}  // namespace rcx::host
