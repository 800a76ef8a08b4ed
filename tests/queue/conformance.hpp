// What tests of every engine of the queue start from.
#pragma once

#include <sys/wait.h>
#include <csignal>

#include "tests/queue/engines.hpp"

namespace rcx::host {

using End = Settlement::End;

template <class Engine>
class QueueConformance : public testing::Test {
 protected:
  QueueConformance() { reopen(); }

  void reopen() {
    queue_.reset();
    queue_ = Engine::open(temp_.path().string());
  }
  void put(const NewEvent& event) { ASSERT_TRUE(queue_->enqueue({event}, kNow)); }
  std::vector<Lease> lease(std::int64_t now_ns = kNow, const LeaseTerms& terms = many()) {
    return *queue_->lease(terms, now_ns);
  }
  void settle(const Lease& lease, End end, std::int64_t now_ns = kNow, std::int64_t next_ns = 0,
              const std::string& error = "no") {
    ASSERT_TRUE(queue_->settle({end_of(lease, end, next_ns, error)}, now_ns));
  }
  // Runs `work` with the queue in a process of its own, which is killed right after.
  template <class Work>
  void in_killed_process(const Work& work) {
    queue_.reset();
    const pid_t child = ::fork();
    if (child == 0) {
      const std::unique_ptr<Queue> queue = Engine::open(temp_.path().string());
      work(*queue);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    reopen();
  }

  test::TempDir temp_;
  std::unique_ptr<Queue> queue_;
};

}  // namespace rcx::host
