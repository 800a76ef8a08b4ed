// All commits of a pack, inflated by two threads. Used by host/vcs/git/objects alone.
#pragma once

#include <atomic>
#include <memory>
#include <memory_resource>
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
  enum class State : std::uint8_t { kWaiting, kTaken, kDone, kNotHere };
  struct Record {
    Offset offset = 0;
    std::uint32_t place = 0;  // in the index
  };
  // What one of the threads inflates with, and to.
  struct Side {
    Inflate inflate;
    std::pmr::monotonic_buffer_resource memory;
    std::size_t room = kMostBytes / 2;
  };
  // Of texts. What comes behind is read when it is asked for.
  static constexpr std::size_t kMostBytes = std::size_t{32} * 1024 * 1024;

  // What stands before all trees and blobs, in order: git puts all commits there, and tags.
  static std::vector<Record> list(const PackFile& pack);
  // Those below that offset, in order.
  static std::vector<Record> below(const PackFile& pack, Offset limit);
  CommitsAhead(const PackFile& pack, std::vector<Record> records);
  // Inflates that one, if nobody has begun to.
  void inflate(std::size_t number, Side& side) noexcept;
  // None where it is no whole commit, or there is no room for it.
  std::optional<std::string_view> text_of(const Record& record, Side& side) const;
  void start();

  const PackFile& pack_;
  std::vector<Record> records_;  // in the order of the pack
  std::vector<std::atomic<State>> states_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint32_t> numbers_;  // by place: 1 and more, of records_; 0: none
  Side here_;
  Side there_;
  HelperThread helper_;
};

}  // namespace rcx::host::git
