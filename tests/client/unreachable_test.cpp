#include <unistd.h>

#include <chrono>
#include <future>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class UnreachableTest : public ClientTest {};
RCX_BOTH_CLIENTS(UnreachableTest);

void never_answer(Connection& connection) {
  connection.send_hello(static_cast<std::uint32_t>(::getpid()));
  connection.wait_for_end();
}

TEST_P(UnreachableTest, RefusesAndSaysWhere) {
  sandbox_.configure("connect_timeout_ms=20\n");
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith("rcx: refused: no host is listening at " +
                                       pre_socket().string() + " (No such file or directory)\n"));
  EXPECT_THAT(result.error, HasSubstr("rcx: the administrator can mend this: 'rcx status'"));
}

TEST_P(UnreachableTest, RefusesWhereNobodyListensAnyMore) {
  sandbox_.configure("connect_timeout_ms=20\n");
  // The file of the socket outlives the listener.
  { const FakeWorker worker(pre_socket(), {}); }
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr(" (Connection refused)\n"));
}

TEST_P(UnreachableTest, AllowsWhereConfigured) {
  sandbox_.configure("connect_timeout_ms=0\nwhen_unreachable=allow\n");
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "rcx: warning: no host is listening at " + pre_socket().string() +
                              " (No such file or directory); the push is allowed nevertheless "
                              "(when_unreachable=allow)\n");
}

TEST_P(UnreachableTest, PostReceiveSaysThatThePushWasAccepted) {
  const std::string accepted =
      "rcx: the push was accepted, but the extensions have not been told: no host is listening at ";
  sandbox_.configure("connect_timeout_ms=0\n");
  Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith(accepted));
  sandbox_.configure("connect_timeout_ms=0\nwhen_unreachable=allow\n");
  result = run_client(post());
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.error, StartsWith(accepted));
}

TEST_P(UnreachableTest, AHostThatStartsMeanwhileIsFound) {
  ClientProcess process(pre());
  const FakeWorker worker(pre_socket(), {verdict(0, "found\n")});
  const Result result = process.wait();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "found\n");
}

TEST_P(UnreachableTest, TooLongASocketPathIsAnError) {
  const std::string folder = "/" + std::string(120, 'x');
  sandbox_.configure("when_unreachable=allow\nsocket_directory=" + folder + "\n");
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error,
              StartsWith("rcx: refused: the path of the host's socket is too long, the "
                         "limit is 107 bytes: " +
                         folder + "/pre.sock\n"));
}

TEST_P(UnreachableTest, AnAnswerThatDoesNotComeRefuses) {
  sandbox_.configure("timeout_ms=50\n");
  const FakeWorker worker(pre_socket(), {never_answer});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith("rcx: refused: no answer from the host within 50 ms\n"));
}

TEST_P(UnreachableTest, AnAnswerThatDoesNotComeAllowsWhereConfigured) {
  sandbox_.configure("timeout_ms=50\nwhen_unreachable=allow\n");
  const FakeWorker worker(pre_socket(), {never_answer});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.error, StartsWith("rcx: warning: no answer from the host within 50 ms; "));
}

// A host that talks without end has not answered either.
TEST_P(UnreachableTest, TextsDoNotPutOffTheEnd) {
  sandbox_.configure("timeout_ms=50\n");
  const FakeWorker worker(pre_socket(), {[](Connection& connection) {
                            connection.send_hello(static_cast<std::uint32_t>(::getpid()));
                            for (int i = 0; i < 1000000; ++i) connection.send_text("");
                          }});
  EXPECT_EQ(run_client(pre()).status, 1);
}

// A worker that has the call should have spoken after a second.
TEST_P(UnreachableTest, SilenceIsExplained) {
  std::promise<void> explained;
  const FakeWorker worker(pre_socket(), {[&explained](Connection& connection) {
                            connection.send_hello(static_cast<std::uint32_t>(::getpid()));
                            explained.get_future().wait();
                            connection.send_verdict(0);
                          }});
  const auto start = std::chrono::steady_clock::now();
  ClientProcess process(pre());
  EXPECT_TRUE(process.wait_for_error("rcx: waiting for the host to answer\n"));
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  explained.set_value();
  const Result result = process.wait();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "rcx: waiting for the host to answer\n");
}

}  // namespace
}  // namespace rcx::test
