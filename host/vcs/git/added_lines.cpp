#include "host/vcs/git/added_lines.hpp"

#include <git2.h>

#include <algorithm>

#include "host/vcs/git/git.hpp"

namespace rcx::host::git {
namespace {

// Lines `first` to `last`, counted from 0, without `last`.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// As git decides it.
bool is_binary(std::string_view content) {
  constexpr std::size_t kLooked = 8000;
  return content.substr(0, kLooked).find('\0') != std::string_view::npos;
}

std::uint64_t count_lines(std::string_view text) {
  const auto newlines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  return newlines + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

// How many bytes of whole lines `a` and `b` have in common at their beginning.
std::size_t common_head(std::string_view a, std::string_view b) {
  const auto differ = std::mismatch(
      a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  const auto same = static_cast<std::size_t>(differ.first - a.begin());
  const std::size_t newline = a.substr(0, same).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

// The same at their end.
std::size_t common_tail(std::string_view a, std::string_view b) {
  const std::size_t most = std::min(a.size(), b.size());
  const auto differ =
      std::mismatch(a.rbegin(), a.rbegin() + static_cast<std::ptrdiff_t>(most), b.rbegin());
  const auto same = static_cast<std::size_t>(differ.first - a.rbegin());
  // Both end there, or what stands before ends a line in both.
  const auto begins = [same](std::string_view text) {
    return text.size() == same || text[text.size() - same - 1] == '\n';
  };
  if (begins(a) && begins(b)) return same;
  const std::size_t newline = a.substr(a.size() - same).find('\n');
  return newline == std::string_view::npos ? 0 : same - newline - 1;
}

int note_hunk(const git_diff_delta* /*delta*/, const git_diff_hunk* hunk, void* into) {
  if (hunk->new_lines == 0) return 0;
  const auto first = static_cast<std::uint64_t>(hunk->new_start) - 1;
  static_cast<std::vector<Range>*>(into)->push_back(
      {first, first + static_cast<std::uint64_t>(hunk->new_lines)});
  return 0;
}

Result<std::vector<Range>> added_ranges(std::string_view before, std::string_view after) {
  const std::size_t head = common_head(before, after);
  const std::uint64_t skipped = count_lines(after.substr(0, head));
  before.remove_prefix(head);
  after.remove_prefix(head);
  const std::size_t tail = common_tail(before, after);
  before.remove_suffix(tail);
  after.remove_suffix(tail);
  std::vector<Range> ranges;
  if (after.empty()) return ranges;
  if (before.empty()) {
    ranges.push_back({skipped, skipped + count_lines(after)});
    return ranges;
  }
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;
  options.context_lines = 0;
  options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
  if (git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr,
                       &options, nullptr, nullptr, &note_hunk, nullptr, &ranges) != 0) {
    return last_error("cannot compare two contents");
  }
  for (Range& range : ranges) {
    range.first += skipped;
    range.last += skipped;
  }
  return ranges;
}

// What both have.
std::vector<Range> shared(const std::vector<Range>& a, const std::vector<Range>& b) {
  std::vector<Range> both;
  for (auto one = a.begin(), other = b.begin(); one != a.end() && other != b.end();) {
    const Range range{std::max(one->first, other->first), std::min(one->last, other->last)};
    if (range.first < range.last) both.push_back(range);
    (one->last < other->last ? one : other)++;
  }
  return both;
}

}  // namespace

Result<AddedLines> added_lines(const std::vector<std::string_view>& before,
                               std::string_view after) {
  AddedLines added;
  added.binary = is_binary(after) || std::any_of(before.begin(), before.end(), is_binary);
  if (added.binary) return added;
  std::vector<Range> ranges = {{0, count_lines(after)}};
  for (const std::string_view one : before) {
    Result<std::vector<Range>> against = added_ranges(one, after);
    if (!against) return against.error();
    ranges = shared(ranges, *against);
  }
  std::size_t at = 0;
  std::uint64_t line = 0;
  const auto skip_to = [&](std::uint64_t wanted) {
    for (; line < wanted && at < after.size(); ++line) {
      const std::size_t newline = after.find('\n', at);
      at = newline == std::string_view::npos ? after.size() : newline + 1;
    }
    return at;
  };
  for (const Range& range : ranges) {
    const std::size_t from = skip_to(range.first);
    const std::size_t to = skip_to(range.last);
    if (from == to) continue;
    added.runs.push_back({range.first + 1, range.last - range.first, added.text.size()});
    added.text += after.substr(from, to - from);
  }
  return added;
}

}  // namespace rcx::host::git
