#include "host/cli/hooks.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/filesystem/operations.hpp>
#include <boost/process.hpp>
#include <cerrno>
#include <chrono>
#include <future>

#include "host/cli/git_config.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

namespace bp = boost::process;

// Longer than git takes; whoever owns a repository could have it wait for good.
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLargestClient = std::size_t{64} * 1024 * 1024;

bool present(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string_view trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

}  // namespace

Result<std::string> ask_git(const fs::path& repository, const std::vector<std::string>& question,
                            const std::string& home) {
  bp::environment environment = boost::this_process::environment();
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE",
                           "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                           "GIT_QUARANTINE_PATH", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES"}) {
    environment.erase(name);
  }
  if (!home.empty()) {
    environment["HOME"] = home;
    for (const char* name : {"XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL"}) environment.erase(name);
  }
  const char* git_dir = present(repository / ".git") ? "--git-dir=.git" : "--git-dir=.";
  std::vector<std::string> arguments = {"-c", "safe.directory=*", "-C", repository.string(),
                                        git_dir};
  arguments.insert(arguments.end(), question.begin(), question.end());
  const fs::path git = bp::search_path("git");
  if (git.empty()) {
    return Error{Code::kUnavailable, "git is not on the PATH; install it with:  apt install git"};
  }
  boost::asio::io_context pipes;
  std::future<std::string> output;
  std::future<std::string> errors;
  bp::child child(git, bp::args = arguments, environment, bp::std_out > output,
                  bp::std_err > errors, bp::std_in < bp::null, pipes);
  pipes.run_for(kPatience);
  if (!pipes.stopped()) {
    std::error_code ignored;
    child.terminate(ignored);
    return Error{
        Code::kUnavailable,
        fmt::format("git did not answer in {} within {} s; see whether its config, or what "
                    "that includes, is no file",
                    printable(repository.string()), kPatience.count())};
  }
  child.wait();
  std::string answer = output.get();
  if (child.exit_code() != 0) {
    return Error{Code::kInvalid, printable(repository.string()) +
                                     " is no git repository that git can open: " +
                                     printable(trimmed(errors.get()))};
  }
  if (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

Result<HookPlace> find_hooks(const fs::path& repository, const std::string& home) {
  const Result<std::string> git_dir =
      ask_git(repository, {"rev-parse", "--path-format=absolute", "--git-common-dir"});
  if (!git_dir) return git_dir.error();
  // An older git repeats what it does not know.
  if (git_dir->starts_with("--path-format")) {
    const Result<void> able = check_git(31, "to tell where hooks belong", "install a newer one");
    if (!able) return able.error();
  }
  const Result<std::string> hooks =
      ask_git(repository, {"rev-parse", "--path-format=absolute", "--git-path", "hooks"}, home);
  if (!hooks) return hooks.error();
  if (present(fs::path(*hooks) / RCX_WIRE_FORWARDS_FILE)) {
    return HookPlace{fs::path(*git_dir) / "hooks", *hooks};
  }
  const fs::path below =
      fs::weakly_canonical(*hooks).lexically_relative(fs::weakly_canonical(*git_dir));
  if (below.empty() || *below.begin() == "..") {
    return Error{
        Code::kDenied,
        "core.hooksPath sends git to " + printable(*hooks) + ", outside of " + printable(*git_dir) +
            ": a hook there would serve other repositories as well. See who sets it with:  " +
            (home.empty() ? "" : "HOME=" + printable(home) + " ") + "git -C " +
            printable(repository.string()) + " config --show-origin core.hooksPath"};
  }
  return HookPlace{*hooks, {}};
}

bool is_client(const fs::path& file) {
  const Result<std::string> bytes = read_file(file, kLargestClient);
  return bytes &&
         bytes->starts_with(
             "\x7f"
             "ELF") &&
         bytes->find(RCX_WIRE_CLIENT_MARK) != std::string::npos;
}

Result<Putting> plan_putting(const fs::path& hooks, const std::string& hook) {
  const fs::path place = hooks / hook;
  const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
  if (!present(place)) return Putting::kNew;
  if (is_client(place)) return Putting::kRenewed;
  if (!present(before)) return Putting::kChained;
  return Error{Code::kBusy, "both " + printable(place.string()) + " and " +
                                printable(before.string()) +
                                " are hooks of somebody else; remove one of them"};
}

Result<void> put_in(const fs::path& hooks, const std::string& hook, const fs::path& client) {
  const fs::path place = hooks / hook;
  const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
  const Result<std::string> bytes = read_file(client, kLargestClient);
  if (!bytes) return bytes.error();
  const Result<Putting> planned = plan_putting(hooks, hook);
  if (!planned) return planned.error();
  const bool chained = *planned == Putting::kChained;
  if (chained && ::link(place.c_str(), before.c_str()) != 0) {
    return system_error(
        "cannot keep " + printable(place.string()) + " as " + printable(before.string()), errno);
  }
  Result<void> written = write_file(place, *bytes, 0755);
  if (!written && chained) ::unlink(before.c_str());
  return written;
}

Taking plan_taking(const fs::path& hooks, const std::string& hook) {
  const fs::path place = hooks / hook;
  if (!present(place)) return Taking::kAbsent;
  if (!is_client(place)) return Taking::kForeign;
  return present(hooks / (hook + RCX_WIRE_CHAINED_SUFFIX)) ? Taking::kPutBack : Taking::kTaken;
}

Result<Taking> take_out(const fs::path& hooks, const std::string& hook) {
  const fs::path place = hooks / hook;
  const fs::path before = hooks / (hook + RCX_WIRE_CHAINED_SUFFIX);
  const Taking taking = plan_taking(hooks, hook);
  if (taking == Taking::kPutBack && ::rename(before.c_str(), place.c_str()) != 0) {
    return system_error("cannot put back " + printable(before.string()), errno);
  }
  if (taking == Taking::kTaken && ::unlink(place.c_str()) != 0) {
    return system_error("cannot remove " + printable(place.string()), errno);
  }
  return taking;
}

}  // namespace rcx::host::cli
