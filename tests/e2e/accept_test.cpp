// Pushes that go through, and what extensions see of them.
#include <unistd.h>

#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Accept : public HostTest {
 protected:
  Accept() { host_.add("recorder"); }
};

TEST_F(Accept, PushWithoutExtensions) {
  fs::remove(host_.rcextensions() / "recorder.so");
  serve();
  const std::string id = push_first();
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(Accept, ExtensionSeesThePushBeforeAndAfter) {
  serve();
  const std::string id = push_first();
  EXPECT_EQ(repository().id("main"), id);

  const std::vector<Record> all = records();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].kind, "pre_push");
  EXPECT_EQ(all[0].hook_type, "pre_receive");
  EXPECT_EQ(all[1].kind, "push");
  EXPECT_EQ(all[1].hook_type, "post_receive");
  for (const Record& one : all) {
    EXPECT_EQ(one.attempt, 1);
    EXPECT_EQ(one.repository, "a");
    EXPECT_EQ(one.path, repository().path().string());
    EXPECT_EQ(one.uid, ::getuid());
    EXPECT_EQ(one.source, "uid " + std::to_string(::getuid()));
    ASSERT_THAT(one.refs, SizeIs(1));
    EXPECT_EQ(one.refs[0].name, "refs/heads/main");
    EXPECT_EQ(one.refs[0].short_name, "main");
    EXPECT_EQ(one.refs[0].new_id, id);
  }
}

TEST_F(Accept, StatusTellsHowOftenRepositoriesWereOpened) {
  const auto counts = [this] {
    const auto status = boost::json::parse(must(host_.rcx_command({"--json", "status"})));
    const boost::json::object& all = status.at("repositories").as_object();
    std::vector<std::int64_t> numbers;
    for (const char* name : {"opens", "hits", "invalidations"}) {
      numbers.push_back(all.at(name).to_number<std::int64_t>());
    }
    return numbers;
  };
  serve();
  EXPECT_EQ(counts(), std::vector<std::int64_t>(3, 0));
  push_first();
  const std::vector<std::int64_t> first = counts();
  EXPECT_GE(first[0], 1);
  EXPECT_GE(first[2], 1) << "it changed";
  clone().commit("second");
  EXPECT_EQ(push({"main"}).status, 0);
  const std::vector<std::int64_t> second = counts();
  EXPECT_GT(second[0], first[0]) << "what it was is not what it is";
  EXPECT_GT(second[2], first[2]);
  EXPECT_THAT(must(host_.rcx_command({"status"})),
              HasSubstr("opened " + std::to_string(second[0]) + " times, found open " +
                        std::to_string(second[1]) + " times, changed " + std::to_string(second[2]) +
                        " times"));
}

TEST_F(Accept, BothEventsOfAPushShareItsPushId) {
  serve();
  push_first();
  clone().commit("second");
  EXPECT_EQ(push({"main"}).status, 0);
  const std::vector<Record> all = records();
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_FALSE(all[0].push_id.empty());
  EXPECT_EQ(all[0].push_id, all[1].push_id);
  EXPECT_EQ(all[2].push_id, all[3].push_id);
  EXPECT_NE(all[0].push_id, all[2].push_id);
  EXPECT_NE(all[0].id, all[1].id);
  EXPECT_THAT(all[0].id, ContainsRegex("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-"));
}

// The objects are still in quarantine when pre_push reads them.
TEST_F(Accept, CommitsAndChangedPathsAreTheSameBeforeAndAfter) {
  serve();
  const std::string one = clone().commit("add two", {{"a", "1\n"}, {"dir/b", "1\n"}});
  clone().git({"rm", "--quiet", "a"});
  const std::string two =
      clone().commit("change both\n\nand say why\n", {{"dir/b", "2\n"}, {"dir/c", "2\n"}});
  ASSERT_EQ(push({"main"}).status, 0);

  for (const char* kind : {"pre_push", "push"}) {
    const std::vector<CommitRecord> commits = last(kind).commits;
    EXPECT_THAT(ids(commits), ElementsAre(one, two)) << kind;
    if (commits.size() != 2) continue;
    EXPECT_THAT(commits[0].parents, IsEmpty());
    EXPECT_THAT(commits[0].changes, ElementsAre("added a", "added dir/b"));
    EXPECT_THAT(commits[1].parents, ElementsAre(one));
    EXPECT_THAT(commits[1].changes, ElementsAre("deleted a", "modified dir/b", "added dir/c"));
    EXPECT_EQ(commits[1].subject, "change both");
    EXPECT_EQ(commits[1].message, "change both\n\nand say why\n");
    EXPECT_EQ(commits[1].author.name, "Ada Author");
    EXPECT_EQ(commits[1].author.email, "ada@example.org");
    EXPECT_EQ(commits[1].author.offset, 90);
    EXPECT_EQ(commits[1].committer.name, "Carl Committer");
    EXPECT_EQ(commits[1].committer.time, 1'700'000'002);
  }
}

TEST_F(Accept, PushOptionsArriveInOrder) {
  serve();
  clone().commit("first");
  ASSERT_EQ(push({"-o", "skip=ci", "-o", "", "-o", "a b\"c", "main"}).status, 0);
  EXPECT_THAT(last("pre_push").options, ElementsAre("skip=ci", "", "a b\"c"));
  EXPECT_THAT(last("push").options, ElementsAre("skip=ci", "", "a b\"c"));
}

TEST_F(Accept, PushThatChangesNothingIsNoEvent) {
  serve();
  push_first();
  EXPECT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(records(), SizeIs(2));
}

TEST_F(Accept, NonBareRepositoryIsServed) {
  host_.start();
  const fs::path path = host_.root() / "group/tree";
  must({{"git", "init", "--quiet", "--initial-branch=other", path.string()}, temp_.path()});
  must(host_.rcx_command({"install", path.string()}));
  open("a.git");
  clone().commit("first");
  const Outcome pushed = run(clone().command({"push", path.string(), "main"}));
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(last().repository, "group/tree");
}

// A worktree's receive-pack has GIT_DIR elsewhere than the hooks.
TEST_F(Accept, LinkedWorktreeAsTargetIsServed) {
  host_.start();
  const fs::path path = host_.root() / "tree";
  must({{"git", "init", "--quiet", "--initial-branch=other", path.string()}, temp_.path()});
  must({{"git", "commit", "--quiet", "--allow-empty", "-m", "x"}, path});
  const fs::path linked = host_.root() / "linked";
  must({{"git", "worktree", "add", "--quiet", "-b", "side", linked.string()}, path});
  must(host_.rcx_command({"install", linked.string()}));
  open("a.git");
  const std::string id = clone().commit("first");
  const Outcome pushed = run(clone().command({"push", linked.string(), "main"}));
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(ids(last().commits), ElementsAre(id));
}

}  // namespace
}  // namespace rcx::test
