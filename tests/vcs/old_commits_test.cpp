#include "host/vcs/git/objects/old_commits.hpp"

#include <gmock/gmock.h>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

using testing::ElementsAre;

class OldCommitsTest : public StoreTest {
 protected:
  // base <- middle <- top, on main; and `pushed` on base, for which the history is gone through.
  void SetUp() override {
    StoreTest::SetUp();
    base_ = commit({}, false);
    middle_ = commit({base_}, false);
    top_id_ = commit({middle_}, false);
    set_branch("main", top_id_);
    pushed_ = commit({base_}, true);
  }

  std::vector<std::string> find(Store& store) const {
    const auto quarantine =
        std::move(*Quarantine::open(quarantine_.string(), store.objects_path(), store.id_size()));
    EventObjects objects(quarantine.get(), store.objects());
    CommitGraph graph(objects, store.shallow(), &store.commit_graph(), &store.old_commits());
    const std::vector<RefUpdate> refs = {update("main", top_id_, pushed_)};
    const Held held{quarantine_.string(), {}};
    NewCommits commits(store, graph, refs, held, false);
    if (const auto collected = commits.collect(); !collected) return {collected.error().message};
    const Result<std::vector<NewCommit>> found = commits.list();
    if (!found) return {found.error().message};
    std::vector<std::string> texts;
    for (const NewCommit& one : *found) texts.push_back(one.id.text());
    return texts;
  }

  std::string base_;
  std::string middle_;
  std::string top_id_;
  std::string pushed_;
};

TEST_P(OldCommitsTest, WhatWasReadForOnePushIsThereForTheNext) {
  git({"repack", "-adq"});
  git({"prune-packed"});
  const std::unique_ptr<Store> store = open();
  EXPECT_EQ(store->old_commits().find(id(middle_)), nullptr);
  EXPECT_THAT(find(*store), ElementsAre(pushed_));
  const CommitLinks* const links = store->old_commits().find(id(middle_));
  ASSERT_NE(links, nullptr);
  EXPECT_THAT(links->parents, ElementsAre(id(base_)));
  EXPECT_EQ(links->tree, id(tree_));
  EXPECT_EQ(store->old_commits().find(id(pushed_)), nullptr) << "nothing of a quarantine is kept";
  EXPECT_THAT(find(*store), ElementsAre(pushed_));
  // It is this that is asked: what it says is believed.
  CommitLinks wrong = *links;
  wrong.parents = {id(top_id_)};
  OldCommits other;
  other.keep(id(middle_), wrong);
  EventObjects objects(nullptr, store->objects());
  CommitGraph graph(objects, store->shallow(), &store->commit_graph(), &other);
  EXPECT_THAT((*graph.old_links(id(middle_)))->parents, ElementsAre(id(top_id_)));
}

// git may prune it, and nobody would notice.
TEST_P(OldCommitsTest, NothingIsKeptOfALooseCommit) {
  const std::unique_ptr<Store> store = open();
  EXPECT_THAT(find(*store), ElementsAre(pushed_));
  EXPECT_EQ(store->old_commits().find(id(middle_)), nullptr);
}

TEST_P(OldCommitsTest, NothingIsKeptWhereHistoryIsCutOff) {
  git({"repack", "-adq"});
  git({"prune-packed"});
  rcx::test::write_file(top_ / ".git/shallow", middle_ + "\n");
  const std::unique_ptr<Store> store = open();
  ASSERT_FALSE(store->shallow().empty());
  find(*store);
  EXPECT_EQ(store->old_commits().find(id(top_id_)), nullptr);
}

TEST_P(OldCommitsTest, ItIsBounded) {
  OldCommits old;
  std::string bytes(id(base_).size(), '\0');
  const auto numbered = [&](std::size_t number) {
    std::memcpy(bytes.data(), &number, sizeof number);
    return ObjectId(bytes.data(), bytes.size());
  };
  std::size_t kept = 0;
  for (std::size_t i = 0; i < 50'000; ++i) old.keep(numbered(i), CommitLinks());
  for (std::size_t i = 0; i < 50'000; ++i) kept += old.find(numbered(i)) != nullptr ? 1U : 0U;
  EXPECT_NE(old.find(numbered(49'999)), nullptr);
  EXPECT_LE(kept, 26'000U);
}

// One commit may name a million, and thousands of such lie in a small pack.
TEST_P(OldCommitsTest, ACommitWithVeryManyParentsIsNotKept) {
  OldCommits old;
  CommitLinks links;
  links.parents.resize(16, id(base_));
  old.keep(id(middle_), links);
  EXPECT_NE(old.find(id(middle_)), nullptr);
  links.parents.resize(17, id(base_));
  old.keep(id(top_id_), links);
  EXPECT_EQ(old.find(id(top_id_)), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Formats, OldCommitsTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
