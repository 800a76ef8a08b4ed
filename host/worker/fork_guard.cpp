#include "host/worker/fork_guard.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace rcx::host {
namespace {

// More than two for each thread of a worker and its few common descriptors.
constexpr std::size_t kMost = 256;

// Descriptor + 1; 0: free. Read in a forked child, where nothing but plain loads and close is
// allowed.
std::array<std::atomic<int>, kMost> guarded{};  // NOLINT: pthread_atfork passes no argument

void close_guarded() {
  for (std::atomic<int>& entry : guarded) {
    const int fd = entry.load() - 1;
    if (fd >= 0) ::close(fd);
  }
}

}  // namespace

void install_fork_guard() {
  ::pthread_atfork(nullptr, nullptr, &close_guarded);
}

ForkGuard::ForkGuard(int fd) {
  for (std::size_t i = 0; i < kMost; ++i) {
    int free = 0;
    if (guarded[i].compare_exchange_strong(free, fd + 1)) {
      place_ = static_cast<int>(i);
      return;
    }
  }
}

ForkGuard::~ForkGuard() {
  if (place_ >= 0) guarded[static_cast<std::size_t>(place_)].store(0);
}

}  // namespace rcx::host
