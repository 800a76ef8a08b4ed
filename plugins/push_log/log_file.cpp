#include "log_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace push_log {
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  File& operator=(File&&) = delete;
  // Closing also gives up the lock.
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void fail(const char* what, const std::string& path, int error) {
  throw std::runtime_error(std::string("cannot ") + what + " " + path + ": " +
                           std::system_category().message(error));
}

struct stat status_of(const File& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("examine", path, errno);
  return status;
}

// O_NONBLOCK, so that a FIFO put in this place cannot stop the worker.
File open_log(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  File file(::open(path.c_str(), kFlags, 0640));
  if (file.get() < 0) fail("open", path, errno);
  if (!S_ISREG(status_of(file, path).st_mode)) {
    throw std::runtime_error("cannot write " + path + ": it is not a regular file");
  }
  return file;
}

bool is_still_at(const std::string& path, const struct stat& opened) {
  struct stat now {};
  return ::lstat(path.c_str(), &now) == 0 && now.st_dev == opened.st_dev &&
         now.st_ino == opened.st_ino;
}

// logrotate may have moved the file away while this waited for the lock.
File open_and_lock(const std::string& path) {
  for (;;) {
    File file = open_log(path);
    while (::flock(file.get(), LOCK_EX) != 0) {
      if (errno != EINTR) fail("lock", path, errno);
    }
    if (is_still_at(path, status_of(file, path))) return file;
  }
}

// A machine that lost power can leave a line without its end.
bool ends_within_line(const File& file, off_t size) {
  char last = '\n';
  return size > 0 && ::pread(file.get(), &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

void LogFile::append(std::string_view line) const {
  const File file = open_and_lock(path_);
  const off_t size = status_of(file, path_).st_size;
  std::string repaired;
  if (ends_within_line(file, size)) {
    repaired = "\n" + std::string(line);
    line = repaired;
  }

  ssize_t written = 0;
  do {
    written = ::write(file.get(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  int error = written < 0 ? errno : 0;
  if (error == 0 && static_cast<std::size_t>(written) != line.size()) error = ENOSPC;
  if (error == 0 && sync_ && ::fdatasync(file.get()) != 0) error = errno;
  if (error == 0) return;

  if (::ftruncate(file.get(), size) != 0) {
    fail("remove the unfinished line at the end of", path_, errno);
  }
  fail("write", path_, error);
}

}  // namespace push_log
