// One rule of rcx.yaml: which commits it covers, and what it wants of the paths they change.
#ifndef RCX_PLUGINS_PATH_POLICY_RULE_HPP
#define RCX_PLUGINS_PATH_POLICY_RULE_HPP

#include "path_pattern.hpp"

#include <policy/scope.hpp>
#include <rcx/plugin.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace path_policy {

// A size in bytes, at least 1, of a setting such as `10MB`. Throws rcx::SettingError, which says
// that `wanted` was wanted.
std::uint64_t size_from(const rcx::Value& setting, const char* wanted);

// What is wrong with a path, and what to do about it.
struct Fault {
  std::string what;
  std::string_view cure;
};

// Immutable; any number of threads may use one.
class Rule {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Rule(const rcx::Value& settings);

  const std::string& name() const { return name_; }
  // Text for the end of an objection, in place of a Fault's cure; may be empty.
  const std::string& hint() const { return hint_; }
  const policy::Scope& scope() const { return scope_; }
  std::optional<std::uint64_t> max_file_size() const { return max_file_size_; }
  bool no_case_collisions() const { return no_case_collisions_; }
  // Whether the rule holds for this path at all.
  bool covers_path(std::string_view path) const { return !find_match(except_, path); }

  // What is wrong with a path that was added or modified, but for collisions. `max_file_size` is
  // the limit that holds in this repository.
  std::vector<Fault> faults(const rcx::Change& change,
                            std::optional<std::uint64_t> max_file_size) const;

 private:
  policy::Scope scope_;
  std::string name_;
  std::string hint_;
  std::vector<PathPattern> except_;
  std::vector<PathPattern> forbidden_paths_;
  std::vector<PathPattern> forbidden_extensions_;
  std::optional<std::uint64_t> max_file_size_;
  bool no_case_collisions_;
  bool windows_names_;
};

}  // namespace path_policy

#endif  // RCX_PLUGINS_PATH_POLICY_RULE_HPP
