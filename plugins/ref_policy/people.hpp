// Who may do something: everybody, nobody, or some people.
#ifndef RCX_PLUGINS_REF_POLICY_PEOPLE_HPP
#define RCX_PLUGINS_REF_POLICY_PEOPLE_HPP

#include <rcx/plugin.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ref_policy {

// Names of users, by the name of their group.
using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;

// The setting `groups`: a map of names and users. Throws rcx::SettingError.
Groups groups_from(const rcx::Value& setting);

// Immutable; any number of threads may use one.
class People {
 public:
  // Everybody.
  People() = default;
  static People nobody();
  // A name, `@group`, a list of both, or one of the words `anyone` and `nobody`; absent: everybody.
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  static People from(const rcx::Value& setting, const Groups& groups);

  bool everybody() const { return everybody_; }
  bool hold(std::string_view name) const;
  // For the start of a sentence: `nobody`, or `only ada and @release`, as the setting has it.
  const std::string& title() const { return title_; }
  // Whether there is somebody who can be asked.
  bool any() const { return !names_.empty(); }

 private:
  bool everybody_ = true;
  std::vector<std::string> names_;
  std::string title_;
};

}  // namespace ref_policy

#endif  // RCX_PLUGINS_REF_POLICY_PEOPLE_HPP
