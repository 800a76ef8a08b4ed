#include <algorithm>
#include <filesystem>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class LostWorkerTest : public ClientTest {};
RCX_BOTH_CLIENTS(LostWorkerTest);

constexpr const char* kAgain = "rcx: the worker that judged this push died; starting again\n";
constexpr const char* kVerdict =
    "rcx: the worker that judged this push died; asking the host for a verdict\n";

// Dies as the kernel lets it: the process first, then its end of the socket.
void die(Connection& connection) {
  Mortal body;
  connection.send_hello(body.pid());
  body.kill();
}

void hang_up(Connection& /*connection*/) {}

std::vector<std::uint32_t> attempts(const std::vector<Seen>& seen) {
  std::vector<std::uint32_t> result;
  result.reserve(seen.size());
  for (const Seen& one : seen) result.push_back(one.hello.attempt);
  return result;
}

void expect_one_request(const std::vector<Seen>& seen) {
  for (const Seen& one : seen) EXPECT_TRUE(one.request.bytes == seen[0].request.bytes);
}

TEST_P(LostWorkerTest, BeforeItsHelloIsAskedAgainAsIfItHadNotBeen) {
  FakeWorker worker(pre_socket(), {hang_up, hang_up, verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(attempts(worker.finish()), ElementsAre(1, 1, 1));
}

TEST_P(LostWorkerTest, BeforeItsHelloAgainAndAgainIsNoHost) {
  sandbox_.configure("connect_timeout_ms=20\n");
  FakeWorker worker(pre_socket(), std::vector<Script>(1000, hang_up));
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith("rcx: refused: no host is listening at "));
  EXPECT_LT(worker.finish().size(), 10U);
}

// The push cannot be unmade, so its event waits for workers that live.
TEST_P(LostWorkerTest, OfAnAcceptedPushIsKeptInAFileAfterThreeAttempts) {
  const std::filesystem::path spool = sandbox_.hooks().parent_path() / "spool";
  std::filesystem::create_directory(spool);
  sandbox_.configure("spool_directory=" + spool.string() + "\n");
  FakeWorker worker(post_socket(), {die, die, die, verdict(0)});
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, std::string(kAgain) + kAgain +
                              "rcx: the push was accepted; the extensions will be told later: 3 "
                              "workers of the host died over it\n");
  EXPECT_THAT(attempts(worker.finish()), ElementsAre(1, 2, 3));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(spool), {}), 1);
}

TEST_P(LostWorkerTest, IsFollowedByTheNextAttempt) {
  FakeWorker worker(pre_socket(), {die, verdict(1, "no\n")});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, std::string(kAgain) + "no\n");
  const std::vector<Seen>& seen = worker.finish();
  EXPECT_THAT(attempts(seen), ElementsAre(1, 2));
  expect_one_request(seen);
}

TEST_P(LostWorkerTest, ThreeTimesIsFollowedByTheQuestionForAVerdict) {
  FakeWorker worker(pre_socket(), {die, die, die, verdict(0, "judged\n")});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, std::string(kAgain) + kAgain + kVerdict + "judged\n");
  const std::vector<Seen>& seen = worker.finish();
  EXPECT_THAT(attempts(seen), ElementsAre(1, 2, 3, 4));
  expect_one_request(seen);
}

TEST_P(LostWorkerTest, FourTimesIsRefusedWhateverIsConfigured) {
  sandbox_.configure("when_unreachable=allow\n");
  FakeWorker worker(pre_socket(), {die, die, die, die, verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("rcx: refused: 4 workers of the host died over this push\n"));
  EXPECT_EQ(worker.finish().size(), 4U);
}

TEST_P(LostWorkerTest, FourTimesFailsPostReceive) {
  const FakeWorker worker(post_socket(), {die, die, die, die});
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("rcx: the push was accepted, but the extensions may not have "
                                      "been told: 4 workers of the host died over this push\n"));
}

// A child of an extension may hold the dead worker's end of the socket: it does not end then.
TEST_P(LostWorkerTest, IsNoticedWhileItsSocketStaysOpen) {
  Mortal body;
  const FakeWorker worker(pre_socket(), {[&body](Connection& connection) {
                                           connection.send_hello(body.pid());
                                           connection.send_text("working\n");
                                           connection.wait_for_end();
                                         },
                                         verdict(0)});
  ClientProcess process(pre());
  EXPECT_TRUE(process.wait_for_error("working\n"));
  body.kill();
  const Result result = process.wait();
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, std::string("working\n") + kAgain);
}

TEST_P(LostWorkerTest, HalfAFrameIsNotShown) {
  const FakeWorker worker(
      pre_socket(), {[](Connection& connection) {
                       const rcx_wire_frame head{RCX_WIRE_FRAME_TEXT, 100, 2, 0};
                       Mortal body;
                       connection.send_hello(body.pid());
                       connection.send_bytes({reinterpret_cast<const char*>(&head), sizeof head});
                       connection.send_bytes("half a li");
                       body.kill();
                     },
                     verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, kAgain);
}

// The worker is a process that the client cannot see: only the end of the connection tells.
TEST_P(LostWorkerTest, MayBeUnknownToTheClient) {
  Mortal body;
  const std::uint32_t gone = body.pid();
  body.kill();
  const FakeWorker worker(
      pre_socket(), {[gone](Connection& connection) { connection.send_hello(gone); }, verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, kAgain);
}

}  // namespace
}  // namespace rcx::test
