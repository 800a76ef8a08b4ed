// Post events that are queued: told after the push has returned, again when that fails, in order,
// and whatever is killed meanwhile.
#include <csignal>

#include "tests/e2e/deliveries.hpp"

namespace rcx::test {
namespace {

class Delivery : public DeliveryTest {};

TEST_F(Delivery, APushReturnsBeforeTheHandlerHasEnded) {
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside()) << host_.log();
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(list({"--state", "running"}), SizeIs(1));
  EXPECT_EQ(host_.rcx({"events", "wait", "0"}).status, 1);
  let_go();
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first"));
  EXPECT_THAT(list({"--state", "done"}), ElementsAre(HasSubstr("[deliver done, tries 1]")));
}

TEST_F(Delivery, FailsThreeTimesAndThenSucceeds) {
  serve_with();
  fail_next(3);
  push_one("first");
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "2 first", "3 first", "4 first"));
  const std::vector<std::string> ids = told_ids();
  EXPECT_EQ(std::count(ids.begin(), ids.end(), ids[0]), 4) << "under one id";
  EXPECT_THAT(list({}), ElementsAre(HasSubstr("[deliver done, tries 4: told to fail]")));
  EXPECT_THAT(must(host_.rcx_command({"explain", ids[0]})), HasSubstr("deliver 1.0.0"));
}

TEST_F(Delivery, DeadLetterAndReplay) {
  serve_with("{attempts: 2, backoff: 10ms, longest_backoff: 10ms}");
  fail_next(2);
  push_one("first");
  host_.wait_delivered();
  ASSERT_THAT(list({"--state", "dead"}),
              ElementsAre(HasSubstr("[deliver dead, tries 2: told to fail]")));
  EXPECT_THAT(host_.log(), HasSubstr("it is dead"));
  EXPECT_THAT(must(host_.rcx_command({"events", "replay", "--state", "dead"})),
              HasSubstr("1 deliveries are tried again"));
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "2 first", "1 first"));
  EXPECT_THAT(list({"--state", "dead"}), IsEmpty());
}

// What the queue tells again has its limit there.
TEST_F(Delivery, AHandlerThatFailsForLongIsNoExtensionThatFails) {
  host_.set("breaker", "{failures: 3}");
  serve_with();
  fail_next(8);
  push_one("first");
  host_.wait_delivered();
  EXPECT_THAT(told(), SizeIs(9));
  EXPECT_THAT(host_.listed("deliver"), HasSubstr("loaded"));
  push_one("second");
  host_.wait_delivered();
  EXPECT_THAT(told(), SizeIs(10));
}

TEST_F(Delivery, InOrderBehindOneThatFails) {
  serve_with();
  fail_next(2);
  push_one("first");
  push_one("second");
  push_one("third");
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "2 first", "3 first", "1 second", "1 third"));
}

TEST_F(Delivery, WhatFailsForLongIsOvertaken) {
  serve_with("{backoff: 1h, longest_backoff: 1h, order_hold: 50ms}");
  fail_next(1);
  push_one("first");
  push_one("second");
  ASSERT_TRUE(eventually([this] { return told().size() == 2; })) << host_.log();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second"));
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(1));
  EXPECT_THAT(must(host_.rcx_command({"events", "replay", "--state", "waiting"})),
              HasSubstr("1 deliveries"));
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second", "1 first"));
}

// Each handler has its own cursor.
TEST_F(Delivery, OneThatFailsHoldsUpNoOtherHandler) {
  host_.add("deliver_b");
  serve_with("{backoff: 1h, longest_backoff: 1h, order_hold: 1h}");
  fail_next(1);
  push_one("first");
  push_one("second");
  ASSERT_TRUE(eventually([this] { return told("deliver_b").size() == 2; })) << host_.log();
  ASSERT_TRUE(eventually([this] { return told().size() == 1; }));
  EXPECT_THAT(list({"--state", "waiting", "--handler", "deliver_b"}), IsEmpty());
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(2));
}

