// People who come over ssh: a real sshd on this machine, and the real git, hg and svn.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

class Ssh : public HostTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    if (!fs::exists("/usr/sbin/sshd")) GTEST_SKIP() << "needs sshd";
    host_.set("identity", "{trusted_users: [root]}");
    host_.add("recorder");
    host_.start();
  }
  void TearDown() override {
    if (::geteuid() == 0) HostTest::TearDown();
  }
  // A user with a key; sshd must be started afterwards, unless it asks rcx.
  void add_user(const std::string& name) {
    const fs::path key = temp_.path() / name;
    must({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key.string()}});
    EXPECT_EQ(host_.rcx({"user", "create", name}).status, 0);
    const Outcome added = host_.rcx({"user", "key", "add", name, key.string() + ".pub"});
    EXPECT_EQ(added.status, 0) << added.err;
  }
  // With keys from a file, or asked of rcx for each connection. By way of env: sshd runs nothing
  // that stands below a directory where others may write, as builds may.
  void start_sshd(bool ask) {
    const fs::path directory = temp_.path() / "sshd";
    fs::create_directory(directory);
    must({{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (directory / "host").string()}});
    ::mkdir("/run/sshd", 0755);
    write_file(directory / "keys", host_.rcx({"authorized-keys"}).out, 0600);
    const std::string rcx = (built_programs() / "rcx").string();
    port_ = free_port();
    write_file(directory / "config",
               "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " +
                   (directory / "host").string() +
                   "\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                   "PermitRootLogin yes\nAcceptEnv *\n" +
                   (ask ? "AuthorizedKeysFile none\nAuthorizedKeysCommand /usr/bin/env " + rcx +
                              " -c " + host_.file().string() +
                              " authorized-keys %t %k\nAuthorizedKeysCommandUser root\n"
                        : "AuthorizedKeysFile " + (directory / "keys").string() + "\n"));
    sshd_.emplace(Command{{"/usr/sbin/sshd", "-D", "-e", "-f", (directory / "config").string()}});
    ASSERT_TRUE(eventually([&] {
      return sshd_->err().find("Server listening") != std::string::npos;
    })) << sshd_->err();
  }
  std::string ssh_for(const std::string& name) const {
    return "ssh -p " + std::to_string(port_) + " -i " + (temp_.path() / name).string() +
           " -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no"
           " -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o SendEnv=REMOTE_USER -F none";
  }
  Command as(const std::string& name, Words words) const {
    Command command{std::move(words), work()};
    command.variables = {
        {"GIT_SSH_COMMAND", ssh_for(name)}, {"SVN_SSH", ssh_for(name)}, {"REMOTE_USER", "boss"}};
    return command;
  }
  fs::path work() const { return temp_.path() / "work"; }
  void make_work() {
    must({{"git", "init", "-q", "-b", "main", work().string()}});
    write_file(work() / "file", "one\n");
    must({{"git", "add", "."}, work()});
    must({{"git", "commit", "-qm", "first"}, work()});
  }
  static std::string url(const std::string& path) { return "root@127.0.0.1:" + path; }

  std::optional<Running> sshd_;
  int port_ = 0;
};

TEST_F(Ssh, GitIsServedToWhoMay) {
  for (const char* name : {"ada", "grace", "eve"}) add_user(name);
  ASSERT_EQ(host_.rcx({"repo", "create", "app"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "ada", "write", "app"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "grace", "read", "app"}).status, 0);
  start_sshd(true);
  make_work();
  const Outcome pushed = run(as("ada", {"git", "push", "-q", url("/app.git"), "main"}));
  ASSERT_EQ(pushed.status, 0) << pushed.err << sshd_->err();
  EXPECT_EQ(last().caller, "ada") << "what the client sent counts for nothing";
  // Read, and no more.
  EXPECT_EQ(run(as("grace", {"git", "ls-remote", url("app")})).status, 0);
  const Outcome refused = run(as("grace", {"git", "push", url("app"), "main:other"}));
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("grace may not push: it takes repository.write on app"));
  // Not even that it is there.
  const Outcome hidden = run(as("eve", {"git", "ls-remote", url("app")}));
  const Outcome missing = run(as("eve", {"git", "ls-remote", url("nothing")}));
  EXPECT_THAT(hidden.err, HasSubstr("there is no repository 'app' that eve may read"));
  EXPECT_THAT(missing.err, HasSubstr("there is no repository 'nothing' that eve may read"));
  // Out, at once.
  ASSERT_EQ(host_.rcx({"user", "deactivate", "ada"}).status, 0);
  EXPECT_THAT(run(as("ada", {"git", "ls-remote", url("app")})).err, HasSubstr("ada is not active"));
}

