#include "tests/support/command.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace rcx::test {
namespace {

using Variables = std::map<std::string, std::string>;

Variables environment_of(const Command& command) {
  Variables all = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                   {"HOME", command.directory.string()},
                   {"LC_ALL", "C"},
                   {"TZ", "UTC"},
                   {"GIT_CONFIG_NOSYSTEM", "1"},
                   {"GIT_CONFIG_GLOBAL", "/dev/null"},
                   {"HGRCPATH", ""},
                   {"GIT_AUTHOR_NAME", "Ada Author"},
                   {"GIT_AUTHOR_EMAIL", "ada@example.org"},
                   {"GIT_COMMITTER_NAME", "Carl Committer"},
                   {"GIT_COMMITTER_EMAIL", "carl@example.org"},
                   {"GIT_TERMINAL_PROMPT", "0"}};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) all[name] = value;
  }
  for (const auto& [name, value] : command.variables) all[name] = value;
  return all;
}

int memory_file(const std::string& bytes = {}) {
  const int fd = ::memfd_create("rcx-test", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      ::lseek(fd, 0, SEEK_SET) != 0) {
    throw std::system_error(errno, std::generic_category(), "memfd");
  }
  // By whatever user: /dev/stderr may be opened anew.
  ::fchmod(fd, 0666);
  return fd;
}

// For what a program and all that it starts say at once. Two writers of a memfd may write to the
// same place, and one of them is lost: unlike that of other files, its offset has no lock.
int memory_log() {
  const int fd = memory_file();
  if (::fcntl(fd, F_SETFL, O_APPEND) != 0) {
    throw std::system_error(errno, std::generic_category(), "memfd");
  }
  return fd;
}

std::string contents(int fd) {
  std::string bytes;
  std::string chunk(65536, '\0');
  ssize_t got = 0;
  while ((got = ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(bytes.size()))) > 0) {
    bytes.append(chunk, 0, static_cast<std::size_t>(got));
  }
  return bytes;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> all;
  for (std::string& string : strings) all.push_back(string.data());
  all.push_back(nullptr);
  return all;
}

pid_t spawn(const Command& command, int in, int out, int err) {
  std::vector<std::string> argv = command.argv;
  if (command.as_nobody) {
    const std::string id = std::to_string(kNobody);
    argv.insert(argv.begin(),
                {"setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups", "--"});
  }
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment_of(command)) {
    std::string entry = name;
    entry += '=';
    entry += value;
    variables.push_back(std::move(entry));
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
  ::posix_spawn_file_actions_adddup2(&actions, in, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  ::posix_spawn_file_actions_adddup2(&actions, err, 2);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, argv[0].c_str(), &actions, &attributes,
                                    pointers(argv).data(), pointers(variables).data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), argv[0]);
  return pid;
}

}  // namespace

std::vector<std::string> Outcome::remote() const {
  constexpr std::string_view kMark = "remote: ";
  constexpr std::string_view kWaiting = "rcx: waiting for the host to answer";
  std::vector<std::string> lines;
  std::string_view rest = err;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!line.starts_with(kMark)) continue;
    line.remove_prefix(kMark.size());
    // git pads lines, to write over what its progress left there.
    line = line.substr(0, line.find_last_not_of(" \r") + 1);
    if (line != kWaiting) lines.emplace_back(line);
  }
  return lines;
}

Running::Running(const Command& command)
    : name_(command.argv.at(0)), out_(memory_log()), err_(memory_log()) {
  for (std::size_t i = 1; i < command.argv.size(); ++i) name_ += " " + command.argv[i];
  const int in = memory_file(command.input);
  pid_ = spawn(command, in, out_, err_);
  ::close(in);
}

Running::Running(Running&& other) noexcept
    : name_(std::move(other.name_)),
      pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      wait_status_(other.wait_status_),
      reaped_(other.reaped_) {}

Running::~Running() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    reap(0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

std::string Running::out() const {
  return contents(out_);
}
std::string Running::err() const {
  return contents(err_);
}

bool Running::reap(int flags) {
  while (!reaped_) {
    const pid_t found = ::waitpid(pid_, &wait_status_, flags);
    if (found == 0) return false;
    if (found < 0 && errno == EINTR) continue;
    reaped_ = true;
  }
  return true;
}

bool Running::ended() {
  return reap(WNOHANG);
}

void Running::signal(int number) const {
  if (!reaped_) ::kill(pid_, number);
}

void Running::signal_group(int number) const {
  ::kill(-pid_, number);
}

Outcome Running::wait() {
  if (!eventually([this] { return ended(); })) {
    throw std::runtime_error(name_ + " does not end; so far it said:\n" + out() + err());
  }
  Outcome outcome;
  if (WIFSIGNALED(wait_status_)) outcome.signal = WTERMSIG(wait_status_);
  if (WIFEXITED(wait_status_)) outcome.status = WEXITSTATUS(wait_status_);
  outcome.out = out();
  outcome.err = err();
  return outcome;
}

Outcome run(const Command& command) {
  return Running(command).wait();
}

std::string must(const Command& command) {
  Outcome outcome = run(command);
  if (outcome.status == 0) return std::move(outcome.out);
  std::string what = "exit status " + std::to_string(outcome.status) + " of";
  for (const std::string& word : command.argv) what += " " + word;
  throw std::runtime_error(what + "\n" + outcome.out + outcome.err);
}

bool alive(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  // It may end between these two; an iterator over the file would throw then.
  std::string stat;
  std::getline(in, stat, '\0');
  const std::size_t name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat.compare(name_end + 2, 1, "Z") != 0;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace rcx::test
