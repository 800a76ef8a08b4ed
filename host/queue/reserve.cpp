#include "host/queue/reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>

namespace rcx::host {

bool Reserve::make() {
  if (there_) return true;
  const Fd fd(::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  there_ = fd && ::posix_fallocate(fd.get(), 0, static_cast<off_t>(bytes_)) == 0;
  if (!there_) ::unlink(file_.c_str());
  return there_;
}

void Reserve::give_up() {
  ::unlink(file_.c_str());
  there_ = false;
}

}  // namespace rcx::host
