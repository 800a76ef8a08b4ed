// Notices that files of an instance have changed, and that nobody writes them any more.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "host/supervisor/proposal.hpp"

namespace rcx::host {

// Hears of changes by inotify, and looks from time to time where that tells nothing: behind
// symbolic links and on network file systems. Belongs to one thread.
class ChangeWatch {
 public:
  ChangeWatch();

  // From now on these; `current` is their fingerprint.
  void follow(Sources sources, std::string current);

  // Readable when something happened. -1 where the system has no inotify to give.
  int fd() const noexcept { return events_.get(); }
  // Takes what happened.
  void hear();
  // Whether the files differ from `current` and have been left alone for a while: 100 ms after the
  // last change, and not while somebody writes one, for ten seconds at most. Asks the files
  // themselves at most every half second, or when something happened. True once for each change.
  bool settled();

 private:
  void watch_directory(const fs::path& directory, int depth);
  // Whether it stands beside what is followed, and is of no interest.
  bool is_beside(const fs::path& directory, const fs::path& path) const;

  Fd events_;
  Sources sources_;
  std::string current_;                  // of what serves, or was tried last
  std::map<int, fs::path> directories_;  // by number of the watch
  std::set<std::string> written_;        // files that somebody writes now
  std::int64_t last_change_ns_ = 0;      // 0: none since the last look
  std::int64_t first_change_ns_ = 0;
  std::int64_t next_look_ns_ = 0;
};

}  // namespace rcx::host
