// Processes of the host that are no workers, as their supervisor has them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/config/config.hpp"
#include "host/core/process.hpp"

namespace rcx::host {

// One such process. Starts it, and starts it again when it ends; after a pause that grows while it
// cannot live. It inherits the reading end of a pipe, a snapshot of the configuration, and
// `listener` where that is not -1. One thread. The destructor closes the pipe, so that the process
// finishes by itself.
class Attendant {
 public:
  // `program` is rcxd; `meanwhile` says what becomes of its work while it is gone. Starts nothing
  // yet.
  Attendant(fs::path program, std::string role, std::string meanwhile,
            std::shared_ptr<const Config> config, int listener = -1)
      : program_(std::move(program)),
        role_(std::move(role)),
        meanwhile_(std::move(meanwhile)),
        config_(std::move(config)),
        listener_(listener) {}

  // To be called on every tick of the supervisor. Does not wait.
  void keep_running();

  // With another configuration: the running process finishes, and the next one takes over where it
  // stopped.
  void replace(std::shared_ptr<const Config> config);
  // The next process is started with that; the running one knows what it has to.
  void set_config(std::shared_ptr<const Config> config) { config_ = std::move(config); }
  // Says one short line on the pipe.
  void tell(std::string_view line) const;

  // When the last worker has ended: waits until the process has finished, and kills it when that
  // takes too long. What it leaves is there for the next one.
  void stop();

  // 0 while none runs.
  pid_t pid() const noexcept { return running_ ? running_->process.pid() : 0; }

 private:
  struct Running {
    Process process;
    Fd control;
    std::int64_t since_ns = 0;  // monotonic
  };
  Result<Running> start() const;

  fs::path program_;
  std::string role_;
  std::string meanwhile_;
  std::shared_ptr<const Config> config_;
  int listener_;
  std::optional<Running> running_;
  std::optional<Running> leaving_;
  int early_deaths_ = 0;
  std::int64_t not_before_ns_ = 0;
};

}  // namespace rcx::host
