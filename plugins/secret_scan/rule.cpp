#include "rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace secret_scan {
namespace {

constexpr int kMostGroups = 9;

std::unique_ptr<const RE2> compiled(const std::string& pattern) {
  RE2::Options options(RE2::Quiet);
  // Files are bytes.
  options.set_encoding(RE2::Options::EncodingLatin1);
  return std::make_unique<const RE2>(pattern, options);
}

// Whether it says `\A` or `\z`, where the text begins and ends: of a line, to RE2, and of all that
// is searched at once, to Vectorscan.
bool has_text_anchor(std::string_view pattern) {
  for (std::size_t at = pattern.find('\\'); at != std::string_view::npos;
       at = pattern.find('\\', at + 2)) {
    const char what = at + 1 < pattern.size() ? pattern[at + 1] : ' ';
    if (what == 'A' || what == 'z') return true;
    if (what != 'Q') continue;
    // Up to `\E` all stands for itself.
    at = pattern.find("\\E", at + 2);
    if (at == std::string_view::npos) return false;
  }
  return false;
}

}  // namespace

double entropy(std::string_view text) {
  std::array<double, 256> counts{};
  for (const char c : text) ++counts.at(static_cast<unsigned char>(c));
  double bits = 0;
  for (const double count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

Rule::Rule(const KnownSecret& known)
    : name_(known.name),
      what_(known.what),
      entropy_(known.entropy),
      group_(known.group),
      expression_(compiled(known.pattern)) {}

Rule::Rule(const rcx::Value& settings) {
  settings.allow_only({"name", "pattern", "what", "entropy", "group"});
  name_ = settings["name"].as<std::string>();
  what_ = settings["what"].as<std::string>("a secret (" + name_ + ")");
  entropy_ = settings["entropy"].as<double>(0);
  if (name_.empty()) settings["name"].fail("a name");
  if (entropy_ < 0 || entropy_ > 8) settings["entropy"].fail("a number of bits from 0 to 8");
  const auto pattern = settings["pattern"].as<std::string>();
  expression_ = compiled(pattern);
  if (!expression_->ok()) {
    settings["pattern"].fail("a regular expression in RE2's syntax (" + expression_->error() + ")");
  }
  if (RE2::FullMatch("", *expression_)) {
    settings["pattern"].fail("a regular expression that does not match everything");
  }
  if (has_text_anchor(pattern)) {
    settings["pattern"].fail(
        "a regular expression with ^ and $, the ends of each line, in place of \\A and \\z");
  }
  group_ = static_cast<int>(settings["group"].as<std::int64_t>(0));
  if (group_ < 0 || group_ > std::min(expression_->NumberOfCapturingGroups(), kMostGroups)) {
    settings["group"].fail("the number of a group of the pattern, at most " +
                           std::to_string(kMostGroups));
  }
}

std::vector<std::string_view> Rule::find_all(std::string_view line) const {
  const re2::StringPiece text(line.data(), line.size());
  std::vector<std::string_view> all;
  std::size_t from = 0;
  std::array<re2::StringPiece, kMostGroups + 1> found;
  while (from <= text.size() &&
         expression_->Match(text, from, text.size(), RE2::UNANCHORED, found.data(), group_ + 1)) {
    const re2::StringPiece& secret = found.at(static_cast<std::size_t>(group_));
    const std::string_view view(secret.data(), secret.size());
    if (entropy_ == 0 || entropy(view) >= entropy_) all.push_back(view);
    const auto end = static_cast<std::size_t>(found[0].data() + found[0].size() - text.data());
    from = std::max(end, from + 1);
  }
  return all;
}

std::vector<Rule> rules_from(const rcx::Value& settings) {
  std::vector<std::string> disabled;
  const rcx::Value disable = settings["disable"];
  for (const rcx::Value& item : disable.items()) {
    const auto name = item.as<std::string>();
    const auto& all = known_secrets();
    if (name != "all" && std::none_of(all.begin(), all.end(), [&](const KnownSecret& known) {
          return name == known.name;
        })) {
      item.fail("the name of a kind of secret that is known, or all");
    }
    disabled.push_back(name);
  }
  const auto is_disabled = [&](const std::string& name) {
    return std::count(disabled.begin(), disabled.end(), name) > 0;
  };
  std::vector<Rule> rules;
  for (const KnownSecret& known : known_secrets()) {
    if (!is_disabled("all") && !is_disabled(known.name)) rules.emplace_back(known);
  }
  const rcx::Value own = settings["rules"];
  if (own.exists() && !own.is_list()) own.fail("a list of rules");
  for (const rcx::Value& item : own.items()) {
    Rule rule(item);
    for (const Rule& other : rules) {
      if (other.name() == rule.name()) item["name"].fail("a name that no other rule has");
    }
    rules.push_back(std::move(rule));
  }
  if (rules.empty()) disable.fail("something that leaves a rule");
  return rules;
}

}  // namespace secret_scan
