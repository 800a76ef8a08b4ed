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
using testing::StartsWith;

std::string failure_with(const Setting& settings) {
  const FakeHost host(plugin_of(PATH_POLICY_SO), settings);
  EXPECT_EQ(host.created().status, RCX_FAILED);
  return host.created().failure;
}

// A rule named `r` with one more setting.
std::string failure_of_rule(const char* key, const Setting& value) {
  return failure_with(map({{"rules", list({map({{"name", "r"}, {key, value}})})}}));
}

TEST(PathPolicySettings, MayBeEmptyAndSaySo) {
  FakeHost host(plugin_of(PATH_POLICY_SO));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no rules: every path passes");
}

TEST(PathPolicySettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"rule", list({})}})),
            "rcx.yaml:2:1: rule: unknown setting; known: rules");
  EXPECT_THAT(failure_of_rule("max_size", 72),
              StartsWith("rcx.yaml:5:1: rules[0].max_size: unknown setting; known: name,"));
}

TEST(PathPolicySettings, RefuseRulesThatAreNoList) {
  EXPECT_EQ(failure_with(map({{"rules", map({{"size", 72}})}})),
            "rcx.yaml:2:1: rules: wanted a list of rules, got a map");
  EXPECT_EQ(failure_with(map({{"rules", list({"size"})}})),
            "rcx.yaml:3:1: rules[0]: wanted a map, got 'size'");
}

TEST(PathPolicySettings, WantAUniqueName) {
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"windows_names", true}})})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"name", ""}})})}})),
            "rcx.yaml:4:1: rules[0].name: wanted a name, got ''");
  const Setting rule = map({{"name", "same"}, {"windows_names", true}});
  EXPECT_EQ(failure_with(map({{"rules", list({rule, rule})}})),
            "rcx.yaml:7:1: rules[1].name: wanted a name that no other rule has, got 'same'");
}

TEST(PathPolicySettings, WantSomethingToCheck) {
  const std::string failure =
      "rcx.yaml:3:1: rules[0]: wanted something to check, such as forbidden_paths or "
      "max_file_size, got a map";
  EXPECT_EQ(failure_of_rule("merges", "skip"), failure);
  EXPECT_EQ(failure_of_rule("except", "*"), failure);
  EXPECT_EQ(failure_of_rule("windows_names", false), failure);
}

TEST(PathPolicySettings, RefuseGlobsThatMatchNothing) {
  const std::string wanted = ": wanted a glob such as *.pem, node_modules or docs/**/*.pdf, got ";
  for (const char* glob : {"", "/", "a//b", "//a", "./a", "a/../b"}) {
    EXPECT_EQ(failure_of_rule("forbidden_paths", glob),
              "rcx.yaml:5:1: rules[0].forbidden_paths" + wanted + "'" + glob + "'");
  }
  EXPECT_EQ(failure_of_rule("except", list({"ok", ""})),
            "rcx.yaml:7:1: rules[0].except[1]" + wanted + "''");
  EXPECT_EQ(failure_of_rule("forbidden_paths", list({})),
            "rcx.yaml:5:1: rules[0].forbidden_paths: wanted at least one glob, got a list");
}

TEST(PathPolicySettings, RefuseExtensionsThatMatchNothing) {
  for (const char* extension : {"", ".", "*.exe", "a/b"}) {
    EXPECT_EQ(failure_of_rule("forbidden_extensions", extension),
              "rcx.yaml:5:1: rules[0].forbidden_extensions: wanted an extension such as exe or "
              "tar.gz, got '" +
                  std::string(extension) + "'");
  }
  EXPECT_EQ(failure_of_rule("forbidden_extensions", list({})),
            "rcx.yaml:5:1: rules[0].forbidden_extensions: wanted at least one extension, got a "
            "list");
}

TEST(PathPolicySettings, RefuseSizesThatCannotBeMeant) {
  const std::string wanted =
      "rcx.yaml:5:1: rules[0].max_file_size: wanted a size such as 500000, 10MB or 1MiB, at least "
      "1, got ";
  for (const char* size :
       {"0", "0MB", "10M", "1.5MB", "-1", "big", "", "MB", "10MB ", "9999999TB"}) {
    EXPECT_EQ(failure_of_rule("max_file_size", size), wanted + "'" + size + "'");
  }
  EXPECT_EQ(failure_of_rule("max_file_size", 0), wanted + "'0'");
  EXPECT_EQ(failure_of_rule("max_file_size", true), wanted + "'true'");
  EXPECT_EQ(failure_of_rule("max_file_size", list({1})), wanted + "a list");
}

TEST(PathPolicySettings, CheckTheOthersToo) {
  EXPECT_EQ(failure_of_rule("windows_names", "maybe"),
            "rcx.yaml:5:1: rules[0].windows_names: wanted true or false, got 'maybe'");
  EXPECT_EQ(failure_of_rule("no_case_collisions", 1),
            "rcx.yaml:5:1: rules[0].no_case_collisions: wanted true or false, got '1'");
  EXPECT_EQ(failure_of_rule("merges", "ignore"),
            "rcx.yaml:5:1: rules[0].merges: wanted check or skip, got 'ignore'");
  EXPECT_EQ(failure_of_rule("branches", list({})),
            "rcx.yaml:5:1: rules[0].branches: wanted at least one glob, got a list");
  EXPECT_EQ(failure_of_rule("branches", "refs/heads/main"),
            "rcx.yaml:5:1: rules[0].branches: wanted globs of short names, such as main for "
            "refs/heads/main, got 'refs/heads/main'");
}

}  // namespace
