// Signals that end a program, held back while there is something to clean up.
#pragma once

#include <csignal>

#include "host/core/fd.hpp"

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

 private:
  sigset_t before_{};
  Fd fd_;
};

}  // namespace rcx::host
