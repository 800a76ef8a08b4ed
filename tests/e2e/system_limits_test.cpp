// Where `rcx install --system` is refused, and what it is with hooks that git relies on.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/system.hpp"

namespace rcx::test {
namespace {

class SystemLimits : public SystemTest {
 protected:
  void expect_refusal(const std::string& why) {
    const Outcome refused = rcx({"install", scope()});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr(why));
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(forwarders(), IsEmpty());
  }
};

TEST_F(SystemLimits, HooksOfAllRepositoriesAreNotSwitchedOff) {
  serve();
  write_file(config(), "[core]\n\thooksPath = /etc/hooks\n");
  expect_refusal(
      "core.hooksPath is set to '/etc/hooks' already, for every repository, and either hooks there "
      "or those of rcx would run no more below the roots; see what they are for, and take it out "
      "with:  git config --system --unset core.hooksPath");
}

TEST_F(SystemLimits, AConfigurationThatCannotBeWrittenLeavesNothing) {
  serve();
  fs::remove(config());
  fs::create_directory(config());
  expect_refusal("git cannot change its configuration (system): ");
  EXPECT_FALSE(fs::exists(host_.directory() / "git"));
}

TEST_F(SystemLimits, AnInstanceThatIsClosedToOthersIsRefused) {
  serve();
  fs::permissions(host_.directory(), fs::perms::owner_all);
  expect_refusal(
      "is closed to others, and whoever serves any repository of this machine would "
      "fail to run the hook; open it with:  chmod o+x " +
      host_.directory().string() + "  or install for one user, with:  --global");
}

TEST_F(SystemLimits, ARootThatIsMissingIsNamed) {
  serve();
  host_.set("roots", "[" + (temp_.path() / "absent").string() + "]");
  host_.write_config();
  expect_refusal("cannot find " + (temp_.path() / "absent").string());
}

TEST_F(SystemLimits, SomebodyElsesFileAmongTheHooksIsKept) {
  serve();
  take_copies_out();
  write_file(hooks() / "pre-receive", "#!/bin/sh\n", 0755);
  const Outcome refused = rcx({"install", "--system"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr((hooks() / "pre-receive").string() + " is somebody else's"));
  EXPECT_EQ(read_file(config()), "");
}

TEST_F(SystemLimits, SystemAndGlobalExcludeEachOther) {
  serve();
  EXPECT_EQ(rcx({"install", "--system", "--global"}).status, 2);
}

// git does something else where that hook is, so it cannot stand there for all.
TEST_F(SystemLimits, PushToCheckoutNeedsItsOwnPlace) {
  serve();
  const fs::path tree = make_work_tree(host_.root() / "site");
  put_hook(tree / ".git", "push-to-checkout", "exit 0");
  const fs::path real = fs::canonical(tree);
  expect_refusal(real.string() + " has a hook push-to-checkout of its own");
  must(git({"config", "core.hooksPath", (real / ".git/hooks").string()}, tree));
  must(host_.rcx_command({"install", tree.string()}));
  install();
  const Outcome said = rcx({"doctor"});
  EXPECT_EQ(said.status, 0) << said.out;
}

// Whoever has a repository below a root could hold up all others by it.
TEST_F(SystemLimits, PushToCheckoutThatCameLaterHoldsUpNothing) {
  serve_all();
  const fs::path tree = make_work_tree(host_.root() / "site");
  put_hook(tree / ".git", "push-to-checkout", "exit 0");
  write_file(hooks() / "pre-receive", read_file(hooks() / "pre-receive") + " ", 0755);
  const Outcome again = install();
  EXPECT_THAT(again.err, HasSubstr("rcx: warning: " + fs::canonical(tree).string() +
                                   " has a hook push-to-checkout of its own"));
  EXPECT_THAT(again.out, HasSubstr("renewed " + (hooks() / "pre-receive").string()));
  EXPECT_THAT(forwarders(), Not(Contains("push-to-checkout")));
  const Outcome said = rcx({"doctor"});
  EXPECT_THAT(said.out, HasSubstr("site: its own push-to-checkout is passed over"));
  EXPECT_THAT(said.out, Not(HasSubstr("is of another release")));
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
}

TEST_F(SystemLimits, ARepositoryThatHasGitWaitHoldsUpNothing) {
  serve_all();
  const fs::path other = host_.root() / "other.git";
  must({{"git", "init", "--quiet", "--bare", other.string()}, "/"});
  put_hook(other, "update", "exit 0");
  fs::remove(other / "config");
  ASSERT_EQ(::mkfifo((other / "config").c_str(), 0600), 0);
  write_file(hooks() / "pre-receive", read_file(hooks() / "pre-receive") + " ", 0755);
  const Outcome again = install();
  EXPECT_THAT(again.err,
              HasSubstr("git did not answer in " + fs::canonical(other).string() +
                        " within 10 s; see whether its config, or what that includes, is "
                        "no file"));
  EXPECT_THAT(again.out, HasSubstr("renewed " + (hooks() / "pre-receive").string()));
}

TEST_F(SystemLimits, PushesThatUpdateAWorkTreeStillDo) {
  serve_all();
  const fs::path tree = make_work_tree(host_.root() / "site");
  must(git({"config", "receive.denyCurrentBranch", "updateInstead"}, tree));
  clone().commit("first", {{"file", "one\n"}});
  EXPECT_EQ(run(clone().command({"push", tree.string(), "main"})).status, 0);
  EXPECT_EQ(read_file(tree / "file"), "one\n");
  EXPECT_THAT(records(), SizeIs(2));
}

class SystemPartial : public SystemTest {
 protected:
  SystemPartial() {
    host_.add("judge");
    host_.set("partial", "true");
  }
  void make_branches() {
    good_ = clone().commit("good one");
    clone().git({"branch", "good"});
    clone().git({"checkout", "--quiet", "-b", "bad"});
    clone().commit("bad one");
  }
  std::string good_;
};

TEST_F(SystemPartial, OneIsRefusedAndTheOthersPass) {
  serve_all();
  EXPECT_THAT(forwarders(), AllOf(Contains("proc-receive"), Not(Contains("update"))));
  EXPECT_EQ(rcx({"doctor"}).status, 0) << rcx({"doctor"}).out;
  make_branches();
  EXPECT_THAT(push({"good", "bad"}).err, HasSubstr("bad -> bad (will not have bad one [judge])"));
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad"), "");
}

TEST_F(SystemPartial, OnlySomeRepositoriesArePartial) {
  host_.set("partial", "false");
  host_.set("repositories", "[{match: a, partial: true}]");
  serve_all();
  make_branches();
  EXPECT_EQ(push({"good", "bad"}).status, 1);
  EXPECT_EQ(repository().id("good"), good_);
  const fs::path other = host_.root() / "other.git";
  must({{"git", "init", "--quiet", "--bare", other.string()}, "/"});
  const Outcome whole = run(clone().command({"push", other.string(), "good", "bad"}));
  EXPECT_THAT(whole.err, HasSubstr("good -> good (pre-receive hook declined)"));
  EXPECT_EQ(run(clone().command({"push", other.string(), "good"})).status, 0);
}

// Its proc-receive cannot be asked about all, so git asks about each.
TEST_F(SystemPartial, BesideSomebodyElsesProcReceiveItIsUpdate) {
  serve();
  take_copies_out();
  const fs::path other = host_.root() / "other.git";
  must({{"git", "init", "--quiet", "--bare", other.string()}, "/"});
  put_hook(other, "proc-receive", "exit 1");
  install();
  adopt();
  EXPECT_THAT(forwarders(), IsSupersetOf({"proc-receive", "update"}));
  EXPECT_EQ(rcx({"doctor"}).status, 0) << rcx({"doctor"}).out;
  make_branches();
  EXPECT_THAT(push({"good", "bad"}).err, HasSubstr("bad -> bad (hook declined)"));
  EXPECT_EQ(repository().id("good"), good_);
  EXPECT_EQ(repository().id("bad"), "");
}

// One that refuses nothing stands where rcx would: then all is refused.
TEST_F(SystemPartial, AProcReceiveThatCameLaterLetsNothingPass) {
  serve_all();
  put_hook(repository().path(), "proc-receive", "exit 0");
  const Outcome said = rcx({"doctor"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out, AllOf(HasSubstr("its own proc-receive is asked about all references"),
                              HasSubstr(cure())));
  make_branches();
  const Outcome pushed = push({"good", "bad"});
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("proc-receive, which would refuse single "
                                                  "references, is none of rcx's")));
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("run 'rcx install --system' again")));
  EXPECT_EQ(repository().id("good") + repository().id("bad"), "");
}

