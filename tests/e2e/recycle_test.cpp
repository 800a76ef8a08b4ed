// Workers that leave because of what extensions left in them, and those that die of it.
#include <csignal>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

class Recycle : public GateTest {
 protected:
  bool logged(const std::string& text) const { return host_.log().find(text) != std::string::npos; }
};

TEST_F(Recycle, WorkersHaveTheLimitsOfTheFile) {
  host_.set("limits", "{memory: 256MiB, descriptors: 77}");
  host_.start();
  for (const char* pool : {"pre", "post"}) {
    const std::string worker = std::to_string(host_.workers(pool).at(0));
    const std::string limits = read_file("/proc/" + worker + "/limits");
    EXPECT_THAT(limits, ContainsRegex("Max open files +77 +77"));
    EXPECT_THAT(limits, ContainsRegex("Max core file size +1 +1"));
    if (kCountsMemory) {
      EXPECT_THAT(limits, ContainsRegex("Max data size +268435456 +268435456"));
    }
  }
}

// Every push makes its worker leave, while others come.
TEST_F(Recycle, NoPushIsLost) {
  if (!kCountsMemory) GTEST_SKIP() << "memory does not count";
  host_.set("workers", "{pre: {processes: 2, threads: 2}, post: {processes: 1, threads: 2}}");
  host_.set("limits", "{recycle_memory: 64MiB}");
  host_.add("bad_hoards");
  host_.add("recorder");
  serve();
  clone().commit("first");
  constexpr int kPushes = 12;
  std::vector<Running> pushes;
  for (int i = 0; i < kPushes; ++i) {
    pushes.push_back(clone().start_push({"main:topic" + std::to_string(i)}));
  }
  for (Running& one : pushes) {
    const Outcome pushed = one.wait();
    EXPECT_EQ(pushed.status, 0) << pushed.err;
  }
  EXPECT_THAT(records("pre_push"), SizeIs(kPushes)) << "each was asked once";
  EXPECT_TRUE(logged("bad_hoards")) << host_.log();
  EXPECT_EQ(host_.workers_lost(), 0) << "a worker that leaves is no worker that died";
}

// A push that a worker has is finished before it leaves; those that come meanwhile go to the next.
TEST_F(Recycle, FinishesWhatItHas) {
  if (!kCountsMemory) GTEST_SKIP() << "memory does not count";
  host_.set("workers", "{pre: {processes: 2, threads: 2}, post: {processes: 1, threads: 2}}");
  host_.set("limits", "{recycle_memory: 64MiB}");
  add_talker("say: thinking", ", repositories: [a]");
  host_.add("bad_hoards", "{repositories: [b]}");
  serve();
  clone().commit("first");
  const Repository other(host_, "b.git");
  Clone there(temp_, "d", other);
  there.commit("first");
  Running waiting = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const pid_t worker = worker_inside();
  const auto leaves = [&] {
    return logged("pre " + std::to_string(worker) + ": the worker leaves, and another");
  };
  // Until the worker with the talker has had one.
  for (int i = 0; i < 50 && !leaves(); ++i) {
    const Outcome pushed = there.push({"main:topic" + std::to_string(i)});
    ASSERT_EQ(pushed.status, 0) << pushed.err;
  }
  ASSERT_TRUE(leaves()) << host_.log();
  EXPECT_EQ(there.push({"main:next"}).status, 0);
  EXPECT_TRUE(alive(worker));
  open_gate();
  const Outcome pushed = waiting.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), Not(Contains(HasSubstr("worker"))));
  EXPECT_TRUE(eventually([&] { return !alive(worker); }));
  EXPECT_EQ(host_.workers_lost(), 0);
}

// The thread of one extension crashes while another is the only one inside.
TEST_F(Recycle, WhoIsInsideIsNotBlamedForTheThreadOfAnother) {
  host_.add("bad_crashes_later", "{priority: 1}");
  host_.add("talker", "{priority: 50, deadline: 30s, settings: {say: thinking, until: " +
                          gate().string() + "}}");
  serve();
  clone().commit("first");
  open_gate();
  ASSERT_EQ(push({"main:first"}).status, 0);
  fs::remove(gate());
  Running waiting = clone().start_push({"-o", "behave", "main"});
  ASSERT_TRUE(wait_inside());
  const pid_t worker = worker_inside();
  write_file(host_.data("bad_crashes_later") / "go", "");
  ASSERT_TRUE(eventually([&] { return wait_inside() && worker_inside() != worker; }));
  open_gate();
  const Outcome pushed = waiting.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(host_.log(), Not(HasSubstr("the extension talker")));
}

}  // namespace
}  // namespace rcx::test
