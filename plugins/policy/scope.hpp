// Where a rule of a policy holds. Shared by the extensions of this folder.
#ifndef RCX_PLUGINS_POLICY_SCOPE_HPP
#define RCX_PLUGINS_POLICY_SCOPE_HPP

#include <rcx/plugin.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace policy {

// A glob or a list of them; none when absent. Throws rcx::SettingError for an empty list.
std::vector<std::string> globs_from(const rcx::Value& setting);
// The same for short names of branches or tags. Throws also for one that begins with `refs/`, which
// none of these would match.
std::vector<std::string> short_names_from(const rcx::Value& setting);

// The settings `repositories`, `branches` and `merges` of a rule. Immutable; any number of threads
// may use one.
class Scope {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit Scope(const rcx::Value& rule);

  bool covers_repository(std::string_view name) const;
  // The indexes of those of `refs` through which the rule holds for this commit; none when it does
  // not hold. Without `branches` the first that brings it stands for all.
  std::vector<std::uint64_t> covers(const rcx::Refs& refs, const rcx::Commit& commit) const;

 private:
  std::vector<std::string> repositories_;  // empty: all
  std::vector<std::string> branches_;      // empty: all references
  bool skip_merges_;
};

}  // namespace policy

#endif  // RCX_PLUGINS_POLICY_SCOPE_HPP
