#include <filesystem>

#include "host/event/wire.h"
#include "rcx/abi.h"
#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ProgramTest : public ClientTest {};
RCX_BOTH_CLIENTS(ProgramTest);

TEST_P(ProgramTest, HoldsTheMarkOfClients) {
  EXPECT_THAT(read_file(client()), HasSubstr(RCX_WIRE_CLIENT_MARK));
}

TEST_P(ProgramTest, PrintsItsVersion) {
  Invocation call;
  call.program = client();
  call.name = "/opt/rcx/rcx-hook";
  call.arguments = {"--version"};
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "rcx-hook " + std::to_string(RCX_VERSION_MAJOR) + "." +
                               std::to_string(RCX_VERSION_MINOR) + "." +
                               std::to_string(RCX_VERSION_PATCH) + "\n");
}

TEST_P(ProgramTest, RefusesOtherNamesAfterReadingAll) {
  Invocation call = pre();
  call.name = "hooks/pre-push";
  call.input = std::string(5000000, 'x');
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.input_read);
  EXPECT_THAT(result.error,
              StartsWith("rcx: this is a hook for pre-receive or post-receive, proc-receive or "
                         "update, not for 'pre-push'\n"));
}

TEST_P(ProgramTest, FindsItsDirectoryWithoutAPathInItsName) {
  const std::filesystem::path copy = sandbox_.hooks() / "pre-receive";
  std::filesystem::remove(copy);
  std::filesystem::copy_file(client(), copy);
  Invocation call = pre();
  call.name = "pre-receive";
  const FakeWorker worker(pre_socket(), {verdict(0)});
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 0) << result.error;
}

// git is gone: nobody reads what the client says.
TEST_P(ProgramTest, SurvivesThatNobodyReadsItsErrors) {
  Invocation call = pre();
  call.error_unread = true;
  std::filesystem::remove(sandbox_.conf_file());
  EXPECT_EQ(run_client(call).status, 1);
}

}  // namespace
}  // namespace rcx::test
