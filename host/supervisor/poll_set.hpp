// Descriptors to wait for, each with what is to be done then.
#pragma once

#include <poll.h>

#include <functional>
#include <vector>

namespace rcx::host {

// Filled anew for each wait, because what is done may end what others would have waited for: an
// action finds its object by name or number, and does nothing when that is gone.
class PollSet {
 public:
  // Does `then` once `fd` can be read, or its other end is closed. A negative `fd` is left out.
  void add(int fd, std::function<void()> then) {
    if (fd < 0) return;
    waiting_.push_back({fd, POLLIN, 0});
    actions_.push_back(std::move(then));
  }

  // Returns after the actions of all that can be read, and after `milliseconds` at the latest.
  void wait(int milliseconds) {
    if (::poll(waiting_.data(), waiting_.size(), milliseconds) < 1) return;
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (waiting_[i].revents != 0) actions_[i]();
    }
  }

 private:
  std::vector<pollfd> waiting_;
  std::vector<std::function<void()>> actions_;
};

}  // namespace rcx::host
