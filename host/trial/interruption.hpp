// Signals that end a program, held back while there is something to clean up.
#pragma once

#include <csignal>

#include "host/core/fd.hpp"
#include "host/core/result.hpp"

namespace rcx::host {

// Holds SIGHUP, SIGINT and SIGTERM back from the thread that makes it. One that came meanwhile
// takes effect when this is destroyed, on that same thread. Move-only.
class Interruption {
 public:
  Interruption();
  Interruption(Interruption&&) noexcept = default;
  Interruption& operator=(Interruption&&) = delete;
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;
  ~Interruption();

  // Readable once one of them has come. Not to be read.
  int fd() const noexcept { return fd_.get(); }
  // Whether one has. It went to the children of this process as well, where a terminal sent it.
  bool came() const noexcept;

 private:
  sigset_t before_{};
  Fd fd_;
};

// What is said of work that a signal has ended.
inline Error interrupted() {
  return {Code::kUnavailable, "interrupted"};
}

}  // namespace rcx::host
