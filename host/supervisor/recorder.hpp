// The recorder's process, as its supervisor has it.
#pragma once

#include <memory>
#include <optional>

#include "host/config/config.hpp"
#include "host/core/process.hpp"

namespace rcx::host {

// Starts the recorder, and starts it again when it ends; after a pause that grows while it cannot
// live. One thread. The destructor closes the pipe, so that the recorder finishes by itself.
class RecorderProcess {
 public:
  // `program` is rcxd. Starts nothing yet.
  RecorderProcess(fs::path program, std::shared_ptr<const Config> config)
      : program_(std::move(program)), config_(std::move(config)) {}

  // To be called on every tick of the supervisor. Does not wait.
  void keep_running();

  // After a reload that changed `records`, `log` or the state directory: the running recorder
  // finishes, and the next one takes over where it stopped.
  void configure(std::shared_ptr<const Config> config);

  // When the last worker has ended: waits until all records are in the database, and kills the
  // recorder when that takes too long. What it leaves stays in the journal for the next one.
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
  std::shared_ptr<const Config> config_;
  std::optional<Running> running_;
  std::optional<Running> leaving_;
  int early_deaths_ = 0;
  std::int64_t not_before_ns_ = 0;
};

}  // namespace rcx::host
