// Refuses changes of references that the rules of the house do not allow: who may create, update,
// delete or force which, and what they may be called. README.md lists the settings.
#include "people.hpp"
#include "rule.hpp"

#include <policy/exception.hpp>
#include <rcx/plugin.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ref_policy {
namespace {

// Whether the repository's extra field `ref_policy.<rule>` leaves the rule on.
bool holds(const rcx::Repository& repository, const Rule& rule) {
  const rcx::Value field = repository.field("ref_policy." + rule.name());
  const policy::Exception exception = policy::exception_from(field);
  if (exception == policy::Exception::kAnother) field.fail("off or on");
  return exception == policy::Exception::kNone;
}

std::string objection(const Fault& fault, const Rule& rule) {
  return fault.what + " (rule " + rule.name() +
         "): " + (rule.hint().empty() ? fault.cure : rule.hint());
}

class RefPolicy {
 public:
  explicit RefPolicy(const rcx::Setup& setup) {
    const rcx::Value settings = setup.settings();
    settings.allow_only({"groups", "rules"});
    const Groups groups = groups_from(settings["groups"]);
    const rcx::Value rules = settings["rules"];
    if (rules.exists() && !rules.is_list()) rules.fail("a list of rules");
    for (const rcx::Value& item : rules.items()) {
      Rule rule(item, groups);
      if (has_rule(rule.name())) item["name"].fail("a name that no other rule has");
      rules_.push_back(std::move(rule));
    }
    if (rules_.empty()) setup.logger().warning("no rules: every reference passes");
  }

  void check(const rcx::PrePush& push) const {
    const rcx::Repository repository = push.repository();
    const std::string_view caller = push.caller().name();
    for (const Rule& rule : rules_) {
      if (!rule.covers_repository(repository.name()) || !holds(repository, rule)) continue;
      for (const rcx::RefUpdate& ref : push.refs()) {
        if (!rule.covers(ref)) continue;
        for (const Fault& fault : rule.faults(ref, caller)) {
          push.reject(ref, objection(fault, rule));
        }
      }
    }
  }

 private:
  bool has_rule(const std::string& name) const {
    return std::any_of(rules_.begin(), rules_.end(),
                       [&](const Rule& rule) { return rule.name() == name; });
  }

  std::vector<Rule> rules_;
};

}  // namespace
}  // namespace ref_policy

RCX_PLUGIN_WITH_FLAGS(ref_policy::RefPolicy, RCX_CONCURRENT, "ref_policy", "Reference policy",
                      "1.0.0", "MIT", rcx::on<&ref_policy::RefPolicy::check>())
