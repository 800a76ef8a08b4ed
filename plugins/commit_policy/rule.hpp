// One rule of rcx.yaml: which commits it covers, and what it wants of them.
#ifndef RCX_PLUGINS_COMMIT_POLICY_RULE_HPP
#define RCX_PLUGINS_COMMIT_POLICY_RULE_HPP

#include "pattern.hpp"

#include <policy/scope.hpp>
#include <rcx/plugin.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace commit_policy {

// The parts of a commit that patterns can be about.
enum class Part { kSubject, kMessage, kAuthorEmail, kCommitterEmail };

// `<part>_must_match` (one of the patterns) or `<part>_must_not_match` (none of them).
struct Requirement {
  Part part;
  bool must_match;
  std::vector<Pattern> patterns;
};

// The first line of a message that is not blank, without its line end. Git skips blank lines as
// well, so that a leading one cannot hide a subject.
std::string_view subject_of(std::string_view message) noexcept;

// Immutable; any number of threads may use one.
class Rule {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Rule(const rcx::Value& settings);

  const std::string& name() const { return name_; }
  // Text for the end of an objection, such as where the rule is documented; may be empty.
  const std::string& hint() const { return hint_; }
  std::optional<std::int64_t> subject_max_length() const { return subject_max_length_; }

  const policy::Scope& scope() const { return scope_; }

  // What is wrong with the commit, one reason each. `max_length` is the limit that holds in this
  // repository.
  std::vector<std::string> faults(const rcx::Commit& commit,
                                  std::optional<std::int64_t> max_length) const;

 private:
  policy::Scope scope_;
  std::string name_;
  std::string hint_;
  std::vector<Requirement> requirements_;
  std::optional<std::int64_t> subject_max_length_;
};

}  // namespace commit_policy

#endif  // RCX_PLUGINS_COMMIT_POLICY_RULE_HPP
