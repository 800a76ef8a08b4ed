// Pulls through the fake host: what a handler sees, and the rules that hold for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <string>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePull;
using rcx::testing::FakePush;
using rcx::testing::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

// Says all that it sees.
class Teller {
 public:
  void before(const rcx::PrePull& pull) const {
    tell(pull, pull.told());
    if (pull.is_clone()) pull.reject("no clones");
  }
  void after(const rcx::Pull& pull) const { tell(pull, true); }
  void commits(const rcx::PrePull& pull) const {
    const auto* commits = rcx::detail::service<rcx_commits>(pull.call(), RCX_SERVICE_COMMITS_1);
    const rcx_commit* commit = nullptr;
    if (commits->get(pull.call(), 0, &commit) == RCX_UNAVAILABLE) pull.say("no commits");
    if (rcx_reject_ref(pull.call(), 0, "a reference") != RCX_OK) pull.say("no references");
  }

 private:
  template <class Event>
  static void tell(const Event& pull, bool told) {
    std::string text = std::string(pull.action()) + " " + std::string(pull.hook_type());
    if (told) text += " told";
    if (pull.is_clone()) text += " clone";
    if (pull.shallow()) text += " shallow";
    if (pull.filtered()) text += " filtered by " + std::string(pull.filter());
    for (const rcx::Wanted& one : pull.wanted()) {
      text += " " + std::string(one.short_name()) + (one.is_branch() ? " b" : "") +
              (one.is_tag() ? " t" : "") + "=" + std::string(one.id().substr(0, 2));
    }
    pull.say(text);
  }
};

constexpr auto kHandlers =
    rcx::handlers<Teller>(rcx::on<&Teller::before>(), rcx::on<&Teller::after>(rcx::kInline));
constexpr rcx_plugin kTeller =
    rcx::plugin<Teller>("teller", "Teller", "1", "MIT", kHandlers, RCX_CONCURRENT);
constexpr auto kCommitHandlers = rcx::handlers<Teller>(rcx::on<&Teller::commits>());
constexpr rcx_plugin kCommits =
    rcx::plugin<Teller>("commits", "Commits", "1", "MIT", kCommitHandlers, RCX_CONCURRENT);

TEST(FakePull, HandsOnWhatTheTestSays) {
  FakeHost host(kTeller);
  FakePull pull;
  EXPECT_THAT(host.pre_pull(pull).said, ElementsAre("pull pack_objects told main b=22"));
  pull.is_clone = pull.shallow = true;
  pull.filter = "tree:0";
  pull.want("refs/tags/v1").id = "33";
  pull.want("refs/notes/x").id = "44";
  pull.want("").id = "55";
  const Outcome outcome = host.pre_pull(pull);
  EXPECT_THAT(outcome.said, ElementsAre("pull pack_objects told clone shallow filtered by tree:0 "
                                        "v1 t=33 refs/notes/x=44 =55"));
  ASSERT_EQ(outcome.objections.size(), 1U);
  EXPECT_EQ(outcome.objections[0].text, "no clones");
  EXPECT_THAT(host.pull(pull).said, ElementsAre(outcome.said[0]));
}

TEST(FakePull, NothingIsKnownBeforeTheClientHasSaidIt) {
  FakeHost host(kTeller);
  FakePull pull;
  pull.is_clone = pull.shallow = true;
  pull.filter = "tree:0";
  pull.want("refs/heads/main");
  pull.told = false;
  const Outcome outcome = host.pre_pull(pull);
  EXPECT_THAT(outcome.said, ElementsAre("pull upload_pack"));
  EXPECT_TRUE(outcome.passed());
}

TEST(FakePull, IsNoPush) {
  FakeHost host(kTeller);
  EXPECT_EQ(host.pre_push(FakePush()).handlers, 0);
  EXPECT_EQ(host.push(FakePush()).handlers, 0);
  EXPECT_EQ(host.pre_pull(FakePull()).handlers, 1);
  FakePull pull;
  pull.action = RCX_ACTION_PUSH;
  EXPECT_EQ(host.pre_pull(pull).handlers, 0);
}

TEST(FakePull, HasNoCommitsAndNoReferences) {
  FakeHost host(kCommits);
  const Outcome outcome = host.pre_pull(FakePull());
  EXPECT_THAT(outcome.said, ElementsAre("no commits", "no references"));
  EXPECT_THAT(outcome.objections, IsEmpty());
  EXPECT_THAT(outcome.misuses, ElementsAre("reject_ref of an event without references"));
}

}  // namespace
