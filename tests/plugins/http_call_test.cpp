#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"
#include "tests/support/receiver.hpp"

#include <sodium.h>

#include <chrono>
#include <string>

namespace {

namespace json = boost::json;
using rcx::test::Certificate;
using rcx::test::from_base64;
using rcx::test::header;
using rcx::test::Receiver;
using rcx::test::write_file;
using rcx::testing::FakeEvent;
using rcx::testing::FakeField;
using rcx::testing::FakeHost;
using rcx::testing::FakePull;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::merged;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kSecretPath = "/hooks/s3cret-path?token=s3cret-query";

class HttpCall : public testing::Test {
 protected:
  void serve(const std::string& answers, const std::optional<Certificate>& certificate = {}) {
    receiver_.emplace("web_receiver.py", temp_.path() / "requests", answers, certificate);
  }
  std::string origin(const std::string& scheme = "http") const {
    return scheme + "://127.0.0.1:" + receiver_->port();
  }
  std::string url() const { return origin() + kSecretPath; }
  // All that was said of it.
  Outcome push(const Setting& settings, const FakePush& push = {}) {
    FakeHost host(plugin_of(HTTP_CALL_SO), settings);
    EXPECT_EQ(host.created().failure, "");
    Outcome outcome = host.push(push);
    EXPECT_THAT(outcome.misuses, IsEmpty());
    EXPECT_THAT(outcome.failure, Not(HasSubstr("s3cret")));
    for (const auto& line : host.log()) EXPECT_THAT(line.text, Not(HasSubstr("s3cret")));
    return outcome;
  }
  Outcome push() { return push(map({{"url", url()}, {"timeout", "500ms"}})); }
  std::string fault(const Setting& settings) {
    return FakeHost(plugin_of(HTTP_CALL_SO), settings).created().failure;
  }
  std::vector<json::object> requests() const { return receiver_->received(); }
  json::object body(std::size_t index = 0) const {
    return json::parse(from_base64(requests().at(index).at("body"))).as_object();
  }

  rcx::test::TempDir temp_;
  std::optional<Receiver> receiver_;
};

TEST_F(HttpCall, PostsACloudEvent) {
  serve("200");
  FakePush push;
  push.server_url = "https://git.example.org";
  push.repository.name = "team/app";
  push.json = R"({"event":"push","refs":[{"name":"refs/heads/main"}]})";
  EXPECT_EQ(this->push(map({{"url", url()}}), push).failure, "");
  ASSERT_THAT(requests(), SizeIs(1));
  const json::object request = requests()[0];
  EXPECT_EQ(request.at("path").as_string(), kSecretPath);
  EXPECT_EQ(header(request, "Content-Type"), "application/cloudevents+json; charset=UTF-8");
  EXPECT_EQ(header(request, "Idempotency-Key"), push.id);
  EXPECT_EQ(header(request, "X-Rcx-Event"), "push");
  EXPECT_EQ(header(request, "X-Rcx-Signature-256"), "");
  EXPECT_EQ(body(), json::parse(R"({"specversion": "1.0", "id": ")" + push.id + R"(",
      "source": "https://git.example.org", "type": "rcx.push",
      "time": "2023-11-14T22:13:20.123456789Z", "subject": "team/app",
      "datacontenttype": "application/json",
      "data": {"event": "push", "refs": [{"name": "refs/heads/main"}]}})"));
}

TEST_F(HttpCall, PostsACloudEventInHeaders) {
  serve("200");
  FakePush push;
  push.repository.name = "team/caf\xc3\xa9 \"1\"\r\nX-Evil: 1";
  push.json = R"({"event":"push"})";
  EXPECT_EQ(this->push(map({{"url", url()}, {"format", "cloudevents-binary"}}), push).failure, "");
  const json::object request = requests().at(0);
  EXPECT_EQ(header(request, "ce-specversion"), "1.0");
  EXPECT_EQ(header(request, "ce-id"), push.id);
  EXPECT_EQ(header(request, "ce-source"), "rcx");
  EXPECT_EQ(header(request, "ce-type"), "rcx.push");
  EXPECT_EQ(header(request, "ce-time"), "2023-11-14T22:13:20.123456789Z");
  EXPECT_EQ(header(request, "ce-subject"), "team/caf%C3%A9%20%221%22%0D%0AX-Evil:%201");
  EXPECT_EQ(header(request, "X-Evil"), "");
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(body(), json::parse(R"({"event": "push"})"));
}

TEST_F(HttpCall, PostsWhatARhodeCodeExtensionGets) {
  serve("200");
  FakePush push;
  push.json = R"({"event": "push", "action": "push", "server_url": "https://git.example.org",
                  "hook_type": "post_receive", "caller": {"username": "ada", "ip": "192.0.2.1"},
                  "repository": {"vcs": "git", "name": "team/app",
                                 "fields": {"tier": 1, "webhook": "https://s3cret"}},
                  "commit_ids": ["c1"]})";
  EXPECT_EQ(
      this->push(map({{"url", url()}, {"format", "rhodecode"}, {"fields", "tier"}}), push).failure,
      "");
  EXPECT_EQ(body(), json::parse(R"({"event": "push", "action": "push", "scm": "git",
      "server_url": "https://git.example.org", "hook_type": "post_receive", "username": "ada",
      "ip": "192.0.2.1", "user_agent": null, "repository": "team/app",
      "extra_fields": {"tier": 1}, "commit_ids": ["c1"]})"));
}

