// Contents as runs of bytes that lie elsewhere, as deltas make them: nothing is copied to have one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/vcs/git/objects/objects.hpp"

namespace rcx::host::git {

// Two versions of a file share most of their runs, so comparing them looks at little more than
// what differs. A value; what it consists of is shared by its copies. Any thread reads it.
class Pieces {
 public:
  // What bytes of pieces lie in, for as long as one of them is there.
  using Memory = std::shared_ptr<const void>;

  // Nothing.
  Pieces() = default;
  // All of it; not null.
  explicit Pieces(Content whole);
  // Bytes that lie in `memory`.
  Pieces(std::string_view bytes, Memory memory);
  // What `delta` makes of `base`; both lie in `memory`, and so does the delta. None when it does
  // not fit. Where the runs would take more than the bytes themselves, these are copied.
  static std::optional<Pieces> made(const Pieces& base, std::string_view delta, Memory memory);

  std::size_t size() const noexcept { return runs_.empty() ? 0 : runs_.back().end; }
  // What it was made of as a whole; else null.
  const Content& whole() const noexcept { return whole_; }
  // Bytes that this takes, without those that it consists of.
  std::size_t cost() const noexcept;
  // Bytes `from` to `to`, without the latter, which is at most size().
  std::string text(std::size_t from, std::size_t to) const;
  // The first `byte` in this range; `to` where there is none.
  std::size_t find(char byte, std::size_t from, std::size_t to) const noexcept;
  // Behind the last `byte` in this range; `from` where there is none.
  std::size_t behind_last(char byte, std::size_t from, std::size_t to) const noexcept;
  // Number `place`, which is below size().
  char at(std::size_t place) const noexcept;

  // How many bytes at the beginning of both are the same.
  static std::size_t common_prefix(const Pieces& a, const Pieces& b) noexcept;
  // How many at the end, at most `most`, which neither is shorter than.
  static std::size_t common_suffix(const Pieces& a, const Pieces& b, std::size_t most) noexcept;

 private:
  struct Run {
    const char* bytes;
    std::size_t end;  // where in the content the next one begins
  };

  std::size_t begin_of(std::size_t run) const noexcept { return run == 0 ? 0 : runs_[run - 1].end; }
  // The run that byte number `place` is in.
  std::size_t run_at(std::size_t place) const noexcept;
  // Calls `look(bytes)` for what lies in this range, in order, until it returns false.
  template <class Look>
  void each(std::size_t from, std::size_t to, Look look) const;
  void add(std::string_view bytes);

  std::vector<Run> runs_;  // none is empty
  Memory memory_;
  Content whole_;
};

using SharedPieces = std::shared_ptr<const Pieces>;

}  // namespace rcx::host::git
