#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

namespace {

using rcx::testing::FakeField;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The policy with one rule, made of `items`.
class Policy {
 public:
  explicit Policy(std::initializer_list<Setting::Item> items)
      : host_(plugin_of(COMMIT_POLICY_SO), map({{"rules", list({map(items)})}})) {}

  Outcome run(const FakePush& push) { return host_.pre_push(push); }

  std::vector<std::string> objections(const FakePush& push) {
    const Outcome outcome = run(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::vector<std::string> texts;
    texts.reserve(outcome.objections.size());
    for (const auto& objection : outcome.objections) texts.push_back(objection.text);
    return texts;
  }
  std::vector<std::string> objections(const std::string& message) {
    FakePush push;
    push.commit(message);
    return objections(push);
  }

 private:
  FakeHost host_;
};

TEST(CommitPolicy, LimitsTheSubject) {
  Policy policy({{"name", "r"}, {"subject_max_length", 10}});
  EXPECT_THAT(policy.objections("ten chars!\n\nA body may be as long as it likes."), IsEmpty());
  EXPECT_THAT(
      policy.objections("eleven char"),
      ElementsAre(
          R"(subject has 11 characters, at most 10: "eleven char" (commit 1a2b3c4d1a, rule r))"));
}

TEST(CommitPolicy, CountsCharactersAndOfOtherTextBytes) {
  Policy policy({{"name", "r"}, {"subject_max_length", 4}});
  EXPECT_THAT(policy.objections("caf\xC3\xA9"), IsEmpty());
  EXPECT_THAT(policy.objections("caf\xC3\xA9\xE9"),
              ElementsAre(HasSubstr("subject has 6 characters, at most 4")));
}

TEST(CommitPolicy, QuotesOneShortLine) {
  Policy policy({{"name", "r"}, {"subject_max_length", 60}});
  const auto texts = policy.objections("Fix\tthe " + std::string(87, 'x') + "\nmore");
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_EQ(texts[0], "subject has 95 characters, at most 60: \"Fix the " + std::string(42, 'x') +
                          "…\" (commit 1a2b3c4d1a, rule r)");
}

TEST(CommitPolicy, AppendsTheHint) {
  Policy policy(
      {{"name", "r"}, {"subject_max_length", 1}, {"hint", "see https://wiki.example.org/commits"}});
  EXPECT_THAT(policy.objections("ab"),
              ElementsAre("subject has 2 characters, at most 1: \"ab\" (commit 1a2b3c4d1a, rule "
                          "r): see https://wiki.example.org/commits"));
}

TEST(CommitPolicy, SubjectMustMatchOneOfThePatterns) {
  Policy policy({{"name", "r"}, {"subject_must_match", list({"^[A-Z]", "^fixup!"})}});
  EXPECT_THAT(policy.objections("Add it"), IsEmpty());
  EXPECT_THAT(policy.objections("fixup! Add it"), IsEmpty());
  EXPECT_THAT(policy.objections("add it\n\nUpper"),
              ElementsAre(R"(subject must match "^[A-Z]" or "^fixup!": "add it")"
                          " (commit 1a2b3c4d1a, rule r)"));
}

TEST(CommitPolicy, SubjectMustMatchNoneOfThePatterns) {
  Policy policy({{"name", "r"}, {"subject_must_not_match", list({"(?i)\\bwip\\b", "TODO"})}});
  EXPECT_THAT(policy.objections("Done\n\nwip"), IsEmpty());
  EXPECT_THAT(policy.objections("Half of it, WIP"),
              ElementsAre(R"(subject must not match "(?i)\bwip\b": found "WIP" in )"
                          R"("Half of it, WIP" (commit 1a2b3c4d1a, rule r))"));
}

TEST(CommitPolicy, ABlankLineHidesNoSubject) {
  Policy policy({{"name", "r"}, {"subject_must_not_match", "^WIP$"}});
  EXPECT_THAT(policy.objections("\n \t\r\nWIP\r\nbody"), SizeIs(1));
}

TEST(CommitPolicy, AnEmptyMessageMatchesNothing) {
  Policy policy({{"name", "r"}, {"subject_must_match", "."}});
  EXPECT_THAT(policy.objections(""), SizeIs(1));
  EXPECT_THAT(policy.objections("\n\n"), SizeIs(1));
}

TEST(CommitPolicy, LooksAtTheWholeMessage) {
  Policy wanted({{"name", "r"}, {"message_must_match", "(?m)^Signed-off-by: "}});
  EXPECT_THAT(wanted.objections("Do\n\nSigned-off-by: Ada"), IsEmpty());
  EXPECT_THAT(wanted.objections("Do it"),
              ElementsAre(HasSubstr(R"(message must match "(?m)^Signed-off-by: ": "Do it")")));
  Policy unwanted({{"name", "r"}, {"message_must_not_match", "password=\\S+"}});
  EXPECT_THAT(unwanted.objections("Do it\n\npassword=x"),
              ElementsAre(HasSubstr(R"(: found "password=x" in "Do it")")));
}

TEST(CommitPolicy, TextThatIsNotUtf8HidesNothing) {
  Policy policy({{"name", "r"}, {"message_must_not_match", list({"^[^#]*WIP", "secret", "café"})}});
  EXPECT_THAT(policy.objections("\xFF\xFE WIP"), SizeIs(1)) << "a negated class sees past it";
  EXPECT_THAT(policy.objections("\x80secret\x80"), SizeIs(1));
  EXPECT_THAT(policy.objections("caf\xE9"), SizeIs(1)) << "Latin-1";
  EXPECT_THAT(policy.objections("caf\xC3\xA9 \xFF"), SizeIs(1)) << "UTF-8 beside a stray byte";
  EXPECT_THAT(policy.objections("tea \xE9"), IsEmpty());
}

TEST(CommitPolicy, TextThatIsNotUtf8CanMatch) {
  Policy policy({{"name", "r"}, {"subject_must_match", "^Add .+ #[0-9]+$"}});
  EXPECT_THAT(policy.objections("Add caf\xE9 #12"), IsEmpty());
  EXPECT_THAT(policy.objections("Add caf\xE9"), SizeIs(1));
}

TEST(CommitPolicy, ChecksEmails) {
  Policy author({{"name", "r"}, {"author_email_must_match", "@example\\.org$"}});
  Policy committer({{"name", "r"}, {"committer_email_must_match", "@example\\.org$"}});
  FakePush push;
  auto& commit = push.commit("Do it");
  EXPECT_THAT(author.objections(push), IsEmpty());
  commit.author.email = "ada@home";
  EXPECT_THAT(author.objections(push),
              ElementsAre(R"(author's email must match "@example\.org$": "ada@home" )"
                          "(commit 1a2b3c4d1a, rule r)"));
  EXPECT_THAT(committer.objections(push), IsEmpty());
  commit.committer.email = "";
  EXPECT_THAT(committer.objections(push),
              ElementsAre(HasSubstr(R"(committer's email must match "@example\.org$": "")")));
}

TEST(CommitPolicy, ObjectsToTheReferenceOfTheCommit) {
  Policy policy({{"name", "r"}, {"subject_max_length", 1}});
  FakePush push;
  push.ref("refs/heads/a");
  push.ref("refs/heads/b");
  push.commit("x").ref = 0;
  push.commit("long").ref = 1;
  push.commit("longer").ref = 0;
  const Outcome outcome = policy.run(push);
  ASSERT_THAT(outcome.objections, SizeIs(2));
  EXPECT_EQ(outcome.objections[0].ref, 1U);
  EXPECT_EQ(outcome.objections[1].ref, 0U);
}

TEST(CommitPolicy, CoversRepositoriesByGlob) {
  Policy policy(
      {{"name", "r"}, {"subject_max_length", 1}, {"repositories", list({"team/*", "l?b"})}});
  const auto covers = [&](const char* name) {
    FakePush push;
    push.repository.name = name;
    push.commit("long");
    return !policy.objections(push).empty();
  };
  EXPECT_TRUE(covers("team/app"));
  EXPECT_TRUE(covers("team/sub/app")) << "a star also stands for a slash";
  EXPECT_TRUE(covers("lib"));
  EXPECT_FALSE(covers("team"));
  EXPECT_FALSE(covers("a/team/app"));
  EXPECT_FALSE(covers("lib2"));
  EXPECT_FALSE(covers("lb"));
}

TEST(CommitPolicy, GlobsTryEveryPlaceForAStar) {
  Policy policy({{"name", "r"}, {"subject_max_length", 1}, {"repositories", "*ab*ac"}});
  FakePush push;
  push.repository.name = "xabyabzacac";
  push.commit("long");
  EXPECT_THAT(policy.objections(push), SizeIs(1));
  push.repository.name = "xabyabzaca";
  EXPECT_THAT(policy.objections(push), IsEmpty());
}

TEST(CommitPolicy, CoversBranchesByGlob) {
  Policy policy(
      {{"name", "r"}, {"subject_max_length", 1}, {"branches", list({"main", "release/*"})}});
  const auto covers = [&](const char* ref) {
    FakePush push;
    push.ref(ref);
    push.commit("long");
    return !policy.objections(push).empty();
  };
  EXPECT_TRUE(covers("refs/heads/main"));
  EXPECT_TRUE(covers("refs/heads/release/1.0"));
  EXPECT_FALSE(covers("refs/heads/topic"));
  EXPECT_FALSE(covers("refs/tags/main")) << "a tag is no branch";
  EXPECT_FALSE(covers("main")) << "nor is another reference";
}

TEST(CommitPolicy, ABranchThatComesLaterInThePushIsCoveredAsWell) {
  Policy policy({{"name", "r"}, {"subject_max_length", 1}, {"branches", list({"main"})}});
  FakePush push;
  push.ref("refs/heads/a-topic");
  push.ref("refs/heads/main");
  push.commit("long").other_refs = {1};
  push.commit("only on the topic");
  EXPECT_THAT(policy.objections(push), SizeIs(1));
}

TEST(CommitPolicy, WithoutBranchesCoversEveryReference) {
  Policy policy({{"name", "r"}, {"subject_max_length", 1}});
  FakePush push;
  push.ref("refs/tags/v1");
  push.commit("long");
  EXPECT_THAT(policy.objections(push), SizeIs(1));
}

TEST(CommitPolicy, SkipsMergesOnlyWhenTold) {
  FakePush push;
  push.commit("long").parents = {std::string(40, 'a'), std::string(40, 'b')};
  EXPECT_THAT(Policy({{"name", "r"}, {"subject_max_length", 1}}).objections(push), SizeIs(1));
  EXPECT_THAT(
      Policy({{"name", "r"}, {"subject_max_length", 1}, {"merges", "check"}}).objections(push),
      SizeIs(1));
  EXPECT_THAT(
      Policy({{"name", "r"}, {"subject_max_length", 1}, {"merges", "skip"}}).objections(push),
      IsEmpty());
}

Outcome with_field(const Setting& value) {
  Policy policy({{"name", "r"}, {"subject_max_length", 5}});
  FakePush push;
  push.repository.fields = {FakeField{"other", 1}, FakeField{"commit_policy.r", value}};
  push.commit("eight ch");
  return policy.run(push);
}

TEST(CommitPolicy, FieldOfTheRepositoryTurnsARuleOff) {
  EXPECT_THAT(with_field("off").objections, IsEmpty());
  EXPECT_THAT(with_field(false).objections, IsEmpty());
  EXPECT_THAT(with_field("on").objections, SizeIs(1));
  EXPECT_THAT(with_field(true).objections, SizeIs(1));
  EXPECT_THAT(with_field(nullptr).objections, SizeIs(1));
}

TEST(CommitPolicy, FieldOfTheRepositorySetsTheLimit) {
  EXPECT_THAT(with_field(8).objections, IsEmpty());
  ASSERT_THAT(with_field(7).objections, SizeIs(1));
  EXPECT_THAT(with_field(7).objections[0].text, HasSubstr("at most 7"));
}

TEST(CommitPolicy, FieldThatMakesNoSenseIsAFailureAndNoPass) {
  EXPECT_EQ(with_field("of").status, RCX_FAILED);
  EXPECT_EQ(with_field("of").failure,
            "rcx.yaml:1:1: commit_policy.r: wanted off, on or a number of characters, got 'of'");
  EXPECT_EQ(with_field(0).failure,
            "rcx.yaml:1:1: commit_policy.r: wanted a number of characters, at least 1, got '0'");
}

TEST(CommitPolicy, WhatWasNotCheckedDoesNotPass) {
  Policy policy({{"name", "r"}, {"subject_max_length", 5}});
  FakePush push;
  for (int i = 0; i < 5; ++i) push.commit("ok");
  push.cancel_after = 3;
  EXPECT_EQ(policy.run(push).status, RCX_FAILED);
  EXPECT_EQ(policy.run(push).failure, "out of time after 3 commits; the others were not checked");
  push.cancel_after = UINT64_MAX;
  push.fail_at = 2;
  push.fail_status = RCX_LIMIT;
  push.fail_reason = "more than 2 commits";
  EXPECT_EQ(policy.run(push).status, RCX_LIMIT);
  EXPECT_EQ(policy.run(push).failure, "more than 2 commits");
}

TEST(CommitPolicy, ManyThreadsShareOneInstance) {
  const rcx_plugin& plugin = plugin_of(COMMIT_POLICY_SO);
  EXPECT_NE(plugin.flags & RCX_CONCURRENT, 0U);
  Policy policy(
      {{"name", "r"}, {"message_must_not_match", "[^a]b\\d+"}, {"subject_max_length", 20}});
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(policy.objections("cb12 \xFF"), SizeIs(1));
        EXPECT_THAT(policy.objections("ab12"), IsEmpty());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