// Killed between the commit and the delivery, with all of the host.
TEST_F(Delivery, KilledBeforeTheDeliveryItIsDeliveredByTheNextHost) {
  serve_with();
  push_one("first");
  host_.wait_delivered();
  hold();
  push_one("second");
  push_one("third");
  ASSERT_TRUE(wait_inside());
  host_.host().signal_group(SIGKILL);
  host_.host().wait();
  let_go();
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(1)) << "and one that ran";
  host_.start();
  host_.wait_delivered();
  const std::vector<std::string> all = told();
  EXPECT_THAT(all, ElementsAre("1 first", "2 second", "1 third"));
}

TEST_F(Delivery, TheQueueKilledDuringADeliveryLosesNothing) {
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside());
  const pid_t first = queue_process();
  ASSERT_NE(first, 0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const pid_t now = queue_process();
    return now != 0 && now != first;
  })) << host_.log();
  // While the first is still at it: who enqueues finds the next process.
  push_one("second");
  let_go();
  host_.wait_delivered();
  const std::vector<std::string> all = told();
  EXPECT_THAT(all, Contains("1 second"));
  EXPECT_THAT(all, Contains(HasSubstr("first")));
}

// A hook that waits for the commit while the process is killed is answered by the next one.
TEST_F(Delivery, TheQueueKilledWhileAHookWaitsKeepsTheEventOnce) {
  serve_with();
  const pid_t first = queue_process();
  ::kill(first, SIGSTOP);
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  // The worker has connected, and hears nothing.
  ASSERT_TRUE(eventually([&] { return !repository().id("main").empty(); }));
  ::kill(first, SIGKILL);
  EXPECT_EQ(pushing.wait().status, 0);
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first"));
  EXPECT_THAT(list({}), SizeIs(1));
}

TEST_F(Delivery, AHandlerThatCrashesFailsAndIsToldAgain) {
  serve_with();
  write_file(data() / "crash", "");
  push_one("first");
  ASSERT_TRUE(eventually([this] {
    const std::vector<std::string> all = list({});
    return !all.empty() && all[0].find("crashed") != std::string::npos;
  })) << host_.log();
  fs::remove(data() / "crash");
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre(HasSubstr(" first")));
}

// The worker is killed from outside while a handler has the event.
TEST_F(Delivery, AWorkerKilledDuringADeliveryIsFollowedByAnother) {
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside());
  const pid_t worker = worker_inside();
  let_go();
  ::kill(worker, SIGKILL);
  host_.wait_delivered();
  EXPECT_THAT(told(), Not(IsEmpty()));
  EXPECT_THAT(list({"--state", "done"}), SizeIs(1));
}

TEST_F(Delivery, AnEventForAnExtensionThatIsGoneWaitsUntilItIsBack) {
  serve_with();
  hold();
  push_one("first");
  push_one("second");
  ASSERT_TRUE(wait_inside());
  fs::rename(host_.rcextensions() / "deliver.so", temp_.path() / "deliver.so");
  must(host_.rcx_command({"reload"}));
  let_go();
  ASSERT_TRUE(eventually([this] {
    return host_.log().find("does not serve") != std::string::npos;
  })) << host_.log();
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(1));
  fs::rename(temp_.path() / "deliver.so", host_.rcextensions() / "deliver.so");
  must(host_.rcx_command({"reload"}));
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second"));
}

TEST_F(Delivery, ANewExtensionBeginsWithNewEvents) {
  serve_with();
  push_one("first");
  host_.add("deliver_b");
  must(host_.rcx_command({"reload"}));
  push_one("second");
  host_.wait_delivered();
  EXPECT_THAT(told("deliver_b"), ElementsAre("1 second"));
}

TEST_F(Delivery, AReloadChangesWhatTheQueueDoes) {
  serve_with("{backoff: 1h, longest_backoff: 1h, attempts: 5}");
  fail_next(2);
  push_one("first");
  ASSERT_TRUE(eventually([this] { return told().size() == 1; }));
  host_.set("queue", "{attempts: 1, backoff: 1h}");
  host_.write_config();
  must(host_.rcx_command({"reload"}));
  ASSERT_TRUE(eventually([this] { return !list({"--state", "waiting"}).empty(); }));
  must(host_.rcx_command({"events", "replay", "--state", "waiting"}));
  host_.wait_delivered();
  EXPECT_THAT(list({"--state", "dead"}), ElementsAre(HasSubstr("[deliver dead, tries 1")));
}

