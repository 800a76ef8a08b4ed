// Refuses pushes whose commits break the rules of the house. README.md lists the settings.
#include "rule.hpp"

#include <policy/exception.hpp>
#include <rcx/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace commit_policy {
namespace {

// A rule that holds in the repository of one push.
struct Applied {
  const Rule* rule;
  std::optional<std::int64_t> max_length;
};

// What the repository's extra field `commit_policy.<rule>` makes of a rule; nothing when it turns
// the rule off.
std::optional<Applied> applied_to(const rcx::Repository& repository, const Rule& rule) {
  Applied applied{&rule, rule.subject_max_length()};
  const rcx::Value field = repository.field("commit_policy." + rule.name());
  const policy::Exception exception = policy::exception_from(field);
  if (exception == policy::Exception::kNone) return applied;
  if (exception == policy::Exception::kOff) return std::nullopt;
  if (field.kind() != RCX_VALUE_INTEGER) field.fail("off, on or a number of characters");
  applied.max_length = field.as<std::int64_t>();
  if (*applied.max_length < 1) field.fail("a number of characters, at least 1");
  return applied;
}

std::string objection(const std::string& fault, const rcx::Commit& commit, const Rule& rule) {
  std::string text =
      fault + " (commit " + std::string(commit.short_id()) + ", rule " + rule.name() + ")";
  if (!rule.hint().empty()) text += ": " + rule.hint();
  return text;
}

class CommitPolicy {
 public:
  explicit CommitPolicy(const rcx::Setup& setup) {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"rules"});
    const rcx::Value rules = settings["rules"];
    if (rules.exists() && !rules.is_list()) rules.fail("a list of rules");
    for (const rcx::Value& item : rules.items()) {
      Rule rule(item);
      if (has_rule(rule.name())) item["name"].fail("a name that no other rule has");
      rules_.push_back(std::move(rule));
    }
    if (rules_.empty()) setup.logger().warning("no rules: every commit passes");
  }

  void check(const rcx::PrePush& push) const {
    const std::vector<Applied> rules = rules_for(push.repository());
    if (rules.empty()) return;
    const rcx::Refs refs = push.refs();
    for (const rcx::Commit& commit : push.commits()) {
      // Returning would let through what was not looked at.
      if (push.cancelled()) {
        throw rcx::Error(RCX_FAILED, "out of time after " + std::to_string(commit.index()) +
                                         " commits; the others were not checked");
      }
      for (const Applied& applied : rules) {
        const auto covering = applied.rule->scope().covers(refs, commit);
        if (covering.empty()) continue;
        for (const std::string& fault : applied.rule->faults(commit, applied.max_length)) {
          for (const std::uint64_t ref : covering) {
            push.reject(ref, objection(fault, commit, *applied.rule));
          }
        }
      }
    }
  }

 private:
  bool has_rule(const std::string& name) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule& rule) { return rule.name() == name; });
  }

  std::vector<Applied> rules_for(const rcx::Repository& repository) const {
    std::vector<Applied> rules;
    for (const Rule& rule : rules_) {
      if (!rule.scope().covers_repository(repository.name())) continue;
      if (const auto applied = applied_to(repository, rule)) rules.push_back(*applied);
    }
    return rules;
  }

  std::vector<Rule> rules_;
};

}  // namespace
}  // namespace commit_policy

RCX_PLUGIN_WITH_FLAGS(commit_policy::CommitPolicy, RCX_CONCURRENT, "commit_policy", "Commit policy",
                      "1.0.0", "MIT", rcx::on<&commit_policy::CommitPolicy::check>())
