// when_unreachable=run-once: the client starts the program `rcxd` of the instance. Here that is a
// script, and who listens is a thread.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RunOnceTest : public ClientTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(own());
    sandbox_.configure("when_unreachable=run-once\n");
  }
  // Where the host of one call listens.
  std::filesystem::path own() const { return sandbox_.root() / "own"; }
  std::filesystem::path instance() const { return sandbox_.root() / "instance"; }
  std::filesystem::path program() const { return instance() / "rcxd"; }
  void script(const std::string& lines) const {
    write_file(program(), "#!/bin/sh\n" + lines);
    std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
  }
  // Says where it listens, and stays while the client does.
  void script_that_serves(const std::string& before = {}) const {
    script(before + "echo socket_directory=" + own().string() + " >&3\nread never <&3\n");
  }
  void expect_refusal(const std::string& reason) const {
    const Result result = run_client(pre());
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.error,
                StartsWith("rcx: refused: no host answers, and one for this call cannot be "
                           "started: " +
                           reason + "\nrcx: the administrator can mend this: "));
  }
};
RCX_BOTH_CLIENTS(RunOnceTest);

TEST_P(RunOnceTest, StartsOneWithNothingOfTheCaller) {
  const std::filesystem::path seen = sandbox_.root() / "seen";
  script_that_serves("(echo \"$0 $*\"; env | sort; ls -l /proc/$$/fd) > " + seen.string() + "\n");
  const FakeWorker worker(own() / "pre.sock", {verdict(0, "judged\n")});
  Invocation call = pre();
  call.variables = {"PATH=/nowhere", "GIT_DIR=.", "SECRET=x"};
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "judged\n");
  const std::string text = read_file(seen);
  EXPECT_THAT(text, StartsWith(program().string() + " --config=" + instance().string() +
                               "/rcx.yaml --role=once --pool=pre\n"));
  EXPECT_THAT(text, HasSubstr("\nLANG=C.UTF-8\n"));
  EXPECT_THAT(text, HasSubstr("\nPATH=/usr/local/sbin:"));
  EXPECT_THAT(text, testing::Not(testing::ContainsRegex("GIT_DIR|SECRET|nowhere")));
  for (const char* standard : {" 0 -> /dev/null", " 1 -> /dev/null", " 2 -> /dev/null"}) {
    EXPECT_THAT(text, HasSubstr(standard));
  }
}

TEST_P(RunOnceTest, TheOtherPoolAndTheConfigurationFile) {
  const std::filesystem::path seen = sandbox_.root() / "seen";
  sandbox_.configure("when_unreachable=run-once\nconfig_file=/etc/rcx/one.yaml\n");
  script_that_serves("echo \"$*\" > " + seen.string() + "\n");
  const FakeWorker worker(own() / "post.sock", {verdict(0)});
  EXPECT_EQ(run_client(post()).status, 0);
  EXPECT_EQ(read_file(seen), "--config=/etc/rcx/one.yaml --role=once --pool=post\n");
}

TEST_P(RunOnceTest, NotWhereAHostListens) {
  const FakeWorker worker(pre_socket(), {verdict(0, "the host's\n")});
  EXPECT_EQ(run_client(pre()).error, "the host's\n");
}

TEST_P(RunOnceTest, NotWhereConfiguredOtherwise) {
  script_that_serves();
  sandbox_.configure("connect_timeout_ms=0\n");
  const FakeWorker worker(own() / "pre.sock", {verdict(0)});
  EXPECT_THAT(run_client(pre()).error, HasSubstr("refused: no host is listening at "));
}

TEST_P(RunOnceTest, WhereTheHostGivesNoVerdict) {
  sandbox_.configure("when_unreachable=run-once\ntimeout_ms=200\n");
  script_that_serves();
  const FakeWorker silent(pre_socket(),
                          {[](Connection& connection) { connection.wait_for_end(); }});
  FakeWorker own_worker(own() / "pre.sock", {verdict(1, "no\n")});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error,
            "rcx: no answer from the host within 200 ms; starting one for this call\nno\n");
  ASSERT_EQ(own_worker.finish().size(), 1U);
  EXPECT_EQ(own_worker.finish()[0].hello.attempt, 1U);
}

TEST_P(RunOnceTest, NotWhileAWorkerHasTheCall) {
  sandbox_.configure("when_unreachable=run-once\ntimeout_ms=200\n");
  script_that_serves();
  const FakeWorker slow(pre_socket(), {[](Connection& connection) {
                          connection.send_hello(static_cast<std::uint32_t>(::getpid()));
                          connection.wait_for_end();
                        }});
  FakeWorker own_worker(own() / "pre.sock", {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr("refused: no answer from the host within 200 ms"));
  EXPECT_TRUE(own_worker.finish().empty()) << "extensions would hear of one push twice at once";
}

TEST_P(RunOnceTest, OneWithoutAnAnswerIsTheLast) {
  sandbox_.configure("when_unreachable=run-once\ntimeout_ms=200\n");
  script_that_serves();
  const FakeWorker silent(own() / "pre.sock",
                          {[](Connection& connection) { connection.wait_for_end(); }});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, StartsWith("rcx: refused: no answer from the host within 200 ms\n"));
}

TEST_P(RunOnceTest, OneThatCannotStartSaysWhy) {
  script("printf 'error=rcx.yaml:3: \\033[31mwrong\\n' >&3\n");
  expect_refusal("rcx.yaml:3: ?[31mwrong");
}

TEST_P(RunOnceTest, OneThatSaysNothingOrTooMuch) {
  expect_refusal(program().string() + ": No such file or directory");
  script("exit 0\n");
  expect_refusal(program().string() + ": it ended before it was ready");
  script("printf hello >&3\n");
  expect_refusal(program().string() + ": it ended before it was ready");
  script("echo hello >&3\n");
  expect_refusal(program().string() + ": it said something else than where it listens");
  script("head -c 100000 /dev/zero | tr '\\0' x >&3\n");
  expect_refusal(program().string() + ": it said something else than where it listens");
  script("echo socket_directory=/" + std::string(120, 'x') + " >&3\n");
  expect_refusal(program().string() + ": it said something else than where it listens");
  sandbox_.configure("when_unreachable=run-once\ntimeout_ms=100\n");
  script("read never <&3\n");
  expect_refusal(program().string() + ": it did not become ready in time");
}

TEST_P(RunOnceTest, OneThatIsGone) {
  script_that_serves();
  EXPECT_THAT(run_client(pre()).error,
              StartsWith("rcx: refused: the host that was started for this call is gone "
                         "(No such file or directory)\n"));
}

TEST_P(RunOnceTest, DirectoryThatOthersCanWrite) {
  script_that_serves();
  ASSERT_EQ(::chmod(instance().c_str(), 0777), 0);
  expect_refusal(instance().string() + " can be written by others; mend it with: chmod go-w " +
                 instance().string());
}

TEST_P(RunOnceTest, PostReceiveSaysThatThePushWasAccepted) {
  EXPECT_THAT(run_client(post()).error,
              StartsWith("rcx: the push was accepted, but the extensions have not been told: no "
                         "host answers, "));
}

}  // namespace
}  // namespace rcx::test
