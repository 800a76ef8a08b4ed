#include "people.hpp"

#include <algorithm>

namespace protect_files {

People::People(const rcx::Value& settings) {
  const rcx::Value groups = settings["groups"];
  if (groups.exists() && !groups.is_map()) groups.fail("a map of names and lists of users");
  for (const rcx::Value& group : groups.items()) {
    auto users = group.list<std::string>();
    if (users.empty()) group.fail("at least one user");
    for (const std::string& user : users) {
      if (user.empty() || user[0] == '@') group.fail("users, and no groups in a group");
    }
    groups_.emplace(group.key(), std::move(users));
  }
  const rcx::Value emails = settings["emails"];
  if (emails.exists() && !emails.is_map()) emails.fail("a map of addresses and users");
  for (const rcx::Value& email : emails.items()) {
    auto user = email.as<std::string>();
    if (user.empty()) email.fail("the name of a user");
    emails_.emplace(email.key(), std::move(user));
  }
  const rcx::Value admins = settings["admins"];
  admins_ = admins.list<std::string>();
  for (const std::string& admin : admins_) {
    if (admin.empty() || admin == "@") admins.fail("users and groups such as @ada");
    if (admin.find('@') == std::string::npos) {
      admins.fail("owners such as @ada, @group or ada@example.org");
    }
  }
}

bool People::is(std::string_view name, std::string_view owner) const {
  if (owner.substr(0, 1) == "@") {
    owner.remove_prefix(1);
    const auto group = groups_.find(owner);
    if (group == groups_.end()) return owner == name;
    const auto& users = group->second;
    return std::find(users.begin(), users.end(), name) != users.end();
  }
  if (owner == name) return true;
  const auto user = emails_.find(owner);
  return user != emails_.end() && user->second == name;
}

bool People::is_one(std::string_view name, const std::vector<std::string>& owners) const {
  return std::any_of(owners.begin(), owners.end(),
                     [&](const std::string& owner) { return is(name, owner); });
}

}  // namespace protect_files
