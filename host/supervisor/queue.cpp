#include "host/supervisor/queue.hpp"

#include "host/core/unix_socket.hpp"
#include "host/queue/client.hpp"

namespace rcx::host {

Result<void> QueueProcess::listen() {
  constexpr mode_t kOwnerOnly = 0600;
  Result<Fd> listener = listen_at(queue_socket(config_->run), kOwnerOnly);
  if (!listener) return listener.error();
  Result<Fd> deliveries = listen_at(config_->run / kDeliverySocket, kOwnerOnly);
  if (!deliveries) return deliveries.error();
  listener_ = std::move(*listener);
  deliveries_ = std::move(*deliveries);
  process_.emplace(program_, "queue", "who enqueues waits meanwhile", config_, listener_.get());
  return {};
}

void QueueProcess::keep_running() {
  if (process_) process_->keep_running();
}

void QueueProcess::configure(std::shared_ptr<const Config> config) {
  if (!process_) return;
  config_ = std::move(config);
  process_->set_config(config_);
  process_->tell(queue_configure_line(*config_));
}

void QueueProcess::wake() const {
  if (process_) process_->tell(kQueueWake);
}

void QueueProcess::stop_deliveries() const {
  if (process_) process_->tell(kQueueStop);
}

void QueueProcess::stop() {
  if (!process_) return;
  // Nobody is left who could take one.
  deliveries_.reset();
  process_->stop();
  process_.reset();
  ::unlink(queue_socket(config_->run).c_str());
  ::unlink((config_->run / kDeliverySocket).c_str());
}

}  // namespace rcx::host