TEST_F(SystemPartial, WhereItIsSwitchedOnLaterTheDoctorSaysSo) {
  host_.set("partial", "false");
  serve_all();
  host_.set("partial", "true");
  host_.write_config();
  EXPECT_THAT(rcx({"doctor"}).out, HasSubstr("no hook refuses single references, as  partial: true"
                                             "  wants; " +
                                             cure()));
  install();
  EXPECT_EQ(rcx({"doctor"}).status, 0);
}

// A copy of proc-receive that its configuration names, though nothing is partial any more.
TEST_F(SystemPartial, WhatWasInstalledThereIsStillAnswered) {
  serve();
  host_.set("partial", "false");
  host_.write_config();
  must(host_.rcx_command({"reload"}));
  install();
  adopt();
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
}

// As one user, who cannot write the system's configuration.
class SystemGlobal : public SystemTest {
 protected:
  std::string scope() const override { return "--global"; }
  std::map<std::string, std::string> variables() const override {
    return {{"GIT_CONFIG_GLOBAL", config().string()}};
  }
};

TEST_F(SystemGlobal, ServesGitOfThatUser) {
  serve();
  take_copies_out();
  // Whoever it is reaches the own files.
  fs::permissions(host_.directory(), fs::perms::owner_all);
  put_hook(repository().path(), "pre-receive", "echo own hook >&2");
  install();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("own hook"));
  EXPECT_THAT(records(), IsEmpty()) << "somebody else's git";
  adopt();
  clone().commit("second");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("own hook"));
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_THAT(rcx({"status"}).out, HasSubstr("by git's global configuration"));
  ASSERT_EQ(rcx({"uninstall", "--global"}).status, 0);
  ASSERT_EQ(rcx({"uninstall", "--global"}).status, 0);
  EXPECT_FALSE(fs::exists(hooks()));
}

}  // namespace
}  // namespace rcx::test
