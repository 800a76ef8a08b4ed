#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"
#include "tests/support/receiver.hpp"

#include <string>

namespace {

namespace json = boost::json;
using rcx::test::from_base64;
using rcx::test::header;
using rcx::test::Receiver;
using rcx::testing::FakeEvent;
using rcx::testing::FakeField;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::merged;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class CiTrigger : public testing::Test {
 protected:
  void serve(const std::string& answers) {
    receiver_.emplace("web_receiver.py", temp_.path() / "requests", answers);
  }
  std::string origin() const { return "http://127.0.0.1:" + receiver_->port(); }
  Setting settings(const Setting& more = map({})) const {
    return merged(map({{"url", origin() + "/build"}}), more);
  }
  Outcome push(const Setting& settings, const FakePush& push) {
    return checked(FakeHost(plugin_of(CI_TRIGGER_SO), settings).push(push));
  }
  Outcome emit(const Setting& settings, const FakeEvent& event) {
    return checked(FakeHost(plugin_of(CI_TRIGGER_SO), settings).emit(event));
  }
  static Outcome checked(Outcome outcome) {
    EXPECT_THAT(outcome.misuses, IsEmpty());
    return outcome;
  }
  std::vector<json::object> requests() const { return receiver_->received(); }
  json::object body(std::size_t index) const {
    return json::parse(from_base64(requests().at(index).at("body"))).as_object();
  }
  static FakeEvent comment(const std::string& text, const std::string& branch = "main") {
    return {
        "comment_pull_request",
        map({{"pull_request_id", "7"},
             {"source", map({{"repository", "ada/app"},
                             {"reference", map({{"name", "topic"}, {"commit_id", "c7"}})}})},
             {"target", map({{"repository", "team/app"}, {"reference", map({{"name", branch}})}})},
             {"comment", map({{"comment_text", text}})}})};
  }

  rcx::test::TempDir temp_;
  std::optional<Receiver> receiver_;
};

TEST_F(CiTrigger, AServerThatIsAwayKeepsNoOtherFromBuilding) {
  serve("200");
  FakePush push;
  push.ref("refs/heads/main").new_id = "c1";
  const std::string nobody = "http://127.0.0.1:1/build";
  const Outcome outcome =
      this->push(settings(map({{"url", list({nobody, origin() + "/build"})}})), push);
  EXPECT_THAT(outcome.failure, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(CiTrigger, BuildsEachBranchThatWasPushed) {
  serve("200");
  FakePush push;
  push.repository.name = "team/app";
  push.ref("refs/heads/main").new_id = "c1";
  push.ref("refs/tags/v1");
  push.ref("refs/heads/old").change = RCX_CHANGE_DELETE;
  push.ref("refs/heads/caf\xe9").new_id = "c2";
  EXPECT_EQ(this->push(settings(), push).failure, "");
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_EQ(body(0), json::parse(R"({"event_id": ")" + push.id + R"(", "cause": "push",
      "repository": "team/app", "branch": "main", "commit": "c1", "pull_request_id": null,
      "caller": ")" + push.caller.name +
                                 R"("})"));
  EXPECT_EQ(body(1).at("branch").as_string(), "caf\xEF\xBF\xBD");
  EXPECT_EQ(header(requests()[0], "Idempotency-Key"), push.id + ":0");
  EXPECT_EQ(header(requests()[1], "Idempotency-Key"), push.id + ":3");
}

TEST_F(CiTrigger, LeavesOtherBranchesAlone) {
  serve("200");
  FakePush push;
  push.ref("refs/heads/topic");
  push.ref("refs/heads/release/1");
  EXPECT_EQ(this->push(settings(map({{"branches", list({"main", "release/*"})}})), push).failure,
            "");
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(body(0).at("branch").as_string(), "release/1");
}

TEST_F(CiTrigger, PutsTheBuildIntoTheUrl) {
  serve("200");
  FakePush push;
  push.repository.name = "team/{branch}";
  push.ref("refs/heads/a b&c=../d").new_id = "c1";
  EXPECT_EQ(
      this->push(map({{"url", origin() + "/job/{repository}?b={branch}&c={commit}&x={x}"}}), push)
          .failure,
      "");
  EXPECT_EQ(requests().at(0).at("path").as_string(),
            "/job/team%2F%7Bbranch%7D?b=a%20b%26c%3D..%2Fd&c=c1&x={x}");
}

// A branch is named by whoever pushes it, and decides nothing about where the call goes.
TEST_F(CiTrigger, NoBranchLeadsToAnotherHost) {
  for (const char* pattern : {"http://{branch}/", "http://{branch}:80/", "http://a.{branch}/",
                              "http://127.0.0.1{branch}/", "http://127.0.0.1:{branch}/"}) {
    EXPECT_THAT(FakeHost(plugin_of(CI_TRIGGER_SO), map({{"url", pattern}})).created().failure,
                HasSubstr("url: wanted a URL"))
        << pattern;
  }
}

TEST_F(CiTrigger, BuildsWhatAPullRequestBringsWhenSomebodyAsks) {
  serve("200");
  const Setting with = settings(map({{"phrase", "please test"}}));
  EXPECT_EQ(emit(with, comment("Nice.\r\n  please test \r\n")).failure, "");
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(body(0).at("cause").as_string(), "comment_pull_request");
  EXPECT_EQ(body(0).at("repository").as_string(), "ada/app");
  EXPECT_EQ(body(0).at("branch").as_string(), "topic");
  EXPECT_EQ(body(0).at("commit").as_string(), "c7");
  EXPECT_EQ(body(0).at("pull_request_id").as_string(), "7");
  for (const char* other :
       {"", "please test this", "> please test", "PLEASE TEST", "please  test"}) {
    EXPECT_EQ(emit(with, comment(other)).failure, "");
  }
  EXPECT_EQ(emit(settings(), comment("please test")).failure, "");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(CiTrigger, ListensToWhomAndForWhatItIsTold) {
  serve("200");
  const Setting with = settings(map(
      {{"phrase", "please test"}, {"commenters", list({"ada"})}, {"branches", list({"main"})}}));
  FakeEvent by_eve = comment("please test");
  by_eve.caller.name = "eve";
  EXPECT_EQ(emit(with, by_eve).failure, "");
  EXPECT_EQ(emit(with, comment("please test", "other")).failure, "");
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_EQ(emit(with, comment("please test")).failure, "");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(CiTrigger, BuildsACommitWhenSomebodyAsks) {
  serve("200");
  const FakeEvent event("comment_commit",
                        map({{"repo", map({{"repo_name", "team/app"}})},
                             {"comment", map({{"comment_text", "please test"}})},
                             {"commit", map({{"raw_id", "c9"}, {"branch", "main"}})}}));
  EXPECT_EQ(emit(settings(map({{"phrase", "please test"}})), event).failure, "");
  ASSERT_THAT(requests(), SizeIs(1));
  EXPECT_EQ(body(0).at("commit").as_string(), "c9");
  EXPECT_EQ(body(0).at("repository").as_string(), "team/app");
}

TEST_F(CiTrigger, OneThatFailsKeepsNoOtherFromBeingBuilt) {
  serve("500,200");
  FakePush push;
  push.ref("refs/heads/one");
  push.ref("refs/heads/two");
  EXPECT_EQ(this->push(settings(), push).failure, origin() + " answered 500");
  EXPECT_THAT(requests(), SizeIs(2));
}

TEST_F(CiTrigger, FieldOfTheRepositoryNamesAnotherCi) {
  serve("200");
  FakePush push;
  push.ref("refs/heads/main");
  push.repository.fields = {FakeField{"ci", origin() + "/other", "", ""}};
  const Setting with = map({{"field", "ci"}, {"hosts", list({"127.0.0.1"})}});
  EXPECT_EQ(this->push(with, push).failure, "");
  EXPECT_EQ(requests().at(0).at("path").as_string(), "/other");
  push.repository.fields = {FakeField{"ci", "http://example.org/", "", ""}};
  EXPECT_THAT(this->push(with, push).failure, StartsWith("the field ci: the host example.org:80"));
}

TEST_F(CiTrigger, WrongSettingsKeepItOut) {
  const auto fault = [](const Setting& settings) {
    return FakeHost(plugin_of(CI_TRIGGER_SO), settings).created().failure;
  };
  EXPECT_THAT(fault(map({})), HasSubstr("url: wanted a URL"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"branch", "x"}})), HasSubstr("unknown setting"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"phrase", "a\nb"}})), HasSubstr("wanted one line"));
  EXPECT_THAT(fault(map({{"field", "ci"}})), HasSubstr("hosts: wanted the hosts"));
}

}  // namespace
