// Marks in the scoreboard who takes the process down.
#pragma once

#include <memory>

#include "host/dispatch/scoreboard.hpp"

namespace rcx::host {

// Installs handlers for the signals that end a process and for exit(). They write the calling
// thread's slot and let the process die as it would have. For threads that have no slot, because an
// extension started them, they write `block`, where there is one. Once per process.
void install_crash_marks(Block* block = nullptr);

// Says which slot belongs to the calling thread, and gives the thread a signal stack of its own, so
// that a stack overflow can be marked. One object per thread, for the thread's whole life.
class CrashMark {
 public:
  explicit CrashMark(Slot& slot);
  CrashMark(const CrashMark&) = delete;
  CrashMark& operator=(const CrashMark&) = delete;
  CrashMark(CrashMark&&) = delete;
  CrashMark& operator=(CrashMark&&) = delete;
  ~CrashMark();

 private:
  std::unique_ptr<char[]> stack_;
};

}  // namespace rcx::host
