// An extension that fails again and again is taken out, and is missed; and what extensions print.
#include <sys/stat.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Breaker : public HostTest {
 protected:
  void serve_judge(const std::string& section, const std::string& limits = "{failures: 3}") {
    host_.set("breaker", limits);
    host_.add("judge", section);
    host_.add("recorder");
    serve();
  }
  Outcome push_subject(const std::string& subject) {
    clone().git({"commit", "--quiet", "--allow-empty", "-m", subject});
    return push({"HEAD:b" + std::to_string(++branches_)});
  }
  void fail_three_times(const std::string& subject = "throw") {
    for (int i = 0; i < 3; ++i) {
      clone().git({"checkout", "--quiet", "--orphan", "f" + std::to_string(++branches_)});
      push_subject(subject + " " + std::to_string(i));
    }
    clone().git({"checkout", "--quiet", "--orphan", "f" + std::to_string(++branches_)});
  }
  bool is(const std::string& standing) const {
    return eventually([&] { return host_.listed("judge").find(standing) != std::string::npos; });
  }
  int branches_ = 0;
};

TEST_F(Breaker, ClosedExtensionKeepsRefusing) {
  serve_judge("{fail: closed}");
  fail_three_times();
  ASSERT_TRUE(is("disabled"));
  const std::size_t before = records("pre_push").size();
  const Outcome pushed = push_subject("good");
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(AllOf(HasSubstr("the extension judge failed: it is not "
                                                        "loaded: disabled after 3 failures"),
                                              HasSubstr("the last: thrown"),
                                              HasSubstr("rcx extensions clear judge"))));
  EXPECT_THAT(records("pre_push"), SizeIs(before + 1));
  EXPECT_EQ(host_.workers_lost(), 0);

  const Outcome cleared = host_.rcx({"extensions", "clear", "judge"});
  EXPECT_EQ(cleared.status, 0) << cleared.err;
  EXPECT_TRUE(is("loaded"));
  EXPECT_EQ(push_subject("good").status, 0);
}

// Whether rcx.yaml names it or not.
TEST_F(Breaker, UnnamedExtensionIsMissedAsWell) {
  serve_judge("");
  fail_three_times();
  ASSERT_TRUE(is("disabled"));
  EXPECT_EQ(push_subject("good").status, 1);
}

TEST_F(Breaker, OpenExtensionIsPassedOver) {
  serve_judge("{fail: open}");
  fail_three_times();
  ASSERT_TRUE(is("disabled"));
  EXPECT_EQ(push_subject("good").status, 0);
  EXPECT_THAT(host_.log(), HasSubstr("judge failed: it is not loaded: disabled after 3"));
}

TEST_F(Breaker, CrashesCountOncePerWorker) {
  serve_judge("{fail: closed}");
  fail_three_times("crash");
  ASSERT_TRUE(is("disabled"));
  EXPECT_TRUE(eventually([this] { return host_.workers_lost() == 6; }))
      << host_.workers_lost() << "; one that all share, and one of its own, each time";
  EXPECT_THAT(push_subject("good").remote(), Contains(HasSubstr("the last: crashed (signal 6")));
}

// A repository that takes the host for ever to open, as some network file system may.
TEST_F(Breaker, WhatTheHostDoesForAnExtensionDoesNotCount) {
  host_.set("budget", "{extension: 1s, event: 1s}");
  serve_judge("", "{failures: 1}");
  const std::string id = push_first();
  const fs::path alternates = repository().path() / "objects/info/alternates";
  ASSERT_EQ(::mkfifo(alternates.c_str(), 0600), 0);
  Command command{{repository().hook("pre-receive").string()}, repository().path()};
  command.variables = {{"GIT_DIR", "."}};
  command.input = std::string(id.size(), '0') + " " + id + " refs/heads/topic\n";
  const Outcome asked = run(command);
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(asked.err, HasSubstr("rcx: starting again without the extension judge: the host did "
                                   "not end within its deadline"));
  EXPECT_THAT(asked.err, HasSubstr("the host did not end within its deadline while it read the "
                                   "repository for it"));
  fs::remove(alternates);
  EXPECT_TRUE(eventually([this] { return host_.workers_lost() > 0; }));
  EXPECT_EQ(push_subject("good").status, 0) << host_.log();
  EXPECT_THAT(host_.listed("judge"), HasSubstr("loaded"));
}

