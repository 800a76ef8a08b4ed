// Extensions in processes of their own.
#include <csignal>

#include <chrono>
#include <thread>

#include "tests/e2e/isolation.hpp"

namespace rcx::test {
namespace {

class Dedicated : public Isolation {};

TEST_F(Dedicated, JudgesAsIfItWereWithTheOthers) {
  host_.add("judge", "{isolation: dedicated}");
  host_.add("recorder");
  serve();
  const Outcome good = push_subject("good");
  EXPECT_EQ(good.status, 0) << good.err;
  EXPECT_THAT(good.remote(), ElementsAre(HasSubstr(" brings good"), "after"));
  const Outcome bad = push_subject("bad one");
  EXPECT_EQ(bad.status, 1) << bad.err;
  EXPECT_THAT(bad.remote(), ElementsAre(HasSubstr(" brings bad one"),
                                        "refs/heads/b2: will not have bad one [judge]",
                                        "rcx: push refused, decision " + last().id));
  EXPECT_EQ(read_file(host_.data("judge") / "after"), "written");
  EXPECT_THAT(workers_of("judge"), SizeIs(1));
  EXPECT_THAT(workers_of("judge", "post"), SizeIs(1));
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Dedicated, TakesNobodyWithIt) {
  host_.add("judge", "{isolation: dedicated, deadline: 300ms}");
  host_.add("recorder");
  serve();
  const std::vector<pid_t> shared = workers_of("");
  const Outcome crash = push_subject("crash now");
  EXPECT_EQ(crash.status, 1) << crash.err;
  EXPECT_THAT(crash.remote(),
              ElementsAre("rcx: the extension judge failed: crashed (signal 6, Aborted)",
                          StartsWith("rcx: push refused")));
  EXPECT_EQ(last().attempt, 1) << "nobody else is asked again";
  const Outcome hang = push_subject("hang now");
  EXPECT_THAT(hang.remote(),
              Contains("rcx: the extension judge failed: did not end within its deadline"));
  const Outcome end = push_subject("_exit now");
  EXPECT_THAT(end.remote(), Contains("rcx: the extension judge failed: ended its process"));
  const Outcome thrown = push_subject("throw now");
  EXPECT_THAT(thrown.remote(), Contains("rcx: the extension judge failed: thrown"));
  EXPECT_EQ(push_subject("good").status, 0);
  EXPECT_EQ(workers_of(""), shared);
}

TEST_F(Dedicated, OpenLetsThePushPass) {
  host_.add("judge", "{isolation: dedicated, fail: open}");
  host_.add("recorder");
  serve();
  const Outcome crash = push_subject("crash now");
  EXPECT_EQ(crash.status, 0) << crash.err;
  EXPECT_THAT(records("pre_push"), SizeIs(1));
}

TEST_F(Dedicated, FailuresCountForTheBreaker) {
  host_.set("breaker", "{failures: 3}");
  host_.add("judge", "{isolation: dedicated}");
  serve();
  push_subject("crash 1");
  push_subject("throw 2");
  push_subject("crash 3");
  ASSERT_TRUE(is_listed("judge", "disabled"));
  EXPECT_THAT(push_subject("good").remote(),
              Contains(HasSubstr("judge failed: it is not loaded: disabled after 3 failures")));
  EXPECT_EQ(host_.rcx({"extensions", "clear", "judge"}).status, 0);
  ASSERT_TRUE(is_listed("judge", "loaded"));
  EXPECT_EQ(push_subject("good").status, 0);
}

// However often it was tried.
TEST_F(Dedicated, FailuresCountOncePerPush) {
  host_.set("breaker", "{failures: 3}");
  host_.add("misbehave", "{isolation: dedicated, settings: {how: _exit}}");
  serve();
  clone().commit("first");
  push({"main:a"});
  EXPECT_EQ(read_file(host_.data("misbehave") / "calls"), "pre_push 1\npre_push 2\npre_push 3\n");
  push({"main:b"});
  EXPECT_THAT(host_.listed("misbehave"), HasSubstr("loaded"));
  push({"main:c"});
  EXPECT_TRUE(is_listed("misbehave", "disabled"));
}

TEST_F(Dedicated, SpeaksForNobodyElse) {
  host_.set("breaker", "{failures: 3}");
  host_.add("misbehave", "{isolation: dedicated, settings: {how: slander}}");
  host_.add("recorder");
  serve();
  clone().commit("first");
  push({"main"});
  push({"-o", "behave", "main:next"});
  EXPECT_THAT(host_.log(), Not(HasSubstr("disabled")));
  EXPECT_THAT(records("pre_push"), SizeIs(2));
}

// What pre_push has found out is kept for it, though it hears nothing before the push.
TEST_F(Dedicated, OneThatHearsAfterThePushAloneHasItsCommits) {
  host_.name("push_log", "{isolation: dedicated, settings: {file: pushes.jsonl}}");
  fs::copy_file(fs::path(RCX_TEST_PLUGINS) / "push_log.so", host_.rcextensions() / "push_log.so");
  serve();
  // Another reference reaches them before they are counted.
  write_file(repository().hook("post-receive.before-rcx"),
             "#!/bin/sh\nread o n r\ngit update-ref refs/heads/other $n\n", 0755);
  clone().commit("first");
  clone().commit("second");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  host_.wait_delivered();
  const std::string line = read_file(host_.data("push_log") / "pushes.jsonl");
  EXPECT_THAT(line, AllOf(HasSubstr("first"), HasSubstr("second")));
}

// Those of a host that was killed ask nobody of the next one.
TEST_F(Dedicated, AnotherHostsWorkersAreNotAsked) {
  host_.set("workers", "{pre: {processes: 1, threads: 1}}");
  add_talker();
  host_.add("judge", "{isolation: dedicated}");
  serve();
  clone().commit("good");
  Running first = clone().start_push({"main:first"});
  ASSERT_TRUE(wait_inside());
  Clone other(temp_, "d", repository());
  other.commit("bad one");
  // It waits at the door of the worker that is busy.
  Running second = other.start_push({"main:second"});
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  host_.kill();
  host_.add("files");
  host_.start();
  open_gate();
  EXPECT_EQ(first.wait().status, 0);
  const Outcome judged = second.wait();
  EXPECT_EQ(judged.status, 1) << judged.err;
  EXPECT_EQ(repository().id("second"), "");
}

TEST_F(Dedicated, DoesNotStart) {
  host_.set("budget", "{load: 500ms}");
  host_.add("creator", "{isolation: dedicated, settings: {how: crash}}");
  host_.add("recorder");
  serve();
  EXPECT_TRUE(is_listed("creator", "create crashed (signal 11"));
  const Outcome pushed = push_subject("good");
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("creator failed: it is not loaded: create")));
  EXPECT_THAT(records("pre_push"), SizeIs(1));
}

