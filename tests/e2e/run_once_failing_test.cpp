// What goes wrong where a push has a host of its own: extensions, and the instance itself.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/once.hpp"

namespace rcx::test {
namespace {

struct Fault {
  std::string how;
  std::string told;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.how;
}

class RunOnceFailing : public OnceTest, public ::testing::WithParamInterface<Fault> {
 protected:
  std::string told() const { return "rcx: the extension misbehave failed: " + GetParam().told; }
};

TEST_P(RunOnceFailing, BeforeThePush) {
  host_.add("misbehave",
            "{priority: 50, deadline: 400ms, settings: {how: " + GetParam().how + "}}");
  host_.add("recorder");
  prepare();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), IsSupersetOf({told(), "rcx: push refused, decision " + last().id}));
  EXPECT_EQ(last().attempt, 2);
  // A crash comes back in a process of its own, and an end that nobody explains does so three
  // times.
  const std::string& how = GetParam().how;
  const int again = how == "crash" ? 1 : how == "_exit" ? 3 : 0;
  std::string calls = "pre_push 1\n";
  for (int i = 0; i < again; ++i) calls += "pre_push " + std::to_string(2 + i) + "\n";
  EXPECT_EQ(read_file(host_.data("misbehave") / "calls"), calls);
  EXPECT_EQ(push({"-o", "behave", "main"}).status, 0);
}

TEST_P(RunOnceFailing, AfterThePush) {
  host_.add("misbehave",
            "{priority: 50, deadline: 400ms, settings: {how: " + GetParam().how + ", on: push}}");
  host_.add("recorder");
  prepare();
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains(told()));
  EXPECT_EQ(last("push").attempt, 2);
  EXPECT_EQ(ids(last("push").commits), std::vector<std::string>{id});
}

INSTANTIATE_TEST_SUITE_P(Ways, RunOnceFailing,
                         ::testing::Values(Fault{"crash",
                                                 "crashed (signal 11, Segmentation fault)"},
                                           Fault{"_exit", "ended its process"},
                                           Fault{"loop", "did not end within its deadline"}),
                         [](const auto& tested) { return tested.param.how; });

class RunOnceBroken : public OnceTest {
 protected:
  // A push is refused, for this reason.
  void expect_refusal(const std::string& reason) {
    clone().commit("one more");
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 1);
    ASSERT_THAT(pushed.remote(), SizeIs(2));
    EXPECT_THAT(pushed.remote()[0], AllOf(StartsWith("rcx: refused: "), HasSubstr(reason)));
    EXPECT_THAT(pushed.remote()[1], StartsWith("rcx: the administrator can mend this: "));
    EXPECT_EQ(repository().id("main"), "");
    EXPECT_TRUE(left_nothing());
  }
  void install() { host_.rcx({"install", repository().path().string()}); }
  fs::path program() const { return host_.directory() / "rcxd"; }
};

TEST_F(RunOnceBroken, ExtensionThatFailsToBeMade) {
  for (const char* how : {"throw", "crash"}) {
    host_.add("creator", std::string("{settings: {how: ") + how + "}}");
    prepare();
    clone().commit("first");
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 1);
    EXPECT_THAT(pushed.remote().at(0),
                AllOf(HasSubstr("the extension creator failed: it is not loaded: create ")));
    fs::remove_all(repository().path());
    fs::remove_all(clone().path());
  }
}

// Nobody looks at the status of a host for one call.
TEST_F(RunOnceBroken, ExtensionThatIsNotNamedAndDoesNotLoad) {
  host_.add("no_entry");
  host_.add("recorder");
  prepare();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(
      pushed.remote(),
      ElementsAre(AllOf(StartsWith("rcx: the extension no_entry failed: it is not loaded: "),
                        HasSubstr("exports no rcx_plugin_entry")),
                  "rcx: push refused, decision " + last().id));
  EXPECT_EQ(repository().id("main"), "");
  host_.start();
  EXPECT_EQ(push({"main"}).status, 0) << "a host that stays says it in its status";
  EXPECT_THAT(host_.listed("no_entry"), HasSubstr(" refused "));
}

TEST_F(RunOnceBroken, Configuration) {
  prepare();
  write_file(host_.file(), "roots: [repositories]\nworker: 3\nlog: {level: loud}\n");
  expect_refusal(host_.file().string() + ":2:1: unknown key 'worker'");
  write_file(host_.file(),
             "roots: [repositories]\nrcextensions: absent\nclient: {when_unreachable: run-once}\n");
  expect_refusal("the directory of extensions " + (host_.directory() / "absent").string());
  write_file(host_.file(), "roots: [repositories]\n");
  expect_refusal(host_.file().string() + " says  client.when_unreachable: run-once  no more");
  fs::remove(host_.file());
  expect_refusal("cannot read " + host_.file().string());
}

TEST_F(RunOnceBroken, Program) {
  prepare();
  fs::remove(program());
  expect_refusal(program().string() + ": No such file or directory");
  fs::create_symlink("/nowhere/rcxd", program());
  expect_refusal(program().string() + ": No such file or directory");
  fs::remove(program());
  fs::create_symlink("/bin/true", program());
  expect_refusal(program().string() + ": it ended before it was ready");
  fs::remove(program());
  write_file(program(), "#!/bin/sh\nyes x | head -c 100000 >&3\n", 0755);
  expect_refusal(program().string() + ": it said something else than where it listens");
  install();
  EXPECT_EQ(push({"main"}).status, 0) << "installing again mends it";
}

