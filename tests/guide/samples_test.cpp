// What the extensions in sdk/README.md do. guide.py compiles them, and compares the names of these
// tests with those of the samples: each has one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/plugins/library.hpp"

namespace {

using namespace rcx::testing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The sample that is named as the test is, in a host of its own.
class Guide : public testing::Test {
 protected:
  static const rcx_plugin& sample() {
    const char* directory = std::getenv("GUIDE_SAMPLES");
    if (directory == nullptr) throw std::runtime_error("run by guide.py");
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    return rcx::tests::plugin_of((std::string(directory) + "/" + name + ".so").c_str());
  }
  static std::vector<std::string> objections(const Outcome& outcome, rcx_status status = RCX_OK) {
    EXPECT_THAT(outcome.misuses, IsEmpty());
    EXPECT_EQ(outcome.status, status) << outcome.failure;
    std::vector<std::string> all;
    for (const Objection& one : outcome.objections) {
      all.push_back((one.ref ? std::to_string(*one.ref) + " " : std::string()) + one.text);
    }
    return all;
  }
};

TEST_F(Guide, frozen) {
  FakeHost host(sample());
  FakePush push;
  push.ref("refs/heads/main");
  push.ref("refs/heads/release");
  push.ref("refs/tags/release");
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("1 it is frozen until Monday"));
}

TEST_F(Guide, repo_rules) {
  FakeHost host(sample());
  EXPECT_TRUE(host.emit(FakeEvent("pre_create_repo")).passed());
  EXPECT_THAT(objections(host.emit({"pre_create_repo", map({{"repo_name", "app"}})})),
              ElementsAre("repositories belong below team/"));
  EXPECT_THAT(objections(host.emit(FakeEvent("pre_merge_pull_request"))),
              ElementsAre("nobody has approved it"));
  FakeEvent approved("pre_merge_pull_request", map({{"review_status", "approved"}}));
  EXPECT_TRUE(host.emit(approved).passed());
  host.emit(FakeEvent("delete_user"));
  ASSERT_THAT(host.log(), SizeIs(1));
  EXPECT_EQ(host.log()[0].text, "user grace is gone");
}

TEST_F(Guide, greeter) {
  FakeHost host(sample());
  const Outcome greeted = host.call(FakeCall("greet", map({{"name", "Ada"}, {"times", 2}})));
  EXPECT_THAT(objections(greeted), IsEmpty());
  EXPECT_EQ(greeted.answer, "hello Ada\nhello Ada\n");
  EXPECT_THAT(objections(host.call(FakeCall("greet", map({{"name", "Ada"}, {"times", 4}})))),
              ElementsAre("three times at most"));
}

TEST_F(Guide, no_full_clones) {
  FakeHost host(sample());
  FakePull pull;
  EXPECT_TRUE(host.pre_pull(pull).passed());
  pull.is_clone = true;
  EXPECT_THAT(objections(host.pre_pull(pull)),
              ElementsAre("this is large: clone with --depth=100"));
  pull.told = false;
  EXPECT_TRUE(host.pre_pull(pull).passed());
  pull.told = true;
  pull.shallow = true;
  pull.want("refs/heads/embargo");
  pull.want("");
  pull.caller.name = "guest";
  EXPECT_THAT(objections(host.pre_pull(pull)),
              ElementsAre("guests read the mirror", "not before Monday",
                          "fetch branches and tags, and nothing by its id"));
}

TEST_F(Guide, verdicts) {
  FakeHost host(sample());
  const Outcome outcome = host.pre_push({});
  EXPECT_THAT(outcome.said, ElementsAre("looking at 1 references"));
  EXPECT_THAT(objections(outcome, RCX_FAILED),
              ElementsAre("the server is read-only today", "0 this branch is closed"));
  EXPECT_EQ(outcome.failure, "the licence server does not answer");
}

TEST_F(Guide, tickets) {
  FakeHost host(sample(), map({{"prefix", "RCX-"}, {"branches", "main"}}));
  FakePush push;
  push.commit("RCX-1: fix it");
  push.commit("fix it");
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("0 wanted RCX-"));
  const auto refused = [](const Setting& settings) {
    return FakeHost(sample(), settings).created().failure;
  };
  EXPECT_EQ(refused(map({{"prefix", "RCX-"}, {"longest", "very"}})),
            "rcx.yaml:3:1: longest: wanted an integer, got 'very'");
  EXPECT_EQ(refused(map({{"prefix", "RCX-"}, {"longest", 0}})),
            "rcx.yaml:3:1: longest: wanted a length of at least 1, got '0'");
  EXPECT_THAT(refused(map({})), HasSubstr("prefix: wanted text, got nothing"));
  EXPECT_THAT(refused(map({{"prefix", "x"}, {"brnaches", "x"}})), HasSubstr("unknown setting"));
}

