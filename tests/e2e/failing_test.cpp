// Extensions that fail while they handle an event.
#include <csignal>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// A way to fail, and how that is told.
struct Fault {
  std::string how;
  std::string told;
  int loses_workers;  // one that all share, and where that leaves a doubt, some of its own
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.how;
}

class Failing : public HostTest, public ::testing::WithParamInterface<Fault> {
 protected:
  void misbehave(const std::string& more, const std::string& settings = {}) {
    host_.add("misbehave", "{priority: 50, deadline: 400ms, settings: {how: " + GetParam().how +
                               settings + "}" + more + "}");
  }
  std::string told() const { return "rcx: the extension misbehave failed: " + GetParam().told; }
  int again() const { return GetParam().loses_workers > 0 ? 1 : 0; }
};

TEST_P(Failing, ClosedRefusesAndTheOthersAreHeard) {
  misbehave("");
  host_.add("recorder");
  host_.add("refuser", "{priority: 200, settings: {refs: {topic: badly named}}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main:topic"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), IsSupersetOf({std::string("refs/heads/topic: badly named [refuser]"),
                                             told(), "rcx: push refused, decision " + last().id}));
  EXPECT_EQ(repository().id("topic"), "");
  EXPECT_EQ(last().attempt, 1 + again());
  EXPECT_THAT(host_.log(), HasSubstr("misbehave failed: " + GetParam().told));

  const Outcome next = push({"-o", "behave", "main"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_TRUE(eventually([&] { return host_.workers_lost() == GetParam().loses_workers; }));
}

TEST_P(Failing, OpenLetsThePushPass) {
  misbehave(", fail: open");
  host_.add("recorder");
  serve();
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(last().attempt, 1 + again());
  EXPECT_THAT(host_.log(), HasSubstr("misbehave failed: " + GetParam().told));
  EXPECT_EQ(push({"-o", "behave", "main:next"}).status, 0);
}

// Who was heard before the failure is heard again, under the same id.
TEST_P(Failing, ThoseBeforeItAreAskedAgain) {
  misbehave(", fail: open");
  host_.add("recorder", "{priority: 1}");
  serve();
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  const std::vector<Record> all = records("pre_push");
  ASSERT_THAT(all, SizeIs(1U + static_cast<unsigned>(again())));
  EXPECT_EQ(all.front().id, all.back().id);
  EXPECT_EQ(all.front().push_id, all.back().push_id);
  EXPECT_EQ(ids(all.front().commits), ids(all.back().commits));
  EXPECT_EQ(all.back().attempt, 1 + again());
}

TEST_P(Failing, AfterThePushTheOthersStillRun) {
  misbehave("", ", on: push");
  host_.add("recorder");
  serve();
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_THAT(pushed.remote(), Contains(told()));
  ASSERT_THAT(records("push"), SizeIs(1));
  EXPECT_EQ(last("push").attempt, 1 + again());
  EXPECT_EQ(ids(last("push").commits), std::vector<std::string>{id});
}

TEST_P(Failing, ObservedFailureDoesNotCount) {
  misbehave(", mode: observe");
  host_.add("recorder");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), Not(Contains(told())));
  EXPECT_THAT(records(), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Failing,
    ::testing::Values(Fault{"throw", "thrown on purpose", 0},
                      Fault{"throw_int", "an exception that is not a std::exception", 0},
                      Fault{"overrun", "ran out of time", 0},
                      Fault{"crash", "crashed (signal 11, Segmentation fault)", 2},
                      Fault{"abort", "crashed (signal 6, Aborted)", 2},
                      Fault{"exit", "called exit()", 1}, Fault{"_exit", "ended its process", 4},
                      Fault{"kill", "ended its process", 4},
                      Fault{"loop", "did not end within its deadline", 1}),
    [](const auto& tested) { return tested.param.how; });

class FailingOnce : public HostTest {};

// A child of an extension holds neither the connection nor git's descriptors.
TEST_F(FailingOnce, ChildThatOutlivesTheHandlerDelaysNobody) {
  host_.add("misbehave", "{settings: {how: fork}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  const pid_t child = std::stoi(read_file(host_.data("misbehave") / "child"));
  EXPECT_TRUE(alive(child));
  EXPECT_EQ(push({"main:next"}).status, 0);
  ::kill(child, SIGKILL);
  ::kill(std::stoi(read_file(host_.data("misbehave") / "child")), SIGKILL);
}

TEST_F(FailingOnce, ChildThatOutlivesItsCrashedWorkerDelaysNobody) {
  host_.add("misbehave", "{settings: {how: fork_crash}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("misbehave failed: crashed (signal 11")));
  EXPECT_EQ(push({"-o", "behave", "main"}).status, 0);
  ::kill(std::stoi(read_file(host_.data("misbehave") / "child")), SIGKILL);
}

// What an extension does that thinks itself a daemon. It harms its own worker only.
TEST_F(FailingOnce, ClosesEveryDescriptor) {
  host_.set("budget", "{event: 5s}");
  host_.set("client", "{timeout: 15s}");
  host_.add("misbehave", "{settings: {how: close_all}, fail: open}");
  serve();
  clone().commit("first");
  push({"main:whatever"});
  const Outcome next = push({"-o", "behave", "main"});
  EXPECT_EQ(next.status, 0) << next.err;
}

// A signal strikes where memory is used, whoever spoilt it: alone, the extension is asked again.
TEST_F(FailingOnce, CrashThatDoesNotComeBackAlone) {
  host_.add("misbehave", "{settings: {how: crash, attempts: first}}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(
      pushed.remote(),
      Contains(HasSubstr("a worker crashed (signal 11, Segmentation fault) in the extension "
                         "misbehave; starting again with each extension in a process of its "
                         "own")));
  EXPECT_EQ(read_file(host_.data("misbehave") / "calls"), "pre_push 1\npre_push 2\n");
  EXPECT_THAT(host_.log(), HasSubstr("nothing of that came back"));
  EXPECT_THAT(records("pre_push"), SizeIs(1));
}

// Of what is certain it is not asked again, even if the next attempt would have worked.
TEST_F(FailingOnce, ExitInTheFirstAttempt) {
  host_.add("misbehave", "{settings: {how: exit, attempts: first}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_EQ(read_file(host_.data("misbehave") / "calls"), "pre_push 1\n");
}

TEST_F(FailingOnce, AllThatCrashAreNamed) {
  host_.add("misbehave", "{settings: {how: crash}}");
  host_.add("misbehave_b", "{settings: {how: abort}}");
  host_.add("misbehave_c", "{settings: {how: _exit}}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(),
              IsSupersetOf({HasSubstr("extension misbehave failed: crashed (signal 11"),
                            HasSubstr("extension misbehave_b failed: crashed (signal 6"),
                            HasSubstr("extension misbehave_c failed: ended its process")}));
  EXPECT_EQ(last().attempt, 2);
}

TEST_F(FailingOnce, AllThatCrashAndMayFail) {
  host_.add("misbehave", "{settings: {how: crash}, fail: open}");
  host_.add("misbehave_b", "{settings: {how: abort}, fail: open}");
  host_.add("misbehave_c", "{settings: {how: _exit}, fail: open}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(records("pre_push"), SizeIs(1));
}

// Whoever gathers the verdict is ended each time: the verdict does not depend on luck.
TEST_F(FailingOnce, OneThatEndsAllOtherWorkers) {
  host_.add("misbehave", "{settings: {how: kill_others}, fail: open}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << "the recorder's policy is closed, and it was not heard";
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("extension recorder failed: 3 workers died")));
}

}  // namespace
}  // namespace rcx::test
