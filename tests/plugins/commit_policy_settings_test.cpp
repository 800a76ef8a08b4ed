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
  const FakeHost host(plugin_of(COMMIT_POLICY_SO), settings);
  EXPECT_EQ(host.created().status, RCX_FAILED);
  return host.created().failure;
}

// A rule named `r` with one more setting.
std::string failure_of_rule(const char* key, const Setting& value) {
  return failure_with(map({{"rules", list({map({{"name", "r"}, {key, value}})})}}));
}

TEST(CommitPolicySettings, MayBeEmptyAndSaySo) {
  FakeHost host(plugin_of(COMMIT_POLICY_SO));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no rules: every commit passes");
}

TEST(CommitPolicySettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"rule", list({})}})),
            "rcx.yaml:2:1: rule: unknown setting; known: rules");
  const std::string failure = failure_of_rule("subject_maxlength", 72);
  EXPECT_EQ(failure.find("rcx.yaml:5:1: rules[0].subject_maxlength: unknown setting; known: name,"),
            0U)
      << failure;
}

TEST(CommitPolicySettings, RefuseRulesThatAreNoList) {
  EXPECT_EQ(failure_with(map({{"rules", map({{"subject", 72}})}})),
            "rcx.yaml:2:1: rules: wanted a list of rules, got a map");
  EXPECT_EQ(failure_with(map({{"rules", list({"subject"})}})),
            "rcx.yaml:3:1: rules[0]: wanted a map, got 'subject'");
  EXPECT_EQ(failure_with(map({{"rules", list({nullptr})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
}

TEST(CommitPolicySettings, WantAUniqueName) {
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"subject_max_length", 72}})})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"name", ""}})})}})),
            "rcx.yaml:4:1: rules[0].name: wanted a name, got ''");
  const Setting rule = map({{"name", "same"}, {"subject_max_length", 72}});
  EXPECT_EQ(failure_with(map({{"rules", list({rule, rule})}})),
            "rcx.yaml:7:1: rules[1].name: wanted a name that no other rule has, got 'same'");
}

TEST(CommitPolicySettings, WantSomethingToCheck) {
  EXPECT_EQ(failure_of_rule("merges", "skip"),
            "rcx.yaml:3:1: rules[0]: wanted something to check, such as subject_max_length or "
            "subject_must_match, got a map");
}

TEST(CommitPolicySettings, SayWhereAPatternIsInvalidAndWhy) {
  EXPECT_EQ(failure_of_rule("subject_must_match", "[a-"),
            "rcx.yaml:5:1: rules[0].subject_must_match: wanted a pattern in RE2 syntax (missing ]: "
            "[a-), got '[a-'");
  EXPECT_EQ(failure_of_rule("message_must_not_match", list({"ok", "(?<=x)y"})),
            "rcx.yaml:7:1: rules[0].message_must_not_match[1]: wanted a pattern in RE2 syntax "
            "(invalid perl operator: (?<), got '(?<=x)y'");
}

TEST(CommitPolicySettings, RefusePatternsThatCannotBeMeant) {
  EXPECT_EQ(failure_of_rule("subject_must_not_match", ""),
            "rcx.yaml:5:1: rules[0].subject_must_not_match: wanted a pattern; the empty one "
            "matches everything, got ''");
  EXPECT_EQ(failure_of_rule("author_email_must_match", list({})),
            "rcx.yaml:5:1: rules[0].author_email_must_match: wanted at least one pattern, got a "
            "list");
  EXPECT_EQ(failure_of_rule("committer_email_must_match", map({{"a", "b"}})),
            "rcx.yaml:5:1: rules[0].committer_email_must_match: wanted text, got a map");
}

TEST(CommitPolicySettings, CheckTheOthersToo) {
  EXPECT_EQ(failure_of_rule("subject_max_length", 0),
            "rcx.yaml:5:1: rules[0].subject_max_length: wanted a number of characters, at least 1, "
            "got '0'");
  EXPECT_EQ(failure_of_rule("subject_max_length", "long"),
            "rcx.yaml:5:1: rules[0].subject_max_length: wanted an integer, got 'long'");
  EXPECT_EQ(failure_of_rule("merges", "ignore"),
            "rcx.yaml:5:1: rules[0].merges: wanted check or skip, got 'ignore'");
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
