#include <filesystem>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ConfTest : public ClientTest {
 protected:
  void expect_refusal(const std::string& message) const {
    const Result result = run_client(pre());
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.error, StartsWith("rcx: refused: " + message + "\nrcx: the administrator "));
  }
  // Of a file that holds only these lines.
  void expect_malformed(const std::string& lines, const std::string& message) const {
    write_file(sandbox_.conf_file(), lines);
    expect_refusal(sandbox_.conf_file().string() + message);
  }
};
RCX_BOTH_CLIENTS(ConfTest);

TEST_P(ConfTest, MissingInstanceFile) {
  const std::filesystem::path file = sandbox_.hooks() / "rcx-instance";
  std::filesystem::remove(file);
  expect_refusal("cannot read " + file.string() + ": No such file or directory");
}

TEST_P(ConfTest, MissingClientConf) {
  std::filesystem::remove(sandbox_.conf_file());
  expect_refusal("cannot read " + sandbox_.conf_file().string() + ": No such file or directory");
  EXPECT_THAT(
      run_client(pre()).error,
      HasSubstr("\nrcx: the administrator can mend this: run 'rcx install "
                "<repository>' again, or 'rcx uninstall <repository>' to remove the hooks\n"));
}

TEST_P(ConfTest, MissingIsNoSigpipeForGit) {
  std::filesystem::remove(sandbox_.conf_file());
  Invocation call = pre();
  call.input = std::string(5000000, 'x');
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.input_read);
}

TEST_P(ConfTest, MissingAfterThePush) {
  std::filesystem::remove(sandbox_.conf_file());
  const Result result = run_client(post());
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.error,
              StartsWith("rcx: the push was accepted, but the extensions have not been "
                         "told: cannot read " +
                         sandbox_.conf_file().string() + ": "));
}

TEST_P(ConfTest, InstanceMustBeAbsolute) {
  const std::filesystem::path file = sandbox_.hooks() / "rcx-instance";
  write_file(file, "instance\n");
  expect_refusal(file.string() +
                 " line 1: wanted the absolute path of an instance directory, got 'instance'");
}

TEST_P(ConfTest, MalformedValues) {
  expect_malformed("version=2\n",
                   " line 1: version: wanted 1, all that this client knows, got '2'");
  expect_malformed("version=1\n\nsocket_directory=run\n",
                   " line 3: socket_directory: wanted an absolute path, got 'run'");
  expect_malformed("when_unreachable=perhaps\n",
                   " line 1: when_unreachable: wanted refuse, allow or run-once, got 'perhaps'");
  expect_malformed("config_file=rcx.yaml\n",
                   " line 1: config_file: wanted an absolute path, got 'rcx.yaml'");
  expect_malformed("timeout_ms=0\n",
                   " line 1: timeout_ms: wanted a number from 1 to 86400000, got '0'");
  expect_malformed("timeout_ms=soon",
                   " line 1: timeout_ms: wanted a number from 1 to 86400000, got 'soon'");
  expect_malformed("connect_timeout_ms=-1\n",
                   " line 1: connect_timeout_ms: wanted a number from 0 to 86400000, got '-1'");
  expect_malformed("timeout_ms=99999999999999999999999\n",
                   " line 1: timeout_ms: wanted a number from 1 to 86400000, got "
                   "'99999999999999999999999'");
  expect_malformed("\x1b[31mred\n", " line 1: wanted key=value, got '?[31mred'");
}

TEST_P(ConfTest, NeedsASocketDirectory) {
  expect_malformed("version=1\n", ": wanted a line socket_directory=PATH, got none");
}

TEST_P(ConfTest, TooLargeIsAnError) {
  write_file(sandbox_.conf_file(), std::string(100000, '#'));
  expect_refusal("cannot read " + sandbox_.conf_file().string() + ": File too large");
}

TEST_P(ConfTest, UnknownKeysAreIgnored) {
  sandbox_.configure("spool=/var/spool\n# a comment\n\nfuture=yes\n");
  const FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(pre());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.error, "");
}

}  // namespace
}  // namespace rcx::test
