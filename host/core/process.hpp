// Child processes.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "host/core/fd.hpp"
#include "host/core/file.hpp"
#include "host/core/result.hpp"

namespace rcx::host {

// Both ends close on exec.
struct Pipe {
  Fd reader;
  Fd writer;
  static Result<Pipe> open();
};

// The first descriptor that Process::start gives to a child.
inline constexpr int kFirstInherited = 3;

// What a child is given. Descriptors stay the caller's.
struct Launch {
  fs::path program;  // with no slash, it is looked for in PATH
  std::vector<std::string> arguments;
  std::vector<int> inherited;  // become descriptors 3, 4, …; it has no others
  int input = -1;              // standard input; -1: /dev/null
  int output = 2;              // standard output
  int error = 2;               // standard error
  // `NAME=value`, all of them; none: those of this process.
  std::optional<std::vector<std::string>> environment;
};

// A running child. Move-only; dropping it leaves the child alone.
class Process {
 public:
  static Result<Process> start(const Launch& launch);
  // Executes `program`. The child has standard input from /dev/null, `output` as standard output
  // and error, `inherited` as descriptors 3, 4, …, no others, and this environment.
  static Result<Process> start(const fs::path& program, const std::vector<std::string>& arguments,
                               const std::vector<int>& inherited, int output = 2);

  Process(Process&& other) noexcept = default;
  Process& operator=(Process&& other) noexcept = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() = default;

  pid_t pid() const noexcept { return pid_; }
  // Readable once the child has ended.
  int pidfd() const noexcept { return pidfd_.get(); }
  void signal(int number) const;
  // Waits for the end and says how it ended: `exit status 3`, `killed by signal 11 (Segmentation
  // fault)`. `status` becomes the exit status, or the signal's number with a minus sign.
  std::string wait(int* status = nullptr) const;
  // SIGKILL and wait.
  void kill() const;

 private:
  Process(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  pid_t pid_ = -1;
  Fd pidfd_;
};

// What waitpid's `status` means, in words.
std::string end_text(int status);

}  // namespace rcx::host
