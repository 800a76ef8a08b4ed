#include "host/cli/hooks.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <boost/process.hpp>
#include <cerrno>
#include <iterator>

#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

namespace bp = boost::process;

constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;

// What git prints less its last newline (a path may hold others), without its environment's idea of
// which repository is meant.
Result<std::string> ask_git(const fs::path& repository, const std::vector<std::string>& question) {
  bp::environment environment = boost::this_process::environment();
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE",
                           "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                           "GIT_QUARANTINE_PATH", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES"}) {
    environment.erase(name);
  }
  std::vector<std::string> arguments = {"-c", "safe.directory=*", "-C", repository.string()};
  arguments.insert(arguments.end(), question.begin(), question.end());
  const fs::path git = bp::search_path("git");
  if (git.empty()) {
    return Error{Code::kUnavailable, "git is not on the PATH; install it with:  apt install git"};
  }
  bp::ipstream output;
  bp::ipstream errors;
  bp::child child(git, bp::args = arguments, environment, bp::std_out > output,
                  bp::std_err > errors, bp::std_in < bp::null);
  std::string answer{std::istreambuf_iterator<char>(output), {}};
  const std::string reason{std::istreambuf_iterator<char>(errors), {}};
  child.wait();
  if (child.exit_code() != 0) {
    return Error{Code::kInvalid, repository.string() + " is no git repository that git can open: " +
                                     printable(reason)};
  }
  if (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

bool present(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

}  // namespace

Result<fs::path> find_hooks(const fs::path& repository) {
  const Result<std::string> git_dir =
      ask_git(repository, {"rev-parse", "--path-format=absolute", "--git-common-dir"});
  if (!git_dir) return git_dir.error();
  const Result<std::string> hooks =
      ask_git(repository, {"rev-parse", "--path-format=absolute", "--git-path", "hooks"});
  if (!hooks) return hooks.error();
  const fs::path below =
      fs::weakly_canonical(*hooks).lexically_relative(fs::weakly_canonical(*git_dir));
  if (below.empty() || *below.begin() == "..") {
    return Error{
        Code::kDenied,
        "core.hooksPath sends git to " + *hooks + ", outside of " + *git_dir +
            ": a hook there would serve other repositories as well. See who sets it with:  "
            "git -C " +
            repository.string() + " config --show-origin core.hooksPath"};
  }
  return fs::path(*hooks);
}

Result<void> check_objects(const fs::path& repository) {
  const Result<std::string> format = ask_git(repository, {"rev-parse", "--show-object-format"});
  if (!format) return format.error();
  if (*format == "sha1") return {};
  return Error{Code::kUnavailable, repository.string() + " names its objects by " + *format +
                                       ", which this release cannot read; every push would be "
                                       "refused, so nothing was installed"};
}

bool is_client(const fs::path& file) {
  const Result<std::string> bytes = read_file(file, kLargestClient);
  return bytes &&
         bytes->starts_with(
             "\x7f"
             "ELF") &&
         bytes->find(RCX_WIRE_CLIENT_MARK) != std::string::npos;
}

Result<std::string> put_in(const fs::path& hooks, const std::string& hook, const fs::path& client) {
  const fs::path place = hooks / hook;
  const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
  const Result<std::string> bytes = read_file(client, kLargestClient);
  if (!bytes) return bytes.error();
  const bool ours = is_client(place);
  std::string done = ours ? "renewed " + place.string() : "put in " + place.string();
  if (present(place) && !ours) {
    if (present(before)) {
      return Error{Code::kBusy, "both " + place.string() + " and " + before.string() +
                                    " are hooks of somebody else; remove one of them"};
    }
    if (::link(place.c_str(), before.c_str()) != 0) {
      return system_error("cannot keep " + place.string() + " as " + before.string(), errno);
    }
    done += ", after the hook that was there (" + before.filename().string() + ")";
  }
  if (Result<void> written = write_file(place, *bytes, 0755); !written) {
    if (!ours && present(place)) ::unlink(before.c_str());
    return written.error();
  }
  return done;
}

Result<std::string> take_out(const fs::path& hooks, const std::string& hook) {
  const fs::path place = hooks / hook;
  const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
  if (!present(place)) return place.string() + " was not there";
  if (!is_client(place)) return place.string() + " is not ours, left alone";
  if (present(before)) {
    if (::rename(before.c_str(), place.c_str()) != 0) {
      return system_error("cannot put back " + before.string(), errno);
    }
    return "put back the hook that was at " + place.string();
  }
  if (::unlink(place.c_str()) != 0) return system_error("cannot remove " + place.string(), errno);
  return "took out " + place.string();
}

}  // namespace rcx::host::cli
