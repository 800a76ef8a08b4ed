// An extension that fails again and again is taken out, and is missed; and what extensions print.
#include <sys/stat.h>

#include "tests/e2e/gate.hpp"

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

// Nor what it has no memory for.
TEST_F(Breaker, WhatTheHostCannotHoldDoesNotCount) {
  if (!kCountsMemory) GTEST_SKIP() << "memory does not count";
  host_.set("breaker", "{failures: 1}");
  host_.set("limits", "{memory: 192MiB}");
  host_.set("reading", "{content: 256MiB}");
  host_.add("weigher");
  serve();
  push_first();
  clone().git({"config", "core.compression", "1"});
  clone().git({"checkout", "--quiet", "--orphan", "large"});
  clone().commit("large", {{"large", std::string(std::size_t{190} << 20U, 'x')}});
  const Outcome pushed = push({"large"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("weigher failed: the host failed: ")));
  clone().git({"checkout", "--quiet", "main"});
  clone().commit("small", {{"file", "two\n"}});
  EXPECT_EQ(push({"main"}).status, 0) << host_.log();
  EXPECT_THAT(host_.listed("weigher"), HasSubstr("loaded"));
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

// Whoever pushes, if only to a repository of their own, takes no extension from all others.
class WhatAnybodyPushes : public HostTest, public ::testing::WithParamInterface<std::string> {
 protected:
  WhatAnybodyPushes() { host_.set("breaker", "{failures: 2}"); }
  // An extension as it ships, with these settings in YAML's flow style.
  void serve_with(const std::string& id, const std::string& settings) {
    write_file(host_.rcextensions() / (id + ".so"),
               read_file(built_programs().parent_path() / "plugins" / (id + ".so")));
    host_.name(id, "{isolation: " + GetParam() + ", settings: {" + settings + "}}");
    serve();
  }
  // So many commits of that subject on top of `parent`, which may be empty, as branch `name`.
  void commits(const std::string& name, const std::string& subject, int count,
               const std::string& parent = {}) {
    std::string script;
    for (int i = 0; i < count; ++i) {
      script += "commit refs/heads/" + name + "\ncommitter a <a@b> " +
                std::to_string(1700000000 + i) + " +0000\ndata " + std::to_string(subject.size()) +
                "\n" + subject + "\n";
      if (i == 0 && !parent.empty()) script += "from " + parent + "\n";
    }
    clone().git({"fast-import", "--quiet", "--force"}, script);
  }
  Outcome refused(const Words& arguments) {
    Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    return pushed;
  }
  void expect_still_loaded(const std::string& id) const {
    EXPECT_THAT(host_.listed(id), AllOf(HasSubstr("loaded"), Not(HasSubstr("disabled"))))
        << host_.log();
  }
};

TEST_P(WhatAnybodyPushes, HasMoreFaultsThanAreKept) {
  serve_with("commit_policy", "rules: [{name: ticket, subject_must_match: '^T-'}]");
  for (int i = 0; i < 3; ++i) {
    commits("bad" + std::to_string(i), "bad " + std::to_string(i), 1003);
    const Outcome pushed = refused({"bad" + std::to_string(i)});
    EXPECT_THAT(pushed.remote(), Contains(HasSubstr("more; the host's log holds all of them")));
    EXPECT_THAT(pushed.remote(), Not(Contains(HasSubstr("failed"))));
  }
  EXPECT_THAT(host_.log(), HasSubstr("and 3 more, whose reasons are not kept"));
  expect_still_loaded("commit_policy");
  commits("good", "T-1 good", 1);
  EXPECT_EQ(push({"good"}).status, 0);
  commits("bad", "still bad", 1);
  EXPECT_THAT(refused({"bad"}).remote(), Contains(HasSubstr("subject must match")));
}

// Not even where others may pass does a reference come in because nobody kept what is against it.
TEST_P(WhatAnybodyPushes, IsRefusedWhereverTheFaultsAre) {
  host_.set("partial", "true");
  serve_with("commit_policy", "rules: [{name: ticket, subject_must_match: '^T-'}]");
  commits("good", "T-1 good", 1);
  commits("many", "bad", 1500);
  commits("others", "bad as well", 1500);
  refused({"many", "good"});
  EXPECT_NE(repository().id("good"), "");
  EXPECT_EQ(repository().id("many"), "");
  commits("new", "T-2 good", 1, "good");
  refused({"many", "others", "new"});
  for (const char* name : {"many", "others"}) EXPECT_EQ(repository().id(name), "") << name;
}

TEST_P(WhatAnybodyPushes, TakesLongerThanThereIsTime) {
  host_.add("recorder");
  host_.add("misbehave",
            "{isolation: " + GetParam() + ", deadline: 200ms, settings: {how: overrun}}");
  serve();
  clone().commit("first");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(refused({"main"}).remote(), Contains(HasSubstr("ran out of time")));
  }
  expect_still_loaded("misbehave");
}

// What a branch is to point at is told by who pushes. git refuses this one itself, but later.
TEST_P(WhatAnybodyPushes, IsABranchThatWouldBeNoCommit) {
  serve_with("protect_files", "rules: [{name: r, file: CODEOWNERS}]");
  push_first();
  const std::string blob = clone().git({"hash-object", "-w", "--stdin"}, "text");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(refused({blob + ":refs/heads/new"}).remote(),
                Contains(HasSubstr("wanted a commit or a tree")));
  }
  expect_still_loaded("protect_files");
}

INSTANTIATE_TEST_SUITE_P(Isolation, WhatAnybodyPushes, ::testing::Values("shared", "dedicated"),
                         [](const auto& tested) { return tested.param; });

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
