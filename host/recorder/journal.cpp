#include "host/recorder/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace rcx::host {
namespace {

// Others begin and remove files meanwhile; each try fails only where one of them was faster.
constexpr int kTries = 100;
constexpr mode_t kMode = 0600;

}  // namespace

Journal::Journal(fs::path directory, RecordLimits limits, Opened opened, std::uint64_t full)
    : directory_(std::move(directory)), limits_(limits), opened_(std::move(opened)), full_(full) {}

Result<void> Journal::open() {
  const std::lock_guard lock(mutex_);
  return intact() ? Result<void>{} : open_file();
}

Result<void> Journal::open_file() {
  for (int i = 0; i < kTries; ++i) {
    const Result<std::vector<JournalFile>> files = list_journal(directory_);
    if (!files) return files.error();
    if (!files->empty() && files->back().bytes < full_) {
      const Result<bool> opened = open_named(files->back().name, false);
      if (opened && *opened) return {};
      if (opened) continue;
      // Another user's: go on in a file of our own.
      if (opened.error().code != Code::kDenied) return opened.error();
    }
    prune_journal(directory_, *files, limits_);
    const Result<bool> opened = open_named(next_journal_name(*files), true);
    if (!opened) return opened.error();
    if (*opened) return {};
  }
  return Error{Code::kBusy, "cannot begin a journal in " + directory_.string() +
                                ": others remove it as soon as it is made"};
}

Result<bool> Journal::open_named(const std::string& name, bool fresh) {
  const fs::path path = directory_ / name;
  const int create = fresh ? O_CREAT | O_EXCL : 0;
  Fd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | create, kMode));
  if (!fd && (errno == ENOENT || errno == EEXIST) && (errno == EEXIST) == fresh) return false;
  if (!fd) {
    Error error = system_error("cannot write " + path.string(), errno);
    if (errno == EACCES) error.code = Code::kDenied;
    return error;
  }
  while (::flock(fd.get(), LOCK_SH) != 0) {
    if (errno != EINTR) return system_error("cannot lock " + path.string(), errno);
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot inspect a journal", errno);
  if (status.st_nlink == 0) return false;
  fd_ = std::move(fd);
  device_ = status.st_dev;
  inode_ = status.st_ino;
  bytes_ = static_cast<std::uint64_t>(status.st_size);
  if (opened_) opened_(fd_.get());
  return true;
}

void Journal::let_go(bool close) {
  if (!fd_) return;
  if (opened_) opened_(-1);
  if (!close) fd_.release();
  fd_.reset();
}

bool Journal::intact() {
  if (!fd_) return false;
  struct stat status {};
  const bool ours =
      ::fstat(fd_.get(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  if (ours && status.st_nlink > 0) {
    bytes_ = static_cast<std::uint64_t>(status.st_size);
    return true;
  }
  // A number that leads elsewhere by now is somebody else's.
  let_go(ours);
  return false;
}

Result<void> Journal::append(std::string_view line) {
  std::string bytes;
  bytes.reserve(line.size() + 2);
  bytes += '\n';
  bytes += line;
  bytes += '\n';
  const std::lock_guard lock(mutex_);
  for (int i = 0; i < kTries; ++i) {
    if (!intact()) {
      if (Result<void> opened = open_file(); !opened) return opened;
    }
    ssize_t put = 0;
    do {
      put = ::write(fd_.get(), bytes.data(), bytes.size());
    } while (put < 0 && errno == EINTR);
    const int reason = errno;
    // Looked at again: whoever removes or replaces it may have done so just before the write.
    // A record that is there twice counts once.
    if (!intact()) continue;
    if (bytes_ >= full_) let_go(true);
    if (put == static_cast<ssize_t>(bytes.size())) return {};
    if (put < 0) return system_error("cannot write a record to " + directory_.string(), reason);
    return Error{Code::kIo, fmt::format("cannot write a record to {}: the disk took {} of {} bytes",
                                        directory_.string(), put, bytes.size())};
  }
  return Error{Code::kBusy, "cannot write a record to " + directory_.string() +
                                ": the journal is closed or removed again and again"};
}

}  // namespace rcx::host
