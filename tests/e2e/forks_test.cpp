// Repositories that borrow the objects of others.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Forks : public HostTest, public ::testing::WithParamInterface<std::string> {
 protected:
  // `a.git`, a fork of it, and a clone of each. One thread hears of all pushes.
  void SetUp() override {
    host_.set("workers", "{pre: {processes: 1, threads: 1}, post: {processes: 1, threads: 1}}");
    host_.add("recorder");
    host_.start();
    repository_.emplace(host_, "a.git", false, GetParam());
    clone_.emplace(temp_, "c", *repository_);
    fork_.emplace(host_, "fork.git", false, GetParam());
    other_.emplace(temp_, "f", *fork_);
    write_file(fork_->path() / "objects/info/alternates",
               (repository().path() / "objects").string() + "\n");
    fork_->git({"update-ref", "refs/heads/main", push_first()});
    other_->git({"pull", "-q", "origin", "main"});
  }

  std::optional<Repository> fork_;
  std::optional<Clone> other_;
};

// Their client does not know what the fork has of them, and sends all again.
TEST_P(Forks, WhatCameToTheParentIsNotNewInAFork) {
  // Single commits arrive loose, larger pushes in packs: only so what is sent again is there twice.
  for (const Repository* one : {&repository(), &*fork_}) {
    one->git({"config", "receive.unpackLimit", "4"});
  }
  // The fork is open from now on: extensions have read what git then refuses.
  fork_->git({"config", "receive.denyNonFastForwards", "true"});
  other_->git({"checkout", "-q", "--orphan", "away"});
  const std::string refused = other_->commit("away");
  ASSERT_NE(other_->push({"+away:main"}).status, 0);
  ASSERT_THAT(ids(last().commits), ElementsAre(refused));
  Words parents;
  for (int i = 0; i < 10; ++i) parents.push_back(clone().commit(std::to_string(i)));
  ASSERT_EQ(push({"main"}).status, 0);
  fork_->git({"update-ref", "refs/heads/sync", parents.back()});
  clone().git({"branch", "part", parents[4]});
  other_->git({"fetch", "-q", clone().path().string(), "part"});
  other_->git({"checkout", "-q", "-b", "topic", "FETCH_HEAD"});
  const std::string own = other_->commit("mine");
  const Outcome pushed = other_->push({"topic"});
  ASSERT_EQ(pushed.status, 0) << pushed.err;
  for (const char* kind : {"pre_push", "push"}) {
    EXPECT_EQ(last(kind).refs.at(0).short_name, "topic");
    EXPECT_THAT(ids(last(kind).commits), ElementsAre(own)) << kind;
  }
}

// A fork of a fork, moved with its parents: paths in it are relative.
TEST_P(Forks, OneOfAForkMayNameItByARelativePath) {
  Repository second(host_, "second.git", false, GetParam());
  write_file(second.path() / "objects/info/alternates", "../../fork.git/objects\n");
  write_file(fork_->path() / "objects/info/alternates", "../../a.git/objects\n");
  second.git({"update-ref", "refs/heads/main", repository().id("main")});
  Clone third(temp_, "third", second);
  third.git({"pull", "-q", "origin", "main"});
  const std::string own = third.commit("mine");
  const Outcome pushed = third.push({"HEAD:topic"});
  ASSERT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(ids(last("push").commits), ElementsAre(own));
}

INSTANTIATE_TEST_SUITE_P(Formats, Forks, ::testing::Values("sha1", "sha256"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace rcx::test
