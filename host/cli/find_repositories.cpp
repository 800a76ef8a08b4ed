#include "host/cli/find_repositories.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "host/cli/subversion.hpp"

namespace rcx::host::cli {
namespace {

enum class Likeness { kNone, kHalf, kWhole };

// As git itself tells a repository from another directory.
Likeness likeness(const fs::path& directory) {
  struct stat status {};
  int parts = ::lstat((directory / "HEAD").c_str(), &status) == 0 ? 1 : 0;
  for (const char* name : {"objects", "refs"}) {
    if (::stat((directory / name).c_str(), &status) == 0 && S_ISDIR(status.st_mode)) ++parts;
  }
  return parts == 3 ? Likeness::kWhole : parts == 2 ? Likeness::kHalf : Likeness::kNone;
}

// What git itself keeps in a repository. Some of it looks like half of one, and objects are many.
bool is_of_git(const fs::path& path) {
  constexpr std::array<std::string_view, 13> kNames = {
      "branches", "hooks",    "info",     "lfs", "logs",      "modules",     "objects",
      "refs",     "reftable", "rr-cache", "svn", "worktrees", "rebase-apply"};
  const std::string name = path.filename().string();
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

constexpr const char* kHalf = "is half a repository: wanted HEAD, objects/ and refs/";

class Walk {
 public:
  void visit(const fs::path& directory) {
    if (visit_work_tree(directory) || visit_mercurial(directory) || visit_subversion(directory)) {
      return;
    }
    const Likeness like = likeness(directory);
    if (like != Likeness::kNone)
      found_.push_back({directory, like == Likeness::kHalf ? kHalf : ""});
    const bool repository = like == Likeness::kWhole;
    if (::faccessat(AT_FDCWD, directory.c_str(), R_OK | X_OK, AT_EACCESS) != 0) {
      // Of a repository it is enough that it is known.
      if (!repository) tell_unread(directory, errno);
      return;
    }
    for (const fs::path& below : directories(directory, repository)) visit(below);
  }
  std::vector<Found> take() { return std::move(found_); }

 private:
  // Whether there is a .git, so that nothing below is looked at.
  bool visit_work_tree(const fs::path& directory) {
    struct stat status {};
    const fs::path git = directory / ".git";
    if (::lstat(git.c_str(), &status) != 0) return false;
    std::string skipped;
    if (S_ISLNK(status.st_mode)) {
      skipped = "its .git is a symbolic link; install where that leads";
    } else if (!S_ISDIR(status.st_mode)) {
      skipped = "its .git is a file: its repository stands elsewhere";
    } else if (likeness(git) != Likeness::kWhole) {
      skipped = "its .git " + std::string(kHalf);
    }
    found_.push_back({directory, skipped});
    return true;
  }

  bool visit_mercurial(const fs::path& directory) {
    struct stat status {};
    if (::stat((directory / ".hg").c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
    found_.push_back({directory, ""});
    return true;
  }

  bool visit_subversion(const fs::path& directory) {
    if (!is_subversion(directory)) return false;
    found_.push_back({directory, ""});
    return true;
  }

  void tell_unread(const fs::path& directory, int number) {
    found_.push_back({directory, std::string("cannot be read: ") + std::strerror(number), true});
  }

  // All at once, so that no descriptor stays open on the way down. Of a repository those that are
  // not git's: another one may lie there, which takes pushes as well.
  std::vector<fs::path> directories(const fs::path& directory, bool repository) {
    std::vector<fs::path> below;
    boost::system::error_code failed;
    fs::directory_iterator entry(directory, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      if (!repository || !is_of_git(entry->path())) below.push_back(entry->path());
    }
    if (failed) tell_unread(directory, failed.value());
    std::sort(below.begin(), below.end());
    std::erase_if(below, [this](const fs::path& path) { return !walkable(path); });
    return below;
  }

  bool walkable(const fs::path& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return false;
    if (S_ISLNK(status.st_mode) && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
      found_.push_back({path, "is a symbolic link, which is not followed"});
      return false;
    }
    return S_ISDIR(status.st_mode);
  }

  std::vector<Found> found_;
};

}  // namespace

std::vector<Found> find_repositories(const fs::path& root) {
  Walk walk;
  walk.visit(root);
  return walk.take();
}

}  // namespace rcx::host::cli
