// An open file of this process.
#ifndef RCX_PLUGINS_RUN_HOOKS_DESCRIPTOR_HPP
#define RCX_PLUGINS_RUN_HOOKS_DESCRIPTOR_HPP

#include <unistd.h>

#include <utility>

namespace run_hooks {

// Move-only; closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }

  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_DESCRIPTOR_HPP
