#include <sys/stat.h>
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

// In the directory that the host names, for the host that comes.
TEST_P(UnreachableTest, PostReceiveIsKeptInAFile) {
  const std::filesystem::path spool = sandbox_.hooks().parent_path() / "spool";
  std::filesystem::create_directory(spool);
  sandbox_.configure("connect_timeout_ms=0\nspool_directory=" + spool.string() + "\n");
  Invocation invocation = post();
  invocation.input = "old new ref\n";
  const Result result = run_client(invocation);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error,
            "rcx: the push was accepted; the extensions will be told when the host is back: no "
            "host is listening at " +
                post_socket().string() + "\n");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(spool)) {
    files.push_back(entry.path());
  }
  ASSERT_EQ(files.size(), 1U);
  struct stat status {};
  ASSERT_EQ(::stat(files[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_THAT(files[0].filename().string(), testing::MatchesRegex("[0-9a-f]{16}-[0-9a-f]{32}"));
  const std::string bytes = read_file(files[0]);
  rcx_wire_request head{};
  ASSERT_GE(bytes.size(), sizeof head);
  bytes.copy(reinterpret_cast<char*>(&head), sizeof head);
  EXPECT_EQ(head.magic, RCX_WIRE_MAGIC);
  EXPECT_EQ(bytes.substr(head.input.offset, head.input.size), "old new ref\n");
  // Nothing is refused later, so nothing of a push that is not accepted is kept.
  EXPECT_EQ(run_client(pre()).status, 1);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(spool), {}), 1);
}

TEST_P(UnreachableTest, PostReceiveThatCannotBeKeptSaysSo) {
  sandbox_.configure("connect_timeout_ms=0\nspool_directory=/dev/null/nowhere\n");
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("the extensions have not been told: no host"));
}

// A worker has it, and its handlers may take longer than anybody waits.
TEST_P(UnreachableTest, PostReceiveThatAWorkerHasIsNotKept) {
  const std::filesystem::path spool = sandbox_.hooks().parent_path() / "spool";
  std::filesystem::create_directory(spool);
  sandbox_.configure("timeout_ms=50\nspool_directory=" + spool.string() + "\n");
  const FakeWorker worker(post_socket(), {never_answer});
  EXPECT_THAT(run_client(post()).error, HasSubstr("may not have been told"));
  EXPECT_TRUE(std::filesystem::is_empty(spool));
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
