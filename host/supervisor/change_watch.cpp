#include "host/supervisor/change_watch.hpp"

#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>

namespace rcx::host {
namespace {

constexpr std::int64_t kQuietNs = 100'000'000;
constexpr std::int64_t kLookNs = 500'000'000;
// Whoever writes for longer is no longer waited for: what is half written does not load, and the
// set that serves goes on.
constexpr std::int64_t kPatienceNs = 10'000'000'000;
constexpr int kDeepest = 8;
constexpr std::uint32_t kMask = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM |
                                IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;

// Whether somebody may be about to write it: not a second name of a file that was there before.
bool is_fresh_file(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
}

}  // namespace

ChangeWatch::ChangeWatch() : events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

void ChangeWatch::follow(Sources sources, std::string current) {
  sources_ = std::move(sources);
  current_ = std::move(current);
  directories_.clear();
  written_.clear();
  // Anew, so that directories that went away are no longer watched.
  if (events_) events_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  watch_directory(sources_.config_file.parent_path(), kDeepest);
  for (const fs::path& canary : sources_.canaries) {
    watch_directory(canary.parent_path(), kDeepest);
    watch_directory(canary, 0);
  }
  watch_directory(sources_.rcextensions, 0);
  last_change_ns_ = 0;
  first_change_ns_ = 0;
  // What happened since `current` was taken was watched by nobody.
  next_look_ns_ = 0;
}

void ChangeWatch::watch_directory(const fs::path& directory, int depth) {
  if (!events_) return;
  const int watch = ::inotify_add_watch(events_.get(), directory.c_str(), kMask | IN_ONLYDIR);
  if (watch < 0) return;
  directories_[watch] = directory;
  if (depth >= kDeepest) return;
  boost::system::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    boost::system::error_code ignored;
    if (fs::is_directory(entry->symlink_status(ignored)) && !ignored) {
      watch_directory(entry->path(), depth + 1);
    }
  }
}

// The directory of rcx.yaml holds much else.
bool ChangeWatch::is_beside(const fs::path& directory, const fs::path& path) const {
  if (directory == sources_.rcextensions) return false;
  bool parent = false;
  const auto look = [&](const fs::path& file) {
    parent = parent || directory == file.parent_path();
    return path == file || directory == file;
  };
  if (look(sources_.config_file)) return false;
  for (const fs::path& canary : sources_.canaries) {
    if (look(canary)) return false;
  }
  return parent;
}

void ChangeWatch::hear() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  while (true) {
    const ssize_t got = ::read(events_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    for (ssize_t at = 0; at < got;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const std::string name =
          event.len == 0 ? "" : buffer.data() + at + static_cast<ssize_t>(sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto place = directories_.find(event.wd);
      if (place == directories_.end()) continue;
      const fs::path path = place->second / name;
      if (is_beside(place->second, path)) continue;
      const bool writing =
          (event.mask & IN_MODIFY) != 0 || ((event.mask & IN_CREATE) != 0 && is_fresh_file(path));
      if (writing) written_.insert(path.string());
      if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_FROM | IN_DELETE)) != 0) {
        written_.erase(path.string());
      }
      if ((event.mask & (IN_CREATE | IN_MOVED_TO)) != 0 && (event.mask & IN_ISDIR) != 0) {
        watch_directory(path, 0);
      }
      last_change_ns_ = monotonic_ns();
      if (first_change_ns_ == 0) first_change_ns_ = last_change_ns_;
    }
  }
}

bool ChangeWatch::settled() {
  const std::int64_t now = monotonic_ns();
  if (last_change_ns_ != 0) {
    const bool patient = now - first_change_ns_ < kPatienceNs;
    if (patient && (now - last_change_ns_ < kQuietNs || !written_.empty())) return false;
  } else if (now < next_look_ns_) {
    return false;
  }
  last_change_ns_ = 0;
  first_change_ns_ = 0;
  written_.clear();
  next_look_ns_ = now + kLookNs;
  std::string there = fingerprint(sources_);
  if (there == current_) return false;
  current_ = std::move(there);
  return true;
}

}  // namespace rcx::host
