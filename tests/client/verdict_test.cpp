#include <unistd.h>

#include <future>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

class VerdictTest : public ClientTest {
 protected:
  Result run_against(Script script) const {
    const FakeWorker worker(pre_socket(), {std::move(script)});
    return run_client(pre());
  }
};
RCX_BOTH_CLIENTS(VerdictTest);

void say_hello(Connection& connection) {
  connection.send_hello(static_cast<std::uint32_t>(::getpid()));
}

TEST_P(VerdictTest, IsTheExitStatus) {
  EXPECT_EQ(run_against(verdict(0)).status, 0);
}

TEST_P(VerdictTest, RefusesWithItsText) {
  const Result result = run_against(verdict(1, "rcx: refused by policy\n"));
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "rcx: refused by policy\n");
  EXPECT_EQ(result.output, "");
}

TEST_P(VerdictTest, OtherThanZeroIsOne) {
  EXPECT_EQ(run_against(verdict(7)).status, 1);
}

// A status of 256 is 0 to whoever looks at its last byte only.
TEST_P(VerdictTest, Of256IsOne) {
  EXPECT_EQ(run_against(verdict(256)).status, 1);
}

TEST_P(VerdictTest, TextIsShownBeforeIt) {
  std::promise<void> shown;
  const FakeWorker worker(pre_socket(), {[&shown](Connection& connection) {
                            say_hello(connection);
                            connection.send_text("looking at 3 commits\n");
                            shown.get_future().wait();
                            connection.send_verdict(0, "done\n");
                          }});
  ClientProcess process(pre());
  EXPECT_TRUE(process.wait_for_error("looking at 3 commits\n"));
  shown.set_value();
  const Result result = process.wait();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "looking at 3 commits\ndone\n");
}

TEST_P(VerdictTest, MayComeInPieces) {
  const Result result = run_against([](Connection& connection) {
    say_hello(connection);
    const rcx_wire_frame head{RCX_WIRE_FRAME_VERDICT, 7, 2, 0};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
    bytes += std::string("\1\0\0\0no\n", 7);
    for (const char& byte : bytes) connection.send_bytes({&byte, 1});
  });
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "no\n");
}

TEST_P(VerdictTest, FollowsLongTexts) {
  const std::string text = std::string(RCX_WIRE_FRAME_MAX - 1, 'x') + '\n';
  const Result result = run_against([&text](Connection& connection) {
    say_hello(connection);
    connection.send_text(text);
    connection.send_text(text);
    connection.send_verdict(0, "end\n");
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_TRUE(result.error == text + text + "end\n");
}

TEST_P(VerdictTest, FramesOfUnknownTypeAreSkipped) {
  const Result result = run_against([](Connection& connection) {
    say_hello(connection);
    connection.send_frame(99, "from the future");
    connection.send_verdict(0);
  });
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
}

// The connection of a worker that has decided may end in any way.
TEST_P(VerdictTest, OfAWorkerThatIsDeadAlreadyCounts) {
  Mortal body;
  const Result result = run_against([&body](Connection& connection) {
    connection.send_hello(body.pid());
    connection.send_verdict(1, "no\n");
    body.kill();
  });
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "no\n");
}

}  // namespace
}  // namespace rcx::test
