#include <filesystem>

#include "host/event/wire.h"
#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;

class ChainTest : public ClientTest {
 protected:
  std::string old_hook(const std::string& hook) const {
    return (sandbox_.hooks() / (hook + ".before-rcx")).string();
  }
};
RCX_BOTH_CLIENTS(ChainTest);

TEST_P(ChainTest, GetsWhatGitGaveAndSoDoesTheHost) {
  const std::string seen = (sandbox_.root() / "seen").string();
  sandbox_.chain(
      "pre-receive",
      "#!/bin/sh\n{ printf '%s\\n' \"$1\" \"$2\" \"$VALUE\"; pwd -P; cat; cat /dev/stdin; } >" +
          seen + "\n");
  Invocation call = pre();
  call.arguments = {"one", "two words"};
  call.variables.emplace_back("VALUE=x y");
  call.input = "0000 1111 refs/heads/main\n";
  FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0) << result.error;
  EXPECT_EQ(read_file(seen), "one\ntwo words\nx y\n" + std::filesystem::current_path().string() +
                                 "\n" + *call.input + *call.input);
  const std::vector<Seen>& events = worker.finish();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].request.section(events[0].request.head.input), *call.input);
}

TEST_P(ChainTest, GetsLargeInput) {
  sandbox_.chain("pre-receive", "#!/bin/sh\ntest $(wc -c) = 3000000\n");
  Invocation call = pre();
  call.input = std::string(3000000, 'x');
  const FakeWorker worker(pre_socket(), {verdict(0)});
  EXPECT_EQ(run_client(call).status, 0);
}

TEST_P(ChainTest, MayFindStandardInputClosed) {
  sandbox_.chain("pre-receive", "#!/bin/sh\ntest -z \"$(cat)\"\n");
  Invocation call = pre();
  call.input.reset();
  FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0) << result.error;
  const std::vector<Seen>& events = worker.finish();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].request.head.magic, RCX_WIRE_MAGIC);
}

TEST_P(ChainTest, RefusesWithoutAnEvent) {
  sandbox_.chain("pre-receive", "#!/bin/sh\necho no >&2\nexit 3\n");
  FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "no\n");
  EXPECT_TRUE(worker.finish().empty());
}

TEST_P(ChainTest, KilledRefusesAndSaysSo) {
  sandbox_.chain("pre-receive", "#!/bin/sh\nkill -9 $$\n");
  FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error,
            "rcx: refused: the hook " + old_hook("pre-receive") + " was killed by signal 9\n");
  EXPECT_TRUE(worker.finish().empty());
}

TEST_P(ChainTest, NotExecutableIsPassedOver) {
  sandbox_.chain("pre-receive", "#!/bin/sh\nexit 1\n", false);
  const FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
}

TEST_P(ChainTest, WithoutInterpreterIsRunByTheShell) {
  sandbox_.chain("pre-receive", "test \"$1\" = argument || exit 1\necho ran >&2\n");
  Invocation call = pre();
  call.arguments = {"argument"};
  const FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "ran\n");
}

TEST_P(ChainTest, ThatCannotBeRunRefuses) {
  sandbox_.chain("pre-receive", "#!/nowhere/interpreter\n");
  const FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error, "rcx: refused: the hook " + old_hook("pre-receive") +
                              " cannot be run: No such file or directory\n");
}

// `yes | head` in a hook relies on it.
TEST_P(ChainTest, DoesNotInheritThatTheClientIgnoresSigpipe) {
  sandbox_.chain("pre-receive", "#!/bin/sh\nkill -PIPE $$\nexit 0\n");
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error, HasSubstr(" was killed by signal 13\n"));
}

TEST_P(ChainTest, InheritsNoDescriptorButItsInput) {
  const std::string seen = (sandbox_.root() / "seen").string();
  sandbox_.chain("pre-receive", "#!/bin/sh\nls -l /proc/$$/fd | grep -c memfd: >" + seen + "\n");
  const FakeWorker worker(pre_socket(), {verdict(0)});
  EXPECT_EQ(run_client(pre()).status, 0);
  EXPECT_EQ(read_file(seen), "1\n");
}

TEST_P(ChainTest, FailingAfterThePushStillTellsTheExtensions) {
  sandbox_.chain("post-receive", "#!/bin/sh\nexit 1\n");
  FakeWorker worker(post_socket(), {verdict(0)});
  EXPECT_EQ(run_client(post()).status, 1);
  EXPECT_EQ(worker.finish().size(), 1U);
}

TEST_P(ChainTest, KilledAfterThePushStillTellsTheExtensions) {
  sandbox_.chain("post-receive", "#!/bin/sh\nkill -9 $$\n");
  FakeWorker worker(post_socket(), {verdict(0)});
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.error,
            "rcx: the hook " + old_hook("post-receive") + " was killed by signal 9\n");
  EXPECT_EQ(worker.finish().size(), 1U);
}

}  // namespace
}  // namespace rcx::test
