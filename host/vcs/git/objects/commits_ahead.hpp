// All commits of a pack, inflated by two threads. Used by host/vcs/git/objects alone.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "host/vcs/git/objects/helper_thread.hpp"
#include "host/vcs/git/objects/pack_file.hpp"

namespace rcx::host::git {

// To know what is new in a large push, all of its commits are read, and most of what that costs is
// to inflate them. Who asks for them inflates from the beginning of the pack on, where the latest
// are, and a thread of this from the end back. One thread, but for that.
class CommitsAhead {
 public:
  // Null for a pack that has few commits. `pack` must outlive this.
  static std::unique_ptr<CommitsAhead> of(const PackFile& pack);
  CommitsAhead(const CommitsAhead&) = delete;
  CommitsAhead& operator=(const CommitsAhead&) = delete;
  CommitsAhead(CommitsAhead&&) = delete;
  CommitsAhead& operator=(CommitsAhead&&) = delete;
  ~CommitsAhead() = default;

  // The commit at `place` in the index of the pack, for as long as this is there. None where it is
  // stored as a delta, damaged, or in the hands of the other thread: it is to be read the usual
  // way, which tells what is wrong.
  std::optional<std::string_view> find(std::size_t place) noexcept;

 private:
  enum class State : std::uint8_t { kWaiting, kTaken, kDone, kDamaged };
  struct Commit {
    std::size_t place = 0;  // in the index
    std::string_view data;  // compressed
    std::size_t begin = 0;  // in texts_
    std::size_t size = 0;
  };

  // Those that stand before all trees and blobs, in order. git puts all of them there.
  static std::vector<Commit> list(const PackFile& pack);
  // `places`: how many objects the index has.
  CommitsAhead(std::vector<Commit> commits, std::size_t places);
  // Inflates that one, if nobody has begun to.
  void inflate(std::size_t number, Inflate& inflate) noexcept;
  void start();

  std::vector<Commit> commits_;  // in the order of the pack
  std::vector<std::atomic<State>> states_;
  std::vector<std::uint32_t> numbers_;  // by place: 1 and more, of commits_; 0: none
  std::unique_ptr<char[]> texts_;       // NOLINT: not to be cleared, as a vector would be
  Inflate here_;
  Inflate there_;
  HelperThread helper_;
};

}  // namespace rcx::host::git
