// Who listens decides on pushes: the client looks who that is before it says a word.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <stdexcept>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::StartsWith;

constexpr uid_t kNobody = 65534;

// A process of nobody's that listens, and accepts every push.
class WorkerOfNobody {
 public:
  explicit WorkerOfNobody(const std::filesystem::path& socket) : listener_(bound_socket(socket)) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    words_ = ends[0];
    pid_ = ::fork();
    if (pid_ == 0) serve(ends[1]);
    ::close(ends[1]);
    char listens = 0;
    if (pid_ < 0 || ::read(words_, &listens, 1) != 1) throw std::runtime_error("nobody listens");
  }
  ~WorkerOfNobody() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(words_);
    ::close(listener_);
  }
  WorkerOfNobody(const WorkerOfNobody&) = delete;
  WorkerOfNobody& operator=(const WorkerOfNobody&) = delete;

  // Ends listening; how many of those who connected said something.
  int finish() const {
    ::shutdown(listener_, SHUT_RDWR);
    int asked = 0;
    for (char mark = 0; ::read(words_, &mark, 1) == 1;) ++asked;
    return asked;
  }

 private:
  [[noreturn]] void serve(int words) const {
    try {
      listen(words);
      ::_exit(0);
    } catch (const std::exception&) {
      ::_exit(1);
    }
  }
  // Writes a mark when it listens, and one for each client that says something.
  void listen(int words) const {
    if (::setresgid(kNobody, kNobody, kNobody) != 0 ||
        ::setresuid(kNobody, kNobody, kNobody) != 0 || ::listen(listener_, 8) != 0) {
      return;
    }
    mark(words);
    int socket = -1;
    while ((socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0) {
      char word = 0;
      if (::recv(socket, &word, 1, MSG_PEEK) != 1) {
        ::close(socket);
        continue;
      }
      mark(words);
      Connection connection(socket);
      connection.send_hello(static_cast<std::uint32_t>(::getpid()));
      connection.send_verdict(0, "believed\n");
    }
  }
  static void mark(int words) {
    if (::write(words, "x", 1) != 1) throw std::runtime_error("nobody reads");
  }

  int listener_;
  int words_ = -1;
  pid_t pid_ = -1;
};

class ListenerTest : public ClientTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  }
  std::filesystem::path instance() const { return sandbox_.root() / "instance"; }
  static void give_to_nobody(const std::filesystem::path& path) {
    ASSERT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
  }
  void expect_belief() const {
    const WorkerOfNobody worker(pre_socket());
    const Result result = run_client(pre());
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.error, "believed\n");
    EXPECT_EQ(worker.finish(), 1);
  }
};
RCX_BOTH_CLIENTS(ListenerTest);

// Whatever else is done where no host is.
TEST_P(ListenerTest, StrangerRefusesAndHearsNothing) {
  const WorkerOfNobody worker(pre_socket());
  for (const char* otherwise : {"refuse", "allow", "run-once"}) {
    sandbox_.configure(std::string("when_unreachable=") + otherwise + "\n");
    const Result result = run_client(pre());
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(
        result.error,
        "rcx: refused: " + pre_socket().string() +
            " is served by uid 65534, wanted root, the owner of " + instance().string() +
            " or of the hooks, or yours\nrcx: the administrator can mend this: run rcxd as the "
            "owner of the instance, and give it a  run:  that others cannot "
            "write\n");
  }
  EXPECT_EQ(worker.finish(), 0);
}

TEST_P(ListenerTest, StrangerAfterThePushHearsNothing) {
  const WorkerOfNobody worker(post_socket());
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith("rcx: the push was accepted, but the extensions have not "
                                       "been told: " +
                                       post_socket().string() + " is served by uid 65534, "));
  EXPECT_EQ(worker.finish(), 0);
}

TEST_P(ListenerTest, OwnerOfTheInstanceIsBelieved) {
  give_to_nobody(instance());
  expect_belief();
}

TEST_P(ListenerTest, OwnerOfTheHooksIsBelieved) {
  give_to_nobody(sandbox_.hooks());
  expect_belief();
}

}  // namespace
}  // namespace rcx::test
