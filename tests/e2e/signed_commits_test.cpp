// The extension signed_commits as it ships, with keys of SSH and the real git.
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "tests/e2e/host_test.hpp"
#include "tests/support/apache.hpp"

namespace rcx::test {
namespace {

class SignedCommits : public HostTest {
 protected:
  SignedCommits() {
    make_key("ada");
    make_key("eve");
    write_file(host_.directory() / "signers", "ada@example.org " + public_key("ada"));
    host_.set("signatures", "{allowed_signers: signers}");
  }
  void serve_with(const std::string& rules) {
    write_file(host_.rcextensions() / "signed_commits.so",
               read_file(built_programs().parent_path() / "plugins/signed_commits.so"));
    host_.name("signed_commits", "{settings: {rules: [" + rules + "]}}");
    serve();
    clone().git({"config", "gpg.format", "ssh"});
  }
  std::string key(const std::string& name) { return (temp_.path() / name).string(); }
  std::string commit_signed_by(const std::string& name) {
    clone().git({"config", "user.signingkey", key(name)});
    clone().git({"commit", "--quiet", "--allow-empty", "-S", "-m", "signed by " + name});
    return clone().id().substr(0, 10);
  }
  void refused(const std::string& reason, const Words& arguments = {"main"}) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    EXPECT_THAT(pushed.remote(), Contains(HasSubstr(reason)));
  }
  void accepted(const Words& arguments = {"main"}) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  }
  std::string public_key(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(key(name) + ".pub").rdbuf();
    return text.str();
  }

 private:
  void make_key(const std::string& name) {
    must({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key(name)}});
  }
};

TEST_F(SignedCommits, AHistoryThatIsImportedMayBeUnsigned) {
  serve_with("{name: all, imports: skip}");
  clone().commit("of before");
  accepted();
  clone().commit("unsigned");
  refused("it has no signature");
  commit_signed_by("ada");
  refused("it has no signature");
}

TEST_F(SignedCommits, CommitsAreSignedByAKeyThatTheServerKnows) {
  serve_with("{name: all, signers: '*@example.org'}");
  clone().commit("unsigned");
  const std::string unsigned_id = clone().id().substr(0, 10);
  refused("refs/heads/main: it has no signature (commit " + unsigned_id + ", rule all): sign it");
  clone().git({"commit", "--quiet", "--amend", "--allow-empty", "-S" + key("ada"), "-m", "signed"});
  accepted();
  const std::string by_eve = commit_signed_by("eve");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              Contains(AllOf(StartsWith("refs/heads/main: its signature is un"),
                             HasSubstr("(commit " + by_eve + ", rule all): have your key added"))));
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  commit_signed_by("ada");
  accepted();
}

TEST_F(SignedCommits, OneMayBeKnownAndMayNotSign) {
  write_file(host_.directory() / "signers",
             "ada@example.org " + public_key("ada") + "eve@example.org " + public_key("eve"));
  serve_with("{name: main, branches: main, signers: ada@example.org}");
  const std::string id = commit_signed_by("eve");
  refused("refs/heads/main: it is signed by \"eve@example.org\", who may not sign here (commit " +
              id + ", rule main)",
          {"main", "main:topic"});
  accepted({"main:topic"});
}

TEST_F(SignedCommits, ACommitThatWasChangedIsNotSigned) {
  serve_with("{name: all}");
  commit_signed_by("ada");
  const std::string forged = clone().git({"cat-file", "commit", "HEAD"}) + " and changed\n";
  const std::string id = clone().git({"hash-object", "-t", "commit", "-w", "--stdin"}, forged);
  refused("its signature is bad (commit " + id.substr(0, 10), {id + ":refs/heads/main"});
}

TEST_F(SignedCommits, TheCommitterIsTheSigner) {
  serve_with("{name: all, committer_is_signer: true}");
  clone().set_variable("GIT_COMMITTER_EMAIL", "grace@example.org");
  commit_signed_by("ada");
  refused("its committer is \"grace@example.org\", and it is signed by \"ada@example.org\"");
  clone().set_variable("GIT_COMMITTER_EMAIL", "ada@example.org");
  clone().git({"commit", "--quiet", "--amend", "--allow-empty", "--no-edit", "-S"});
  accepted();
}

// git asks of the time that the commit claims.
TEST_F(SignedCommits, AKeyThatHasExpiredSignsNothingThatIsYounger) {
  write_file(host_.directory() / "signers",
             "ada@example.org valid-before=\"20200101\" " + public_key("ada"));
  serve_with("{name: all}");
  const std::string id = commit_signed_by("ada");
  refused("its signature is untrusted (commit " + id + ", rule all)");
  clone().set_variable("GIT_COMMITTER_DATE", "1500000000 +0000");
  clone().git({"commit", "--quiet", "--amend", "--allow-empty", "--no-edit", "-S"});
  accepted();
}