TEST_F(RunOnceBroken, FilesThatOthersCanWrite) {
  prepare();
  ASSERT_EQ(::chmod(host_.file().c_str(), 0666), 0);
  expect_refusal(host_.file().string() + " can be written by others");
  ASSERT_EQ(::chmod(host_.file().c_str(), 0644), 0);
  ASSERT_EQ(::chmod(host_.directory().c_str(), 0777), 0);
  expect_refusal(host_.directory().string() + " can be written by others");
}

// What others may have put there is not loaded.
TEST_F(RunOnceBroken, StateThatOthersCanWrite) {
  host_.add("judge");
  prepare();
  push_first();
  const fs::path state = host_.directory() / "state";
  const fs::path data = host_.data("judge") / "after";
  ASSERT_TRUE(fs::remove(data));
  fs::path library;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(state / "staged")) {
    if (entry.path().filename() == "judge.so") library = entry.path();
  }
  ASSERT_TRUE(fs::remove(library));
  write_file(library, read_file(fixture("recorder")), 0500);
  for (const fs::path& open : {state, state / "staged"}) {
    ASSERT_EQ(::chmod(open.c_str(), 0777), 0);
    clone().commit("second");
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err;
    EXPECT_THAT(pushed.remote(), ElementsAre(HasSubstr(" brings second"), "after"));
    EXPECT_THAT(records(), IsEmpty());
    EXPECT_FALSE(fs::exists(data));
    ASSERT_EQ(::chmod(open.c_str(), 0700), 0);
  }
}

TEST_F(RunOnceBroken, PostReceiveSaysThatThePushWasAccepted) {
  prepare();
  write_file(repository().hook("post-receive.before-rcx"),
             "#!/bin/sh\nrm " + program().string() + "\n", 0755);
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.remote().at(0),
              StartsWith("rcx: the push was accepted, but the extensions have not been told: "));
  EXPECT_EQ(repository().id("main"), id);
}

TEST_F(RunOnceBroken, StatusSaysThatNoHostIsNeeded) {
  prepare();
  const Outcome status = host_.rcx({"status"});
  EXPECT_EQ(status.status, 3);
  EXPECT_THAT(status.err, AllOf(HasSubstr("no host runs, and none is needed"),
                                HasSubstr("run-once in " + host_.file().string())));
}

TEST_F(RunOnceBroken, InstallWritesWhatHooksRead) {
  prepare();
  const fs::path conf = host_.directory() / "client.conf";
  EXPECT_THAT(read_file(conf), HasSubstr("when_unreachable=run-once\n"));
  host_.set("client", "{when_unreachable: allow}");
  host_.write_config();
  install();
  EXPECT_THAT(read_file(conf), HasSubstr("when_unreachable=allow\n"));
  fs::remove(conf);
  host_.write_config();
  install();
  EXPECT_THAT(read_file(conf), HasSubstr("when_unreachable=allow\n"));
  host_.start();
  host_.set("client", "{when_unreachable: refuse}");
  host_.write_config();
  install();
  EXPECT_THAT(read_file(conf), HasSubstr("when_unreachable=allow\n"))
      << "a host runs that wrote it";
}

// The pusher is another user than the owner of the instance.
class RunOnceNobody : public OnceTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
    // The programs may stand where nobody cannot look.
    const fs::path programs = temp_.path() / "bin";
    fs::copy(built_programs(), programs, fs::copy_options::recursive);
    host_.use_programs(programs);
  }
  void prepare_for_nobody() {
    host_.write_config();
    open_for_nobody();
  }
  void open_for_nobody() {
    repository_.emplace(host_, "a.git", true);
    clone_.emplace(temp_, "c", *repository_, true);
    clone().git({"commit", "--quiet", "--allow-empty", "-m", "first"});
  }
};

TEST_F(RunOnceNobody, PushesToAnInstanceOfRoot) {
  host_.add("judge");
  prepare_for_nobody();
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("nobody brings first", "after"));
  clone().git({"commit", "--quiet", "--allow-empty", "-m", "bad second"});
  EXPECT_THAT(push({"main"}).remote(),
              Contains("refs/heads/main: will not have bad second [judge]"));
  EXPECT_FALSE(fs::exists(host_.data("judge"))) << "the state of the instance is root's";
  EXPECT_FALSE(fs::exists(host_.log_file()));
  EXPECT_TRUE(left_nothing());
}

// With all that is closed to others, and no log elsewhere.
TEST_F(RunOnceNobody, PushesToAnInstanceThatWasJustMade) {
  host_.add("judge");
  write_file(host_.file(), read_file(host_.file()) + "client: {when_unreachable: run-once}\n");
  open_for_nobody();
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("nobody brings first", "after"));
  EXPECT_TRUE(fs::is_empty(host_.directory() / "state"));
  EXPECT_TRUE(left_nothing());
}

TEST_F(RunOnceNobody, MayNotBringExtensions) {
  host_.add("judge", "{}");
  give_away(host_.rcextensions() / "judge.so", kNobody);
  prepare_for_nobody();
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0), HasSubstr("belongs to uid 65534, wanted root or uid 0"));
}

// Extensions belong to who owns rcx.yaml, also where root pushes; and nothing of root's stays.
TEST_F(RunOnceNobody, RootPushesToAnInstanceOfNobody) {
  host_.add("judge", "{}");
  prepare();
  give_away(host_.directory(), kNobody);
  give_away(repository().path(), 0);
  clone().commit("first");
  // Root's own repository does not hand root over to the owner of an instance.
  EXPECT_THAT(push({"main"}).err, AllOf(HasSubstr("belongs to uid 65534"), HasSubstr("rejected")));
  give_away(repository().path() / "hooks", kNobody);
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("root brings first", "after"));
  EXPECT_TRUE(fs::is_empty(host_.directory() / "state"));
}

}  // namespace
}  // namespace rcx::test
