#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <chrono>
#include <string>

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Of no account that exists. In two halves, so that no scanner takes this file for a leak.
const std::string kAws = std::string("AKIA") + "Z3MWNP7QX5RT2LKB";
const std::string kGithub = std::string("ghp_") + "x9Kd02mQvLr7TzYp3WsNbE5uHcAj8GfVi1Qo";

FakePush adding(const std::string& text, const std::string& path = "src/config.py") {
  FakePush push;
  FakeChange change;
  change.path = path;
  change.added = {{12, text}};
  change.new_content = text;
  push.commit("Do it").changes.push_back(change);
  return push;
}

Outcome scan(const FakePush& push, const Setting& settings = map({})) {
  FakeHost host(plugin_of(SECRET_SCAN_SO), settings);
  EXPECT_EQ(host.created().status, RCX_OK) << host.created().failure;
  return host.pre_push(push);
}

std::string refusal(const Setting& settings) {
  FakeHost host(plugin_of(SECRET_SCAN_SO), settings);
  return host.created().status == RCX_OK ? "it loads" : host.created().failure;
}

TEST(SecretScan, TellsWhereAndNotWhat) {
  const Outcome outcome = scan(adding("a = 1\nkey = \"" + kAws + "\"\n"));
  ASSERT_EQ(outcome.status, RCX_OK) << outcome.failure;
  ASSERT_THAT(outcome.objections, SizeIs(1));
  EXPECT_EQ(outcome.objections[0].ref, 0U);
  const std::string& text = outcome.objections[0].text;
  EXPECT_THAT(text,
              HasSubstr("this looks like an access key of AWS: AKIA**** in "
                        "\"src/config.py\", line 13 (commit 1a2b3c4d1a, rule aws-access-key)"));
  EXPECT_THAT(text, Not(HasSubstr(kAws.substr(5))));
}

TEST(SecretScan, LetsOrdinaryTextPass) {
  for (const char* text :
       {"int main() {}\n", "token = os.environ['TOKEN']\n", "password: \"changeme\"\n",
        "see https://example.org/path:8080@x\n", "AKIA\n",
        "secret = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n", "-----BEGIN PUBLIC KEY-----\n",
        "sha1 = 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"}) {
    EXPECT_THAT(scan(adding(text)).objections, IsEmpty()) << text;
  }
}

TEST(SecretScan, KnowsManyKinds) {
  const std::string random = "x9Kd02mQvLr7TzYp3WsNbE5uHcAj8GfVi1QoB4nD6eRk";
  const std::vector<std::pair<std::string, std::string>> all = {
      {"private-key", "-----BEGIN OPENSSH PRIVATE KEY-----"},
      {"private-key", "-----BEGIN RSA PRIVATE KEY-----"},
      {"github-token", kGithub},
      {"gitlab-token", "glpat-" + random.substr(0, 20)},
      {"slack-token", "xoxb-" + random.substr(0, 30)},
      {"stripe-key", "sk_live_" + random.substr(0, 24)},
      {"google-api-key", "AIza" + random.substr(0, 35)},
      {"npm-token", "npm_" + random.substr(0, 36)},
      {"password-in-url", "postgres://app:" + random.substr(0, 12) + "@db.example.org/x"},
      {"assigned-secret", "API_KEY = \"" + random.substr(0, 32) + "\""},
      {"assigned-secret", "\"password\": \"" + random.substr(0, 24) + "\","},
  };
  for (const auto& [rule, text] : all) {
    const Outcome outcome = scan(adding("x\n" + text + "\n"));
    ASSERT_THAT(outcome.objections, SizeIs(testing::Ge(1U))) << text;
    EXPECT_THAT(outcome.objections[0].text, HasSubstr("rule " + rule)) << text;
  }
}

TEST(SecretScan, TheAllowListOfTheBranchBeforeThePushCounts) {
  FakePush push = adding("key = \"" + kAws + "\"\n");
  const std::string text = scan(push).objections.at(0).text;
  const std::size_t at = text.find("fingerprint ") + 12;
  const std::string old_id(40, '1');
  for (const std::string& line :
       std::vector<std::string>{"fingerprint " + text.substr(at, 16) + " # a test", "path src/*",
                                "  rule aws-access-key\r"}) {
    push.elsewhere = {{"refs/heads/main", old_id}};
    push.trees = {{old_id, {{".secretallow", 0100644, "", 0, "# ours\n\n" + line + "\n"}}}};
    const Outcome outcome = scan(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.objections, IsEmpty()) << line;
  }
  push.trees = {{old_id, {{".secretallow", 0100644, "", 0, "path other/*\nfingerprint 12\n"}}}};
  const Outcome other = scan(push);
  EXPECT_THAT(other.objections, SizeIs(1));
  ASSERT_THAT(other.said, SizeIs(1));
  EXPECT_THAT(other.said[0], HasSubstr("line 2: wanted 'path GLOB'"));
  // A new branch has no state of its own yet.
  push.elsewhere = {{"HEAD", old_id}};
  push.trees = {{old_id, {{".secretallow", 0100644, "", 0, "path src/*\n"}}}};
  EXPECT_THAT(scan(push).objections, IsEmpty());
}