// A set in which one does not start leaves the old one serving.
TEST_F(Dedicated, BecomesOneAndBackInARunningHost) {
  host_.add("judge");
  serve();
  EXPECT_THAT(workers_of("judge"), IsEmpty());
  host_.name("judge", "{isolation: dedicated}");
  host_.write_config();
  ASSERT_TRUE(eventually([&] { return workers_of("judge").size() == 1; }));
  EXPECT_EQ(push_subject("bad").status, 1);
  host_.add("creator", "{isolation: dedicated, settings: {how: throw}}");
  host_.write_config();
  ASSERT_TRUE(eventually([&] {
    return host_.rcx({"status"}).out.find("creator: create failed") != std::string::npos;
  })) << host_.log();
  EXPECT_EQ(push_subject("bad").status, 1);
  fs::remove(host_.rcextensions() / "creator.so");
  host_.name("creator", "{mode: off}");
  host_.name("judge", "{isolation: shared}");
  host_.write_config();
  ASSERT_TRUE(eventually([&] { return workers_of("judge").empty(); })) << host_.log();
  EXPECT_EQ(push_subject("bad").status, 1);
  EXPECT_EQ(push_subject("good").status, 0);
}

TEST_F(Dedicated, FinishesWhatItHasWhenTheHostStops) {
  add_talker("say: thinking", ", isolation: dedicated");
  host_.add("recorder");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  EXPECT_EQ(std::vector<pid_t>{worker_inside()}, workers_of("talker"));
  host_.host().signal(SIGTERM);
  ASSERT_TRUE(eventually([&] { return host_.log().find("draining") != std::string::npos; }));
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("thinking"));
  EXPECT_THAT(records("push"), SizeIs(1));
  EXPECT_EQ(host_.host().wait().status, 0);
  EXPECT_TRUE(fs::is_empty(host_.directory() / "run/apart"));
}

TEST_F(Dedicated, FinishesWhatItHasWhenTheSetIsReplaced) {
  add_talker("say: thinking", ", isolation: dedicated");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  host_.add("recorder");
  host_.write_config();
  ASSERT_TRUE(is_listed("recorder", "loaded"));
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Dedicated, AnswersWhenTheSupervisorIsKilledMeanwhile) {
  add_talker();
  host_.add("judge", "{isolation: dedicated}");
  host_.add("recorder");
  serve();
  clone().commit("bad one");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const std::vector<pid_t> alone = workers_of("judge");
  host_.kill();
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains("refs/heads/main: will not have bad one [judge]"));
  EXPECT_TRUE(eventually([&] { return !alive(alone.at(0)); })) << "it does not linger";
  host_.start();
  EXPECT_EQ(push_subject("good").status, 0);
}

TEST_F(Dedicated, PusherWhoIsGoneCancelsIt) {
  host_.set("breaker", "{failures: 1}");
  add_talker("say: thinking", ", isolation: dedicated");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  pushing.signal_group(SIGKILL);
  pushing.wait();
  EXPECT_TRUE(eventually([&] { return fs::exists(host_.data("talker") / "cancelled"); }));
  open_gate();
  // That counts for nothing: the next one is judged.
  const Outcome next = push({"main"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_THAT(host_.log(), Not(HasSubstr("disabled")));
}

TEST_F(Dedicated, TooManyAreRefusedWithTheReason) {
  for (int i = 0; i < 30; ++i) {
    host_.name("x" + std::to_string(i), "{isolation: dedicated}");
  }
  host_.write_config();
  const Outcome checked = host_.rcx({"config", "check"});
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.err, HasSubstr("wanted at most 48 processes"));
}

// More than may have a worker on demand at once: some wait until others are done.
TEST_F(Isolation, ACrowdIsAskedOneByOne) {
  for (int i = 1; i <= 24; ++i) host_.add("plain_" + std::to_string(i));
  host_.add("misbehave", "{settings: {how: crash}}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("misbehave failed: crashed (signal 11")));
  EXPECT_THAT(pushed.remote(), Not(Contains(ContainsRegex("plain.* failed"))));
  EXPECT_THAT(records("pre_push"), SizeIs(1));
  EXPECT_LE(workers().size(), 2U + 16U);
  EXPECT_EQ(push({"-o", "behave", "main"}).status, 0);
}

}  // namespace
}  // namespace rcx::test
