// What all extensions of a process share, and each could change: the working directory, the umask,
// the locale, the handlers of signals, and the signals that a thread blocks.
#pragma once

#include <sys/types.h>
#include <csignal>

#include <array>
#include <string>
#include <vector>

namespace rcx::host {

// What was found changed, by name: `the umask`.
struct Changes {
  std::vector<std::string> restored;
  std::vector<std::string> lost;  // what could not be put back
};

// Remembers a process and puts it back. Takes no memory when nothing changed.
class ProcessGuard {
 public:
  // Remembers the process as it is now. Moves it to `/`, which is always there to go back to.
  ProcessGuard();

  // Puts back what is the calling thread's own: blocked signals, and its locale.
  void check_thread(Changes& changes) const;
  // Puts back what is the process's. Only a thread that is `alone`, because no other runs code of
  // extensions, can put back the locale: others may be reading it. A microsecond.
  void check_process(bool alone, Changes& changes) const;
  // Puts back what signals do. Ten microseconds: the kernel is asked about each. Not about
  // real-time signals, which mean nothing to the host, and much to some runtimes.
  void check_signals(Changes& changes) const;

 private:
  static constexpr int kSignals = 32;
  std::array<struct sigaction, kSignals> actions_{};
  sigset_t blocked_{};
  dev_t device_ = 0;
  ino_t inode_ = 0;
  mode_t mask_ = 0;
  std::string locale_;
};

}  // namespace rcx::host