TEST(SecretScan, AnAllowListIsReadUpToASize) {
  FakePush push = adding("key = \"" + kAws + "\"\n");
  const std::string old_id(40, '1');
  push.elsewhere = {{"refs/heads/main", old_id}};
  const auto allowing = [&](const std::string& text) {
    push.trees = {{old_id, {{".secretallow", 0100644, "", 0, text}}}};
    return scan(push);
  };
  const std::string line = "path src/*\n";
  const std::string comment = "#" + std::string(999'998 - line.size(), 'x') + "\n";
  EXPECT_THAT(allowing(comment + line).objections, IsEmpty());
  const Outcome larger = allowing(comment + "#" + line);
  EXPECT_THAT(larger.objections, SizeIs(1));
  EXPECT_THAT(larger.said, ElementsAre(".secretallow has 1000001 bytes, wanted at most 1000000; it "
                                       "is not read, so nothing is allowed: take out what is not "
                                       "needed any more"));
  std::string prose;
  for (int i = 0; i < 30; ++i) prose += "What is no secret: " + std::string(1000, 'x') + "\n";
  const Outcome other = allowing(prose + line);
  EXPECT_THAT(other.objections, IsEmpty());
  EXPECT_THAT(other.said, SizeIs(20));
  EXPECT_THAT(other.said.at(0).size(), testing::Lt(400U));
  EXPECT_THAT(allowing("path src/" + std::string(4092, '*') + "\n").objections, IsEmpty());
  EXPECT_THAT(allowing("path src/" + std::string(4093, '*') + "\n").said,
              ElementsAre(HasSubstr("line 1: wanted 'path GLOB' of at most 4096 bytes")));
}

TEST(SecretScan, RulesOfOnesOwn) {
  const Setting settings = map({{"disable", list({"all"})},
                                {"rules", list({map({{"name", "house"},
                                                     {"pattern", "HOUSE-([0-9a-f]{12})"},
                                                     {"what", "a key of the house"},
                                                     {"group", 1},
                                                     {"entropy", 2}})})}});
  EXPECT_THAT(scan(adding(kAws + "\n"), settings).objections, IsEmpty());
  EXPECT_THAT(scan(adding("HOUSE-000000000000\n"), settings).objections, IsEmpty());
  const Outcome found = scan(adding("HOUSE-000000000000 HOUSE-0123456789ab\n"), settings);
  ASSERT_THAT(found.objections, SizeIs(1));
  EXPECT_THAT(found.objections[0].text, HasSubstr("a key of the house: 01**** in"));
}

TEST(SecretScan, ARuleMayStandAtTheBeginningOfAnyLine) {
  const Setting settings =
      map({{"rules", list({map({{"name", "house"}, {"pattern", "^HOUSE-[0-9]+$"}})})}});
  EXPECT_THAT(scan(adding("x\nHOUSE-12\ny\n"), settings).objections, SizeIs(1));
  EXPECT_THAT(scan(adding("x\nour HOUSE-12\n"), settings).objections, IsEmpty());
}

TEST(SecretScan, LinesMayEndInCrAndLf) {
  const Setting settings =
      map({{"rules", list({map({{"name", "house"}, {"pattern", "^HOUSE-[0-9]+$"}})})}});
  const Outcome found = scan(adding("x\r\n\r\nHOUSE-12\r\ny\r\nHOUSE-3"), settings);
  ASSERT_THAT(found.objections, SizeIs(2));
  EXPECT_THAT(found.objections[0].text, HasSubstr("line 14"));
  EXPECT_THAT(found.objections[1].text, HasSubstr("line 16"));
  EXPECT_THAT(scan(adding("HOUSE-12\rx\r\n"), settings).objections, IsEmpty());
  EXPECT_THAT(scan(adding("key = \"" + kAws + "\"\r\n")).objections, SizeIs(1));
}

// None of its lines was looked at before.
TEST(SecretScan, ATextThatWasBinaryIsLookedAtAsAWhole) {
  const std::string text = "one\nkey = \"" + kAws + "\"\nlast\n";
  for (const std::string& before : {std::string("x\0", 2), text + '\0'}) {
    FakePush push = adding(text);
    FakeChange& change = push.commits.at(0).changes.at(0);
    change.old_content = before;
    change.added.clear();
    change.binary = true;
    const Outcome outcome = scan(push);
    ASSERT_THAT(outcome.objections, SizeIs(1)) << outcome.failure;
    EXPECT_THAT(outcome.objections[0].text, HasSubstr("line 2"));
    change.new_content += '\0';
    EXPECT_THAT(scan(push).objections, IsEmpty()) << "and is binary still";
  }
}

TEST(SecretScan, WhatLiesBetweenAddedLinesWasThere) {
  FakePush push = adding("a\nb\n");
  push.commits.at(0).changes.at(0).new_content = "a\n" + kAws + "\nb\n";
  EXPECT_THAT(scan(push).objections, IsEmpty());
  push = adding("a\n" + kAws + "\n");
  push.commits.at(0).changes.at(0).new_content = "a\n" + kAws + "\nc\n";
  EXPECT_THAT(scan(push).objections, SizeIs(1));
}

// Of others than git, contents are not asked for.
TEST(SecretScan, LooksAtOtherSystemsToo) {
  FakePush push = adding(kAws + "\n");
  push.repository.vcs = RCX_VCS_MERCURIAL;
  push.commits.at(0).changes.at(0).new_content.clear();
  EXPECT_THAT(scan(push).objections, SizeIs(1));
}

TEST(SecretScan, ShowsSoManyAndCountsTheRest) {
  std::string text;
  for (char c = 'A'; c <= 'E'; ++c) text += std::string("AKIA") + c + "3MWNP7QX5RT2LK" + c + "\n";
  const Outcome outcome = scan(adding(text), map({{"findings", 2}}));
  ASSERT_THAT(outcome.objections, SizeIs(3));
  EXPECT_EQ(outcome.objections[2].text, "and 3 more secrets like these");
  EXPECT_EQ(outcome.objections[2].ref, 0U);
}

// Where a push may pass in part, one that brings none does.
TEST(SecretScan, WhatIsOnlyCountedIsOfItsReferenceAsWell) {
  FakePush push = adding(kAws + "\n" + kGithub + "\n");
  push.ref("refs/heads/main");
  push.ref("refs/heads/clean");
  push.ref("refs/heads/other");
  push.commits.push_back(push.commits.at(0));
  push.commits.at(1).ref = 2;
  const Outcome outcome = scan(push, map({{"findings", 1}}));
  ASSERT_THAT(outcome.objections, SizeIs(3));
  EXPECT_EQ(outcome.objections[0].ref, 0U);
  EXPECT_EQ(outcome.objections[1].ref, 0U);
  EXPECT_EQ(outcome.objections[1].text, "and 1 more secrets like these");
  EXPECT_EQ(outcome.objections[2].ref, 2U);
  EXPECT_EQ(outcome.objections[2].text, "and 2 more secrets like these");
}

// Vectorscan tells each byte of such a match as an end. Many times more than it takes; to look for
// the beginning of the line at each took minutes.
constexpr std::chrono::seconds kLong{60};

TEST(SecretScan, ALongLineTakesNoLongerThanManyShortOnes) {
  const auto begin = std::chrono::steady_clock::now();
  std::string token = "xoxb-";
  while (token.size() < 1'000'000) token += "x9Kd02mQvLr7TzYp3WsN";
  EXPECT_THAT(scan(adding(token + "\n")).objections, SizeIs(1));
  std::string addresses = "{";
  while (addresses.size() < 1'000'000) {
    addresses += "\"https://ada:x9Kd02mQvLr7@www.example.org/\":1,";
  }
  EXPECT_THAT(scan(adding("x\n" + addresses + "}\n")).objections, SizeIs(1));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong);
}

