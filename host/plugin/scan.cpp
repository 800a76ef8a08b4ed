#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/plugin/plugin.hpp"

namespace rcx::host {
namespace {

constexpr mode_t kWritableByOthers = S_IWGRP | S_IWOTH;

// Empty when only root and `service` can change `path`; else why not, and the cure. A directory
// that others may write is fine when it is sticky and what stands in it is ours.
std::string weakness(const fs::path& path, uid_t service) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return system_error("cannot inspect " + path.string(), errno).message;
  }
  if (status.st_uid != 0 && status.st_uid != service) {
    return fmt::format("{} belongs to uid {}, wanted root or uid {}; mend it with:  chown {} {}",
                       path.string(), status.st_uid, service, service, path.string());
  }
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & kWritableByOthers) != 0 && !sticky) {
    return fmt::format("{} can be written by others (mode {:04o}); mend it with:  chmod go-w {}",
                       path.string(), status.st_mode & 07777U, path.string());
  }
  return {};
}

std::string weakness_below(const fs::path& directory, uid_t service) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory)) {
    const bool link = fs::is_symlink(entry.symlink_status());
    boost::system::error_code failed;
    const fs::path real = link ? fs::canonical(entry.path(), failed) : entry.path();
    if (failed) return "cannot follow " + entry.path().string() + ": " + failed.message();
    std::string weak = link ? weakness_with_parents(real, service) : weakness(real, service);
    if (!weak.empty()) return weak;
    const bool plain = fs::is_regular_file(real) || (!link && fs::is_directory(real));
    if (!plain) return entry.path().string() + " is neither a file nor a directory; remove it";
  }
  return {};
}

void check(Candidate& candidate, uid_t service) {
  boost::system::error_code failed;
  const fs::path real = fs::canonical(candidate.path, failed);
  if (failed) {
    candidate.refused = "cannot follow " + candidate.path.string() + ": " + failed.message();
    return;
  }
  candidate.real = real;
  candidate.refused = weakness_with_parents(real, service);
  if (!candidate.refused.empty() || !fs::is_directory(real)) {
    if (candidate.refused.empty() && !fs::is_regular_file(real)) {
      candidate.refused = real.string() + " is no regular file";
    }
    return;
  }
  candidate.refused = weakness_below(real, service);
  if (candidate.refused.empty() && !fs::is_regular_file(real / (candidate.key + ".so"))) {
    candidate.refused =
        fmt::format("the directory {} holds no {}.so", candidate.path.string(), candidate.key);
  }
}

}  // namespace

std::string weakness_of_all(const fs::path& path, uid_t service) {
  std::string weak = weakness_with_parents(path, service);
  if (weak.empty() && fs::is_directory(path)) weak = weakness_below(path, service);
  return weak;
}

std::string weakness_with_parents(const fs::path& path, uid_t service) {
  std::string weak = weakness(path, service);
  for (fs::path parent = path.parent_path(); weak.empty() && !parent.empty();
       parent = parent.parent_path()) {
    weak = weakness(parent, service);
  }
  return weak;
}

Candidate candidate_at(const fs::path& path, uid_t service) {
  boost::system::error_code ignored;
  const bool directory = fs::is_directory(path, ignored);
  Candidate candidate{directory ? path.filename().string() : path.stem().string(), path, {}, {}};
  check(candidate, service);
  return candidate;
}

Result<std::vector<Candidate>> scan(const fs::path& rcextensions, uid_t service) {
  std::vector<Candidate> found;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(rcextensions)) {
      const fs::path& path = entry.path();
      const std::string name = path.filename().string();
      if (name.starts_with(".")) continue;
      const bool library = path.extension() == ".so" && !fs::is_directory(path);
      if (!library && !fs::is_directory(path)) continue;
      found.push_back(candidate_at(path, service));
    }
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot scan " + rcextensions.string(), failed.code().value());
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return a.path.filename() < b.path.filename();
  });
  return found;
}

}  // namespace rcx::host
