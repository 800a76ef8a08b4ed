#include "hook_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace run_hooks {
namespace {

constexpr std::array<std::string_view, 4> kLeftBehind = {"~", ".sample", ".bak", ".rpmsave"};

std::string reason(int error) {
  return std::generic_category().message(error);
}

bool ends_with(std::string_view name, std::string_view end) noexcept {
  return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}

bool is_left_behind(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && name.substr(dot, 6) == ".dpkg-") return true;
  return std::any_of(kLeftBehind.begin(), kLeftBehind.end(),
                     [name](std::string_view end) { return ends_with(name, end); });
}

bool is_executable(const std::string& path) noexcept {
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

// A directory that keeps what stands in it to its owners, such as /tmp, is fine above a hook, and
// not to take all hooks from.
enum class Place { kItself, kAbove };

std::string weakness_of(const std::string& path, Place place) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "cannot find " + path + ": " + reason(errno);
  if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
    return path + " belongs to uid " + std::to_string(status.st_uid) +
           ", who is neither root nor the user of the host; mend it with:  chown root " + path;
  }
  const bool kept = place == Place::kAbove && (status.st_mode & S_ISVTX) != 0;
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !kept) {
    return path + " can be written by others; mend it with:  chmod go-w " + path;
  }
  return {};
}

// Whoever can write a directory above can put another file in the place of this one.
std::string weakness(const std::string& path) {
  std::error_code failed;
  std::filesystem::path real = std::filesystem::canonical(path, failed);
  if (failed) return "cannot follow " + path + ": " + failed.message();
  std::string weak = weakness_of(real, Place::kItself);
  while (weak.empty() && real != real.root_path()) {
    real = real.parent_path();
    weak = weakness_of(real, Place::kAbove);
  }
  return weak;
}

}  // namespace

std::string fault_of_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "cannot find " + path + ": " + reason(errno);
  if (!S_ISREG(status.st_mode)) return path + " is not a file";
  if (!is_executable(path)) return path + " is not executable; mend it with:  chmod +x " + path;
  return weakness(path);
}

std::string fault_of_directory(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return "cannot find " + path + ": " + reason(errno);
  if (!S_ISDIR(status.st_mode)) return path + " is not a directory";
  return weakness(path);
}

Listing hooks_in(const std::string& directory) {
  namespace fs = std::filesystem;
  Listing listing;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name[0] == '.' || is_left_behind(name)) continue;
    const std::string path = entry.path().string();
    const fs::file_status status = entry.status();
    // A link that leads nowhere: a hook that is missing must not pass for one that agrees.
    if (!fs::exists(status)) {
      throw fs::filesystem_error("cannot follow", path,
                                 std::make_error_code(std::errc::no_such_file_or_directory));
    }
    if (fs::is_directory(status)) continue;
    (is_executable(path) ? listing.hooks : listing.ignored).push_back(path);
  }
  std::sort(listing.hooks.begin(), listing.hooks.end());
  std::sort(listing.ignored.begin(), listing.ignored.end());
  return listing;
}

std::string_view name_of(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

std::string interpreter_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!std::getline(file, line) || line.compare(0, 2, "#!") != 0) return {};
  const std::size_t begin = line.find_first_not_of(" \t", 2);
  if (begin == std::string::npos) return {};
  // With the carriage return that a file from Windows has, which is what stands in the way.
  return line.substr(begin, line.find_first_of(" \t", begin) - begin);
}

}  // namespace run_hooks
