#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <array>
#include <boost/process/search_path.hpp>
#include <cerrno>
#include <cstdlib>
#include <functional>

#include "host/cli/diagnosis.hpp"
#include "host/core/core.hpp"
#include "host/core/process.hpp"
#include "host/event/wire.h"

namespace rcx::host::cli {
namespace {

constexpr std::int64_t kPatienceNs = 10'000'000'000;
constexpr std::size_t kLongestOutput = 65536;

struct Said {
  int status = 0;  // of waitpid
  std::string text;
};

// In the child, until it executes something: calls the system and nothing else.
void become_program(const Fd& output, bool errors_too, const std::function<bool()>& prepare,
                    char* const* arguments, char* const* variables) {
  const int nowhere = ::open("/dev/null", O_RDWR);
  if (nowhere >= 0 && ::dup2(nowhere, 0) >= 0 && ::dup2(output.get(), 1) >= 0 &&
      ::dup2(errors_too ? output.get() : nowhere, 2) >= 0 && prepare()) {
    ::close_range(3, ~0U, 0);
    ::execve(arguments[0], arguments, variables);
  }
  ::_exit(127);
}

std::string read_until(const Fd& from, std::int64_t deadline) {
  std::string text;
  std::array<char, 4096> chunk{};
  while (text.size() < kLongestOutput) {
    pollfd waiting{from.get(), POLLIN, 0};
    const std::int64_t left = (deadline - monotonic_ns()) / 1'000'000;
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) < 1) break;
    const ssize_t got = ::read(from.get(), chunk.data(), chunk.size());
    if (got <= 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Result<Said> run(std::vector<std::string> words, bool errors_too,
                 const std::function<bool()>& prepare) {
  std::vector<std::string> environment = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
      "GIT_DIR=.", "HGPLAIN=1"};
  if (const char* hgrc = std::getenv("HGRCPATH")) {
    environment.push_back(std::string("HGRCPATH=") + hgrc);
  }
  std::vector<char*> arguments;
  std::vector<char*> variables;
  arguments.reserve(words.size() + 1);
  variables.reserve(environment.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  for (std::string& one : environment) variables.push_back(one.data());
  arguments.push_back(nullptr);
  variables.push_back(nullptr);
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  const pid_t pid = ::fork();
  if (pid < 0) return system_error("cannot start " + words[0], errno);
  if (pid == 0) {
    become_program(pipe->writer, errors_too, prepare, arguments.data(), variables.data());
  }
  pipe->writer.reset();
  const std::int64_t deadline = monotonic_ns() + kPatienceNs;
  Said said;
  said.text = read_until(pipe->reader, deadline);
  if (monotonic_ns() >= deadline) ::kill(pid, SIGKILL);
  while (::waitpid(pid, &said.status, 0) < 0 && errno == EINTR) {
  }
  return said;
}

bool run_as(const struct stat& owner) {
  if (::geteuid() != 0 || owner.st_uid == 0) return true;
  return ::setgroups(0, nullptr) == 0 &&
         ::setresgid(owner.st_gid, owner.st_gid, owner.st_gid) == 0 &&
         ::setresuid(owner.st_uid, owner.st_uid, owner.st_uid) == 0;
}

// As the owner of `directory`, and there.
Result<ProbeAnswer> ask_as_owner(const fs::path& directory, std::vector<std::string> words) {
  struct stat owner {};
  if (::stat(directory.c_str(), &owner) != 0) {
    return system_error("cannot inspect " + directory.string(), errno);
  }
  const Result<Said> said =
      run(std::move(words), true, [&] { return run_as(owner) && ::chdir(directory.c_str()) == 0; });
  if (!said) return said.error();
  ProbeAnswer answer;
  answer.well = WIFEXITED(said->status) && WEXITSTATUS(said->status) == 0;
  answer.told = said->text.starts_with(RCX_WIRE_PROBE_ANSWER);
  std::string text = answer.told ? said->text.substr(sizeof RCX_WIRE_PROBE_ANSWER - 1) : said->text;
  while (text.ends_with('\n')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ';');
  answer.text = printable(text);
  if (!answer.well && answer.text.empty()) {
    answer.text = "it ended with " + end_text(said->status) + " and said nothing";
  }
  return answer;
}

}  // namespace

Result<ProbeAnswer> probe(const fs::path& git_directory, const fs::path& hook) {
  return ask_as_owner(git_directory, {hook.string(), RCX_WIRE_PROBE});
}

Result<ProbeAnswer> probe_mercurial(const fs::path& repository, const fs::path& module) {
  const std::string hg = boost::process::search_path("hg").string();
  return ask_as_owner(repository / ".hg", {hg, "--repository", repository.string(), "--config",
                                           "extensions.rcx=" + module.string(), "rcx-probe"});
}

Result<std::string> output_of(const fs::path& program, const std::string& argument) {
  const Result<Said> said = run({program.string(), argument}, false, [] { return true; });
  if (!said) return said.error();
  if (!WIFEXITED(said->status) || WEXITSTATUS(said->status) != 0) {
    return Error{Code::kUnavailable,
                 program.string() + " cannot be run: " + end_text(said->status)};
  }
  return said->text;
}

}  // namespace rcx::host::cli
