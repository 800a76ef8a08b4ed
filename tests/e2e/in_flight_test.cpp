// A push is under way, and something ends: the host, a worker, or the person who pushes.
#include <csignal>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

class InFlight : public GateTest {};

TEST_F(InFlight, SigtermLetsAPushInFlightFinish) {
  host_.add("recorder");
  add_talker();
  serve();
  const std::string id = clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  EXPECT_THAT(sockets(), UnorderedElementsAre("pre.sock", "post.sock", "control.sock", "queue.sock",
                                              "deliver.sock"));
  host_.host().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return host_.log().find("draining") != std::string::npos; }));
  EXPECT_FALSE(host_.host().ended());
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("thinking"));
  EXPECT_THAT(records("push"), SizeIs(1)) << "its second event is delivered as well";
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(host_.host().wait().status, 0);
  EXPECT_THAT(sockets(), IsEmpty());
  EXPECT_EQ(host_.rcx({"status"}).status, 3);
}

// What Ctrl-C in a terminal, and a service manager, do.
TEST_F(InFlight, ASignalToTheWholeGroupLetsAPushInFlightFinish) {
  add_talker();
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  host_.host().signal_group(SIGINT);
  ASSERT_TRUE(eventually([&] { return host_.log().find("draining") != std::string::npos; }));
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("thinking"));
  EXPECT_EQ(host_.host().wait().status, 0);
}

TEST_F(InFlight, DrainHasABound) {
  host_.set("budget", "{drain: 200ms}");
  host_.set("client", "{connect_timeout: 100ms}");
  add_talker();
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  EXPECT_EQ(host_.stop(), 0);
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_EQ(repository().id("main"), "");
}

// Between the two events of a push a chained hook waits, and the host is another one.
TEST_F(InFlight, HostRestartsBetweenTheEventsOfAPush) {
  host_.add("recorder");
  serve();
  write_file(repository().hook("post-receive.before-rcx"),
             "#!/bin/sh\n: > between\nuntil [ -e " + gate().string() + " ]; do sleep 0.01; done\n",
             0755);
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(eventually([&] { return fs::exists(repository().path() / "between"); }));
  ASSERT_EQ(host_.stop(), 0);
  host_.start();
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), IsEmpty());
  ASSERT_THAT(records(), SizeIs(2));
  EXPECT_EQ(last("pre_push").push_id, last("push").push_id);
}

// Nobody did anything wrong: it is asked again, alone, and its answer counts.
TEST_F(InFlight, WorkerKilledInTheOnlyHandler) {
  host_.add("recorder");
  add_talker();
  serve();
  const std::string id = clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const pid_t shared = worker_inside();
  ::kill(shared, SIGKILL);
  ASSERT_TRUE(eventually([&] { return worker_inside() != shared; }));
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(last().attempt, 2) << "the others are asked again";
}

// Nor is the one that is killed in a process of its own, unless that goes on.
TEST_F(InFlight, WorkerOfOneExtensionKilledInItsHandler) {
  host_.add("recorder");
  add_talker();
  serve();
  const std::string id = clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  for (int i = 0; i < 2; ++i) {
    const pid_t before = worker_inside();
    ::kill(before, SIGKILL);
    ASSERT_TRUE(eventually([&] { return worker_inside() != before; }));
  }
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
}

// The whole group: git, receive-pack and the hook.
TEST_F(InFlight, PusherWhoIsKilledMidway) {
  add_talker();
  serve();
  clone().commit("first");
  {
    Running pushing = clone().start_push({"main"});
    ASSERT_TRUE(wait_inside());
    pushing.signal_group(SIGKILL);
    pushing.wait();
  }
  EXPECT_TRUE(eventually([&] { return fs::exists(host_.data("talker") / "cancelled"); }))
      << "the handler is told that nobody waits";
  EXPECT_EQ(repository().id("main"), "");
  open_gate();
  const Outcome next = push({"main"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(InFlight, GitThatIsKilledWhileTheServerGoesOn) {
  add_talker();
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main:other"});
  ASSERT_TRUE(wait_inside());
  pushing.signal(SIGKILL);
  open_gate();
  const Outcome next = push({"main"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(host_.workers_lost(), 0);
}

}  // namespace
}  // namespace rcx::test
