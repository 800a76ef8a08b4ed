#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"
#include "tests/support/receiver.hpp"

#include <sstream>
#include <string>

namespace {

namespace json = boost::json;
using rcx::test::Certificate;
using rcx::test::from_base64;
using rcx::test::Receiver;
using rcx::test::write_file;
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
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// The lines of a mail's head, by name, unfolded; the text decoded.
struct Read {
  explicit Read(const json::object& mail) {
    const std::string data = from_base64(mail.at("data"));
    const std::size_t end = data.find("\r\n\r\n");
    text = from_base64(json::string(data.substr(end + 4)));
    std::istringstream lines(data.substr(0, end + 2));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_EQ(line.back(), '\r');
      line.pop_back();
      EXPECT_LE(line.size(), 998U);
      if (line[0] == ' ') {
        headers.back() += line;
      } else {
        headers.push_back(line);
      }
    }
  }
  std::string header(const std::string& name) const {
    std::string found;
    for (const std::string& line : headers) {
      if (line.rfind(name + ": ", 0) == 0) found += line.substr(name.size() + 2);
    }
    return found;
  }
  std::vector<std::string> headers;
  std::string text;
};

class SmtpNotify : public testing::Test {
 protected:
  void serve(const std::string& refused = "-", const std::optional<Certificate>& certificate = {}) {
    receiver_.emplace("mail_receiver.py", temp_.path() / "mails", refused, certificate);
  }
  std::string server() const { return "127.0.0.1:" + receiver_->port(); }
  Setting settings(const Setting& more = map({})) const {
    return merged(map({{"server", server()},
                       {"security", "none"},
                       {"timeout", "700ms"},
                       {"from", "rcx@example.org"},
                       {"to", list({"ada@example.org", "bob@example.org"})}}),
                  more);
  }
  Outcome push(const Setting& settings, const FakePush& push = {}) {
    FakeHost host(plugin_of(SMTP_NOTIFY_SO), settings);
    EXPECT_EQ(host.created().failure, "");
    Outcome outcome = host.push(push);
    EXPECT_THAT(outcome.misuses, IsEmpty());
    EXPECT_THAT(outcome.failure, Not(HasSubstr("s3cret")));
    EXPECT_THAT(outcome.failure, Not(HasSubstr("@example.org")));
    log_.clear();
    for (const auto& line : host.log()) log_ += line.text + "\n";
    EXPECT_THAT(log_, Not(HasSubstr("s3cret")));
    return outcome;
  }
  std::vector<json::object> mails() const { return receiver_->received(); }
  std::string fault(const Setting& more) const {
    const Setting least = map(
        {{"server", "mail.example.org"}, {"from", "rcx@example.org"}, {"to", "ada@example.org"}});
    return FakeHost(plugin_of(SMTP_NOTIFY_SO), merged(least, more)).created().failure;
  }

  rcx::test::TempDir temp_;
  std::optional<Receiver> receiver_;
  std::string log_;
};

TEST_F(SmtpNotify, MailsWhatWasPushed) {
  serve();
  FakePush push;
  push.repository.name = "team/app";
  push.server_url = "https://git.example.org";
  push.caller.name = "ada";
  push.ref("refs/heads/main");
  push.commit("Mend it\n\nWell.\n").author.name = "Grace";
  EXPECT_EQ(this->push(settings(), push).failure, "");
  ASSERT_THAT(mails(), SizeIs(1));
  EXPECT_EQ(mails()[0].at("from").as_string(), "rcx@example.org");
  EXPECT_EQ(mails()[0].at("to"), json::parse(R"(["ada@example.org", "bob@example.org"])"));
  const Read mail(mails()[0]);
  EXPECT_THAT(
      mail.headers,
      ElementsAre("Date: Tue, 14 Nov 2023 22:13:20 +0000", "From: rcx <rcx@example.org>",
                  "To: ada@example.org, bob@example.org",
                  "Subject: [team/app] ada pushed main (1 commit)",
                  "Message-ID: <" + push.id + "@example.org>", "Auto-Submitted: auto-generated",
                  "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
                  "Content-Transfer-Encoding: base64"));
  EXPECT_EQ(mail.text,
            "ada pushed to team/app\n\nbranch main: update 1111111111..2222222222\n\n"
            "1a2b3c4d1a Grace: Mend it\n\n-- \nhttps://git.example.org\nevent " +
                push.id + "\n");
}

