#include "people.hpp"

#include <algorithm>

namespace ref_policy {
namespace {

constexpr const char* kWanted = "users and @groups, or one of the words anyone and nobody";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return text;
}

}  // namespace

Groups groups_from(const rcx::Value& setting) {
  Groups groups;
  if (setting.exists() && !setting.is_map()) setting.fail("a map of names and lists of users");
  for (const rcx::Value& group : setting.items()) {
    auto users = group.list<std::string>();
    if (users.empty()) group.fail("at least one user");
    for (const std::string& user : users) {
      if (user.empty() || user[0] == '@') group.fail("users, and no groups in a group");
    }
    groups.emplace(group.key(), std::move(users));
  }
  return groups;
}

People People::nobody() {
  People people;
  people.everybody_ = false;
  people.title_ = "nobody";
  return people;
}

People People::from(const rcx::Value& setting, const Groups& groups) {
  if (!setting.exists()) return {};
  const auto words = setting.list<std::string>();
  if (words.empty()) setting.fail(kWanted);
  if (words.size() == 1 && words[0] == "anyone") return {};
  if (words.size() == 1 && words[0] == "nobody") return nobody();
  People people = nobody();
  people.title_ = "only " + joined(words);
  for (const std::string& word : words) {
    if (word.empty() || word == "anyone" || word == "nobody") setting.fail(kWanted);
    if (word[0] != '@') {
      people.names_.push_back(word);
      continue;
    }
    const auto group = groups.find(std::string_view(word).substr(1));
    if (group == groups.end()) setting.fail("a group that stands in the setting groups");
    people.names_.insert(people.names_.end(), group->second.begin(), group->second.end());
  }
  return people;
}

bool People::hold(std::string_view name) const {
  return everybody_ || std::find(names_.begin(), names_.end(), name) != names_.end();
}

}  // namespace ref_policy
