#include <gtest/gtest.h>

#include "library.hpp"

#include <string>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Setting;
using rcx::tests::plugin_of;

std::string failure_with(const Setting& settings) {
  const FakeHost host(plugin_of(REF_POLICY_SO), settings);
  EXPECT_EQ(host.created().status, RCX_FAILED);
  return host.created().failure;
}

// A rule named `r` with one more setting.
std::string failure_of_rule(const char* key, const Setting& value) {
  return failure_with(map({{"rules", list({map({{"name", "r"}, {key, value}})})}}));
}

TEST(RefPolicySettings, MayBeEmptyAndSaySo) {
  FakeHost host(plugin_of(REF_POLICY_SO));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no rules: every reference passes");
}

TEST(RefPolicySettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"rule", list({})}})),
            "rcx.yaml:2:1: rule: unknown setting; known: groups, rules");
  const std::string failure = failure_of_rule("updates", "nobody");
  EXPECT_EQ(failure.find("rcx.yaml:5:1: rules[0].updates: unknown setting; known: name,"), 0U)
      << failure;
}

TEST(RefPolicySettings, WantAUniqueNameAndSomethingToCheck) {
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"immutable", true}})})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
  const Setting rule = map({{"name", "same"}, {"immutable", true}});
  EXPECT_EQ(failure_with(map({{"rules", list({rule, rule})}})),
            "rcx.yaml:7:1: rules[1].name: wanted a name that no other rule has, got 'same'");
  const std::string nothing =
      "rcx.yaml:3:1: rules[0]: wanted something to check, such as delete, fast_forward_only or "
      "name_must_match, got a map";
  EXPECT_EQ(failure_of_rule("branches", "main"), nothing);
  EXPECT_EQ(failure_of_rule("create", "anyone"), nothing);
  EXPECT_EQ(failure_of_rule("immutable", false), nothing);
}

TEST(RefPolicySettings, KnowTheGroups) {
  EXPECT_EQ(failure_of_rule("create", "@release"),
            "rcx.yaml:5:1: rules[0].create: wanted a group that stands in the setting groups, got "
            "'@release'");
  EXPECT_EQ(failure_with(map({{"groups", list({"ada"})}})),
            "rcx.yaml:2:1: groups: wanted a map of names and lists of users, got a list");
  EXPECT_EQ(failure_with(map({{"groups", map({{"release", list({})}})}})),
            "rcx.yaml:3:1: groups.release: wanted at least one user, got a list");
  EXPECT_EQ(failure_with(map({{"groups", map({{"release", list({"@all"})}})}})),
            "rcx.yaml:3:1: groups.release: wanted users, and no groups in a group, got a list");
}

// A list that lets in anybody, or nobody, besides somebody is a mistake.
TEST(RefPolicySettings, AnyoneAndNobodyStandAlone) {
  const std::string wanted =
      "rcx.yaml:5:1: rules[0].delete: wanted users and @groups, or one of the words anyone and "
      "nobody, got a list";
  EXPECT_EQ(failure_of_rule("delete", list({"ada", "nobody"})), wanted);
  EXPECT_EQ(failure_of_rule("delete", list({"anyone", "ada"})), wanted);
  EXPECT_EQ(failure_of_rule("delete", list({})), wanted);
  EXPECT_EQ(failure_of_rule("delete", list({"ada", ""})), wanted);
}

TEST(RefPolicySettings, WhatIsSaidTwiceIsRefused) {
  const auto failure = [](const char* word, const char* other) {
    return failure_with(
        map({{"rules", list({map({{"name", "r"}, {word, true}, {other, "ada"}})})}}));
  };
  EXPECT_EQ(failure("immutable", "delete"),
            "rcx.yaml:6:1: rules[0].delete: wanted no setting beside immutable, which says it, got "
            "'ada'");
  EXPECT_EQ(failure("fast_forward_only", "force"),
            "rcx.yaml:6:1: rules[0].force: wanted no setting beside fast_forward_only, which says "
            "it, got 'ada'");
}

TEST(RefPolicySettings, RefuseGlobsAndPatternsThatCannotBeMeant) {
  EXPECT_EQ(failure_of_rule("refs", "main"),
            "rcx.yaml:5:1: rules[0].refs: wanted globs of whole names, such as refs/heads/main or "
            "refs/notes/*, got 'main'");
  EXPECT_EQ(failure_of_rule("branches", "refs/heads/main"),
            "rcx.yaml:5:1: rules[0].branches: wanted globs of short names, such as main for "
            "refs/heads/main, got 'refs/heads/main'");
  EXPECT_EQ(failure_of_rule("tags", "refs/tags/v*"),
            "rcx.yaml:5:1: rules[0].tags: wanted globs of short names, such as v* for "
            "refs/tags/v*, got 'refs/tags/v*'");
  EXPECT_EQ(failure_of_rule("tags", list({})),
            "rcx.yaml:5:1: rules[0].tags: wanted at least one glob, got a list");
  EXPECT_EQ(failure_of_rule("name_must_match", list({"ok", "[a-"})),
            "rcx.yaml:7:1: rules[0].name_must_match[1]: wanted a pattern in RE2 syntax (missing ]: "
            "[a-), got '[a-'");
  EXPECT_EQ(failure_of_rule("name_must_match", list({})),
            "rcx.yaml:5:1: rules[0].name_must_match: wanted at least one pattern, got a list");
  EXPECT_EQ(failure_of_rule("name_must_match", ""),
            "rcx.yaml:5:1: rules[0].name_must_match: wanted a pattern; the empty one matches "
            "everything, got ''");
  EXPECT_EQ(failure_of_rule("immutable", "yes"),
            "rcx.yaml:5:1: rules[0].immutable: wanted true or false, got 'yes'");
}

}  // namespace
