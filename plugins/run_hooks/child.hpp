// A process that runs a hook, and the process group it leads.
#ifndef RCX_PLUGINS_RUN_HOOKS_CHILD_HPP
#define RCX_PLUGINS_RUN_HOOKS_CHILD_HPP

#include "descriptor.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace run_hooks {

struct Program {
  std::string path;                      // absolute
  std::vector<std::string> arguments;    // without the program itself
  std::vector<std::string> environment;  // all of it, `NAME=value`
  std::string directory;                 // where it runs
};

// Used by one thread. The destructor leaves nothing of the group behind.
class Child {
 public:
  // Starts the program in a group of its own, with `input` as standard input, `output` as standard
  // output and error, no other descriptor, and every signal as at the start of a program. It dies
  // with the thread that made it. Throws std::system_error where no process can be made; whether
  // the program could be executed, finish() tells.
  Child(const Program& program, int input, int output);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child();

  // Readable once the process has ended.
  int pidfd() const noexcept { return pidfd_.get(); }
  bool ended() const noexcept;
  // To the whole group.
  void signal(int number) const noexcept;
  // Waits for the end of the process, kills what is left of its group, and returns how it ended, as
  // waitpid has it. Throws std::system_error where the program could not be executed, and
  // where its end is not known. Once.
  int finish();

 private:
  std::optional<int> reap() noexcept;
  pid_t pid_ = -1;
  Descriptor pidfd_;
  Descriptor failure_;  // what the child writes when it cannot execute the program
};

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_CHILD_HPP
