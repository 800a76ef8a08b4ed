#include "rule.hpp"

#include <text/utf8.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace commit_policy {
namespace {

constexpr std::size_t kQuotedCharacters = 50;

struct RequirementSetting {
  const char* key;
  Part part;
  bool must_match;
};

constexpr std::array kRequirementSettings = {
    RequirementSetting{"subject_must_match", Part::kSubject, true},
    RequirementSetting{"subject_must_not_match", Part::kSubject, false},
    RequirementSetting{"message_must_match", Part::kMessage, true},
    RequirementSetting{"message_must_not_match", Part::kMessage, false},
    RequirementSetting{"author_email_must_match", Part::kAuthorEmail, true},
    RequirementSetting{"committer_email_must_match", Part::kCommitterEmail, true},
};

const char* title_of(Part part) {
  switch (part) {
    case Part::kSubject:
      return "subject";
    case Part::kMessage:
      return "message";
    case Part::kAuthorEmail:
      return "author's email";
    case Part::kCommitterEmail:
      return "committer's email";
  }
  return "commit";
}

std::string_view text_of(Part part, const rcx::Commit& commit) {
  switch (part) {
    case Part::kSubject:
      return subject_of(commit.message());
    case Part::kMessage:
      return commit.message();
    case Part::kAuthorEmail:
      return commit.author().email();
    case Part::kCommitterEmail:
      return commit.committer().email();
  }
  return {};
}

std::string quoted(std::string_view bytes) {
  return "\"" + text::excerpt(bytes, kQuotedCharacters) + "\"";
}

// A message is recognised by its subject.
std::string quoted(Part part, std::string_view bytes) {
  return quoted(part == Part::kMessage ? subject_of(bytes) : bytes);
}

std::vector<Pattern> patterns_from(const rcx::Value& setting) {
  std::vector<Pattern> patterns;
  if (!setting.is_list()) {
    patterns.emplace_back(setting);
    return patterns;
  }
  for (const rcx::Value& item : setting.items()) patterns.emplace_back(item);
  if (patterns.empty()) setting.fail("at least one pattern");
  return patterns;
}

std::optional<std::int64_t> max_length_from(const rcx::Value& setting) {
  if (!setting.exists()) return std::nullopt;
  const auto length = setting.as<std::int64_t>();
  if (length < 1) setting.fail("a number of characters, at least 1");
  return length;
}

std::optional<std::string> fault_of(const Requirement& requirement, const rcx::Commit& commit) {
  const std::string_view text = text_of(requirement.part, commit);
  const std::string title = title_of(requirement.part);
  for (const Pattern& pattern : requirement.patterns) {
    const auto found = pattern.find(text);
    if (!found) continue;
    if (requirement.must_match) return std::nullopt;
    return title + " must not match " + quoted(pattern.source()) + ": found " + quoted(*found) +
           " in " + quoted(requirement.part, text);
  }
  if (!requirement.must_match) return std::nullopt;
  std::string wanted;
  for (const Pattern& pattern : requirement.patterns)
    wanted += (wanted.empty() ? "" : " or ") + quoted(pattern.source());
  return title + " must match " + wanted + ": " + quoted(requirement.part, text);
}

}  // namespace

std::string_view subject_of(std::string_view message) noexcept {
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    const std::size_t end = line.find_last_not_of(" \t\r\f\v");
    if (end != std::string_view::npos) return line.substr(0, end + 1);
    message.remove_prefix(std::min(message.size(), line.size() + 1));
  }
  return {};
}

Rule::Rule(const rcx::Value& settings) : scope_(settings) {
  settings.allow_only({"name", "hint", "repositories", "branches", "merges", "subject_max_length",
                       "subject_must_match", "subject_must_not_match", "message_must_match",
                       "message_must_not_match", "author_email_must_match",
                       "committer_email_must_match"});
  name_ = settings["name"].as<std::string>();
  if (name_.empty()) settings["name"].fail("a name");
  hint_ = settings["hint"].as<std::string>("");
  subject_max_length_ = max_length_from(settings["subject_max_length"]);
  for (const RequirementSetting& known : kRequirementSettings) {
    const rcx::Value setting = settings[known.key];
    if (!setting.exists()) continue;
    requirements_.push_back({known.part, known.must_match, patterns_from(setting)});
  }
  if (requirements_.empty() && !subject_max_length_) {
    settings.fail("something to check, such as subject_max_length or subject_must_match");
  }
}

std::vector<std::string> Rule::faults(const rcx::Commit& commit,
                                      std::optional<std::int64_t> max_length) const {
  std::vector<std::string> faults;
  if (max_length) {
    const std::string_view subject = subject_of(commit.message());
    const auto length = static_cast<std::int64_t>(text::count_characters(subject));
    if (length > *max_length) {
      faults.push_back("subject has " + std::to_string(length) + " characters, at most " +
                       std::to_string(*max_length) + ": " + quoted(subject));
    }
  }
  for (const Requirement& requirement : requirements_) {
    auto fault = fault_of(requirement, commit);
    if (fault) faults.push_back(std::move(*fault));
  }
  return faults;
}

}  // namespace commit_policy
