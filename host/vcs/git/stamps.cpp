#include "host/vcs/git/stamps.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "host/core/core.hpp"
#include "host/core/date.hpp"

namespace rcx::host::git {

Stamp Stamp::of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {date_ns(found.st_mtim.tv_sec, found.st_mtim.tv_nsec), found.st_ino,
          static_cast<std::uint64_t>(found.st_size), true};
}

Stamps::Stamps() : began_ns_(wall_ns()) {}

Stamps Stamps::again() const {
  Stamps now;
  for (const auto& [path, stamp] : all_) now.note(path);
  return now;
}

bool Stamps::unchanged() const {
  // At least as long as the clock of any file system stands still.
  constexpr std::int64_t kTickNs = 20'000'000;
  return std::all_of(all_.begin(), all_.end(), [&](const auto& one) {
    return Stamp::of(one.first) == one.second && one.second.time_ns < began_ns_ - kTickNs;
  });
}

}  // namespace rcx::host::git
