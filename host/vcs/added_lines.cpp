#include "host/vcs/added_lines.hpp"

#include <git2.h>

#include <algorithm>
#include <limits>

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/objects/pieces.hpp"

namespace rcx::host {
namespace {

using git::Pieces;

// Lines `first` to `last`, counted from 0, without `last`.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

constexpr std::uint64_t kEverything = std::numeric_limits<std::uint64_t>::max();

// As git decides it.
bool is_binary(const Pieces& content) {
  const std::size_t looked = std::min(content.size(), std::size_t{8000});
  return content.find('\0', 0, looked) < looked;
}

std::uint64_t count_lines(std::string_view text) {
  const auto newlines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  return newlines + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

// What two texts have in common at their ends, in bytes of whole lines.
struct Ends {
  std::size_t head = 0;
  std::size_t tail = 0;
};

Ends common_ends(const Pieces& a, const Pieces& b) {
  Ends ends;
  ends.head = a.behind_last('\n', 0, Pieces::common_prefix(a, b));
  const std::size_t same = Pieces::common_suffix(a, b, std::min(a.size(), b.size()) - ends.head);
  // Nothing else is left there, or what stands before ends a line in both.
  const auto begins = [&](const Pieces& text) {
    const std::size_t before = text.size() - same;
    return before == ends.head || text.at(before - 1) == '\n';
  };
  ends.tail = same;
  if (same == 0 || (begins(a) && begins(b))) return ends;
  const std::size_t newline = a.find('\n', a.size() - same, a.size());
  ends.tail = newline == a.size() ? 0 : a.size() - newline - 1;
  return ends;
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

Result<Difference> compare(std::string_view before, std::string_view after) {
  Difference found;
  const Ends same = common_ends(Pieces(before, nullptr), Pieces(after, nullptr));
  found.bytes = same.head;
  found.lines = count_lines(after.substr(0, same.head));
  before = before.substr(same.head, before.size() - same.head - same.tail);
  after = after.substr(same.head, after.size() - same.head - same.tail);
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
  const auto binary = [](std::string_view text) { return is_binary(Pieces(text, nullptr)); };
  added.binary = binary(after) || std::any_of(before.begin(), before.end(), binary);
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

ChangedPart changed_part(const git::Pieces& before, const git::Pieces& after) {
  ChangedPart part;
  part.binary = is_binary(after);
  if (part.binary) return part;
  const Ends same = is_binary(before) ? Ends() : common_ends(before, after);
  const std::size_t end = after.size() - same.tail;
  if (after.whole()) {
    part.content = after.whole();
    part.text = std::string_view(*part.content).substr(same.head, end - same.head);
  } else {
    part.content = std::make_shared<const std::string>(after.text(same.head, end));
    part.text = *part.content;
  }
  return part;
}

}  // namespace rcx::host
