#include "owners.hpp"

#include <algorithm>
#include <stdexcept>

namespace protect_files {
namespace {

constexpr const char* kSpace = " \t\r";
// Every path is compared with the lines of each.
constexpr std::size_t kMostSections = 1000;
constexpr std::size_t kLongPath = 256;
// Of a file that is none of owners, each line is one.
constexpr std::size_t kMostMistakes = 20;

// Up to the next space without a backslash before it; taken off the front of `line`.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
  std::size_t end = 0;
  while (end < line.size() && std::string_view(kSpace).find(line[end]) == std::string_view::npos) {
    end += line[end] == '\\' ? 2U : 1U;
  }
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(word.size());
  return word;
}

std::vector<std::string> owners_in(std::string_view line) {
  std::vector<std::string> owners;
  for (;;) {
    const std::string_view word = next_word(line);
    if (word.empty() || word[0] == '#') return owners;
    const std::size_t at = word.find('@');
    if (at == std::string_view::npos || at + 1 == word.size() ||
        word.find('@', at + 1) != word.npos) {
      throw std::invalid_argument("wanted owners such as @ada, @group or ada@example.org, got '" +
                                  std::string(word) + "'");
    }
    owners.emplace_back(word);
  }
}

std::string lower(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return all;
}

}  // namespace

Owners::Owners(std::string_view text) : sections_{{false, {}}} {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (text.substr(0, kMark.size()) == kMark) text.remove_prefix(kMark.size());
  while (!text.empty() && mistakes_.size() < kMostMistakes) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++line_;
    try {
      read_line(line);
    } catch (const std::invalid_argument& mistake) {
      mistakes_.push_back({line_, mistake.what()});
    }
  }
}

void Owners::read_line(std::string_view line) {
  std::string_view rest = line;
  const std::string_view word = next_word(rest);
  if (word.empty() || word[0] == '#') return;
  if (word[0] == '[' || word.substr(0, 2) == "^[") {
    read_section(line.substr(line.find_first_not_of(kSpace)));
    return;
  }
  std::vector<std::string> owners = owners_in(rest);
  if (owners.empty()) owners = sections_[section_].owners;
  claims_.push_back({PathGlob(word), std::move(owners), section_, line_});
}

// `[Name]`, `^[Optional]`, `[Name][2] @owner`.
void Owners::read_section(std::string_view line) {
  const bool optional = line[0] == '^';
  line.remove_prefix(optional ? 2 : 1);
  const std::size_t end = line.find(']');
  if (end == std::string_view::npos || end == 0) {
    throw std::invalid_argument("wanted a section such as [Documents] or a pattern");
  }
  const std::string name = lower(line.substr(0, end));
  line.remove_prefix(end + 1);
  if (!line.empty() && line[0] == '[') {
    const std::size_t digits = std::min(line.find_first_not_of("0123456789", 1), line.size());
    if (digits == 1 || digits == line.size() || line[digits] != ']') {
      throw std::invalid_argument("wanted a number of approvals such as [2] behind the section");
    }
    line.remove_prefix(digits + 1);
  }
  std::vector<std::string> owners = owners_in(line);
  section_ = number_of(name, optional);
  sections_[section_].owners = std::move(owners);
}

std::size_t Owners::number_of(const std::string& name, bool optional) {
  const auto known = numbers_.find(name);
  if (known != numbers_.end()) {
    Section& section = sections_[known->second];
    section.optional = section.optional && optional;
    return known->second;
  }
  if (sections_.size() > kMostSections) {
    throw std::invalid_argument("wanted at most " + std::to_string(kMostSections) +
                                " sections, and this is one more; put their lines together");
  }
  sections_.push_back({optional, {}});
  return numbers_.emplace(name, sections_.size() - 1).first->second;
}

std::vector<const Claim*> Owners::deciding(std::string_view path,
                                           const std::function<void()>& look) const {
  // Comparing a long path with one long pattern takes milliseconds.
  const std::ptrdiff_t between = path.size() > kLongPath ? 1 : 64;
  std::vector<const Claim*> last(sections_.size());
  for (auto claim = claims_.rbegin(); claim != claims_.rend(); ++claim) {
    if ((claim - claims_.rbegin() + 1) % between == 0) look();
    const Claim*& place = last[claim->section];
    if (place == nullptr && claim->glob.matches(path)) place = &*claim;
  }
  const auto nobodys = [&](const Claim* claim) {
    return claim == nullptr || claim->owners.empty() || sections_[claim->section].optional;
  };
  last.erase(std::remove_if(last.begin(), last.end(), nobodys), last.end());
  return last;
}

}  // namespace protect_files
