// Generations that have been replaced, and finish what they have.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "host/supervisor/generation.hpp"

namespace rcx::host {

// Belongs to one thread.
class RetiredGenerations {
 public:
  // Has it retire. Whoever is left after its `budget.drain` is killed.
  void add(std::unique_ptr<Generation> generation);

  void watch(PollSet& waiting) const;
  // Ends what is over a deadline, and forgets those that are gone.
  void tend();

  bool empty() const noexcept { return all_.empty(); }
  // Whether another one has to wait: with the one that serves, the next one, and in each 64
  // workers at both doors, 48 of dedicated extensions and 16 on demand, more would need more blocks
  // than the scoreboard has.
  bool full() const noexcept { return all_.size() >= kMost; }
  bool uses_block(std::size_t block) const;
  // Whether workers that may still accept a call are to be waited for: until each has said that it
  // does not, which takes them microseconds, and for a few seconds at most.
  bool stopping() const;
  // Those workers, whether they are waited for or not.
  std::vector<pid_t> accepting() const;
  void for_each(const std::function<void(Generation&)>& see) const;

  // Workers that died although nobody asked them to, of generations that are gone.
  int lost() const noexcept { return lost_; }
  // Whether something that a status shows has changed since this was asked last.
  bool changed();

 private:
  static constexpr std::size_t kMost = 3;

  struct Retired {
    std::unique_ptr<Generation> generation;
    std::int64_t deadline_ns = 0;  // monotonic
  };
  std::vector<Retired> all_;
  std::int64_t stopped_by_ns_ = 0;  // monotonic
  int lost_ = 0;
  bool changed_ = false;
};

}  // namespace rcx::host
