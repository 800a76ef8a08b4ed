#include "host/worker/reports.hpp"

#include <sys/socket.h>

#include "host/worker/startup.hpp"

namespace rcx::host {

void Reports::failed(const std::string& extension, const std::string& reason) {
  const std::string line = failed_line({extension, reason});
  const std::scoped_lock lock(mutex_);
  if (::send(control_, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    log("worker").warn("the supervisor was not told that {} failed", extension);
  }
}

}  // namespace rcx::host
