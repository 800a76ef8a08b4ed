#include "host/cli/git_config.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/process.hpp>
#include <cerrno>
#include <cstdio>
#include <iterator>

#include "host/access/access.hpp"

namespace rcx::host::cli {
namespace {

namespace bp = boost::process;

std::string without_newlines(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

Result<GitSaid> run_git(const std::vector<std::string>& words) {
  const fs::path program = bp::search_path("git");
  if (program.empty()) {
    return Error{Code::kUnavailable, "git is not on the PATH; install it with:  apt install git"};
  }
  bp::environment environment = boost::this_process::environment();
  environment.erase("GIT_DIR");
  bp::ipstream output;
  bp::ipstream errors;
  bp::child child(program, bp::args = words, environment, bp::start_dir = "/", bp::std_out > output,
                  bp::std_err > errors, bp::std_in < bp::null);
  GitSaid said;
  said.out = without_newlines({std::istreambuf_iterator<char>(output), {}});
  said.err = without_newlines({std::istreambuf_iterator<char>(errors), {}});
  child.wait();
  said.status = child.exit_code();
  return said;
}

Result<void> check_git(int minor, const std::string& what, const std::string& instead) {
  const Result<GitSaid> said = run_git({"--version"});
  if (!said) return said.error();
  int is_major = 0;
  int is_minor = 0;
  const bool read = std::sscanf(said->out.c_str(), "git version %d.%d", &is_major, &is_minor) == 2;
  if (read && (is_major > 2 || (is_major == 2 && is_minor >= minor))) return {};
  return Error{Code::kUnavailable, fmt::format("{} git 2.{} or later is needed, got '{}'; {}", what,
                                               minor, printable(said->out), instead)};
}

Result<std::string> git_setting(const std::string& scope, const std::string& key) {
  const Result<GitSaid> said = run_git({"config", "--" + scope, "--get", key});
  if (!said) return said.error();
  return said->status == 0 ? said->out : std::string();
}

Result<void> change_git_setting(const std::string& scope, const std::vector<std::string>& words) {
  std::vector<std::string> all = {"config", "--" + scope};
  all.insert(all.end(), words.begin(), words.end());
  const Result<GitSaid> said = run_git(all);
  if (!said) return said.error();
  if (said->status == 0) return {};
  return Error{Code::kDenied, fmt::format("git cannot change its configuration ({}): {}; run this "
                                          "as who may, root for system",
                                          scope, printable(said->err))};
}

Result<void> check_open_to_all(const fs::path& directory, const std::string& instead) {
  for (fs::path place = directory; !place.empty(); place = place.parent_path()) {
    struct stat status {};
    if (::stat(place.c_str(), &status) != 0) {
      return system_error("cannot look at " + printable(place.string()), errno);
    }
    if ((status.st_mode & S_IXOTH) == 0) {
      return Error{Code::kDenied,
                   fmt::format("{} is closed to others, and whoever serves any repository of this "
                               "machine would fail to run the hook; open it with:  chmod o+x {}  "
                               "or {}",
                               printable(place.string()), printable(place.string()), instead)};
    }
    if (place == place.parent_path()) break;
  }
  return {};
}

Result<std::optional<SharedHooks>> find_shared_hooks(const Config& config,
                                                     const std::string& scope) {
  const std::vector<std::string> files = files_of_service(config);
  std::vector<std::vector<std::string>> places = {{"--system"}};
  if (files.empty() || scope == "global") places.push_back({"--global"});
  for (const std::string& file : files) places.push_back({"--file", file});
  for (const std::vector<std::string>& place : places) {
    std::vector<std::string> words = {"config"};
    words.insert(words.end(), place.begin(), place.end());
    words.insert(words.end(), {"--includes", "--get", "core.hooksPath"});
    const Result<GitSaid> said = run_git(words);
    if (!said) return said.error();
    if (said->status != 0) continue;
    return std::optional(
        SharedHooks{said->out, place.front() + (place.size() > 1 ? " " + place.back() : "")});
  }
  return std::optional<SharedHooks>();
}

std::string home_of_other(const std::string& user) {
  const std::optional<User> found = find_user(user);
  return found && found->uid != ::geteuid() ? found->home : "";
}

std::vector<std::string> files_of_service(const Config& config) {
  const std::string home = home_of_other(config.user);
  if (home.empty()) return {};
  return {home + "/.gitconfig", home + "/.config/git/config"};
}

}  // namespace rcx::host::cli