// The number of a line is counted from the beginning of the file.
TEST(SecretScan, ManyLinesWithSecretsTakeNoLongerThanOthers) {
  std::string text;
  for (int i = 100'000; i < 200'000; ++i) text += "AKIA" + std::to_string(i) + "MWNP7QX5RT\n";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(scan(adding(text)).objections, SizeIs(21));
  FakePush push = adding(text);
  push.commits.at(0).changes.at(0).old_content = std::string("x\0", 2);
  push.commits.at(0).changes.at(0).binary = true;
  EXPECT_THAT(scan(push).objections, SizeIs(21));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kLong);
}

TEST(SecretScan, EachSecretOfALineCounts) {
  const std::string other = std::string("AKIA") + "Q5RT2LKBZ3MWNP7X";
  FakePush push = adding("keys = " + kAws + ", " + other + ", " + kAws + "\n");
  const Outcome both = scan(push);
  ASSERT_THAT(both.objections, SizeIs(2));
  const std::string& first = both.objections[0].text;
  const std::string old_id(40, '1');
  const std::string print = first.substr(first.find("fingerprint "), 28);
  push.elsewhere = {{"refs/heads/main", old_id}};
  push.trees = {{old_id, {{".secretallow", 0100644, "", 0, print + "\n"}}}};
  const Outcome one = scan(push);
  ASSERT_THAT(one.objections, SizeIs(1)) << "behind an example that is allowed";
  EXPECT_EQ(one.objections[0].text, both.objections[1].text);
}

