// Refuses pushes whose commits, or which themselves, are not signed as they should be. README.md
// lists the settings.
#include "rule.hpp"

#include <policy/exception.hpp>
#include <rcx/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace signed_commits {
namespace {

// Whether the repository's extra field `signed_commits.<rule>` leaves the rule on.
bool holds(const rcx::Repository& repository, const Rule& rule) {
  const rcx::Value field = repository.field("signed_commits." + rule.name());
  const policy::Exception exception = policy::exception_from(field);
  if (exception == policy::Exception::kAnother) field.fail("off or on");
  return exception == policy::Exception::kNone;
}

// `place` ends in a space where it is not empty.
std::string objection(const Fault& fault, const std::string& place, const Rule& rule) {
  return fault.what + " (" + place + "rule " + rule.name() +
         "): " + (rule.hint().empty() ? fault.cure : rule.hint());
}

class SignedCommits {
 public:
  explicit SignedCommits(const rcx::Setup& setup) {
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
    std::vector<const Rule*> of_commits;
    const rcx::Repository repository = push.repository();
    for (const Rule& rule : rules_) {
      if (!rule.covers_repository(repository.name()) || !holds(repository, rule)) continue;
      if (rule.skips_imports() && push.is_initial()) continue;
      if (rule.wants_certificate()) check_certificate(push, rule);
      if (rule.wants_commits()) of_commits.push_back(&rule);
    }
    if (!of_commits.empty()) check_commits(push, of_commits);
  }

 private:
  static void check_certificate(const rcx::PrePush& push, const Rule& rule) {
    const auto fault = rule.fault_of(push.certificate());
    if (!fault) return;
    for (const rcx::RefUpdate& ref : push.refs()) {
      if (rule.covers(ref)) push.reject(ref, objection(*fault, "", rule));
    }
  }

  static void check_commits(const rcx::PrePush& push, const std::vector<const Rule*>& rules) {
    const rcx::Refs refs = push.refs();
    for (const rcx::Commit& commit : push.commits()) {
      // Returning would let through what was not looked at.
      if (push.cancelled()) {
        throw rcx::Error(RCX_FAILED, "out of time after " + std::to_string(commit.index()) +
                                         " commits; the others were not checked");
      }
      for (const Rule* rule : rules) {
        const std::vector<std::uint64_t> covering = rule->covers(refs, commit);
        if (covering.empty()) continue;
        const auto fault = rule->fault_of(commit);
        if (!fault) continue;
        const std::string place = "commit " + std::string(commit.short_id()) + ", ";
        for (const std::uint64_t ref : covering) {
          push.reject(ref, objection(*fault, place, *rule));
        }
      }
    }
  }

  bool has_rule(const std::string& name) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule& rule) { return rule.name() == name; });
  }

  std::vector<Rule> rules_;
};

}  // namespace
}  // namespace signed_commits

RCX_PLUGIN_WITH_FLAGS(signed_commits::SignedCommits, RCX_CONCURRENT, "signed_commits",
                      "Signed commits", "1.0.0", "MIT",
                      rcx::on<&signed_commits::SignedCommits::check>())
