#include "host/queue/lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace rcx::host {

Result<Fd> lock_queue(const fs::path& directory) {
  const fs::path path = directory / "queue.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return system_error("cannot open " + path.string(), errno);
  int locked = 0;
  do {
    locked = ::flock(fd.get(), LOCK_EX | LOCK_NB);
  } while (locked != 0 && errno == EINTR);
  if (locked == 0) return fd;
  if (errno == EWOULDBLOCK) return Fd();
  return system_error("cannot lock " + path.string(), errno);
}

}  // namespace rcx::host