TEST_F(SmtpNotify, MailsWhatElseHappened) {
  serve();
  FakeHost host(plugin_of(SMTP_NOTIFY_SO), settings());
  FakeEvent event("merge_pull_request", map({{"target", map({{"repository", "team/app"}})}}));
  event.json = R"({"event": "merge_pull_request", "title": "Mend\n.\nit", "commit_ids": [],
                   "target": {"repository": "team/app"},
                   "repository": {"name": "team/app", "fields": {"webhook": "s3cret"}}})";
  EXPECT_EQ(host.emit(event).failure, "");
  const Read mail(mails().at(0));
  EXPECT_EQ(mail.header("Subject"), "[team/app] merge_pull_request by ada");
  EXPECT_THAT(mail.text, StartsWith("event: merge_pull_request\ntitle: Mend . it\n"
                                    "target.repository: team/app\n"
                                    "repository.name: team/app\n\n-- \n"));
  EXPECT_EQ(host.pull({}).failure, "");
  EXPECT_EQ(host.emit(FakeEvent("pre_create_repo")).handlers, 0);
  EXPECT_THAT(mails(), SizeIs(2));
}

// A name of a repository, a branch or a person adds no header and no recipient.
TEST_F(SmtpNotify, NothingOfAnEventBecomesAHeader) {
  serve();
  FakePush push;
  push.repository.name = "a\r\nBcc: eve@example.net\r\n\r\nhello";
  push.caller.name = std::string("ada\0\n.\r\nX: 1", 12);
  push.ref("refs/heads/\nTo: eve@example.net");
  EXPECT_EQ(this->push(settings(), push).failure, "");
  ASSERT_THAT(mails(), SizeIs(1));
  const Read mail(mails()[0]);
  EXPECT_THAT(mail.headers, SizeIs(9));
  EXPECT_EQ(mail.header("Bcc"), "");
  EXPECT_EQ(mail.header("X"), "");
  EXPECT_EQ(mail.header("To"), "ada@example.org, bob@example.org");
  EXPECT_THAT(mail.header("Subject"), HasSubstr("a  Bcc: eve@example.net"));
}

TEST_F(SmtpNotify, SubjectsThatAreNoAsciiAreEncoded) {
  serve();
  FakePush push;
  push.repository.name = "caf\xc3\xa9/\xe9";
  push.caller.name = std::string(80, 'x') + "\xe2\x82\xac=?UTF-8?Q?no?=";
  EXPECT_EQ(this->push(settings(), push).failure, "");
  const std::string subject = Read(mails().at(0)).header("Subject");
  std::string decoded;
  std::istringstream words(subject);
  for (std::string word; words >> word;) {
    EXPECT_LE(word.size(), 75U);
    EXPECT_THAT(word, AllOf(StartsWith("=?UTF-8?B?"), ::testing::EndsWith("?=")));
    const std::string part = from_base64(json::string(word.substr(10, word.size() - 12)));
    // No character is split.
    EXPECT_NE(static_cast<unsigned char>(part[0]) & 0xC0U, 0x80U);
    decoded += part;
  }
  EXPECT_EQ(decoded, "[caf\xc3\xa9/\xEF\xBF\xBD] " + push.caller.name + " pushed main (0 commits)");
}

