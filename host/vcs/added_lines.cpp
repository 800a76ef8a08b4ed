#include "host/vcs/added_lines.hpp"

#include <git2.h>

#include <algorithm>
#include <limits>

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/objects/common_bytes.hpp"

namespace rcx::host {
namespace {

// Lines `first` to `last`, counted from 0, without `last`.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

constexpr std::uint64_t kEverything = std::numeric_limits<std::uint64_t>::max();

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
  const std::size_t newline = a.substr(0, git::common_prefix(a, b)).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

// The same at their end.
std::size_t common_tail(std::string_view a, std::string_view b) {
  const std::size_t same = git::common_suffix(a, b);
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

// Whether a line of one is in the other; for few lines, else true.
bool may_share_lines(std::string_view a, std::string_view b) {
  constexpr std::size_t kFew = 16;
  constexpr std::size_t kShort = 4096;
  if (a.size() > kShort || b.size() > kShort) return true;
  // Without the last newline, behind which there is no line.
  if (a.ends_with('\n')) a.remove_suffix(1);
  if (b.ends_with('\n')) b.remove_suffix(1);
  const std::vector<std::string_view> lines = split(a, '\n');
  const std::vector<std::string_view> others = split(b, '\n');
  if (lines.size() > kFew || others.size() > kFew) return true;
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    return std::find(others.begin(), others.end(), line) != others.end();
  });
}

// Which lines `after` has and `before` has not, and where to begin to look for them.
struct Difference {
  std::vector<Range> ranges;
  std::uint64_t lines = 0;  // at the beginning, that both have
  std::size_t bytes = 0;    // of these
};

// Cuts off the lines with which both begin, and those with which both end. Returns how many bytes
// the former are.
std::size_t cut_ends(std::string_view& before, std::string_view& after) {
  const std::size_t head = common_head(before, after);
  before.remove_prefix(head);
  after.remove_prefix(head);
  const std::size_t tail = common_tail(before, after);
  before.remove_suffix(tail);
  after.remove_suffix(tail);
  return head;
}

Result<Difference> compare(std::string_view before, std::string_view after) {
  Difference found;
  const std::string_view whole = after;
  found.bytes = cut_ends(before, after);
  found.lines = count_lines(whole.substr(0, found.bytes));
  if (after.empty()) return found;
  if (before.empty() || !may_share_lines(before, after)) {
    found.ranges.push_back({found.lines, found.lines + count_lines(after)});
    return found;
  }
  git_diff_options options{};
  git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
  options.context_lines = 0;
  options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
  if (git_diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(), nullptr,
                       &options, nullptr, nullptr, &note_hunk, nullptr, &found.ranges) != 0) {
    return git::last_error("cannot compare two contents");
  }
  for (Range& range : found.ranges) {
    range.first += found.lines;
    range.last += found.lines;
  }
  return found;
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

Error nobody_asks() {
  return {Code::kBusy, "nobody asks for it any more"};
}

Result<AddedLines> added_lines(const std::vector<std::string_view>& before, std::string_view after,
                               const std::atomic<bool>* stopped) {
  AddedLines added;
  added.binary = is_binary(after) || std::any_of(before.begin(), before.end(), is_binary);
  if (added.binary) return added;
  std::vector<Range> ranges = {{0, before.empty() ? count_lines(after) : kEverything}};
  std::size_t at = 0;
  std::uint64_t line = 0;
  for (const std::string_view one : before) {
    if (stopped != nullptr && *stopped) return nobody_asks();
    const Result<Difference> against = compare(one, after);
    if (!against) return against.error();
    ranges = shared(ranges, against->ranges);
    if (against->lines <= line) continue;
    line = against->lines;
    at = against->bytes;
  }
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

ChangedPart changed_part(std::string_view before, std::shared_ptr<const std::string> after) {
  ChangedPart part;
  part.content = std::move(after);
  std::string_view text = *part.content;
  part.binary = is_binary(text);
  if (part.binary) return part;
  if (!is_binary(before)) cut_ends(before, text);
  part.text = text;
  return part;
}

}  // namespace rcx::host