TEST_F(Ssh, ThereIsNoShell) {
  add_user("ada");
  ASSERT_EQ(host_.rcx({"repo", "create", "app"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "ada", "admin", "app"}).status, 0);
  start_sshd(false);
  make_work();
  const auto ssh = [&](const std::string& what) {
    return run(as("ada", {"sh", "-c", ssh_for("ada") + " root@127.0.0.1 " + what + " </dev/null"}));
  };
  EXPECT_THAT(ssh("").err, HasSubstr("hello ada; there is no shell here"));
  for (const char* what : {"id", "'git-upload-pack app; id'", "'git-upload-pack $(id)'", "sh -c id",
                           "'git-receive-pack --help'"}) {
    const Outcome outcome = ssh(what);
    EXPECT_NE(outcome.status, 0) << what;
    EXPECT_THAT(outcome.out, Not(HasSubstr("uid="))) << what;
  }
  const Outcome climbing = run(as("ada", {"git", "ls-remote", url("/../../etc")}));
  EXPECT_THAT(climbing.err, HasSubstr("there is no repository"));
  const Outcome forwarding = run(as("ada", {"sh", "-c",
                                            ssh_for("ada") + " -N -o ExitOnForwardFailure=yes -R "
                                                             "127.0.0.1:0:127.0.0.1:22 "
                                                             "root@127.0.0.1 </dev/null"}));
  EXPECT_NE(forwarding.status, 0) << "nothing is forwarded";
}

TEST_F(Ssh, ItIsRefusedWhereEverybodyWouldBeTheHost) {
  add_user("ada");
  ASSERT_EQ(host_.rcx({"repo", "create", "app"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "ada", "write", "app"}).status, 0);
  start_sshd(true);
  make_work();
  host_.set("identity", "{}");
  host_.write_config();
  EXPECT_THAT(run(as("ada", {"git", "ls-remote", url("app")})).err,
              HasSubstr("identity: {trusted_users: [root]}"));
}

TEST_F(Ssh, HgIsServedToWhoMay) {
  if (run({{"hg", "--version", "-q"}}).status != 0) GTEST_SKIP() << "needs hg";
  for (const char* name : {"ada", "grace"}) add_user(name);
  ASSERT_EQ(host_.rcx({"repo", "create", "mine", "--type", "hg"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "ada", "write", "mine"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "grace", "read", "mine"}).status, 0);
  start_sshd(true);
  const std::string remote = "ssh://root@127.0.0.1:" + std::to_string(port_) + "/mine";
  fs::create_directory(work());
  const auto hg = [&](const std::string& name, Words words) {
    words.insert(words.begin(),
                 {"hg", "--config", "ui.ssh=" + ssh_for(name), "--config", "ui.username=" + name});
    return run(as(name, std::move(words)));
  };
  must({{"hg", "init", "."}, work()});
  write_file(work() / "file", "one\n");
  must({{"hg", "--config", "ui.username=ada", "commit", "-qAm", "first"}, work()});
  const Outcome refused = hg("grace", {"push", remote});
  EXPECT_NE(refused.status, 0);
  const Outcome pushed = hg("ada", {"push", remote});
  EXPECT_EQ(pushed.status, 0) << pushed.err << pushed.out << sshd_->err();
  const Outcome read = hg("grace", {"identify", remote});
  EXPECT_EQ(read.status, 0) << read.err << read.out;
}

TEST_F(Ssh, SvnIsServedToWhoMay) {
  if (run({{"svnserve", "--version", "-q"}}).status != 0) GTEST_SKIP() << "needs svn";
  for (const char* name : {"ada", "grace", "eve"}) add_user(name);
  ASSERT_EQ(host_.rcx({"repo", "create", "sub", "--type", "svn"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "ada", "write", "sub"}).status, 0);
  ASSERT_EQ(host_.rcx({"grant", "grace", "read", "sub"}).status, 0);
  start_sshd(true);
  fs::create_directory(work());
  const auto svn = [&](const std::string& name, Words words) {
    words.insert(words.begin(), {"svn", "--non-interactive"});
    words.push_back("svn+ssh://root@127.0.0.1/sub" + std::string(words[2] == "mkdir" ? "/x" : ""));
    return run(as(name, std::move(words)));
  };
  const Outcome refused = svn("grace", {"mkdir", "-m", "x"});
  EXPECT_NE(refused.status, 0);
  const Outcome done = svn("ada", {"mkdir", "-m", "x"});
  EXPECT_EQ(done.status, 0) << done.err << sshd_->err();
  EXPECT_EQ(svn("grace", {"info"}).status, 0);
  EXPECT_NE(svn("eve", {"info"}).status, 0);
}

}  // namespace
}  // namespace rcx::test