TEST(SecretScan, WhereItLooks) {
  const std::string text = kAws + "\n";
  EXPECT_THAT(scan(adding(text), map({{"except", "src/*"}})).objections, IsEmpty());
  EXPECT_THAT(scan(adding(text), map({{"repositories", "other/*"}})).objections, IsEmpty());
  EXPECT_THAT(scan(adding(text), map({{"branches", "release/*"}})).objections, IsEmpty());
  FakePush import = adding(text);
  import.initial = true;
  EXPECT_THAT(scan(import).objections, SizeIs(1));
  EXPECT_THAT(scan(import, map({{"initial_import", "skip"}})).objections, IsEmpty());
  FakePush off = adding(text);
  off.repository.fields = {{"secret_scan", false}};
  EXPECT_THAT(scan(off).objections, IsEmpty());
}

TEST(SecretScan, WhatIsLeftUncheckedIsNotLetThrough) {
  FakePush push = adding("x\n");
  push.cancel_after = 0;
  const Outcome outcome = scan(push);
  EXPECT_NE(outcome.status, RCX_OK);
  EXPECT_THAT(outcome.failure, HasSubstr("was not searched for secrets"));
}

TEST(SecretScan, ItStopsAmongManyGlobs) {
  FakePush push = adding("key = \"" + kAws + "\"\n");
  const std::string old_id(40, '1');
  push.elsewhere = {{"refs/heads/main", old_id}};
  push.trees = {{old_id, {{".secretallow", 0100644, "", 0, "path other/*\n"}}}};
  push.cancel_after = 6;
  EXPECT_THAT(scan(push).objections, SizeIs(1));
  std::string globs;
  for (int i = 0; i < 64; ++i) globs += "path other/*\n";
  push.trees = {{old_id, {{".secretallow", 0100644, "", 0, globs}}}};
  EXPECT_THAT(scan(push).failure, HasSubstr("was not searched for secrets"));
}

// Time that runs out within one file, also the last.
TEST(SecretScan, ItStopsWithinAFile) {
  FakePush push = adding("key = \"" + kAws + "\"\n");
  push.cancel_after = 1;
  const Outcome outcome = scan(push);
  EXPECT_NE(outcome.status, RCX_OK);
  EXPECT_THAT(outcome.failure, HasSubstr("was not searched for secrets"));
}

TEST(SecretScan, SettingsThatAreWrong) {
  const auto rule = [](const char* pattern) {
    return map({{"rules", list({map({{"name", "a"}, {"pattern", pattern}})})}});
  };
  EXPECT_THAT(refusal(rule("(")), HasSubstr("a regular expression in RE2's syntax"));
  EXPECT_THAT(refusal(rule("a*")), HasSubstr("does not match everything"));
  for (const char* pattern : {"\\Aab", "ab\\z", "\\QA\\E\\Ab"}) {
    EXPECT_THAT(refusal(rule(pattern)), HasSubstr("with ^ and $, the ends of each line"))
        << pattern;
  }
  for (const char* pattern : {"\\\\A", "\\Qa\\Ab\\E", "\\Qa\\z"}) {
    EXPECT_THAT(refusal(rule(pattern)), Not(HasSubstr("with ^ and $"))) << pattern;
  }
  EXPECT_THAT(refusal(map({{"rules", 1}})), HasSubstr("a list of rules"));
  EXPECT_THAT(refusal(map({{"rule", 1}})), HasSubstr("rule"));
  EXPECT_THAT(refusal(map({{"disable", list({"aws"})}})),
              HasSubstr("a kind of secret that is known"));
  EXPECT_THAT(refusal(map({{"disable", list({"all"})}})), HasSubstr("leaves a rule"));
  EXPECT_THAT(refusal(map({{"findings", 0}})), HasSubstr("from 1 on"));
  EXPECT_THAT(refusal(map({{"initial_import", "no"}})), HasSubstr("check or skip"));
  EXPECT_THAT(refusal(map({{"rules", list({map({{"name", "npm-token"}, {"pattern", "x"}})})}})),
              HasSubstr("a name that no other rule has"));
}

}  // namespace
