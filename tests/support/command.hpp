// Runs other programs, in an environment that does not depend on who runs the tests.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace rcx::test {

inline constexpr unsigned kNobody = 65534;
// Longer than anything takes on a busy machine; what takes longer hangs.
inline constexpr std::chrono::seconds kPatience{120};

// What to run. The environment is made anew: PATH, a C locale, no configuration of git but that of
// the repository, a fixed author; HOME is `directory`.
struct Command {
  std::vector<std::string> argv;
  fs::path directory = "/";
  std::map<std::string, std::string> variables = {};  // these win
  std::string input = {};
  bool as_nobody = false;  // needs root
};

// What came of it.
struct Outcome {
  int status = -1;  // exit status; -1 when a signal ended it
  int signal = 0;
  std::string out;
  std::string err;

  // What the server said during a push: the lines that git shows as `remote:`, without that, and
  // without the one that a slow machine adds to any of them.
  std::vector<std::string> remote() const;
};

// A program that runs in the background, in a process group of its own. Output goes to memory, so
// that nothing waits for a reader. Move-only; the destructor kills the group.
class Running {
 public:
  explicit Running(const Command& command);
  Running(Running&& other) noexcept;
  Running& operator=(Running&&) = delete;
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running();

  pid_t pid() const noexcept { return pid_; }
  // What it has written so far.
  std::string out() const;
  std::string err() const;
  bool ended();
  // To this process only, and to it and all it started.
  void signal(int number) const;
  void signal_group(int number) const;
  // Throws when it does not end within kPatience.
  Outcome wait();

 private:
  bool reap(int flags);
  std::string name_;
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int wait_status_ = 0;
  bool reaped_ = false;
};

Outcome run(const Command& command);

// Runs it and returns its output; throws, with all it said, when it fails.
std::string must(const Command& command);

// Whether the process runs. One that nobody has waited for yet does not.
bool alive(pid_t pid);

// Whether `condition` becomes true before the patience ends. Asks every few milliseconds.
bool eventually(const std::function<bool()>& condition,
                std::chrono::milliseconds patience = kPatience);

}  // namespace rcx::test
