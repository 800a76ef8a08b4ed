#include <unistd.h>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class FramesTest : public ClientTest {
 protected:
  // Expects that the client refuses what a worker sends, and says what is wrong with it. What is
  // wrong does not make a host unreachable: when_unreachable=allow must not matter.
  void expect_refusal(const Script& script, const std::string& wrong) const {
    sandbox_.configure("when_unreachable=allow\n");
    const FakeWorker worker(pre_socket(), {[&script](Connection& connection) {
                              script(connection);
                              connection.wait_for_end();
                            }});
    const Result result = run_client(pre());
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.error,
                StartsWith("rcx: refused: the host does not follow the protocol: " + wrong + "\n"));
  }
};
RCX_BOTH_CLIENTS(FramesTest);

void send_head(Connection& connection, const rcx_wire_frame& head) {
  connection.send_bytes({reinterpret_cast<const char*>(&head), sizeof head});
}

void say_hello(Connection& connection) {
  connection.send_hello(static_cast<std::uint32_t>(::getpid()));
}

TEST_P(FramesTest, TooLarge) {
  expect_refusal(
      [](Connection& connection) {
        send_head(connection, {RCX_WIRE_FRAME_TEXT, RCX_WIRE_FRAME_MAX + 1, 1, 0});
      },
      "a frame of 1048577 bytes, the limit is 1048576");
}

TEST_P(FramesTest, VerdictTooShort) {
  expect_refusal(
      [](Connection& connection) {
        say_hello(connection);
        connection.send_frame(RCX_WIRE_FRAME_VERDICT, "abc");
      },
      "a VERDICT of 3 bytes, wanted at least 4");
}

TEST_P(FramesTest, HelloTooShort) {
  expect_refusal([](Connection& connection) { connection.send_frame(RCX_WIRE_FRAME_HELLO, ""); },
                 "a HELLO of 0 bytes, wanted at least 4");
}

TEST_P(FramesTest, HelloOfNobody) {
  expect_refusal([](Connection& connection) { connection.send_hello(0); }, "a HELLO with pid 0");
}

TEST_P(FramesTest, SecondHello) {
  expect_refusal(
      [](Connection& connection) {
        say_hello(connection);
        say_hello(connection);
      },
      "a second HELLO");
}

TEST_P(FramesTest, VerdictBeforeHello) {
  expect_refusal([](Connection& connection) { connection.send_verdict(0); },
                 "a frame before the HELLO");
}

TEST_P(FramesTest, NumbersThatSkip) {
  expect_refusal(
      [](Connection& connection) {
        say_hello(connection);
        send_head(connection, {RCX_WIRE_FRAME_TEXT, 0, 3, 0});
      },
      "a frame with number 3, wanted 2");
}

TEST_P(FramesTest, AreNoVerdictForPostReceiveEither) {
  const FakeWorker worker(post_socket(), {[](Connection& connection) {
                            connection.send_hello(0);
                            connection.wait_for_end();
                          }});
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, AllOf(StartsWith("rcx: the push was accepted, but the extensions "),
                                  HasSubstr("a HELLO with pid 0\n")));
}

}  // namespace
}  // namespace rcx::test
