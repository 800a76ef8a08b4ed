#include "allow_list.hpp"

#include <text/glob.hpp>

#include <algorithm>

namespace secret_scan {
namespace {

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
    if (word == "path" && !value.empty()) {
      paths_.push_back(value);
    } else if (word == "rule" && !value.empty()) {
      rules_.insert(value);
    } else if (word == "fingerprint" && is_fingerprint(value)) {
      fingerprints_.insert(value);
    } else {
      mistakes_.push_back("line " + std::to_string(number) +
                          ": wanted 'path GLOB', 'rule NAME' or "
                          "'fingerprint' and 16 hexadecimal digits, got '" +
                          std::string(line) + "'");
    }
  }
}

bool AllowList::allows_path(std::string_view path) const {
  return std::any_of(paths_.begin(), paths_.end(),
                     [&](const std::string& glob) { return text::glob_matches(glob, path); });
}

}  // namespace secret_scan
