// Who is meant by an owner.
#ifndef RCX_PLUGINS_PROTECT_FILES_PEOPLE_HPP
#define RCX_PLUGINS_PROTECT_FILES_PEOPLE_HPP

#include <rcx/plugin.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace protect_files {

// The settings `groups`, `emails` and `admins`. Immutable; any number of threads may use one.
class People {
 public:
  // Throws rcx::SettingError, which names the place in rcx.yaml.
  explicit People(const rcx::Value& settings);

  // Whether the user `name` is `owner` (`@name`, `@group` or an e-mail), or one of a group. Where
  // there is a group of that name, it is meant, and no user who is called so.
  bool is(std::string_view name, std::string_view owner) const;
  // Whether one of `owners` is.
  bool is_one(std::string_view name, const std::vector<std::string>& owners) const;
  // Who may change everything, as the setting has them.
  const std::vector<std::string>& admins() const { return admins_; }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> groups_;
  std::map<std::string, std::string, std::less<>> emails_;  // users by address
  std::vector<std::string> admins_;
};

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_PEOPLE_HPP
