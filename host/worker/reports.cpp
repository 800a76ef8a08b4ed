#include "host/worker/reports.hpp"

#include <sys/socket.h>

#include "host/worker/startup.hpp"

namespace rcx::host {

bool Reports::send(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  return ::send(control_, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
}

void Reports::failed(const std::string& extension, const std::string& reason) {
  if (!send(failed_line({extension, reason}))) {
    log("worker").warn("the supervisor was not told that {} failed", extension);
  }
}

void Reports::left() {
  if (!send(left_line())) {
    log("worker").warn("the supervisor was not told that this worker accepts no more calls");
  }
}

}  // namespace rcx::host
