// proc-receive and update, and how pre-receive leaves references to them.
#include <unistd.h>

#include <filesystem>

#include "tests/client/client_test.hpp"

namespace rcx::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kReply = "000eversion=1\n0000";
constexpr const char* kNone = "0000000000000000000000000000000000000000";
constexpr const char* kSome = "1111111111111111111111111111111111111111";

std::string packet(const std::string& payload) {
  constexpr const char* kDigits = "0123456789abcdef";
  const std::size_t size = payload.size() + 4;
  std::string head;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) head += kDigits[size >> shift & 15U];
  return head + payload;
}

std::string command(const std::string& ref) {
  return std::string(kNone) + " " + kSome + " " + ref;
}

class SingleTest : public ClientTest {
 protected:
  SingleTest() {
    for (const char* name : {"proc-receive", "update"}) {
      std::filesystem::create_symlink(std::filesystem::absolute(client()), sandbox_.hooks() / name);
    }
  }
  Invocation proc() const {
    Invocation call = hook("proc-receive");
    call.input = packet(offer_ + "\n") + "0000" + packet(command("refs/heads/a")) +
                 packet(command("refs/heads/b\n")) + "0000";
    return call;
  }

  std::string offer_{std::string("version=1\0atomic push-options", 29)};
};
RCX_BOTH_CLIENTS(SingleTest);

TEST_P(SingleTest, CommandsAreLinesForTheHost) {
  FakeWorker worker(pre_socket(), {[](Connection& connection) {
                      connection.send_hello(static_cast<std::uint32_t>(::getpid()));
                      connection.send_frame(RCX_WIRE_FRAME_REPORT, "000fok ref");
                      connection.send_frame(RCX_WIRE_FRAME_REPORT, "s/x0000");
                      connection.send_verdict(0, "said\n");
                    }});
  const Result result = run_client(proc());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, std::string(kReply) + "000fok refs/x0000");
  EXPECT_EQ(result.error, "said\n");
  const Seen seen = worker.finish().at(0);
  EXPECT_EQ(seen.request.section(seen.request.head.hook), "proc-receive");
  EXPECT_EQ(seen.request.section(seen.request.head.input),
            offer_ + "\n" + command("refs/heads/a") + "\n" + command("refs/heads/b") + "\n");
}

TEST_P(SingleTest, WithoutAHostEveryReferenceIsRefused) {
  sandbox_.configure("connect_timeout_ms=0\nwhen_unreachable=allow\n");
  const Result result = run_client(proc());
  EXPECT_EQ(result.status, 0) << "the report says it";
  const std::string reason = " the verdict of rcx on this push cannot be had";
  EXPECT_EQ(result.output, kReply + packet("ng refs/heads/a" + reason) +
                               packet("ng refs/heads/b" + reason) + "0000");
  EXPECT_THAT(result.error, StartsWith("rcx: refused: no host is listening at "));
}

TEST_P(SingleTest, UpdateIsRefusedWithoutAHost) {
  sandbox_.configure("connect_timeout_ms=0\nwhen_unreachable=allow\n");
  Invocation call = hook("update");
  call.arguments = {"refs/heads/a", kNone, kSome};
  EXPECT_EQ(run_client(call).status, 1);
  const FakeWorker worker(pre_socket(), {verdict(0)});
  EXPECT_EQ(run_client(call).status, 0);
}

// A worker that is lost in the middle: what git has read cannot be said again.
TEST_P(SingleTest, AReportIsNotBegunTwice) {
  Mortal body;
  FakeWorker worker(pre_socket(), {[&body](Connection& connection) {
                                     connection.send_hello(body.pid());
                                     connection.send_frame(RCX_WIRE_FRAME_REPORT, "000f");
                                     body.kill();
                                   },
                                   verdict(0)});
  const Result result = run_client(proc());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.output, std::string(kReply) + "000f");
  EXPECT_EQ(worker.finish().size(), 1U);
}

TEST_P(SingleTest, WhatIsNoPacketIsRefused) {
  for (const char* input : {"", "zzzz", "0003", "ffff", "000eversion=1\n", "0001", "0004"}) {
    Invocation call = proc();
    call.input = input;
    const Result result = run_client(call);
    EXPECT_EQ(result.status, 1) << input;
    EXPECT_THAT(result.error, StartsWith("rcx: refused: cannot make the request")) << input;
  }
}

// What pre-receive let pass unjudged passes here, of the same push only.
TEST_P(SingleTest, WhatIsAllowedWithoutAHostFallsThrough) {
  sandbox_.configure("connect_timeout_ms=0\nwhen_unreachable=allow\n");
  EXPECT_EQ(run_client(pre()).status, 0);
  Invocation update = hook("update");
  update.arguments = {"refs/heads/a", kNone, kSome};
  EXPECT_EQ(run_client(update).status, 0);
  const Result result = run_client(proc());
  const std::string through = packet("option fall-through");
  EXPECT_EQ(result.output, kReply + packet("ok refs/heads/a") + through +
                               packet("ok refs/heads/b") + through + "0000");
  EXPECT_THAT(run_client(proc()).output, Not(HasSubstr("fall-through"))) << "it counts once";
}

TEST_P(SingleTest, PreReceiveLeavesReferencesToTheHookThatTheHostMeans) {
  for (const std::uint32_t status : {RCX_WIRE_SOME_BY_PROC_RECEIVE, RCX_WIRE_SOME_BY_UPDATE}) {
    const bool update = status == RCX_WIRE_SOME_BY_UPDATE;
    const std::string name = update ? "update" : "proc-receive";
    const auto pushed = [&] {
      std::filesystem::remove(pre_socket());
      const FakeWorker worker(pre_socket(), {verdict(status, "one is refused\n")});
      return run_client(pre());
    };
    EXPECT_EQ(pushed().status, 0);
    EXPECT_EQ(pushed().error, "one is refused\n");
    std::filesystem::remove(sandbox_.hooks() / name);
    EXPECT_EQ(pushed().status, 1);
    write_file(sandbox_.hooks() / name, "#!/bin/sh\n");
    std::filesystem::permissions(sandbox_.hooks() / name, std::filesystem::perms::owner_all);
    EXPECT_EQ(pushed().status, 1) << "somebody else's";
    EXPECT_THAT(pushed().error, HasSubstr(name + ", which would refuse single references, is none "
                                                 "of rcx's\n"));
  }
}

// Only of pre-receive.
TEST_P(SingleTest, OtherHooksKnowNoSuchVerdict) {
  Invocation call = hook("update");
  call.arguments = {"refs/heads/a", kNone, kSome};
  const FakeWorker worker(pre_socket(), {verdict(RCX_WIRE_SOME_BY_PROC_RECEIVE)});
  EXPECT_EQ(run_client(call).status, 1);
}

}  // namespace
}  // namespace rcx::test