TEST_F(HttpCall, PostsNoExtraFieldsUnlessToldTo) {
  serve("200");
  FakePush push;
  push.json = R"({"event": "push", "repository": {"name": "a", "fields": {"webhook": "s3cret"}}})";
  for (const char* format : {"cloudevents", "cloudevents-binary", "rhodecode"}) {
    EXPECT_EQ(this->push(map({{"url", url()}, {"format", format}}), push).failure, "");
    EXPECT_THAT(from_base64(requests().back().at("body")), Not(HasSubstr("s3cret"))) << format;
  }
}

TEST_F(HttpCall, BytesThatAreNoTextAreReplaced) {
  serve("200");
  FakePush push;
  push.repository.name = "caf\xe9";
  EXPECT_EQ(this->push(map({{"url", url()}}), push).failure, "");
  EXPECT_EQ(body().at("subject").as_string(), "caf\xEF\xBF\xBD");
}

TEST_F(HttpCall, SignsTheBody) {
  serve("200");
  write_file(temp_.path() / "secret", "s3cret-key\nnot this\n", 0600);
  EXPECT_EQ(
      push(map({{"url", url()}, {"secret_file", (temp_.path() / "secret").string()}})).failure, "");
  const std::string sent = from_base64(requests().at(0).at("body"));
  const std::string digest =
      rcx::test::must({{"openssl", "dgst", "-sha256", "-hmac", "s3cret-key"}, "/", {}, sent});
  EXPECT_EQ(header(requests()[0], "X-Rcx-Signature-256"),
            "sha256=" + digest.substr(digest.rfind(' ') + 1, 64));
}

TEST_F(HttpCall, SendsHeadersOfAFile) {
  serve("200");
  write_file(temp_.path() / "headers", "# of the CI\nAuthorization: Bearer s3cret\r\n\nX-Two: 2\n",
             0600);
  EXPECT_EQ(
      push(map({{"url", url()}, {"headers_file", (temp_.path() / "headers").string()}})).failure,
      "");
  EXPECT_EQ(header(requests().at(0), "Authorization"), "Bearer s3cret");
  EXPECT_EQ(header(requests()[0], "X-Two"), "2");
}

TEST_F(HttpCall, TellsEveryPostEvent) {
  serve("200");
  FakeHost host(plugin_of(HTTP_CALL_SO), map({{"url", url()}}));
  EXPECT_EQ(host.push({}).failure, "");
  EXPECT_EQ(host.pull({}).failure, "");
  std::size_t told = 2;
  for (const rcx::catalogue::EventType& type : rcx::catalogue::kEvents) {
    const Outcome outcome = host.emit(FakeEvent(std::string(type.name)));
    EXPECT_EQ(outcome.failure, "");
    EXPECT_EQ(outcome.handlers, type.veto ? 0 : 1) << type.name;
    if (!type.veto) ++told;
  }
  ASSERT_EQ(requests().size(), told);
  EXPECT_EQ(body(2).at("type").as_string(), "rcx.create_repo");
  EXPECT_EQ(host.pre_push({}).handlers, 0);
}

