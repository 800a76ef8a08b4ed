#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>

#include "host/event/wire.h"
#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using std::string_literals::operator""s;
using testing::HasSubstr;

class RequestTest : public ClientTest {
 protected:
  // What a worker is given for this call.
  Request request_of(const Invocation& invocation) {
    FakeWorker worker(pre_socket(), {verdict(0)});
    const Result result = run_client(invocation);
    EXPECT_EQ(result.status, 0) << result.error;
    EXPECT_EQ(result.error, "");
    const std::vector<Seen>& seen = worker.finish();
    EXPECT_EQ(seen.size(), 1U);
    return seen.empty() ? Request{} : seen[0].request;
  }
};
RCX_BOTH_CLIENTS(RequestTest);

// Field 22 of /proc/self/stat.
std::uint64_t own_start() {
  const std::string stat = read_file("/proc/self/stat");
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22; ++field) at = stat.find(' ', at + 1);
  return std::stoull(stat.substr(at + 1));
}

TEST_P(RequestTest, HasEverySectionExactly) {
  Invocation call = pre();
  call.arguments = {"first", "", "second with\nnewline", "\xff\x01"};
  call.variables = {"PATH=/usr/bin",  "EMPTY=",    "LINES=one\ntwo\n",
                    "BYTES=\xff\xfe", "no equals", "LONG=" + std::string(100000, 'x')};
  call.input = "0000 1111 refs/heads/main\n1111 2222 refs/tags/\xff\n";
  const Request request = request_of(call);
  EXPECT_EQ(request.head.magic, RCX_WIRE_MAGIC);
  EXPECT_EQ(request.head.version, RCX_WIRE_VERSION);
  EXPECT_EQ(request.head.header_size, sizeof(rcx_wire_request));
  EXPECT_EQ(request.section(request.head.hook), "pre-receive");
  EXPECT_EQ(request.section(request.head.arguments), "first\0\0second with\nnewline\0\xff\x01\0"s);
  std::string variables;
  for (const std::string& variable : call.variables) variables += variable + '\0';
  EXPECT_EQ(request.section(request.head.variables), variables);
  EXPECT_EQ(request.section(request.head.directory), std::filesystem::current_path().string());
  EXPECT_EQ(request.section(request.head.input), *call.input);
  EXPECT_EQ(request.bytes.size(), request.head.directory.offset + request.head.directory.size);
}

TEST_P(RequestTest, NamesTheProcessThatRanTheHook) {
  // Any byte may be in the name of a process, which stands before the time that it started.
  ::prctl(PR_SET_NAME, "a) R 1 (b) c");
  const Request request = request_of(pre());
  EXPECT_EQ(request.head.parent_pid, static_cast<std::uint32_t>(::getpid()));
  EXPECT_EQ(request.head.parent_start, own_start());
}

TEST_P(RequestTest, HasAnIdOfVersion7AndItsTime) {
  using std::chrono::system_clock;
  const auto before = system_clock::now();
  const Request request = request_of(pre());
  const auto after = system_clock::now();
  const system_clock::time_point time{std::chrono::nanoseconds(request.head.time_ns)};
  EXPECT_LE(before, time);
  EXPECT_LE(time, after);
  std::int64_t milliseconds = 0;
  for (int i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | request.head.event_id[i];
  EXPECT_EQ(milliseconds, request.head.time_ns / 1000000);
  EXPECT_EQ(request.head.event_id[6] >> 4, 7);
  EXPECT_EQ(request.head.event_id[8] >> 6, 2);
}

TEST_P(RequestTest, IsSealed) {
  const int wanted = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  EXPECT_EQ(request_of(pre()).seals & wanted, wanted);
}

TEST_P(RequestTest, MayHaveNoInput) {
  const Request request = request_of(pre());
  EXPECT_EQ(request.head.input.size, 0U);
  EXPECT_EQ(request.section(request.head.arguments), "");
}

TEST_P(RequestTest, MayHaveStandardInputClosed) {
  Invocation call = pre();
  call.input.reset();
  EXPECT_EQ(request_of(call).head.input.size, 0U);
}

TEST_P(RequestTest, TakesLargeInput) {
  Invocation call = pre();
  call.input->reserve(5000000);
  for (int i = 0; call.input->size() < 5000000; ++i) *call.input += std::to_string(i) + '\n';
  const Request request = request_of(call);
  EXPECT_TRUE(request.section(request.head.input) == *call.input);
}

TEST_P(RequestTest, TooLargeIsRefusedAndReadToTheEnd) {
  Invocation call = pre();
  call.input = std::string(static_cast<std::size_t>(RCX_WIRE_REQUEST_MAX), 'x');
  const Result result = run_client(call);
  EXPECT_EQ(result.status, 1);
  EXPECT_TRUE(result.input_read);
  EXPECT_THAT(result.error, HasSubstr("rcx: refused: the request of this hook has 268435"));
  EXPECT_THAT(result.error, HasSubstr(" bytes, the limit is 268435456\n"));
}

TEST_P(RequestTest, OfPostReceiveGoesToTheOtherSocket) {
  FakeWorker worker(post_socket(), {verdict(0)});
  EXPECT_EQ(run_client(post()).status, 0);
  const std::vector<Seen>& seen = worker.finish();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].request.section(seen[0].request.head.hook), "post-receive");
  EXPECT_EQ(seen[0].hello.magic, RCX_WIRE_MAGIC);
  EXPECT_EQ(seen[0].hello.version, RCX_WIRE_VERSION);
  EXPECT_EQ(seen[0].hello.attempt, 1U);
}

}  // namespace
}  // namespace rcx::test
