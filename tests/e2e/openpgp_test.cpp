// Signatures of OpenPGP and X.509: of commits, by the keys of rcx.yaml and no others, and of
// pushes.
#include <optional>

#include "tests/e2e/host_test.hpp"
#include "tests/support/gnupg.hpp"

namespace rcx::test {
namespace {

constexpr const char* kThen = "20200101T120000";

class OpenPgp : public HostTest {
 protected:
  OpenPgp() {
    host_.add("reader", "{settings: {verify: true}}");
    server_.emplace(host_.directory() / "gnupg");
    host_.set("signatures", "{gnupg_home: gnupg}");
  }
  // A signed commit on top; the program signs.
  std::string commit_by(const std::string& key, const fs::path& program) {
    clone().git({"config", "gpg.program", program.string()});
    clone().git({"commit", "-q", "--allow-empty", "-S" + key, "-m", "signed"});
    return clone().id();
  }
  std::string commit_by(const std::string& key) { return commit_by(key, people_.program("sign")); }
  // What the extension heard of the commits of this push, oldest first.
  std::string heard() {
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
    const std::string before = read_file(host_.data("reader") / "pre-commits");
    EXPECT_EQ(read_file(host_.data("reader") / "post-commits"), before);
    return before;
  }

  GnuPg people_{temp_.path() / "people"};
  std::optional<GnuPg> server_;
  std::string ada_ = people_.make_key("Ada <ada@example.org>");
};

TEST_F(OpenPgp, EveryResultIsData) {
  const std::string eve = people_.make_key("Eve <eve@example.org>");
  const std::string bob = people_.make_key("Bob <bob@example.org>");
  const std::string rita = people_.make_key("Rita <rita@example.org>");
  const std::string old = people_.make_key("Olga <olga@example.org>", "1y", "20200101T000000");
  const std::string xena = people_.make_key("Xena <x@example.org>", "never", "20200101T000000");
  for (const std::string& key : {ada_, rita, old, xena}) server_->take(people_, key, 6);
  server_->take(people_, bob, 0);
  server_->revoke(people_, rita);
  serve();
  clone().commit("unsigned");
  commit_by(ada_);
  commit_by(bob);
  commit_by(eve);
  commit_by(rita);
  const std::string then = std::string("--faked-system-time ") + kThen;
  commit_by(old, people_.program("sign-then", then));
  commit_by(xena, people_.program("sign-short", then + " --default-sig-expire 1d"));
  const std::string forged = clone().git({"cat-file", "commit", "HEAD~5"}) + " and changed\n";
  const std::string bad = clone().git({"hash-object", "-t", "commit", "-w", "--stdin"}, forged);
  clone().git({"merge", "-q", "-m", "merge", "--no-ff", bad});
  const std::string said = heard();
  for (const char* one :
       {"signed 0\nsignature none by \n", "signature good by Ada <ada@example.org>\n",
        "signature untrusted by Bob <bob@example.org>\n", "signature unknown by ",
        "signature by a revoked key by Rita", "signature by an expired key by Olga",
        "signature expired by Xena", "signature bad by "}) {
    EXPECT_THAT(said, HasSubstr(one));
  }
}

// Nobody asks what the user of the host knows.
TEST_F(OpenPgp, TheOwnKeysOfTheHostsUserDoNotCount) {
  const GnuPg own(host_.directory() / ".gnupg");
  own.take(people_, ada_, 6);
  serve();
  commit_by(ada_);
  EXPECT_EQ(heard(), "signed 1\nsignature unknown by \n");
}

TEST_F(OpenPgp, WithoutAKeyringNobodyIsKnown) {
  const GnuPg own(host_.directory() / ".gnupg");
  own.take(people_, ada_, 6);
  host_.set("signatures", "{}");
  serve();
  commit_by(ada_);
  EXPECT_EQ(heard(), "signed 1\nsignature unknown by \n");
}

TEST_F(OpenPgp, TheProgramOfARepositoryDoesNotCheck) {
  serve();
  const fs::path liar = temp_.path() / "liar";
  write_file(liar,
             "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] NEWSIG'\n"
             "echo '[GNUPG:] GOODSIG 0123456789ABCDEF Ada <ada@example.org>'\n"
             "echo '[GNUPG:] TRUST_ULTIMATE 0 pgp'\n",
             0755);
  for (const char* key : {"gpg.program", "gpg.openpgp.program"}) {
    repository().git({"config", key, liar.string()});
  }
  commit_by(ada_);
  EXPECT_EQ(heard(), "signed 1\nsignature unknown by \n");
}

// A change of the keyring counts with the next push.
TEST_F(OpenPgp, AKeyThatIsAddedCountsAtOnce) {
  serve();
  commit_by(ada_);
  EXPECT_THAT(heard(), HasSubstr("signature unknown"));
  server_->take(people_, ada_, 6);
  commit_by(ada_);
  EXPECT_EQ(heard(), "signed 1\nsignature good by Ada <ada@example.org>\n");
}

// Certificates are checked as commits are, whatever git thinks of them with keys of its user.
class OpenPgpPush : public OpenPgp {
 protected:
  std::string certificate_by(const std::string& key) {
    const std::string id = clone().commit("more");
    clone().git({"config", "gpg.program", people_.program("sign").string()});
    clone().git({"config", "user.signingkey", key});
    const Outcome pushed = push({"--signed", "main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
    const std::string said = read_file(host_.data("reader") / "pre-push");
    const std::size_t at = said.find("certificate ");
    return at == std::string::npos ? "" : said.substr(at);
  }
  void serve_signed() {
    serve();
    repository().git({"config", "receive.certNonceSeed", "a seed"});
    // Here git itself knows everybody.
    clone().set_variable("GNUPGHOME", people_.home().string());
  }
};

TEST_F(OpenPgpPush, EveryResultIsData) {
  const std::string bob = people_.make_key("Bob <bob@example.org>");
  const std::string eve = people_.make_key("Eve <eve@example.org>");
  const std::string rita = people_.make_key("Rita <rita@example.org>");
  for (const std::string& key : {ada_, rita}) server_->take(people_, key, 6);
  server_->revoke(people_, rita);
  server_->take(people_, bob, 0);
  serve_signed();
  EXPECT_EQ(certificate_by(ada_), "certificate good OK\n") << host_.log();
  EXPECT_EQ(certificate_by(bob), "certificate untrusted OK\n");
  EXPECT_EQ(certificate_by(eve), "certificate unknown OK\n");
  EXPECT_EQ(certificate_by(rita), "certificate by a revoked key OK\n");
  clone().commit("unsigned");
  ASSERT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(read_file(host_.data("reader") / "pre-push"), Not(HasSubstr("certificate")));
}

TEST_F(OpenPgpPush, WithoutAKeyringNobodyIsKnown) {
  host_.set("signatures", "{}");
  serve_signed();
  EXPECT_EQ(certificate_by(ada_), "certificate unknown OK\n");
  EXPECT_TRUE(fs::is_empty(host_.directory() / "state/pushes")) << "nothing is left of the check";
}

// Of X.509 as well, and as of commits.
TEST_F(OpenPgpPush, CertificatesOfX509CountByTheSameKeys) {
  const std::string ada = people_.make_certificate("/CN=Ada/emailAddress=ada@example.org");
  serve_signed();
  clone().git({"config", "gpg.format", "x509"});
  clone().git({"config", "gpg.x509.program", people_.x509_program().string()});
  EXPECT_EQ(certificate_by(ada), "certificate unknown OK\n");
  server_->take_certificate(people_, ada);
  EXPECT_EQ(certificate_by(ada), "certificate good OK\n") << host_.log();
  clone().git({"commit", "-q", "--allow-empty", "-S", "-m", "signed"});
  EXPECT_EQ(heard(), "signed 1\nsignature good by /CN=Ada/EMail=ada@example.org\n");
}

// The extension that ships names signers by address or by fingerprint.
TEST_F(OpenPgpPush, SignersAreNamed) {
  const std::string bob = people_.make_key("Bob <bob@example.org>");
  const std::string eve = people_.make_key("Eve <eve@example.org>");
  for (const std::string& key : {ada_, bob, eve}) server_->take(people_, key, 6);
  write_file(host_.rcextensions() / "signed_commits.so",
             read_file(built_programs().parent_path() / "plugins/signed_commits.so"));
  host_.name("signed_commits",
             "{settings: {rules: [{name: push, commits: false, signed_push: true, "
             "signers: ['ada@example.org', '" +
                 bob + "']}]}}");
  serve_signed();
  certificate_by(ada_);
  certificate_by(bob);
  clone().git({"config", "user.signingkey", eve});
  clone().commit("more");
  EXPECT_THAT(push({"--signed", "main"}).remote(), Contains(HasSubstr("eve@example.org")));
}

}  // namespace
}  // namespace rcx::test
