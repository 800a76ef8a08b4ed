// Refuses pushes whose commits add or modify paths that break the rules of the house. README.md
// lists the settings.
#include "case_index.hpp"
#include "rule.hpp"

#include <policy/exception.hpp>
#include <rcx/plugin.hpp>
#include <text/case_folding.hpp>
#include <text/quote.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace path_policy {
namespace {

// A rule that holds in the repository of one push.
struct Applied {
  const Rule* rule;
  std::optional<std::uint64_t> max_file_size;
};

// A rule that holds for one commit.
struct Covering {
  Applied applied;
  std::vector<std::uint64_t> refs;
  std::unordered_set<std::string> told;  // places of collisions, each told once
};

// What the repository's extra field `path_policy.<rule>` makes of a rule; nothing when it turns the
// rule off.
std::optional<Applied> applied_to(const rcx::Repository& repository, const Rule& rule) {
  Applied applied{&rule, rule.max_file_size()};
  const rcx::Value field = repository.field("path_policy." + rule.name());
  const policy::Exception exception = policy::exception_from(field);
  if (exception == policy::Exception::kNone) return applied;
  if (exception == policy::Exception::kOff) return std::nullopt;
  applied.max_file_size = size_from(field, "off, on or a size such as 10MB");
  return applied;
}

std::string objection(const Fault& fault, const rcx::Commit& commit, std::string_view path,
                      const Rule& rule) {
  return fault.what + ": " + text::quoted_path(path) + " (commit " +
         std::string(commit.short_id()) + ", rule " + rule.name() +
         "): " + (rule.hint().empty() ? std::string(fault.cure) : rule.hint());
}

void reject(const rcx::PrePush& push, const Covering& covering, const std::string& reason) {
  for (const std::uint64_t ref : covering.refs) push.reject(ref, reason);
}

class PathPolicy {
 public:
  explicit PathPolicy(const rcx::Setup& setup) {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"rules"});
    const rcx::Value rules = settings["rules"];
    if (rules.exists() && !rules.is_list()) rules.fail("a list of rules");
    for (const rcx::Value& item : rules.items()) {
      Rule rule(item);
      if (has_rule(rule.name())) item["name"].fail("a name that no other rule has");
      if (rule.no_case_collisions() && !folding_) folding_.emplace();
      rules_.push_back(std::move(rule));
    }
    if (rules_.empty()) setup.logger().warning("no rules: every path passes");
  }

  void check(const rcx::PrePush& push) const {
    const std::vector<Applied> rules = rules_for(push.repository());
    if (rules.empty()) return;
    const rcx::Refs refs = push.refs();
    for (const rcx::Commit& commit : push.commits()) {
      std::vector<Covering> covering;
      for (const Applied& applied : rules) {
        auto through = applied.rule->scope().covers(refs, commit);
        if (!through.empty()) covering.push_back({applied, std::move(through), {}});
      }
      if (!covering.empty()) check_commit(push, commit, covering);
    }
  }

 private:
  void check_commit(const rcx::PrePush& push, const rcx::Commit& commit,
                    std::vector<Covering>& covering) const {
    std::optional<CaseIndex> index;
    if (folding_) index.emplace(commit, *folding_);
    for (const rcx::Change& change : commit.changes()) {
      // Returning would let through what was not looked at.
      if (push.cancelled()) {
        throw rcx::Error(RCX_FAILED, "out of time in commit " + std::string(commit.short_id()) +
                                         "; what comes after it was not checked");
      }
      // Whoever cleans up must get through.
      if (change.deleted()) continue;
      for (Covering& one : covering) {
        const Rule& rule = *one.applied.rule;
        if (!rule.covers_path(change.path())) continue;
        for (const Fault& fault : rule.faults(change, one.applied.max_file_size)) {
          reject(push, one, objection(fault, commit, change.path(), rule));
        }
        if (rule.no_case_collisions() && change.added()) {
          check_case(push, commit, change, one, *index);
        }
      }
    }
  }

  static void check_case(const rcx::PrePush& push, const rcx::Commit& commit,
                         const rcx::Change& change, Covering& one, CaseIndex& index) {
    for (const Collision& found : index.find(change.path())) {
      if (!one.told.insert(found.place).second) continue;
      const Fault fault{"path differs only by case from " + text::quoted_path(found.theirs),
                        "rename one of them"};
      reject(push, one, objection(fault, commit, found.mine, *one.applied.rule));
    }
  }

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
  std::optional<text::CaseFolding> folding_;  // where a rule needs it
};

}  // namespace
}  // namespace path_policy

RCX_PLUGIN_WITH_FLAGS(path_policy::PathPolicy, RCX_CONCURRENT, "path_policy", "Path policy",
                      "1.0.0", "MIT", rcx::on<&path_policy::PathPolicy::check>())
