// Who does something with a node, so that what was left half done can be told from what is in hand.
#pragma once

#include <string>

namespace rcx::host {

// Names this process until it ends, also against a later one with the same number.
std::string this_process();

// Names one action of this process for as long as this lives. Any thread.
class Holder {
 public:
  Holder();
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  Holder(Holder&&) = delete;
  Holder& operator=(Holder&&) = delete;
  ~Holder();
  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
};

// Whether that process, or that action of it, is still at work. Of actions of other processes, only
// the process is known.
bool is_alive(const std::string& holder);

}  // namespace rcx::host
