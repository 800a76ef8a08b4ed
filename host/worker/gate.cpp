#include "host/worker/gate.hpp"

#include <sys/eventfd.h>

namespace rcx::host {

Gate::Gate() : empty_(::eventfd(0, EFD_CLOEXEC)) {}

bool Gate::enter() noexcept {
  ++inside_;
  if (!closed_) return true;
  leave();
  return false;
}

void Gate::leave() noexcept {
  if (--inside_ == 0 && closed_) ::eventfd_write(empty_.get(), 1);
}

void Gate::close() noexcept {
  closed_ = true;
  if (inside_ == 0) ::eventfd_write(empty_.get(), 1);
}

}  // namespace rcx::host
