#include "host/actions/making.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "host/core/process.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestWords = 4096;

struct Tool {
  const char* vcs;
  const char* program;
  const char* package;
  const char* suffix;
};
constexpr std::array<Tool, 3> kTools = {{{"git", "git", "git", ".git"},
                                         {"hg", "hg", "mercurial", ""},
                                         {"svn", "svnadmin", "subversion", ""}}};

const Tool* tool_of(const std::string& vcs) {
  for (const Tool& tool : kTools) {
    if (vcs == tool.vcs) return &tool;
  }
  return nullptr;
}

// Nothing of who calls but where programs and their home are: neither GIT_DIR nor an editor.
std::vector<std::string> plain_environment() {
  std::vector<std::string> plain = {"LC_ALL=C.UTF-8", "HGPLAIN=1", "GIT_CONFIG_NOSYSTEM=0"};
  for (const char* name :
       {"PATH", "HOME", "TMPDIR", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_GLOBAL", "HGRCPATH"}) {
    if (const char* value = std::getenv(name)) plain.push_back(std::string(name) + "=" + value);
  }
  return plain;
}

Result<void> run(const Tool& tool, const std::vector<std::string>& arguments) {
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  Launch launch;
  launch.program = tool.program;
  launch.arguments = {tool.program};
  launch.arguments.insert(launch.arguments.end(), arguments.begin(), arguments.end());
  launch.output = launch.error = pipe->writer.get();
  launch.environment = plain_environment();
  const Result<Process> process = Process::start(launch);
  if (!process) {
    return Error{Code::kUnavailable,
                 fmt::format("{} cannot be started, so there are no repositories of {} here: "
                             "apt-get install {}",
                             tool.program, tool.vcs, tool.package)};
  }
  pipe->writer.reset();
  std::string words;
  std::array<char, 512> chunk{};
  while (true) {
    const ssize_t got = ::read(pipe->reader.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (words.size() < kLongestWords) words.append(chunk.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  const std::string end = process->wait(&status);
  if (status == 0) return {};
  return Error{Code::kIo, fmt::format("{} {} failed, {}: {}", tool.program, arguments.front(), end,
                                      printable(words))};
}

bool holds_files(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Error unknown(const std::string& vcs) {
  return {Code::kInvalid, fmt::format("wanted git, hg or svn, got '{}'", printable(vcs))};
}

}  // namespace

bool is_there(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

const char* suffix_of(const std::string& vcs) {
  const Tool* tool = tool_of(vcs);
  return tool == nullptr ? "" : tool->suffix;
}

std::optional<std::string> vcs_at(const fs::path& path) {
  for (const fs::path& git : {path, path / ".git"}) {
    if (is_there(git / "HEAD") && holds_files(git / "objects") && holds_files(git / "refs")) {
      return "git";
    }
  }
  if (holds_files(path / ".hg")) return "hg";
  if (is_there(path / "format") && holds_files(path / "db") && holds_files(path / "hooks")) {
    return "svn";
  }
  return std::nullopt;
}

Result<void> make_repository(const std::string& vcs, const fs::path& at) {
  const Tool* tool = tool_of(vcs);
  if (tool == nullptr) return unknown(vcs);
  if (vcs == "git") {
    return run(*tool, {"init", "--quiet", "--bare", "--initial-branch=main", "--", at.string()});
  }
  if (vcs == "hg") return run(*tool, {"init", "--", at.string()});
  return run(*tool, {"create", at.string()});
}

Result<void> copy_repository(const std::string& vcs, const fs::path& source, const fs::path& at) {
  const Tool* tool = tool_of(vcs);
  if (tool == nullptr) return unknown(vcs);
  if (vcs == "git") {
    // Not --mirror: what others keep below refs/ is theirs. Links to its objects would be fine, and
    // an alternate would not: the fork must live on without it.
    Result<void> copied = run(*tool, {"clone", "--quiet", "--bare", "--no-hardlinks", "--",
                                      source.string(), at.string()});
    if (!copied) return copied;
    return run(*tool, {"--git-dir=" + at.string(), "remote", "remove", "origin"});
  }
  if (vcs == "hg") {
    Result<void> copied =
        run(*tool, {"clone", "--quiet", "--noupdate", "--", source.string(), at.string()});
    if (copied) fs::remove(at / ".hg" / "hgrc");
    return copied;
  }
  return run(*tool, {"hotcopy", "--quiet", source.string(), at.string()});
}

Result<void> move_repository(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST || errno == ENOTEMPTY) {
    return Error{Code::kBusy, printable(to.string()) + " is there already"};
  }
  return system_error("cannot move " + printable(from.string()) + " to " + printable(to.string()),
                      errno);
}

Result<void> remove_repository(const fs::path& path) {
  boost::system::error_code failed;
  fs::remove_all(path, failed);
  if (!failed) return {};
  return system_error("cannot remove " + printable(path.string()), failed.value());
}

}  // namespace rcx::host
