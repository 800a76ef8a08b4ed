#include "host/vcs/git/objects/pieces.hpp"

#include <algorithm>
#include <cstring>

#include "host/vcs/git/objects/common_bytes.hpp"
#include "host/vcs/git/objects/delta.hpp"

namespace rcx::host::git {

Pieces::Pieces(Content whole) : whole_(std::move(whole)) {
  add(*whole_);
}

Pieces::Pieces(std::string_view bytes, Memory memory) : memory_(std::move(memory)) {
  add(bytes);
}

std::optional<Pieces> Pieces::made(const Pieces& base, std::string_view delta, Memory memory) {
  const auto sizes = delta_sizes(delta);
  if (!sizes || sizes->base != base.size() || sizes->result > kLargestObject) return std::nullopt;
  // So many runs take as much as the bytes do.
  const std::size_t most_runs = sizes->result / sizeof(Run) + 1;
  Pieces made;
  // A vector that grows by itself takes up to twice what it holds, and one of each version is kept.
  constexpr std::size_t kFewMore = 16;
  made.runs_.reserve(std::min(base.runs_.size() + kFewMore, most_runs + 1));
  const auto room = [&] { return made.runs_.size() <= most_runs; };
  const bool fits = read_delta(
      delta, *sizes,
      [&](std::size_t from, std::size_t length) {
        base.each(from, from + length, [&](std::string_view bytes) {
          made.add(bytes);
          return room();
        });
        return room();
      },
      [&](std::string_view bytes) {
        made.add(bytes);
        return room();
      });
  if (fits) {
    made.memory_ = std::move(memory);
    made.runs_.shrink_to_fit();
    return made;
  }
  if (room()) return std::nullopt;
  auto copy = std::make_shared<std::string>();
  const std::string whole = base.text(0, base.size());
  if (!apply_delta(whole, delta, *copy)) return std::nullopt;
  return Pieces(Content(std::move(copy)));
}

std::size_t Pieces::cost() const noexcept {
  return sizeof *this + runs_.capacity() * sizeof(Run);
}

void Pieces::add(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t before = size();
  if (!runs_.empty()) {
    const std::size_t last = before - begin_of(runs_.size() - 1);
    if (runs_.back().bytes + last == bytes.data()) {
      runs_.back().end += bytes.size();
      return;
    }
  }
  runs_.push_back({bytes.data(), before + bytes.size()});
}

std::size_t Pieces::run_at(std::size_t place) const noexcept {
  const auto found = std::upper_bound(runs_.begin(), runs_.end(), place,
                                      [](std::size_t at, const Run& run) { return at < run.end; });
  return static_cast<std::size_t>(found - runs_.begin());
}

template <class Look>
void Pieces::each(std::size_t from, std::size_t to, Look look) const {
  if (from >= to) return;
  for (std::size_t run = run_at(from); from < to; ++run) {
    const std::size_t end = std::min(runs_[run].end, to);
    if (!look(std::string_view(runs_[run].bytes + (from - begin_of(run)), end - from))) return;
    from = end;
  }
}

char Pieces::at(std::size_t place) const noexcept {
  const std::size_t run = run_at(place);
  return runs_[run].bytes[place - begin_of(run)];
}

std::string Pieces::text(std::size_t from, std::size_t to) const {
  std::string copy;
  copy.reserve(to - from);
  each(from, to, [&](std::string_view bytes) {
    copy += bytes;
    return true;
  });
  return copy;
}

std::size_t Pieces::find(char byte, std::size_t from, std::size_t to) const noexcept {
  std::size_t found = from;
  each(from, to, [&](std::string_view bytes) {
    const std::size_t here = bytes.find(byte);
    found += here == std::string_view::npos ? bytes.size() : here;
    return here == std::string_view::npos;
  });
  return found;
}

std::size_t Pieces::behind_last(char byte, std::size_t from, std::size_t to) const noexcept {
  while (from < to) {
    const std::size_t run = run_at(to - 1);
    const std::size_t begin = std::max(begin_of(run), from);
    const std::string_view bytes(runs_[run].bytes + (begin - begin_of(run)), to - begin);
    const std::size_t here = bytes.rfind(byte);
    if (here != std::string_view::npos) return begin + here + 1;
    to = begin;
  }
  return from;
}

std::size_t Pieces::common_prefix(const Pieces& a, const Pieces& b) noexcept {
  const std::size_t most = std::min(a.size(), b.size());
  std::size_t run_a = 0;
  std::size_t run_b = 0;
  for (std::size_t same = 0; same < most;) {
    const Run& one = a.runs_[run_a];
    const Run& other = b.runs_[run_b];
    const char* const at_a = one.bytes + (same - a.begin_of(run_a));
    const char* const at_b = other.bytes + (same - b.begin_of(run_b));
    const std::size_t both = std::min(one.end, other.end) - same;
    const std::size_t here = at_a == at_b ? both : git::common_prefix({at_a, both}, {at_b, both});
    same += here;
    if (here < both) return same;
    if (same == one.end) ++run_a;
    if (same == other.end) ++run_b;
  }
  return most;
}

std::size_t Pieces::common_suffix(const Pieces& a, const Pieces& b, std::size_t most) noexcept {
  std::size_t run_a = a.runs_.size();
  std::size_t run_b = b.runs_.size();
  for (std::size_t same = 0; same < most;) {
    const std::size_t end_a = a.size() - same;
    const std::size_t end_b = b.size() - same;
    while (run_a == a.runs_.size() || a.begin_of(run_a) >= end_a) --run_a;
    while (run_b == b.runs_.size() || b.begin_of(run_b) >= end_b) --run_b;
    const std::size_t both =
        std::min({end_a - a.begin_of(run_a), end_b - b.begin_of(run_b), most - same});
    const char* const at_a = a.runs_[run_a].bytes + (end_a - both - a.begin_of(run_a));
    const char* const at_b = b.runs_[run_b].bytes + (end_b - both - b.begin_of(run_b));
    const std::size_t here = at_a == at_b ? both : git::common_suffix({at_a, both}, {at_b, both});
    same += here;
    if (here < both) return same;
  }
  return most;
}

}  // namespace rcx::host::git
