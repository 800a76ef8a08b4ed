// Takes an extension out that fails again and again, until its file changes or somebody clears it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "host/plugin/plan.hpp"

namespace rcx::host {

// One failure of an extension: it threw, was over its deadline, or took its worker down.
struct ExtensionFailure {
  std::string extension;
  std::string reason;
};

// What is disabled stands in a file, so that a restart does not bring it back. Belongs to one
// thread.
class Breaker {
 public:
  // `file` need not be there. One that cannot be read counts as empty, and the log says so.
  explicit Breaker(fs::path file);

  // Counts a failure of what `serving` has loaded. Once there were as many within the window as
  // `limits` says, the extension is disabled.
  void count(const ExtensionFailure& failure, const Plan& serving, const BreakerConfig& limits);
  // Disables in `plan` what is disabled and is the same file still. Whether that changed anything.
  bool apply(Plan& plan) const;
  // False when it is not disabled.
  bool clear(const std::string& id);

 private:
  struct Disabled {
    std::string hash;
    std::string reason;
  };
  void save() const;

  fs::path file_;
  std::map<std::string, Disabled> disabled_;  // by id
  // Monotonic times, by id and hash of the file.
  std::map<std::pair<std::string, std::string>, std::deque<std::int64_t>> failures_;
};

}  // namespace rcx::host