TEST_F(HttpCall, ChoosesEvents) {
  serve("200");
  FakeHost host(plugin_of(HTTP_CALL_SO), map({{"url", url()}, {"events", list({"create_repo"})}}));
  EXPECT_EQ(host.push({}).failure, "");
  EXPECT_EQ(host.emit(FakeEvent("delete_repo")).failure, "");
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_EQ(host.emit(FakeEvent("create_repo")).failure, "");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(HttpCall, GoesWhereTheFieldOfTheRepositorySays) {
  serve("200");
  FakePush push;
  const Setting settings = map({{"url", "http://127.0.0.1:1/"},
                                {"field", "webhook"},
                                {"hosts", list({"127.0.0.1:" + receiver_->port()})}});
  push.repository.fields = {FakeField{"webhook", url(), "", ""}};
  EXPECT_EQ(this->push(settings, push).failure, "");
  EXPECT_THAT(requests(), SizeIs(1));
  push.repository.fields = {FakeField{"webhook", "off", "", ""}};
  EXPECT_EQ(this->push(settings, push).failure, "");
  push.repository.fields = {};
  EXPECT_THAT(this->push(settings, push).failure,
              StartsWith("http://127.0.0.1:1: Failed to connect"));
  push.repository.fields = {FakeField{"webhook", "http://127.0.0.1:2/s3cret", "", ""}};
  EXPECT_EQ(this->push(settings, push).failure,
            "the field webhook: the host 127.0.0.1:2 is not among the setting 'hosts'");
  push.repository.fields = {FakeField{"webhook", "ftp://127.0.0.1/s3cret", "", ""}};
  EXPECT_THAT(this->push(settings, push).failure, StartsWith("the field webhook: wanted a URL"));
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(HttpCall, OneThatFailsKeepsNoOtherFromBeingTold) {
  serve("200");
  const Outcome outcome = push(map({{"url", list({"http://127.0.0.1:1/", url()})}}));
  EXPECT_THAT(outcome.failure, StartsWith("http://127.0.0.1:1: Failed to connect"));
  EXPECT_THAT(requests(), SizeIs(1));
}

// ---- Receivers that misbehave -------------------------------------------------------------------

TEST_F(HttpCall, AnswerThatIsNoSuccessIsAFailure) {
  serve("500,404,204");
  EXPECT_EQ(push().failure, origin() + " answered 500");
  EXPECT_EQ(push().failure, origin() + " answered 404");
  EXPECT_EQ(push().failure, "");
  EXPECT_EQ(header(requests()[0], "Idempotency-Key"), header(requests()[2], "Idempotency-Key"));
}

TEST_F(HttpCall, SilenceIsAFailureInTime) {
  for (const char* answer : {"hang", "drip"}) {
    serve(answer);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THAT(push().failure, StartsWith(origin() + ": Operation timed out")) << answer;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10)) << answer;
  }
}

// Each has its share of what is left.
TEST_F(HttpCall, OneThatHangsLeavesTimeForOthers) {
  serve("200");
  Receiver silent("web_receiver.py", temp_.path() / "silent", "hang");
  const std::string first = "http://127.0.0.1:" + silent.port() + "/";
  const Outcome outcome = push(map({{"url", list({first, url()})}, {"timeout", "1h"}}));
  EXPECT_THAT(outcome.failure, StartsWith("http://127.0.0.1:" + silent.port()));
  EXPECT_THAT(outcome.failure, Not(HasSubstr(origin()))) << "the other one has answered in time";
  EXPECT_THAT(requests(), SizeIs(1));
}

