// The host comes and goes.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <csignal>

#include "tests/e2e/once.hpp"

namespace rcx::test {
namespace {

class Lifecycle : public HostTest {};

TEST_F(Lifecycle, WithoutAHostPushesAreRefused) {
  open("a.git");
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  // A busy machine makes it wait so long that it says so first.
  EXPECT_THAT(pushed.remote(), AllOf(Contains(HasSubstr("refused: no host is listening")),
                                     Contains(HasSubstr("start rcxd"))));
  EXPECT_EQ(repository().id("main"), "");
}

// Of somebody whose own host listens where this one would.
TEST_F(Lifecycle, WithoutAHostStrangersAreNotAsked) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  const TempDir elsewhere;
  Instance stranger(elsewhere, true);
  stranger.add("misbehave", "{settings: {how: not at all}}");
  stranger.set("roots", "[" + host_.root().string() + "]");
  const fs::path place = stranger.directory() / "run";
  host_.set("run", place.string());
  host_.write_config();
  open("a.git");
  stranger.start();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              ElementsAre(StartsWith("rcx: refused: " + (place / "pre.sock").string() +
                                     " is served by uid 65534, wanted root, the owner of " +
                                     host_.directory().string()),
                          HasSubstr("run rcxd as the owner of the instance")));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_EQ(stranger.stop(), 0);
  EXPECT_FALSE(fs::exists(stranger.data("misbehave") / "calls"));
}

TEST_F(Lifecycle, AfterTheHostLeftPushesAreRefused) {
  host_.set("client", "{connect_timeout: 100ms}");
  serve();
  push_first();
  ASSERT_EQ(host_.stop(), 0);
  clone().commit("second");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0), HasSubstr("no host is listening"));
}

TEST_F(Lifecycle, WithoutAHostPushesCanBeAllowed) {
  host_.set("client", "{when_unreachable: allow, connect_timeout: 100ms}");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote().at(0), AllOf(HasSubstr("warning"), HasSubstr("allowed")));
  EXPECT_EQ(repository().id("main"), id);
}

TEST_F(Lifecycle, PushWaitsForAHostThatIsJustStarting) {
  host_.set("client", "{connect_timeout: 30s}");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  const std::string id = clone().commit("first");
  Running pushing = clone().start_push({"main"});
  host_.start();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(repository().id("main"), id);
}

TEST_F(Lifecycle, SecondHostForAnInstanceIsRefused) {
  serve();
  const Outcome second =
      run({{(built_programs() / "rcxd").string(), "-c", host_.file().string()}, temp_.path()});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.err, HasSubstr("another host serves"));
  push_first();
}

// As each `rcx status` asks, which is over in an instant.
TEST_F(Lifecycle, HostThatStartsWhileSomebodyAsksForIt) {
  const std::string lock = (host_.directory() / "run" / "rcxd.lock").string();
  const int asking = ::open(lock.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(asking, LOCK_SH | LOCK_NB), 0);
  host_.launch();
  const pid_t pid = host_.host().pid();
  // Until it has tried in vain: it sleeps before the next try.
  EXPECT_TRUE(eventually([&] {
    if (host_.host().ended()) return true;
    const std::vector<std::string> open = descriptors_of(pid);
    return std::find(open.begin(), open.end(), lock) != open.end() &&
           status_line(pid, "State").starts_with("\tS");
  }));
  ::close(asking);
  host_.wait_until_ready();
  open("a.git");
  push_first();
}

TEST_F(Lifecycle, KilledHostTakesItsWorkersAlong) {
  host_.set("client", "{connect_timeout: 100ms}");
  serve();
  push_first();
  std::vector<pid_t> workers = host_.workers("pre");
  ASSERT_THAT(workers, SizeIs(1));
  host_.kill();
  EXPECT_TRUE(eventually([&] { return !alive(workers[0]); }));
  clone().commit("second");
  EXPECT_EQ(push({"main"}).status, 1);
  host_.start();
  EXPECT_EQ(push({"main"}).status, 0);
}

// Nobody is left who could end it.
TEST_F(Lifecycle, KilledHostTakesAlongAWorkerWhoseExtensionNeverReturns) {
  host_.set("client", "{connect_timeout: 100ms}");
  host_.set("budget", "{extension: 1s}");
  host_.add("misbehave", "{settings: {how: loop}}");
  serve();
  const std::vector<pid_t> workers = host_.workers("pre");
  ASSERT_THAT(workers, SizeIs(1));
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(eventually([&] { return fs::exists(host_.data("misbehave") / "calls"); }));
  host_.kill();
  EXPECT_TRUE(eventually([&] { return !alive(workers[0]); }));
  EXPECT_EQ(pushing.wait().status, 1);
  EXPECT_THAT(host_.log(), HasSubstr("without a supervisor: the extension misbehave did not end"));
}

TEST_F(Lifecycle, IdleWorkerThatIsKilledIsReplaced) {
  serve();
  const std::vector<pid_t> before = host_.workers("pre");
  ASSERT_THAT(before, SizeIs(1));
  ::kill(before[0], SIGKILL);
  push_first();
  ASSERT_TRUE(eventually([&] { return host_.workers_lost() == 1; }));
  EXPECT_NE(host_.workers("pre"), before);
}

TEST_F(Lifecycle, SighupKeepsTheHostAndSigintEndsIt) {
  serve();
  host_.host().signal(SIGHUP);
  push_first();
  host_.host().signal(SIGINT);
  EXPECT_EQ(host_.host().wait().status, 0);
}

TEST_F(Lifecycle, StrangersCannotKeepAHostFromStarting) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  serve();
  const fs::path lock = host_.directory() / "run/rcxd.lock";
  const Outcome taken =
      run({{"flock", "--shared", "--nonblock", lock.string(), "true"}, "/", {}, {}, true});
  EXPECT_THAT(taken.err, HasSubstr("Permission denied"));
  // They see that it runs even so.
  Command asks = host_.rcx_command({"status"});
  asks.as_nobody = true;
  EXPECT_EQ(run(asks).status, 0);
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_EQ(run(asks).status, 3);
}

TEST_F(Lifecycle, PathOfTheSocketsThatIsTooLong) {
  host_.set("run", "r" + std::string(100, 'x'));
  host_.launch();
  const Outcome ended = host_.host().wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the system allows"), HasSubstr("run:")));
}

TEST_F(Lifecycle, DirectoryOfExtensionsThatIsNotThere) {
  host_.set("rcextensions", "absent");
  host_.launch();
  const Outcome ended = host_.host().wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr((host_.directory() / "absent").string()));
}

}  // namespace
}  // namespace rcx::test
