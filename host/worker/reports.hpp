// What a worker tells its supervisor while it serves.
#pragma once

#include <mutex>
#include <string>

namespace rcx::host {

// Any thread. What cannot be sent at once is dropped: no push waits for it.
class Reports {
 public:
  // `control` must outlive this.
  explicit Reports(int control) : control_(control) {}

  // An extension did not do its work.
  void failed(const std::string& extension, const std::string& reason);
  // This worker accepts no call any more.
  void left();

 private:
  bool send(const std::string& line);

  std::mutex mutex_;
  int control_;
};

}  // namespace rcx::host
