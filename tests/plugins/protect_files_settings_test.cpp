#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <string>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string failure_with(const Setting& settings) {
  const FakeHost host(plugin_of(PROTECT_FILES_SO), settings);
  EXPECT_EQ(host.created().status, RCX_FAILED);
  return host.created().failure;
}

// A rule named `r` with one more setting.
std::string failure_of_rule(const char* key, const Setting& value) {
  return failure_with(map({{"rules", list({map({{"name", "r"}, {key, value}})})}}));
}

TEST(ProtectFilesSettings, MayBeEmptyAndSaySo) {
  FakeHost host(plugin_of(PROTECT_FILES_SO));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no rules: every path may be changed by everybody");
}

TEST(ProtectFilesSettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"rule", list({})}})),
            "rcx.yaml:2:1: rule: unknown setting; known: groups, emails, admins, rules");
  EXPECT_THAT(failure_of_rule("owner", "x"),
              StartsWith("rcx.yaml:5:1: rules[0].owner: unknown setting; known: name,"));
  EXPECT_THAT(failure_of_rule("merges", "skip"), HasSubstr("rules[0].merges: unknown setting"));
}

TEST(ProtectFilesSettings, WantRulesWithUniqueNames) {
  EXPECT_EQ(failure_with(map({{"rules", "x"}})),
            "rcx.yaml:2:1: rules: wanted a list of rules, got 'x'");
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"file", "x"}})})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"name", ""}, {"file", "x"}})})}})),
            "rcx.yaml:4:1: rules[0].name: wanted a name, got ''");
  const Setting rule = map({{"name", "same"}, {"file", "x"}});
  EXPECT_EQ(failure_with(map({{"rules", list({rule, rule})}})),
            "rcx.yaml:7:1: rules[1].name: wanted a name that no other rule has, got 'same'");
}

TEST(ProtectFilesSettings, WantEitherAFileOrOwners) {
  const std::string wanted =
      "rcx.yaml:3:1: rules[0]: wanted either file, a path in the repository, or owners, lines of "
      "CODEOWNERS, got a map";
  EXPECT_EQ(failure_of_rule("branches", "main"), wanted);
  EXPECT_EQ(
      failure_with(map({{"rules", list({map({{"name", "r"}, {"file", "x"}, {"owners", "x"}})})}})),
      wanted);
}

TEST(ProtectFilesSettings, WantPathsFromTheTop) {
  for (const char* path : {"", "/CODEOWNERS", "docs/"}) {
    EXPECT_EQ(failure_of_rule("file", path),
              "rcx.yaml:5:1: rules[0].file: wanted paths from the top of the repository, such as "
              "docs/CODEOWNERS, got '" +
                  std::string(path) + "'");
  }
  EXPECT_EQ(failure_of_rule("file", list({})),
            "rcx.yaml:5:1: rules[0].file: wanted at least one path, got a list");
}

TEST(ProtectFilesSettings, SayWhichLineOfOwnersIsWrongAndWhy) {
  const auto failure = [](const std::string& line) {
    return failure_of_rule("owners", list({"ok @ada", line}));
  };
  const std::string begin = "rcx.yaml:5:1: rules[0].owners: wanted lines of CODEOWNERS (line 2: ";
  for (const auto& [line, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"!x @ada", "a pattern cannot begin with '!'"},
           {"/ @ada", "wanted a pattern such as"},
           {"a//b @ada", "it has an empty name"},
           {"../x @ada", "it has an empty name, '.' or '..'"},
           {"[ab @ada", "wanted a section"},
           {"[] @ada", "wanted a section"},
           {"[a][x] @ada", "wanted a number of approvals"},
           {"x[ab] @ada", "it holds '['"},
           {"x\\", "it ends in a backslash"},
           {"x ada", "wanted owners such as @ada, @group or ada@example.org, got 'ada'"},
           {"x @", "got '@'"},
           {"x @@maintainer", "got '@@maintainer'"},
           {"[a] nobody", "got 'nobody'"}}) {
    EXPECT_THAT(failure(line), AllOf(StartsWith(begin), HasSubstr(why))) << line;
  }
  std::string deep = "a";
  for (int i = 0; i < 60; ++i) deep += "/a";
  EXPECT_THAT(failure(deep + " @ada"), StartsWith(begin + "it has more than 60 directories"));
  EXPECT_EQ(failure_of_rule("owners", list({})),
            "rcx.yaml:5:1: rules[0].owners: wanted at least one line, got a list");
}

TEST(ProtectFilesSettings, CheckGroupsAddressesAndAdmins) {
  EXPECT_EQ(failure_with(map({{"groups", "x"}})),
            "rcx.yaml:2:1: groups: wanted a map of names and lists of users, got 'x'");
  EXPECT_EQ(failure_with(map({{"groups", map({{"g", list({})}})}})),
            "rcx.yaml:3:1: groups.g: wanted at least one user, got a list");
  EXPECT_EQ(failure_with(map({{"groups", map({{"g", "@other"}})}})),
            "rcx.yaml:3:1: groups.g: wanted users, and no groups in a group, got '@other'");
  EXPECT_EQ(failure_with(map({{"emails", list({})}})),
            "rcx.yaml:2:1: emails: wanted a map of addresses and users, got a list");
  EXPECT_EQ(failure_with(map({{"emails", map({{"a@b", ""}})}})),
            "rcx.yaml:3:1: emails.a@b: wanted the name of a user, got ''");
  EXPECT_EQ(failure_with(map({{"admins", "ada"}})),
            "rcx.yaml:2:1: admins: wanted owners such as @ada, @group or ada@example.org, got "
            "'ada'");
  EXPECT_THAT(failure_with(map({{"admins", list({""})}})), HasSubstr("admins: wanted users and"));
}

TEST(ProtectFilesSettings, CheckTheOthersToo) {
  EXPECT_EQ(failure_of_rule("repositories", list({})),
            "rcx.yaml:5:1: rules[0].repositories: wanted at least one glob, got a list");
  EXPECT_EQ(failure_of_rule("branches", list({})),
            "rcx.yaml:5:1: rules[0].branches: wanted at least one glob, got a list");
  EXPECT_EQ(failure_of_rule("branches", "refs/heads/main"),
            "rcx.yaml:5:1: rules[0].branches: wanted globs of short names, such as main for "
            "refs/heads/main, got 'refs/heads/main'");
  EXPECT_EQ(failure_of_rule("hint", list({"a"})),
            "rcx.yaml:5:1: rules[0].hint: wanted text, got a list");
}

}  // namespace
