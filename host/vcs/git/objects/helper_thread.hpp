// A second thread that takes work off the one of an event.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace rcx::host::git {

// What it is to do must be there until this is gone, so this is the last member of whoever has it.
class HelperThread {
 public:
  // To be looked at every few milliseconds: whoever has this waits.
  using Stopped = std::atomic<bool>;

  HelperThread() = default;
  HelperThread(const HelperThread&) = delete;
  HelperThread& operator=(const HelperThread&) = delete;
  HelperThread(HelperThread&&) = delete;
  HelperThread& operator=(HelperThread&&) = delete;
  // Waits until the work has seen that it is stopped.
  ~HelperThread();

  // At most once. `work` must not throw. Where the system gives no thread, nothing is done: who has
  // this does all of it.
  void start(std::function<void(const Stopped& stopped)> work);

 private:
  Stopped stopped_{false};
  std::thread thread_;
};

}  // namespace rcx::host::git