TEST_F(Breaker, StaysDisabledUntilItsFileChanges) {
  serve_judge("{fail: closed}");
  fail_three_times();
  ASSERT_TRUE(is("disabled"));
  ASSERT_EQ(host_.stop(), 0);
  host_.start();
  EXPECT_THAT(host_.listed("judge"), HasSubstr("disabled after 3 failures"));
  EXPECT_EQ(push_subject("good").status, 1);
  write_file(host_.rcextensions() / "judge.so", read_file(fixture("judge")) + "mended");
  ASSERT_TRUE(is("loaded"));
  EXPECT_EQ(push_subject("good").status, 0);
}

TEST_F(Breaker, FailuresBeyondTheWindowDoNotCount) {
  serve_judge("{fail: open}", "{failures: 3, window: 1ms}");
  fail_three_times();
  push_subject("throw again");
  EXPECT_THAT(host_.listed("judge"), HasSubstr("loaded"));
}

TEST_F(Breaker, CanBeSwitchedOff) {
  serve_judge("{fail: open}", "{failures: 0}");
  fail_three_times();
  push_subject("throw again");
  EXPECT_THAT(host_.listed("judge"), HasSubstr("loaded"));
}

TEST_F(Breaker, CanBeClearedAgainWhereTheReloadFailed) {
  serve_judge("{fail: closed}");
  fail_three_times();
  ASSERT_TRUE(is("disabled"));
  host_.set("budget", "{extension: soon}");
  host_.write_config();
  EXPECT_EQ(host_.rcx({"extensions", "clear", "judge"}).status, 1);
  host_.set("budget", "{extension: 5s}");
  host_.write_config();
  const Outcome cleared = host_.rcx({"extensions", "clear", "judge"});
  EXPECT_TRUE(cleared.status == 0 || is("loaded")) << cleared.err;
  EXPECT_TRUE(is("loaded"));
}

// The set without it says nothing of a file that is wrong.
TEST_F(Breaker, LeavesTheReasonOfAReloadThatFailed) {
  serve_judge("{fail: closed}");
  host_.set("budget", "{extension: soon}");
  host_.write_config();
  const auto told = [&] {
    return host_.rcx({"status"}).out.find("budget.extension") != std::string::npos;
  };
  ASSERT_TRUE(eventually(told));
  fail_three_times();
  ASSERT_TRUE(
      eventually([&] { return host_.log().find("generation 2 serves") != std::string::npos; }));
  EXPECT_TRUE(told());
}

TEST_F(Breaker, OnlyWhatIsDisabledCanBeCleared) {
  serve_judge("{fail: open}");
  for (const char* id : {"judge", "nobody"}) {
    const Outcome cleared = host_.rcx({"extensions", "clear", id});
    EXPECT_EQ(cleared.status, 1);
    EXPECT_THAT(cleared.err, HasSubstr(std::string(id) + " is not disabled"));
  }
  EXPECT_EQ(host_.rcx({"extensions", "clear"}).status, 2);
}

TEST_F(Breaker, DamagedListOfWhatIsDisabled) {
  fs::create_directories(host_.directory() / "state");
  write_file(host_.directory() / "state/disabled.json", "{\"judge\": 1}");
  serve_judge("{fail: closed}");
  EXPECT_THAT(host_.listed("judge"), HasSubstr("loaded"));
  EXPECT_THAT(host_.log(), HasSubstr("no extension is disabled"));
}

class Printed : public HostTest {};

TEST_F(Printed, GoesToTheLog) {
  host_.add("printer");
  serve();
  clone().commit("red \033[31m text \xff");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.remote(), IsEmpty());
  ASSERT_TRUE(eventually([&] { return host_.log().find("out red") != std::string::npos; }));
  const std::string log = host_.log();
  EXPECT_THAT(log, ContainsRegex("pre worker [0-9]+( in printer)? printed: err red"));
  EXPECT_THAT(log, Not(HasSubstr("\033")));
  EXPECT_THAT(log, Not(HasSubstr("\xff")));
}

TEST_F(Printed, IsBounded) {
  host_.add("printer", "{settings: {times: 5000}}");
  serve();
  clone().commit("again");
  EXPECT_EQ(push({"main"}).status, 0);
  ASSERT_EQ(host_.stop(), 0);
  const std::string log = host_.log();
  EXPECT_THAT(log, ContainsRegex("printed [0-9]+ more lines, left out of the log"));
  EXPECT_LT(std::count(log.begin(), log.end(), '\n'), 2000);
}

}  // namespace
}  // namespace rcx::test