// The fake host says that a second is left.
TEST_F(HttpCall, WaitsNoLongerThanTheCallMay) {
  serve("hang");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(push(map({{"url", url()}, {"timeout", "1h"}})).failure, HasSubstr("timed out"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST_F(HttpCall, AnswerThatEndsEarlyIsAFailure) {
  serve("drop,close,200");
  EXPECT_THAT(push().failure, StartsWith(origin() + ": "));
  EXPECT_THAT(push().failure, StartsWith(origin() + ": "));
  EXPECT_EQ(push().failure, "");
  EXPECT_THAT(requests(), SizeIs(3));
}

TEST_F(HttpCall, AnswerWithoutEndIsNotRead) {
  serve("huge,huge500");
  const Setting settings = map({{"url", url()}, {"timeout", "1h"}});
  EXPECT_EQ(push(settings).failure, "");
  EXPECT_EQ(push(settings).failure, origin() + " answered 500");
}

TEST_F(HttpCall, RedirectionOnTheSameHostIsFollowedWithTheSameRequest) {
  serve("307:/elsewhere,200");
  EXPECT_EQ(push().failure, "");
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_EQ(requests()[1].at("path").as_string(), "/elsewhere");
  EXPECT_EQ(requests()[1].at("body"), requests()[0].at("body"));
  EXPECT_EQ(header(requests()[1], "Idempotency-Key"), header(requests()[0], "Idempotency-Key"));
}

TEST_F(HttpCall, RedirectionElsewhereIsNot) {
  serve("200");
  Receiver redirecting("web_receiver.py", temp_.path() / "redirected",
                       "302:" + url() + ",302:file:///etc/s3cret,303:/other");
  const std::string from = "http://127.0.0.1:" + redirecting.port();
  const Setting settings = map({{"url", from + "/"}});
  EXPECT_EQ(push(settings).failure,
            from + " answered 302, a redirection to " + origin() + ", which is not followed");
  EXPECT_THAT(push(settings).failure, StartsWith(from + " answered 302"));
  EXPECT_EQ(push(settings).failure, from + " answered 303");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(HttpCall, RedirectionWithoutEndIsAFailure) {
  serve("308:/again");
  EXPECT_EQ(push().failure, origin() + " redirects more than 3 times");
  EXPECT_THAT(requests(), SizeIs(4));
}

// ---- TLS ----------------------------------------------------------------------------------------

TEST_F(HttpCall, CertificateOfNobodyIsRefused) {
  const Certificate certificate = Certificate::make(temp_.path());
  serve("200", certificate);
  const Setting settings = map({{"url", origin("https") + kSecretPath}});
  EXPECT_THAT(push(settings).failure,
              AllOf(StartsWith(origin("https") + ": "), HasSubstr("certificate")));
  EXPECT_THAT(requests(), IsEmpty());
  // Who vouches for it can be said.
  EXPECT_EQ(push(merged(settings, map({{"ca_file", certificate.file.string()}}))).failure, "");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(HttpCall, CertificateOfSomebodyElseIsRefused) {
  const Certificate certificate = Certificate::make(temp_.path(), "DNS:other.example.org");
  serve("200", certificate);
  EXPECT_THAT(
      push(map({{"url", origin("https") + "/"}, {"ca_file", certificate.file.string()}})).failure,
      AllOf(StartsWith(origin("https") + ": SSL"), HasSubstr("127.0.0.1")));
  EXPECT_THAT(requests(), IsEmpty());
}

// ---- Settings -----------------------------------------------------------------------------------

TEST_F(HttpCall, WrongSettingsKeepItOut) {
  EXPECT_THAT(fault(map({})), HasSubstr("url: wanted a URL, or the name of an extra field"));
  EXPECT_THAT(fault(map({{"urls", "http://example.org"}})), HasSubstr("urls: unknown setting"));
  for (const char* url : {"ftp://example.org", "example.org", "http://ada:s3cret@example.org/",
                          "https://s3cret@example.org/", "http://example.org/#x",
                          "file:///etc/passwd", "http://example.org/a b", ""}) {
    EXPECT_THAT(fault(map({{"url", url}})),
                AllOf(HasSubstr("url: wanted a URL that begins with http:// or https://"),
                      Not(HasSubstr("s3cret"))))
        << url;
  }
  EXPECT_THAT(fault(map({{"field", "webhook"}})), HasSubstr("hosts: wanted the hosts"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"hosts", list({"http://a"})}})),
              HasSubstr("hosts: wanted hosts"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"events", list({"pre_push"})}})),
              HasSubstr("events: wanted names of events without pre_"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"format", "xml"}})), HasSubstr("format: wanted"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"timeout", "soon"}})), HasSubstr("timeout: wanted"));
  EXPECT_THAT(fault(map({{"url", "http://a"}, {"ca_file", "/nonexistent"}})),
              HasSubstr("ca_file: wanted"));
}

TEST_F(HttpCall, FilesOfSecretsAreLookedAt) {
  const std::string file = (temp_.path() / "secret").string();
  const auto fault_of = [&](const char* setting) {
    return fault(map({{"url", "http://a"}, {setting, file}}));
  };
  EXPECT_THAT(fault_of("secret_file"), HasSubstr("secret_file: wanted a file"));
  write_file(file, "s3cret\n", 0644);
  EXPECT_THAT(fault_of("secret_file"), HasSubstr("others may not read (chmod o-r)"));
  write_file(file, "\n", 0600);
  EXPECT_THAT(fault_of("secret_file"), HasSubstr("whose first line is the secret"));
  write_file(file, "A: 1\ns3cret without a colon\n", 0600);
  EXPECT_THAT(fault_of("headers_file"),
              AllOf(HasSubstr("line 2 is none"), Not(HasSubstr("s3cret"))));
}

}  // namespace
