#include "allow_list.hpp"

#include <text/glob.hpp>
#include <text/utf8.hpp>

#include <algorithm>

namespace secret_scan {
namespace {

// As long as a path of a file system; comparing takes as long as the glob times the path.
constexpr std::size_t kLongestGlob = 4096;
constexpr std::size_t kLongPath = 256;
// Of a file that is none of these, each line is one.
constexpr std::size_t kMostMistakes = 20;
constexpr std::size_t kLongestShown = 200;  // characters of a line

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

bool is_fingerprint(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

AllowList::AllowList(std::string_view text) {
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view all = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view line = trimmed(all.substr(0, all.find('#')));
    if (line.empty()) continue;
    const std::size_t space = std::min(line.size(), line.find_first_of(" \t"));
    const std::string_view word = line.substr(0, space);
    const std::string value(trimmed(line.substr(space)));
    if (word == "path" && !value.empty() && value.size() <= kLongestGlob) {
      paths_.push_back(value);
    } else if (word == "rule" && !value.empty()) {
      rules_.insert(value);
    } else if (word == "fingerprint" && is_fingerprint(value)) {
      fingerprints_.insert(value);
    } else if (mistakes_.size() < kMostMistakes) {
      mistakes_.push_back("line " + std::to_string(number) +
                          ": wanted 'path GLOB' of at most 4096 bytes, 'rule NAME' or "
                          "'fingerprint' and 16 hexadecimal digits, got '" +
                          text::excerpt(line, kLongestShown) + "'");
    }
  }
}

bool AllowList::allows_path(std::string_view path, const std::function<void()>& look) const {
  // Comparing a long path with one long glob takes milliseconds.
  const std::size_t between = path.size() > kLongPath ? 1 : 64;
  std::size_t compared = 0;
  return std::any_of(paths_.begin(), paths_.end(), [&](const std::string& glob) {
    if (++compared % between == 0) look();
    return text::glob_matches(glob, path);
  });
}

}  // namespace secret_scan
