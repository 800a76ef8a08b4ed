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
using testing::HasSubstr;
using testing::StartsWith;

std::string failure_with(const Setting& settings) {
  const FakeHost host(plugin_of(SIGNED_COMMITS_SO), settings);
  EXPECT_EQ(host.created().status, RCX_FAILED);
  return host.created().failure;
}

// A rule named `r` with one more setting.
std::string failure_of_rule(const char* key, const Setting& value) {
  return failure_with(map({{"rules", list({map({{"name", "r"}, {key, value}})})}}));
}

TEST(SignedCommitsSettings, MayBeEmptyAndSaySo) {
  FakeHost host(plugin_of(SIGNED_COMMITS_SO));
  EXPECT_EQ(host.created().status, RCX_OK);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "no rules: every commit passes");
}

TEST(SignedCommitsSettings, RefuseUnknownKeys) {
  EXPECT_EQ(failure_with(map({{"rule", list({})}})),
            "rcx.yaml:2:1: rule: unknown setting; known: rules");
  EXPECT_THAT(failure_of_rule("signer", "x"),
              StartsWith("rcx.yaml:5:1: rules[0].signer: unknown setting; known: name,"));
  EXPECT_THAT(failure_of_rule("merges", "skip"), HasSubstr("rules[0].merges: unknown setting"));
}

TEST(SignedCommitsSettings, WantRulesWithUniqueNames) {
  EXPECT_EQ(failure_with(map({{"rules", "x"}})),
            "rcx.yaml:2:1: rules: wanted a list of rules, got 'x'");
  EXPECT_EQ(failure_with(map({{"rules", list({map({})})}})),
            "rcx.yaml:3:1: rules[0].name: wanted text, got nothing");
  EXPECT_EQ(failure_with(map({{"rules", list({map({{"name", ""}})})}})),
            "rcx.yaml:4:1: rules[0].name: wanted a name, got ''");
  const Setting rule = map({{"name", "same"}});
  EXPECT_EQ(failure_with(map({{"rules", list({rule, rule})}})),
            "rcx.yaml:6:1: rules[1].name: wanted a name that no other rule has, got 'same'");
}

TEST(SignedCommitsSettings, WantSomethingToCheck) {
  EXPECT_EQ(failure_of_rule("commits", false),
            "rcx.yaml:3:1: rules[0]: wanted commits or signed_push to be true, got a map");
}

TEST(SignedCommitsSettings, WantSignersThatCanBeTold) {
  // A short id of a key can be made for another key.
  for (const char* signer : {"", "ada", "DEADBEEF", "0123456789ABCDEF", "MD5:00"}) {
    EXPECT_EQ(failure_of_rule("signers", signer),
              "rcx.yaml:5:1: rules[0].signers: wanted addresses such as ada@example.org or "
              "*@example.org, and fingerprints of 40 digits or SHA256:..., got '" +
                  std::string(signer) + "'");
  }
  EXPECT_EQ(failure_of_rule("signers", list({})),
            "rcx.yaml:5:1: rules[0].signers: wanted at least one signer, got a list");
}

TEST(SignedCommitsSettings, WantNoAddressesOfUntrustedKeys) {
  const auto failure = [](const char* key, const Setting& value) {
    return failure_with(
        map({{"rules", list({map({{"name", "r"}, {key, value}, {"accept_untrusted", true}})})}}));
  };
  EXPECT_THAT(failure("signers", "ada@example.org"),
              StartsWith("rcx.yaml:6:1: rules[0].accept_untrusted: wanted fingerprints among"));
  EXPECT_THAT(failure("committer_is_signer", true),
              StartsWith("rcx.yaml:6:1: rules[0].accept_untrusted: wanted no committer_is_signer"));
}

TEST(SignedCommitsSettings, CheckTheOthersToo) {
  for (const char* key : {"commits", "signed_push", "accept_untrusted", "committer_is_signer"}) {
    EXPECT_EQ(failure_of_rule(key, "maybe"),
              "rcx.yaml:5:1: rules[0]." + std::string(key) + ": wanted true or false, got 'maybe'");
  }
  EXPECT_EQ(failure_of_rule("imports", "ignore"),
            "rcx.yaml:5:1: rules[0].imports: wanted check or skip, got 'ignore'");
  for (const char* key : {"repositories", "branches", "tags"}) {
    EXPECT_EQ(failure_of_rule(key, list({})), "rcx.yaml:5:1: rules[0]." + std::string(key) +
                                                  ": wanted at least one glob, got a list");
  }
  EXPECT_EQ(failure_of_rule("branches", "refs/heads/release/*"),
            "rcx.yaml:5:1: rules[0].branches: wanted globs of short names, such as release/* for "
            "refs/heads/release/*, got 'refs/heads/release/*'");
  EXPECT_EQ(failure_of_rule("tags", "refs/tags/v*"),
            "rcx.yaml:5:1: rules[0].tags: wanted globs of short names, such as v* for "
            "refs/tags/v*, got 'refs/tags/v*'");
  EXPECT_EQ(failure_of_rule("hint", list({"a"})),
            "rcx.yaml:5:1: rules[0].hint: wanted text, got a list");
}

}  // namespace
