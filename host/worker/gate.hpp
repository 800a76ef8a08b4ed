// Between a worker's threads and the socket at which calls arrive: whether any of them may still
// accept one.
#pragma once

#include <atomic>

#include "host/core/fd.hpp"

namespace rcx::host {

// One per worker. Each thread enters before it waits for a call, and leaves when it has accepted
// one or found none; what it then does with the call is of no interest here.
class Gate {
 public:
  Gate();

  // False once it is closed: the thread must accept nothing, and does not leave.
  bool enter() noexcept;
  void leave() noexcept;

  // Nobody enters from here on. Any thread.
  void close() noexcept;
  bool closed() const noexcept { return closed_; }
  // An eventfd, readable once the gate is closed and the last thread has left: no call that starts
  // later is accepted. Negative where the process had no descriptor for it.
  int fd() const noexcept { return empty_.get(); }

 private:
  // In one order for all threads: who enters raises `inside_` before it reads `closed_`, and who
  // closes sets that before it reads `inside_`. So one of the two sees the other.
  std::atomic<int> inside_{0};
  std::atomic<bool> closed_{false};
  Fd empty_;
};

}  // namespace rcx::host
