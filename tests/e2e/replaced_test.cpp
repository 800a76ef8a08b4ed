// Repositories that are deleted, renamed and made anew between pushes: workers keep them open, and
// must not take one for another.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Replaced : public HostTest {
 protected:
  void SetUp() override {
    host_.add("recorder");
    host_.add("refuser", "{settings: {refs: {locked: it is locked}}}");
    // One that keeps it open, and is asked each time.
    host_.set("workers", "{pre: {processes: 1, threads: 1}, post: {processes: 1, threads: 1}}");
    serve();
    for (const char* name : {"one", "two", "three"}) {
      commits_.push_back(clone().commit(name, {{name, "text\n"}}));
    }
    ASSERT_EQ(push({commits_[0] + ":refs/heads/main"}).status, 0);
    ASSERT_EQ(push({commits_[1] + ":refs/heads/main"}).status, 0);
    keep_open();
    workers_ = host_.workers("pre");
  }
  void TearDown() override {
    EXPECT_EQ(host_.workers("pre"), workers_) << "it is the worker that had the other one open";
    HostTest::TearDown();
  }
  // A push that is refused moves nothing, so nothing but the repository itself tells of a change
  // after it.
  void keep_open() {
    ASSERT_EQ(push({commits_[1] + ":refs/heads/locked"}).status, 1);
    ASSERT_THAT(last().refs.at(0).short_name, "locked");
  }
  // What the last push brought, as both hooks were told.
  void expect_brought(const Words& wanted, const std::string& repository = "a") {
    for (const char* kind : {"pre_push", "push"}) {
      EXPECT_THAT(ids(last(kind).commits), ::testing::UnorderedElementsAreArray(wanted)) << kind;
      EXPECT_EQ(last(kind).repository, repository);
    }
  }

  Words commits_;
  std::vector<pid_t> workers_;
};

TEST_F(Replaced, AllIsNewInOneThatIsMadeAnew) {
  for (int i = 0; i < 3; ++i) {
    fs::remove_all(repository().path());
    repository_.emplace(host_, "a.git");
    ASSERT_EQ(push({"main"}).status, 0) << host_.log();
    expect_brought(commits_);
    keep_open();
  }
}

TEST_F(Replaced, OneThatIsPackedIsAnotherToo) {
  repository().git({"gc", "--quiet"});
  ASSERT_EQ(push({commits_[2] + ":refs/heads/main"}).status, 0);
  keep_open();
  fs::remove_all(repository().path());
  repository_.emplace(host_, "a.git");
  ASSERT_EQ(push({commits_[1] + ":refs/heads/main"}).status, 0) << host_.log();
  expect_brought({commits_[0], commits_[1]});
  repository().git({"gc", "--quiet"});
  ASSERT_EQ(push({commits_[2] + ":refs/heads/main"}).status, 0) << host_.log();
  expect_brought({commits_[2]});
}

TEST_F(Replaced, ItMayNameObjectsOtherwise) {
  fs::remove_all(repository().path());
  repository_.emplace(host_, "a.git", false, "sha256");
  Clone other(temp_, "other", *repository_);
  const std::string id = other.commit("another", {{"file", "text\n"}});
  const Outcome pushed = other.push({"main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
  expect_brought({id});
}

TEST_F(Replaced, OneThatIsRenamedHasItsCommitsAndItsPlaceHasNone) {
  fs::rename(repository().path(), host_.root() / "b.git");
  repository_.emplace(host_, "a.git");
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  expect_brought(commits_);
  clone().git({"remote", "set-url", "origin", (host_.root() / "b.git").string()});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  expect_brought({commits_[2]}, "b");
}

TEST_F(Replaced, TwoThatChangePlaces) {
  const fs::path second = host_.root() / "b.git";
  const Repository other(host_, "b.git");
  ASSERT_EQ(
      run(clone().command({"push", second.string(), commits_[2] + ":refs/heads/main"})).status, 0);
  expect_brought(commits_, "b");
  fs::rename(repository().path(), host_.root() / "t.git");
  fs::rename(second, repository().path());
  fs::rename(host_.root() / "t.git", second);
  // All of this is there already.
  ASSERT_EQ(push({commits_[2] + ":refs/heads/topic"}).status, 0) << host_.log();
  expect_brought({});
  ASSERT_EQ(
      run(clone().command({"push", second.string(), commits_[2] + ":refs/heads/main"})).status, 0);
  expect_brought({commits_[2]}, "b");
}

TEST_F(Replaced, OneThatIsGoneIsNamed) {
  fs::create_directory(temp_.path() / "hooks");
  for (const char* name : {"pre-receive", "rcx-instance"}) {
    fs::copy(repository().hook(name), temp_.path() / "hooks" / name);
  }
  fs::remove_all(repository().path());
  fs::create_directory(repository().path());
  Command asked{{(temp_.path() / "hooks/pre-receive").string()}, repository().path()};
  asked.variables = {{"GIT_DIR", "."}};
  asked.input = commits_[0] + " " + commits_[1] + " refs/heads/main\n";
  const Outcome refused = run(asked);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr(fs::canonical(repository().path()).string()));
}

}  // namespace
}  // namespace rcx::test
