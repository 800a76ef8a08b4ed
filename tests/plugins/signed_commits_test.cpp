#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <string>
#include <vector>

namespace {

using rcx::testing::FakeCommit;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::FakeSignature;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kSshKey = "SHA256:" + std::string(43, 'x');
const std::string kPgpKey(40, 'A');

FakePush with(const FakeSignature& signature) {
  FakePush push;
  push.ref("refs/heads/main");
  push.commit("Do it").signature = signature;
  return push;
}

FakeSignature good(const std::string& signer = "ada@example.org",
                   const std::string& fingerprint = kSshKey) {
  return {RCX_SIGNATURE_GOOD, fingerprint, fingerprint, signer, ""};
}

class Policy {
 public:
  explicit Policy(const Setting& rule)
      : host_(plugin_of(SIGNED_COMMITS_SO), map({{"rules", list({rule})}})) {
    EXPECT_EQ(host_.created().status, RCX_OK) << host_.created().failure;
  }
  Policy() : Policy(map({{"name", "r"}})) {}
  Policy(const char* key, const Setting& value) : Policy(map({{"name", "r"}, {key, value}})) {}

  Outcome run(const FakePush& push) { return host_.pre_push(push); }
  std::vector<std::string> objections(const FakePush& push) {
    const Outcome outcome = run(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::vector<std::string> texts;
    for (const auto& one : outcome.objections) {
      texts.push_back(std::to_string(one.ref.value_or(99)) + " " + one.text);
    }
    return texts;
  }

 private:
  FakeHost host_;
};

TEST(SignedCommits, ObjectionNamesFaultCommitRuleAndCure) {
  Policy policy;
  EXPECT_THAT(policy.objections(with({})),
              ElementsAre("0 it has no signature (commit 1a2b3c4d1a, rule r): sign it, as with  "
                          "git commit --amend -S  or  git rebase --exec 'git commit --amend "
                          "--no-edit -S'"));
  EXPECT_THAT(policy.objections(with(good())), IsEmpty());
  Policy hinting("hint", "ask Ada");
  EXPECT_THAT(hinting.objections(with({})),
              ElementsAre("0 it has no signature (commit 1a2b3c4d1a, rule r): ask Ada"));
}

TEST(SignedCommits, OnlyAGoodSignatureIsGood) {
  Policy policy;
  const std::vector<std::pair<std::uint32_t, std::string>> results = {
      {RCX_SIGNATURE_UNTRUSTED, "is untrusted (commit 1a2b3c4d1a, rule r): have your key added"},
      {RCX_SIGNATURE_BAD, "is bad (commit 1a2b3c4d1a, rule r): sign it"},
      {RCX_SIGNATURE_EXPIRED, "is expired"},
      {RCX_SIGNATURE_EXPIRED_KEY, "is by an expired key"},
      {RCX_SIGNATURE_REVOKED_KEY, "is by a revoked key"},
      {RCX_SIGNATURE_UNKNOWN, "is unknown"},
      {RCX_SIGNATURE_UNKNOWN + 1, "is unknown"}};
  for (const auto& [result, says] : results) {
    EXPECT_THAT(policy.objections(with({result, "", "", "", ""})),
                ElementsAre(HasSubstr("0 its signature " + says)))
        << result;
  }
}

TEST(SignedCommits, UntrustedOnesMayBeAccepted) {
  Policy policy("accept_untrusted", true);
  FakeSignature signature = good();
  signature.result = RCX_SIGNATURE_UNTRUSTED;
  EXPECT_THAT(policy.objections(with(signature)), IsEmpty());
  signature.result = RCX_SIGNATURE_BAD;
  EXPECT_THAT(policy.objections(with(signature)), SizeIs(1));
}

TEST(SignedCommits, SignersAreAddressesAndFingerprints) {
  Policy policy("signers",
                list({"grace@example.org", "*@dev.example.org", kSshKey, std::string(40, 'a')}));
  const auto passes = [&](const std::string& signer, const std::string& key) {
    return policy.objections(with(good(signer, key))).empty();
  };
  EXPECT_TRUE(passes("grace@example.org", ""));
  EXPECT_TRUE(passes("Grace Hopper <grace@example.org>", ""));
  EXPECT_TRUE(passes("bob@dev.example.org", ""));
  EXPECT_TRUE(passes("eve@example.org", kSshKey));
  EXPECT_TRUE(passes("eve@example.org", kPgpKey)) << "digits in any case";
  EXPECT_FALSE(passes("eve@example.org", std::string(40, 'b')));
  EXPECT_FALSE(passes("grace@example.org <eve@example.org>", ""));
  EXPECT_FALSE(passes("<grace@example.org> Eve", "")) << "no address stands at its end";
  EXPECT_FALSE(passes("", ""));
  EXPECT_THAT(policy.objections(with(good("eve@example.org", ""))),
              ElementsAre(HasSubstr("0 it is signed by \"eve@example.org\", who may not sign here "
                                    "(commit 1a2b3c4d1a, rule r): have it signed by somebody")));
}

// git names a pattern as it stands there.
TEST(SignedCommits, ALineOfAllowedSignersMayStandForSeveral) {
  Policy policy("signers", list({"ada@example.org"}));
  for (const char* line : {"*@example.org", "a?a@example.org", "!eve@example.org"}) {
    EXPECT_THAT(policy.objections(with(good(line, ""))),
                ElementsAre(testing::AllOf(
                    HasSubstr("it is signed by \"" + std::string(line) +
                              "\", a line of allowed signers that stands for several"),
                    HasSubstr("have that line replaced by one for each"))));
  }
  EXPECT_THAT(policy.objections(with(good("Lovelace, Eve <eve@example.org>", ""))),
              ElementsAre(HasSubstr("who may not sign here")));
  EXPECT_THAT(Policy("committer_is_signer", true).objections(with(good("*@example.org"))),
              ElementsAre(HasSubstr("a line of allowed signers that stands for several")));
  Policy pushes(map(
      {{"name", "r"}, {"commits", false}, {"signed_push", true}, {"signers", "ada@example.org"}}));
  FakePush push = with({});
  push.certificate.emplace();
  push.certificate->signer = "*@example.org";
  EXPECT_THAT(pushes.objections(push),
              ElementsAre(HasSubstr("0 the push is signed by \"*@example.org\", a line of")));
}

// Anybody may make a key with any address.
TEST(SignedCommits, AddressOfAnUntrustedKeyProvesNothing) {
  Policy policy(map({{"name", "r"},
                     {"accept_untrusted", true},
                     {"signers", list({"ada@example.org", kSshKey})}}));
  FakeSignature signature = good("ada@example.org", "other");
  signature.result = RCX_SIGNATURE_UNTRUSTED;
  EXPECT_THAT(policy.objections(with(signature)), SizeIs(1));
  signature.fingerprint = kSshKey;
  EXPECT_THAT(policy.objections(with(signature)), IsEmpty());
}

TEST(SignedCommits, CommitterMayHaveToBeTheSigner) {
  Policy policy("committer_is_signer", true);
  FakePush push = with(good("Ada <ada@example.org>"));
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.commits[0].committer.email = "grace@example.org";
  EXPECT_THAT(policy.objections(push),
              ElementsAre(HasSubstr("its committer is \"grace@example.org\", and it is signed by "
                                    "\"ada@example.org\" (commit ")));
  push.commits[0].committer.email = "";
  push.commits[0].signature.signer = "";
  EXPECT_THAT(policy.objections(push), SizeIs(1)) << "who is not known is nobody's equal";
}

TEST(SignedCommits, RulesHoldForTheirBranchesTagsAndRepositories) {
  FakePush push;
  push.ref("refs/heads/topic");
  push.ref("refs/heads/main");
  push.ref("refs/tags/v1");
  push.commit("On topic and the tag").other_refs = {2};
  push.commit("On main").ref = 1;
  EXPECT_THAT(Policy().objections(push), SizeIs(2));
  EXPECT_THAT(Policy("branches", "main").objections(push), ElementsAre(HasSubstr("1 it has no")));
  EXPECT_THAT(Policy("tags", "v*").objections(push), ElementsAre(HasSubstr("2 it has no")));
  Policy both(map({{"name", "r"}, {"branches", "ma*"}, {"tags", "v*"}}));
  EXPECT_THAT(both.objections(push), ElementsAre(HasSubstr("2 it has"), HasSubstr("1 it has")));
  EXPECT_THAT(Policy("repositories", "other/*").objections(push), IsEmpty());
}

TEST(SignedCommits, AnImportMayBeLetBe) {
  FakePush push = with({});
  push.initial = true;
  EXPECT_THAT(Policy().objections(push), SizeIs(1));
  EXPECT_THAT(Policy("imports", "skip").objections(push), IsEmpty());
  push.initial = false;
  EXPECT_THAT(Policy("imports", "skip").objections(push), SizeIs(1));
}

TEST(SignedCommits, ThePushItselfMayHaveToBeSigned) {
  Policy policy(map({{"name", "r"},
                     {"commits", false},
                     {"signed_push", true},
                     {"signers", "ada@example.org"},
                     {"branches", "main"}}));
  FakePush push = with({});
  push.ref("refs/heads/topic");
  EXPECT_THAT(policy.objections(push),
              ElementsAre("0 the push is not signed (rule r): push with  git push --signed"));
  push.certificate.emplace();
  EXPECT_THAT(policy.objections(push), IsEmpty());
  for (const char* status : {"BAD", "MISSING", "UNSOLICITED", ""}) {
    push.certificate->nonce_status = status;
    EXPECT_THAT(policy.objections(push), ElementsAre(HasSubstr("was not made for this push")));
  }
  push.certificate->nonce_status = "SLOP";
  EXPECT_THAT(policy.objections(push), ElementsAre(HasSubstr("have receive.certNonceSlop set")));
  push.certificate->nonce_status = "OK";
  push.certificate->signer = "Eve <eve@example.org>";
  EXPECT_THAT(policy.objections(push), ElementsAre(HasSubstr("signed by \"Eve <eve@")));
  push.certificate->result = RCX_SIGNATURE_BAD;
  EXPECT_THAT(policy.objections(push),
              ElementsAre(HasSubstr("certificate of the push is bad (rule r): push again")));
}

TEST(SignedCommits, ARepositoryMayTurnARuleOff) {
  Policy policy;
  FakePush push = with({});
  push.repository.fields = {{"signed_commits.r", "off"}};
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.repository.fields = {{"signed_commits.r", 7}};
  EXPECT_EQ(policy.run(push).failure, "rcx.yaml:1:1: signed_commits.r: wanted off or on, got '7'");
}

TEST(SignedCommits, WhatCannotBeLookedAtDoesNotPass) {
  Policy policy;
  FakePush push = with(good());
  push.cancel_after = 0;
  EXPECT_THAT(policy.run(push).failure, HasSubstr("out of time after 0 commits"));
  push.cancel_after = UINT64_MAX;
  push.fail_at = 1;
  EXPECT_EQ(policy.run(push).status, RCX_FAILED);
}

}  // namespace
