// Room on the disk that is kept for events of pushes that git has accepted already.
#pragma once

#include "host/core/core.hpp"

namespace rcx::host {

// A file of that size, which is given up when the disk is full: what was accepted until then still
// finds room, and nothing more is accepted before the file can be made again. One thread.
class Reserve {
 public:
  Reserve(fs::path file, std::uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}

  // Makes the file where it is not there whole. False where there is no room for it.
  bool make();
  void give_up();
  // Whether it is there, as far as this object knows.
  bool there() const noexcept { return there_; }

 private:
  fs::path file_;
  std::uint64_t bytes_;
  bool there_ = false;
};

}  // namespace rcx::host