TEST_F(SignedCommits, AKeyThatWasRevokedSignsNothingWhateverItsTime) {
  write_file(host_.directory() / "signers",
             "ada@example.org " + public_key("ada") + "eve@example.org " + public_key("eve"));
  host_.set("signatures", "{allowed_signers: signers, revoked_keys: revoked}");
  serve_with("{name: all}");
  commit_signed_by("ada");
  refused("signatures.revoked_keys in rcx.yaml is " + (host_.directory() / "revoked").string() +
          ", which is not there; make that file, which may be empty");
  write_file(host_.directory() / "revoked", "");
  accepted();
  write_file(host_.directory() / "revoked", public_key("ada"));
  clone().set_variable("GIT_COMMITTER_DATE", "1500000000 +0000");
  const std::string id = commit_signed_by("ada");
  refused("its signature is bad (commit " + id + ", rule all)");
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  commit_signed_by("eve");
  accepted();
}

TEST_F(SignedCommits, ThePushIsSigned) {
  serve_with("{name: push, commits: false, signed_push: true, signers: ada@example.org}");
  repository().git({"config", "receive.certNonceSeed", "a seed"});
  repository().git({"config", "gpg.format", "ssh"});
  repository().git(
      {"config", "gpg.ssh.allowedSignersFile", (host_.directory() / "signers").string()});
  clone().commit("first");
  refused("the push is not signed (rule push): push with  git push --signed");
  clone().git({"config", "user.signingkey", key("eve")});
  refused("the certificate of the push is untrusted", {"--signed", "main"});
  clone().git({"config", "user.signingkey", key("ada")});
  accepted({"--signed", "main"});
}

// git moves what comes beside a certificate as well, and calls the certificate good.
TEST_F(SignedCommits, ACertificateIsAboutAllThatIsPushed) {
  serve_with("{name: push, commits: false, signed_push: true, signers: ada@example.org}");
  repository().git({"config", "receive.certNonceSeed", "a seed"});
  repository().git({"config", "gpg.format", "ssh"});
  repository().git(
      {"config", "gpg.ssh.allowedSignersFile", (host_.directory() / "signers").string()});
  clone().git({"config", "user.signingkey", key("ada")});
  const std::string id = clone().commit("first");
  const fs::path between = temp_.path() / "between";
  write_file(between,
             "#!/bin/sh\ncommand='" + std::string(40, '0') + " " + id + " refs/heads/beside'\n" +
                 "{ printf '%04x%s' $((${#command} + 4)) \"$command\"; cat; } | "
                 "git-receive-pack \"$@\"\n",
             0755);
  refused("the certificate of the push is bad (rule push): push again",
          {"--signed", "--receive-pack=" + between.string(), "main"});
  EXPECT_THAT(host_.log(), HasSubstr("the certificate of the push is bad: it does not say that "
                                     "refs/heads/beside moves as it does in this push"));
  EXPECT_EQ(repository().id("refs/heads/beside"), "");
  clone().git({"branch", "other"});
  accepted({"--signed", "main", "other"});
  accepted({"--signed", ":other"});
}

// Behind a real Apache: git gives the nonce out in one process, and takes it back in another.
TEST_F(SignedCommits, OverHttpSigningMayTakeItsTime) {
  const unsigned server = ::geteuid() == 0 ? kNobody : ::geteuid();
  host_.set("identity", "{trusted_users: [" + std::to_string(server) + "]}");
  serve_with("{name: push, commits: false, signed_push: true}");
  const fs::path signers = temp_.path() / "signers";
  write_file(signers, "ada@example.org " + public_key("ada"));
  repository().git({"config", "receive.certNonceSeed", "a seed"});
  repository().git({"config", "gpg.format", "ssh"});
  repository().git({"config", "gpg.ssh.allowedSignersFile", signers.string()});
  if (::geteuid() == 0) give_away(repository().path(), kNobody);
  std::string programs = must({{"git", "--exec-path"}, temp_.path()});
  programs.pop_back();
  const Apache apache(temp_, {{"/git/", fs::path(programs) / "git-http-backend"}},
                      {{"GIT_PROJECT_ROOT", host_.root().string()}, {"GIT_HTTP_EXPORT_ALL", "1"}});
  const fs::path slow = temp_.path() / "slow";
  write_file(slow, "#!/bin/sh\nsleep 2\nexec ssh-keygen \"$@\"\n", 0755);
  clone().git({"remote", "set-url", "origin", apache.url("/git/a.git")});
  clone().git({"config", "user.signingkey", key("ada")});
  clone().git({"config", "gpg.ssh.program", slow.string()});
  clone().commit("first");
  refused(
      "the certificate of the push was begun longer ago than this repository takes (rule "
      "push): push again; over HTTP, where signing takes longer than a second, have "
      "receive.certNonceSlop set",
      {"--signed", "main"});
  const fs::path config = repository().path() / "config";
  write_file(config, read_file(config) + "[receive]\n\tcertNonceSlop = 100\n");
  accepted({"--signed", "main"});
}

}  // namespace
}  // namespace rcx::test