TEST_F(SmtpNotify, LongPushesAreCut) {
  serve();
  FakePush push;
  for (int i = 0; i < 60; ++i) push.ref("refs/heads/b" + std::to_string(i));
  for (int i = 0; i < 70; ++i) push.commit(std::string(2000, 'm'));
  EXPECT_EQ(this->push(settings(), push).failure, "");
  const Read mail(mails().at(0));
  EXPECT_THAT(mail.text,
              AllOf(HasSubstr("and 10 more references\n"), HasSubstr("and 20 more commits\n")));
  EXPECT_LT(mail.text.size(), 80'000U);
}

// The queue tries again where that may help, and mails what is left where it may not.
TEST_F(SmtpNotify, CommitsThatCannotBeRead) {
  serve();
  FakePush push;
  push.fail_at = 0;
  EXPECT_EQ(this->push(settings(), push).failure, push.fail_reason);
  EXPECT_THAT(mails(), IsEmpty());
  push.fail_status = RCX_GONE;
  EXPECT_EQ(this->push(settings(), push).failure, "");
  EXPECT_THAT(Read(mails().at(0)).text, HasSubstr("the commits cannot be read: "));
}

TEST_F(SmtpNotify, FieldOfTheRepositoryNamesOthers) {
  serve();
  const Setting with = settings(map({{"field", "mail"}, {"recipients", list({"*@example.org"})}}));
  FakePush push;
  push.repository.fields = {FakeField{"mail", list({"eve@example.org"}), "", ""}};
  EXPECT_EQ(this->push(with, push).failure, "");
  EXPECT_EQ(mails().at(0).at("to"), json::parse(R"(["eve@example.org"])"));
  push.repository.fields = {FakeField{"mail", "off", "", ""}};
  EXPECT_EQ(this->push(with, push).failure, "");
  for (const char* wrong : {"eve@example.net", "eve@example.org>\r\nRCPT TO:<x@example.org",
                            "a b@example.org", "@example.org"}) {
    push.repository.fields = {FakeField{"mail", wrong, "", ""}};
    EXPECT_EQ(this->push(with, push).failure,
              "the field mail names what is no address, or is not among 'recipients'");
  }
  EXPECT_THAT(mails(), SizeIs(1));
}

// ---- TLS ----------------------------------------------------------------------------------------

TEST_F(SmtpNotify, NothingIsSentWithoutStarttls) {
  serve();
  EXPECT_THAT(push(settings(map({{"security", "starttls"}}))).failure,
              AllOf(StartsWith(server() + ": "), HasSubstr("STARTTLS")));
  EXPECT_THAT(mails(), IsEmpty());
}

TEST_F(SmtpNotify, CertificateOfNobodyIsRefused) {
  const Certificate certificate = Certificate::make(temp_.path());
  serve("-", certificate);
  const Setting starttls = settings(map({{"security", "starttls"}}));
  EXPECT_THAT(push(starttls).failure, HasSubstr("certificate"));
  EXPECT_THAT(mails(), IsEmpty());
  EXPECT_EQ(push(merged(starttls, map({{"ca_file", certificate.file.string()}}))).failure, "");
  ASSERT_THAT(mails(), SizeIs(1));
  EXPECT_TRUE(mails()[0].at("tls").as_bool());
}

TEST_F(SmtpNotify, LogsInUnderTls) {
  const Certificate certificate = Certificate::make(temp_.path());
  serve("-", certificate);
  write_file(temp_.path() / "password", "s3cret\n", 0600);
  EXPECT_EQ(push(settings(map({{"security", "starttls"},
                               {"ca_file", certificate.file.string()},
                               {"user", "robot"},
                               {"password_file", (temp_.path() / "password").string()}})))
                .failure,
            "");
  EXPECT_EQ(mails().at(0).at("auth").as_string(), std::string_view("\0robot\0s3cret", 13));
}

// ---- Servers that refuse ------------------------------------------------------------------------

TEST_F(SmtpNotify, RefusedRecipientKeepsNoOtherFromBeingTold) {
  serve("bob@example.org");
  EXPECT_EQ(push(settings()).failure, "");
  EXPECT_EQ(mails().at(0).at("to"), json::parse(R"(["ada@example.org"])"));
  EXPECT_THAT(log_, HasSubstr("the server refused 1 of 2 recipients"));
}

TEST_F(SmtpNotify, MailThatNobodyTakesIsAFailure) {
  serve("ada@example.org,bob@example.org");
  EXPECT_THAT(push(settings()).failure, AllOf(StartsWith(server() + ": "), HasSubstr("550")));
  serve("everything");
  EXPECT_THAT(push(settings()).failure, AllOf(StartsWith(server() + ": "), HasSubstr("552")));
}

TEST_F(SmtpNotify, SilenceIsAFailureInTime) {
  serve("hang");
  EXPECT_THAT(push(settings()).failure, AllOf(StartsWith(server() + ": "), HasSubstr("timed out")));
  receiver_.reset();
  EXPECT_THAT(push(map({{"server", "127.0.0.1:1"},
                        {"security", "none"},
                        {"from", "rcx@example.org"},
                        {"to", "ada@example.org"}}))
                  .failure,
              StartsWith("127.0.0.1:1: Failed to connect"));
}

TEST_F(SmtpNotify, WrongSettingsKeepItOut) {
  EXPECT_EQ(fault(map({})), "");
  EXPECT_THAT(fault(map({{"server", "smtp://mail.example.org"}})),
              HasSubstr("server: wanted a host"));
  EXPECT_THAT(fault(map({{"security", "some"}})),
              HasSubstr("security: wanted starttls, tls or none"));
  EXPECT_THAT(fault(map({{"from", "rcx"}})), HasSubstr("from: wanted an address"));
  EXPECT_THAT(fault(map({{"to", list({"ada@example.org\nBcc: x@y"})}})),
              HasSubstr("to: wanted addresses"));
  EXPECT_THAT(fault(map({{"user", "robot"}})), HasSubstr("user: wanted both"));
  EXPECT_THAT(fault(map({{"field", "mail"}})), HasSubstr("recipients: wanted globs"));
  write_file(temp_.path() / "password", "s3cret\n", 0600);
  const std::string file = (temp_.path() / "password").string();
  EXPECT_THAT(fault(map({{"user", "robot"}, {"password_file", file}, {"security", "none"}})),
              HasSubstr("security: wanted starttls or tls, since a password is sent"));
}

}  // namespace
