// One rule of rcx.yaml: which references it covers, and who may do what to them.
#ifndef RCX_PLUGINS_REF_POLICY_RULE_HPP
#define RCX_PLUGINS_REF_POLICY_RULE_HPP

#include "people.hpp"

#include <rcx/plugin.hpp>

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ref_policy {

// What is wrong with an update of a reference, and what to do about it.
struct Fault {
  std::string what;
  std::string cure;
};

// Immutable; any number of threads may use one.
class Rule {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  Rule(const rcx::Value& settings, const Groups& groups);

  const std::string& name() const { return name_; }
  // Text for the end of an objection, in place of a Fault's cure; may be empty.
  const std::string& hint() const { return hint_; }
  bool covers_repository(std::string_view name) const;
  bool covers(const rcx::RefUpdate& ref) const;

  // What is wrong with it where `caller` asks for it.
  std::vector<Fault> faults(const rcx::RefUpdate& ref, std::string_view caller) const;

 private:
  void read_people(const rcx::Value& settings, const Groups& groups);
  void read_patterns(const rcx::Value& setting);
  bool name_matches(std::string_view name) const;

  std::string name_;
  std::string hint_;
  std::vector<std::string> repositories_;  // empty: all
  std::vector<std::string> branches_;      // these three empty: all references
  std::vector<std::string> tags_;
  std::vector<std::string> refs_;
  People create_;
  People update_;
  People remove_;
  People force_;
  std::vector<std::unique_ptr<const RE2>> names_;
};

}  // namespace ref_policy

#endif  // RCX_PLUGINS_REF_POLICY_RULE_HPP
