// What tells every thread of every worker that a repository is no longer what it was.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "host/core/core.hpp"

namespace rcx::host {

// Counters in memory that the supervisor shares with its workers. Each repository has one of them;
// several may share one, and then forget more than they must. Any thread of any process.
//
// There is no flag that the first thread clears: whoever keeps something of a repository keeps the
// number with it, and compares.
class Generations {
 public:
  // In `file`, which replaces another of that name; empty: in memory that has no name.
  static Result<Generations> create(const fs::path& file);
  static Result<Generations> attach(Fd fd);

  Generations(Generations&& other) noexcept;
  Generations& operator=(Generations&&) = delete;
  Generations(const Generations&) = delete;
  Generations& operator=(const Generations&) = delete;
  ~Generations();

  int fd() const noexcept { return fd_.get(); }
  // The generation that the repository at `path` is in.
  std::uint64_t current(std::string_view path) const noexcept;
  // The repository changed: as soon as what changed can be seen, and before anybody is told.
  void invalidate(std::string_view path) noexcept;

  void count_hit() noexcept;
  void count_open() noexcept;

  // Of all workers since the host started.
  struct Counts {
    std::uint64_t hits = 0;           // a repository was open already
    std::uint64_t opens = 0;          // it had to be opened
    std::uint64_t invalidations = 0;  // calls of invalidate
  };
  Counts counts() const noexcept;
  // Those in the file of a host that serves.
  static Result<Counts> read(const fs::path& file);

 private:
  struct Table;
  Generations(Fd fd, Table* table) noexcept : fd_(std::move(fd)), table_(table) {}
  static Result<Generations> map(Fd fd, int protection);
  Fd fd_;
  Table* table_;
};

}  // namespace rcx::host