TEST_F(Guide, large_files) {
  FakeHost host(sample());
  FakePush push;
  FakeCommit& commit = push.commit("Add a film");
  commit.id = std::string(40, 'a');
  commit.changes.resize(2);
  commit.changes[0].path = "film.mp4";
  commit.changes[0].new_size = 10'000'001;
  commit.changes[1].path = "README";
  commit.changes[1].new_size = 10'000'000;
  EXPECT_THAT(objections(host.pre_push(push)),
              ElementsAre("0 film.mp4 has more than 10 MB (commit aaaaaaaaaa)"));
  push.cancel_after = 0;
  EXPECT_THAT(host.pre_push(push).failure, HasSubstr("out of time"));
}

TEST_F(Guide, license) {
  FakeHost host(sample());
  FakePush push;
  push.ref("refs/heads/topic");
  push.ref("refs/heads/main");
  push.commit("Only on topic");
  FakeCommit& both = push.commit("On both");
  both.id = std::string(40, 'b');
  both.other_refs = {1};
  FakeCommit& good = push.commit("On main, with a licence");
  good.ref = 1;
  good.files = {{"LICENSE"}, {"src/main.c"}};
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("1 commit bbbbbbbbbb has no LICENSE"));
}

TEST_F(Guide, conflicts) {
  FakeHost host(sample());
  FakePush push;
  push.commit("Merge").changes.resize(2);
  push.commits[0].changes[0].path = "a.c";
  push.commits[0].changes[0].added = {{3, "int a;\n"}, {7, "x\n<<<<<<< HEAD\n"}};
  push.commits[0].changes[1].path = "b.c";
  push.commits[0].changes[1].new_content = "<<<<<<< was there before\n";
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("0 a.c:8: a conflict is not resolved"));
}

TEST_F(Guide, signatures) {
  FakeHost host(sample());
  FakePush push;
  push.commit("Of the committer").signature = {RCX_SIGNATURE_GOOD, "", "", "ada@example.org", ""};
  push.commit("Of another").signature = {RCX_SIGNATURE_GOOD, "", "", "eve@example.org", ""};
  push.commits[1].id = std::string(40, 'b');
  push.commit("Not signed").id = std::string(40, 'c');
  EXPECT_THAT(
      objections(host.pre_push(push)),
      ElementsAre(
          "0 commit bbbbbbbbbb: its signature is good, wanted a good one of its committer",
          "0 commit cccccccccc: its signature is none, wanted a good one of its committer"));
}

TEST_F(Guide, closed) {
  FakeHost host(sample());
  FakePush push;
  push.ref("refs/heads/open");
  push.ref("refs/heads/closed").old_id = std::string(40, 'a');
  push.ref("refs/heads/new").change = RCX_CHANGE_CREATE;
  push.trees[std::string(40, 'a')] = {{".closed"}};
  push.trees[std::string(40, 'a')][0].content = "ask Ada";
  push.trees[std::string(40, '2')] = {{".closed"}};
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("1 it is closed: ask Ada"));
}

TEST_F(Guide, externals) {
  FakeHost host(sample());
  FakePush push;
  push.commit("Of another system");
  auto& nodes = push.commit("Of Subversion").subversion.emplace();
  nodes.resize(2);
  nodes[0].path = "trunk";
  nodes[0].properties = {{"svn:ignore", {}, "*.o"}, {"svn:externals", "old", "new"}};
  nodes[1].path = "branches/b";
  nodes[1].properties = {{"svn:externals", "old", {}}};
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("trunk: externals are not used here"));
}

TEST_F(Guide, deadline) {
  FakeHost host(sample());
  EXPECT_EQ(host.push({}).status, RCX_OK);
  ASSERT_THAT(host.log(), SizeIs(1));
  EXPECT_EQ(host.log()[0].text, "asking the service, for at most 900 ms");
  FakePush late;
  late.cancel_after = 0;
  EXPECT_EQ(host.push(late).failure, "no time left to ask the service");
}

TEST_F(Guide, quiet) {
  FakeHost host(sample());
  FakePush push;
  push.ref("refs/heads/main");
  push.ref("refs/tags/v1");
  EXPECT_THAT(objections(host.pre_push(push)), ElementsAre("1 tags are made by the build server"));
}

}  // namespace
