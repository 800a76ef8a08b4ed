// The host comes and goes.
#include <csignal>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Lifecycle : public HostTest {};

TEST_F(Lifecycle, WithoutAHostPushesAreRefused) {
  open("a.git");
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              ElementsAre(HasSubstr("refused: no host is listening"), HasSubstr("start rcxd")));
  EXPECT_EQ(repository().id("main"), "");
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
