// The process of the queue, as its supervisor has it.
#pragma once

#include "host/queue/server.hpp"
#include "host/supervisor/attendant.hpp"

namespace rcx::host {

// The sockets are the supervisor's: who enqueues while the process is started again waits, and so
// does what is delivered while workers are.
class QueueProcess {
 public:
  QueueProcess(fs::path program, std::shared_ptr<const Config> config)
      : program_(std::move(program)), config_(std::move(config)) {}

  // Once, before anything else.
  Result<void> listen();
  // Where workers take deliveries.
  int deliveries() const noexcept { return deliveries_.get(); }

  // To be called on every tick of the supervisor. Does not wait.
  void keep_running();
  // After a reload.
  void configure(std::shared_ptr<const Config> config);
  // Other extensions serve now.
  void wake() const;
  // Before the workers leave.
  void stop_deliveries() const;
  // When the last worker has ended.
  void stop();

 private:
  fs::path program_;
  std::shared_ptr<const Config> config_;
  Fd listener_;
  Fd deliveries_;
  std::optional<Attendant> process_;
};

}  // namespace rcx::host
