// A host that a service manager starts. Here that is systemd-socket-activate, or the test itself.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <cstring>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

sockaddr_un address_of(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

// A socket bound at `path`. Its number is high, so that a shell can put it where it wants to;
// others inherit it.
class Bound {
 public:
  Bound(const fs::path& path, int type) {
    const int made = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    fd_ = ::fcntl(made, F_DUPFD, 100);
    ::close(made);
    const sockaddr_un address = address_of(path);
    if (::bind(fd_, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
               sizeof address) != 0 ||
        (type == SOCK_STREAM && ::listen(fd_, 64) != 0)) {
      throw std::runtime_error("cannot bind " + path.string());
    }
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;
  Bound(Bound&&) = delete;
  Bound& operator=(Bound&&) = delete;
  ~Bound() { ::close(fd_); }
  int fd() const { return fd_; }
  // What was sent since this was asked last.
  std::vector<std::string> heard() const {
    std::vector<std::string> all;
    std::string text(4096, '\0');
    for (ssize_t got = 0; (got = ::recv(fd_, text.data(), text.size(), MSG_DONTWAIT)) >= 0;) {
      all.push_back(text.substr(0, static_cast<std::size_t>(got)));
    }
    return all;
  }

 private:
  int fd_ = -1;
};

class Systemd : public HostTest {
 protected:
  fs::path socket(const std::string& name) const { return host_.directory() / "run" / name; }
  std::string rcxd() const {
    return (built_programs() / "rcxd").string() + " -c " + host_.file().string();
  }
  // A host that is told what `variables` say, with `sockets` as descriptors from 3 on.
  Running start_with(const std::vector<int>& sockets, const std::string& variables) const {
    std::string script;
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      script += "exec " + std::to_string(3 + i) + "<&" + std::to_string(sockets[i]) + "; ";
    }
    script += "LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets.size()) + " " + variables +
              " exec " + rcxd();
    return Running(Command{{"bash", "-c", script}, host_.directory()});
  }
  bool ready() const { return host_.rcx({"status"}).status == 0; }
};

TEST_F(Systemd, StartsTheHostWhenSomebodyPushes) {
  if (run({{"which", "systemd-socket-activate"}}).status != 0) {
    GTEST_SKIP() << "no systemd-socket-activate; run cmake/install-deps.sh --test";
  }
  host_.add("recorder");
  host_.write_config();
  open("a.git");
  Running activator(Command{{"systemd-socket-activate", "-l", socket("pre.sock").string(), "-l",
                             socket("post.sock").string(), "--fdname=pre:post",
                             (built_programs() / "rcxd").string(), "-c", host_.file().string()},
                            host_.directory()});
  ASSERT_TRUE(eventually([this] { return fs::exists(socket("post.sock")); }));
  EXPECT_EQ(host_.rcx({"status"}).status, 3);
  push_first();
  EXPECT_EQ(records("pre_push").size(), 1U);
  EXPECT_EQ(records("push").size(), 1U);
  EXPECT_TRUE(ready());
  activator.signal(SIGTERM);
  EXPECT_EQ(activator.wait().status, 0);
}

// Nobody is refused because the host is started again just now.
TEST_F(Systemd, PushesWaitWhileTheHostRestarts) {
  host_.add("recorder");
  host_.write_config();
  open("a.git");
  const Bound pre(socket("pre.sock"), SOCK_STREAM);
  const Bound post(socket("post.sock"), SOCK_STREAM);
  // Known by where they listen, in whatever order and without names.
  std::optional<Running> host(start_with({post.fd(), pre.fd()}, ""));
  ASSERT_TRUE(eventually([this] { return ready(); })) << host->err();
  push_first();
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait().status, 0);
  EXPECT_TRUE(fs::exists(socket("pre.sock")));
  EXPECT_TRUE(fs::exists(socket("post.sock")));

  clone().commit("second");
  Running pushing = clone().start_push({"main"});
  EXPECT_TRUE(
      eventually([&] { return pushing.err().find("waiting for the host") != std::string::npos; }));
  EXPECT_FALSE(pushing.ended());
  host.emplace(start_with({pre.fd(), post.fd()}, "LISTEN_FDNAMES=pre:post"));
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(records("push").size(), 2U);
  host->signal(SIGTERM);
  EXPECT_EQ(host->wait().status, 0);
}

TEST_F(Systemd, SocketsThatHooksDoNotKnowAreRefused) {
  host_.write_config();
  const Bound elsewhere(host_.directory() / "pre.sock", SOCK_STREAM);
  const Bound post(socket("post.sock"), SOCK_STREAM);
  const Outcome ended = start_with({elsewhere.fd(), post.fd()}, "").wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("hooks connect to " + socket("pre.sock").string()),
                               HasSubstr("change ListenStream=")));
  const Outcome missing = start_with({post.fd()}, "").wait();
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.err, HasSubstr("ListenStream=" + socket("pre.sock").string()));
  const Bound datagrams(host_.directory() / "notify", SOCK_DGRAM);
  const Outcome wrong = start_with({datagrams.fd()}, "").wait();
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("wanted a Unix stream socket that listens"));
}

TEST_F(Systemd, HearsThatTheHostIsReadyAliveAndLeaving) {
  host_.add("recorder");
  host_.write_config();
  const Bound notify(host_.directory() / "notify", SOCK_DGRAM);
  const std::string where = "NOTIFY_SOCKET=" + (host_.directory() / "notify").string();
  Running host = start_with({}, where + " WATCHDOG_USEC=100000");
  std::vector<std::string> heard;
  const auto hears = [&](const std::string& text) {
    return eventually([&] {
      for (std::string& one : notify.heard()) heard.push_back(std::move(one));
      return std::any_of(heard.begin(), heard.end(),
                         [&](const std::string& one) { return one.starts_with(text); });
    });
  };
  ASSERT_TRUE(hears("READY=1\n")) << host.err() << host_.log();
  EXPECT_TRUE(ready());
  heard.clear();
  EXPECT_TRUE(hears("WATCHDOG=1"));
  // None of it is for children.
  const std::string variables =
      read_file("/proc/" + std::to_string(host_.workers("pre").at(0)) + "/environ");
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS"}) {
    EXPECT_THAT(variables, Not(HasSubstr(name)));
  }
  must(host_.rcx_command({"reload"}));
  EXPECT_TRUE(hears("STATUS=generation 2 serves"));
  host.signal(SIGTERM);
  EXPECT_EQ(host.wait().status, 0);
  EXPECT_TRUE(hears("STOPPING=1"));
}

}  // namespace
}  // namespace rcx::test
