// Counts the pushes to each repository, and tells the person who pushed. The count is right
// although several worker processes, each with several threads, handle pushes at once, although any
// of them may die at any moment, and although an event may be delivered twice.
//
// Memory cannot do that: each process has an instance of its own. So each repository has a file
// below the data directory, and each push is a record in it, its event id:
//
//  - One at a time: flock holds between processes and, because each call opens the file anew,
//    between threads. The kernel gives the lock up when a worker dies.
//  - Once: a redelivered event has the id that it had before, so its record is there already.
//  - Whole: records have one length, so a torn one is seen and overwritten, and the count is the
//    size of the file.
//
//     wc -l state/data/push_count/team.group/app.pushes
#include <rcx/plugin.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace {

constexpr off_t kRecord = 37;  // an event id and a newline
constexpr off_t kTail = 1000;  // records: a redelivered event is among the last

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Closing also unlocks.
class LockedFile {
 public:
  explicit LockedFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) {
    if (descriptor_ < 0) fail("cannot open " + path);
    while (::flock(descriptor_, LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      ::close(descriptor_);
      fail("cannot lock " + path);
    }
  }
  ~LockedFile() { ::close(descriptor_); }
  LockedFile(const LockedFile&) = delete;
  LockedFile& operator=(const LockedFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// How many records there are, counting `id`, which is added where it is missing.
off_t count(const std::string& path, std::string_view id) {
  const LockedFile file(path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail("cannot examine " + path);
  off_t records = status.st_size / kRecord;  // without half a one, which a power cut leaves

  const off_t tail = std::min(records, kTail);
  std::string known(static_cast<std::size_t>(tail * kRecord), '\0');
  const off_t from = (records - tail) * kRecord;
  if (::pread(file.get(), known.data(), known.size(), from) != static_cast<ssize_t>(known.size())) {
    fail("cannot read " + path);
  }
  const std::string record = std::string(id) + "\n";
  if (known.find(record) == std::string::npos) {
    errno = ENOSPC;  // what a short write means
    if (::pwrite(file.get(), record.data(), record.size(), records * kRecord) != kRecord) {
      fail("cannot write " + path);
    }
    ++records;
  }
  // Also where the record was there: whoever wrote it may have died right after.
  if (::fdatasync(file.get()) != 0) fail("cannot write " + path);
  return records;
}

class PushCount {
 public:
  explicit PushCount(const rcx::Setup& setup) : directory_(setup.data_directory()) {}

  // What is thrown here reaches the log, and the host knows that this push was not counted.
  void pushed(const rcx::Push& push) const {
    const std::string path = file_of(push.repository().name());
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    push.say("this was push number " + std::to_string(count(path, push.id())));
  }

 private:
  // `team/app` is counted in `team.group/app.pushes`: with the endings, a repository and a group
  // never want the same name, and `.` and `..` are names like any other.
  std::string file_of(std::string_view repository) const {
    std::string path = directory_ + "/";
    for (const char byte : repository) path += byte == '/' ? ".group/" : std::string(1, byte);
    return path + ".pushes";
  }

  std::string directory_;  // a copy; and nothing that changes: RCX_CONCURRENT
};

}  // namespace

// Inline, so that the person who pushed still waits for what it says.
RCX_PLUGIN_WITH_FLAGS(PushCount, RCX_CONCURRENT, "push_count", "Push count", "1.0.0", "MIT",
                      rcx::on<&PushCount::pushed>(rcx::kInline))
