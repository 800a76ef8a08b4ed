// Several pushes at once.
#include <csignal>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

class Concurrent : public GateTest {};

// Two were inside, so nobody is to blame: both are asked again.
TEST_F(Concurrent, WorkerKilledWithTwoPushesInside) {
  host_.add("recorder");
  add_talker("say: thinking");
  serve();
  clone().commit("first");
  std::vector<Running> pushing;
  pushing.push_back(clone().start_push({"main"}));
  pushing.push_back(clone().start_push({"main:topic"}));
  for (Running& one : pushing) {
    ASSERT_TRUE(eventually([&] { return one.err().find("thinking") != std::string::npos; }));
  }
  ASSERT_TRUE(wait_inside());
  const pid_t killed = worker_inside();
  ::kill(killed, SIGKILL);
  ASSERT_TRUE(eventually([&] { return !alive(killed); }));
  open_gate();
  for (Running& one : pushing) {
    const Outcome pushed = one.wait();
    EXPECT_EQ(pushed.status, 0) << pushed.err;
    EXPECT_THAT(pushed.remote(), Contains(HasSubstr("starting again")));
  }
  EXPECT_EQ(repository().id("main"), repository().id("topic"));
  const std::vector<Record> before = records("pre_push");
  ASSERT_THAT(before, SizeIs(2));
  EXPECT_EQ(before[0].attempt, 2);
  EXPECT_EQ(before[1].attempt, 2);
}

TEST_F(Concurrent, OneThreadAtATimeUnlessAnExtensionAllowsMore) {
  const std::string section =
      "{deadline: 30s, settings: {say: inside, until: " + gate().string() + "}}";
  host_.add("talker_alone", section);
  host_.set("workers", "{pre: {processes: 1, threads: 4}}");
  serve();
  clone().commit("first");
  std::vector<Running> pushing;
  for (const char* branch : {"a", "b", "c"})
    pushing.push_back(clone().start_push({std::string("main:") + branch}));
  const auto inside = [&] {
    return std::count_if(pushing.begin(), pushing.end(), [](const Running& one) {
      return one.err().find("inside") != std::string::npos;
    });
  };
  ASSERT_TRUE(eventually([&] { return inside() > 0; }));
  // The others have waited long enough to be told to.
  ASSERT_TRUE(eventually([&] {
    return std::count_if(pushing.begin(), pushing.end(), [](const Running& one) {
             return one.err().find("waiting for the extension") != std::string::npos;
           }) >= 2;
  }));
  EXPECT_EQ(inside(), 1);
  open_gate();
  for (Running& one : pushing) EXPECT_EQ(one.wait().status, 0);
  EXPECT_FALSE(fs::exists(host_.data("talker_alone") / "overlap"));
}

// Both references have moved before the first handler looks for commits.
TEST_F(Concurrent, SameCommitsInTwoPushesAtOnce) {
  host_.add("recorder");
  add_talker("on: push, say: thinking");
  serve();
  const std::string id = clone().commit("first");
  std::vector<Running> pushing;
  pushing.push_back(clone().start_push({"main"}));
  pushing.push_back(clone().start_push({"main:topic"}));
  for (Running& one : pushing)
    ASSERT_TRUE(eventually([&] { return one.err().find("thinking") != std::string::npos; }));
  open_gate();
  for (Running& one : pushing) EXPECT_EQ(one.wait().status, 0);
  std::vector<std::string> told;
  for (const Record& push : records("push")) {
    for (const CommitRecord& commit : push.commits) told.push_back(commit.id);
  }
  EXPECT_THAT(told, Contains(id)) << "some push has to bring it";
}

TEST_F(Concurrent, EightPushesAtOnceAreEightEvents) {
  host_.set("workers", "{pre: {processes: 2, threads: 2}, post: {processes: 1, threads: 2}}");
  host_.add("recorder");
  serve();
  std::vector<Clone> clones;
  std::vector<std::string> ids_pushed;
  for (int i = 0; i < 8; ++i) {
    clones.emplace_back(temp_, "c" + std::to_string(i), repository());
    ids_pushed.push_back(clones.back().commit("by " + std::to_string(i)));
  }
  std::vector<Running> pushing;
  for (int i = 0; i < 8; ++i)
    pushing.push_back(
        clones[static_cast<std::size_t>(i)].start_push({"main:b" + std::to_string(i)}));
  for (Running& one : pushing) {
    const Outcome pushed = one.wait();
    EXPECT_EQ(pushed.status, 0) << pushed.err;
  }
  std::vector<std::string> seen;
  std::vector<std::string> push_ids;
  for (const Record& before : records("pre_push")) {
    ASSERT_THAT(before.commits, SizeIs(1));
    ASSERT_THAT(before.refs, SizeIs(1));
    EXPECT_EQ(before.refs[0].new_id, before.commits[0].id);
    seen.push_back(before.commits[0].id);
    push_ids.push_back(before.push_id);
  }
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(ids_pushed));
  std::vector<std::string> after;
  for (const Record& push : records("push")) after.push_back(push.push_id);
  EXPECT_THAT(after, ::testing::UnorderedElementsAreArray(push_ids));
  std::sort(push_ids.begin(), push_ids.end());
  EXPECT_EQ(std::unique(push_ids.begin(), push_ids.end()), push_ids.end());
}

}  // namespace
}  // namespace rcx::test