// A host for one call has no queue: who pushes waits for all handlers.
TEST_F(Delivery, WithoutAServiceHandlersRunBeforeThePushReturns) {
  host_.set("client", "{when_unreachable: run-once}");
  host_.add("deliver");
  host_.write_config();
  open("a.git");
  push_one("first");
  EXPECT_THAT(told(), ElementsAre("1 first"));
  EXPECT_THAT(list({}), IsEmpty());
}

TEST_F(Delivery, DedicatedExtensionsAreToldInProcessesOfTheirOwn) {
  host_.name("deliver", "{isolation: dedicated}");
  serve_with();
  fail_next(1);
  push_one("first");
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "2 first"));
}

// What is new in a push is kept with its event, although references have moved on since.
TEST_F(Delivery, WhatIsNewIsThatOfThePush) {
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside());
  push_one("second");
  clone().commit("third");
  clone().commit("fourth");
  EXPECT_EQ(push({"main"}).status, 0);
  let_go();
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second", "1 third fourth"));
}

// The person counts who pushed, whatever rcx.yaml says when it is delivered.
TEST_F(Delivery, CallerIsWhoItWas) {
  host_.set("identity", "{trusted_users: [" + std::to_string(::geteuid()) + "]}");
  serve_with();
  clone().set_variable("REMOTE_USER", "ann");
  push_one("first");
  host_.wait_delivered();
  EXPECT_THAT(must(host_.rcx_command({"events", "show", told_ids()[0]})),
              HasSubstr("push of a by ann"));
}

// What waits in the spool comes before a push that finds the host.
TEST_F(Delivery, SpooledCallsAreNotOvertaken) {
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  serve_with();
  ASSERT_EQ(host_.stop(), 0);
  push_one("first");
  push_one("second");
  host_.start();
  push_one("third");
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second", "1 third"));
}

TEST_F(Delivery, WithoutQueuedHandlersNothingIsQueued) {
  host_.add("recorder");
  serve();
  push_first();
  EXPECT_THAT(list({}), IsEmpty());
  EXPECT_THAT(records("push"), SizeIs(1));
}

TEST_F(Delivery, StopWaitsForADeliveryThatRuns) {
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside());
  push_one("second");
  host_.host().signal(SIGTERM);
  ASSERT_TRUE(eventually([this] { return host_.log().find("draining") != std::string::npos; }));
  let_go();
  EXPECT_EQ(host_.host().wait().status, 0);
  EXPECT_THAT(told(), ElementsAre("1 first"));
  EXPECT_THAT(list({"--state", "done"}), SizeIs(1));
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(1));
  host_.start();
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second"));
}

TEST_F(Delivery, ManyPushersAtOnce) {
  serve_with();
  constexpr int kPushers = 8;
  std::vector<std::unique_ptr<Clone>> clones;
  for (int i = 0; i < kPushers; ++i) {
    clones.push_back(std::make_unique<Clone>(temp_, "p" + std::to_string(i), repository()));
  }
  for (int round = 0; round < 3; ++round) {
    std::vector<Running> pushing;
    for (int i = 0; i < kPushers; ++i) {
      const std::string branch = "b" + std::to_string(i);
      clones[static_cast<std::size_t>(i)]->commit("c" + std::to_string(i) + std::to_string(round));
      pushing.push_back(
          clones[static_cast<std::size_t>(i)]->start_push({"HEAD:refs/heads/" + branch}));
    }
    for (Running& one : pushing) EXPECT_EQ(one.wait().status, 0);
  }
  host_.wait_delivered();
  const std::vector<std::string> ids = told_ids();
  EXPECT_THAT(ids, SizeIs(3 * kPushers));
  EXPECT_THAT(std::set<std::string>(ids.begin(), ids.end()), SizeIs(3 * kPushers));
}

}  // namespace
}  // namespace rcx::test
