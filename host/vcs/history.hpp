// A history, cut into the pushes that it would have been.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "host/vcs/vcs.hpp"

namespace rcx::host {

// Which part of a repository's history.
struct HistoryRange {
  std::string range;     // `A..B`, or `B` for all that it reaches; empty: HEAD
  std::size_t last = 0;  // of these, only so many pushes; 0: all
  bool as_one = false;   // all of it as one push, instead of one for each step of first parents
  std::string ref;       // whole name of the reference that is pushed; empty: as `B` says
  std::string name;      // of the repository; empty: as below a root, or the last part of its path
  std::string caller;    // who pushes; empty: the user who runs this
  bool committer = false;  // each push is by the committer of its last commit
};

// Pushes, oldest first. A step from one commit to the next along first parents is one push, and
// what a merge brings belongs to it. Reads the repository, changes nothing. One thread.
class History {
 public:
  History() = default;
  History(const History&) = delete;
  History& operator=(const History&) = delete;
  History(History&&) = delete;
  History& operator=(History&&) = delete;
  virtual ~History() = default;

  virtual std::size_t pushes() const noexcept = 0;
  virtual std::size_t commits() const noexcept = 0;
  // The event of push number `index`, of that kind, at the time of its last commit; its id is
  // numbered_id(index). Must not outlive this.
  virtual Result<HookEvent> push(std::size_t index, std::uint32_t kind) const = 0;
};

// Of git repositories.
Result<std::unique_ptr<History>> open_history(const fs::path& repository, const HistoryRange& range,
                                              const Config& config);

// An id that holds a number, and that number.
Uuid numbered_id(std::size_t number) noexcept;
std::size_t number_of(const Uuid& id) noexcept;

}  // namespace rcx::host
