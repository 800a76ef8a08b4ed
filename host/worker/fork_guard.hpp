// Descriptors of the worker that a child of an extension must not keep open.
#pragma once

namespace rcx::host {

// From now on a child that this process forks closes the guarded descriptors at once. (exec closes
// them anyway.) Once per process, before threads.
void install_fork_guard();

// Guards `fd` while it lives.
class ForkGuard {
 public:
  explicit ForkGuard(int fd);
  ForkGuard(const ForkGuard&) = delete;
  ForkGuard& operator=(const ForkGuard&) = delete;
  ForkGuard(ForkGuard&&) = delete;
  ForkGuard& operator=(ForkGuard&&) = delete;
  ~ForkGuard();

 private:
  int place_ = -1;
};

}  // namespace rcx::host
