// Memory of contents that were let go, for those that come next. Used by host/vcs/git/objects
// alone.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// A push has ten thousands of trees, each of which lives for a moment: taking memory for each and
// giving it back was a fifth of what reading them cost. One thread.
class Buffers {
 public:
  // A text of any size and content.
  std::shared_ptr<std::string> take() {
    if (free_.empty()) return std::make_shared<std::string>();
    std::shared_ptr<std::string> taken = std::move(free_.back());
    free_.pop_back();
    return taken;
  }

  // What nobody else holds is used again.
  void give(Content content) {
    constexpr std::size_t kMost = 256;
    constexpr std::size_t kLargest = std::size_t{64} * 1024;
    if (content.use_count() != 1 || content->capacity() > kLargest || free_.size() == kMost) return;
    // All of them were made by take(), or by who may write to them.
    free_.push_back(std::const_pointer_cast<std::string>(std::move(content)));
  }

 private:
  std::vector<std::shared_ptr<std::string>> free_;
};

}  // namespace rcx::host::git
