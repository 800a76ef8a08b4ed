#include "tests/vcs/changes_ahead_fixture.hpp"

namespace rcx::host::git {
namespace {

TEST_P(ChangesAheadTest, ReadsWhatIsReadWithoutIt) {
  for (const Asked what : {Asked::kPaths, Asked::kParts, Asked::kLines}) {
    const std::unique_ptr<PushCommits> ahead = commits();
    ASSERT_EQ(ahead->ids()->size(), 300U);
    for (std::size_t i = 0; i < 300; ++i) {
      // One commit of each alone: too few to read ahead.
      const std::unique_ptr<PushCommits> alone = commits();
      ASSERT_EQ(alone->ids()->size(), 300U);
      ASSERT_EQ(read(*ahead, i, what), read(*alone, i, what)) << i;
    }
  }
}

// As by who looks where something was found.
TEST_P(ChangesAheadTest, PartsAndLinesOfSomeAreReadAsWithoutIt) {
  const std::unique_ptr<PushCommits> both = commits();
  ASSERT_EQ(both->ids()->size(), 300U);
  const std::size_t before = threads();
  std::size_t first = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::unique_ptr<PushCommits> alone = commits();
    ASSERT_EQ(alone->ids()->size(), 300U);
    ASSERT_EQ(read(*both, i, Asked::kParts), read(*alone, i, Asked::kParts)) << i;
    if (first == 0 && threads() > before) first = i;
    ASSERT_EQ(text(both->added(i, 0)), text(alone->added(i, 0))) << i;
  }
  if (GetParam().reader != Reader::kBest) return;
  EXPECT_GT(first, 0U);
}

TEST_P(ChangesAheadTest, GivesOutEachOnce) {
  const std::unique_ptr<PushCommits> alone = commits();
  const std::vector<ObjectId> ids = ids_of(*alone);
  const std::unique_ptr<Store> store = open();
  const auto quarantine =
      std::move(*Quarantine::open(quarantine_.string(), store->objects_path(), store->id_size()));
  EventObjects objects(quarantine.get(), store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const std::unique_ptr<ChangesAhead> ahead =
      ChangesAhead::of(graph, {ids, What::kLines, kLargestObject});
  if (GetParam().reader != Reader::kBest) {
    EXPECT_EQ(ahead, nullptr) << "another thread must not use what libgit2 opened, nor that git";
    return;
  }
  ASSERT_NE(ahead, nullptr);
  while (threads() > before) std::this_thread::yield();
  const std::optional<CommitChanges> last = ahead->take(ids.size() - 1);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->changes.size(), last->lines.size());
  EXPECT_FALSE(last->changes.empty());
  EXPECT_FALSE(ahead->take(ids.size() - 1));
}

TEST_P(ChangesAheadTest, CanBeStoppedAtAnyTime) {
  for (std::size_t asked = 0; asked < 200; asked += 9) {
    const std::unique_ptr<PushCommits> some = commits();
    ASSERT_EQ(some->ids()->size(), 300U);
    for (std::size_t i = 0; i < asked; ++i) read(*some, i, static_cast<Asked>(asked % 3));
  }
}

TEST_P(ChangesAheadTest, WhatIsBeingReadIsWaitedFor) {
  if (GetParam().reader != Reader::kBest) return;
  std::string tree = one_file(10, 0);
  for (int level = 0; level < 4; ++level) {
    std::string entries;
    for (int i = 0; i < 16; ++i) {
      entries += "040000 tree " + tree + "\td" + std::to_string(10 + i) + "\n";
    }
    tree = git({"mktree"}, false, entries);
  }
  const std::string commit = git({"commit-tree", tree, "-m", "large"});
  git({"update-ref", "refs/heads/large", commit});
  git({"repack", "-adq"});
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const std::int64_t began = process_cpu_ns();
  const auto ahead = ChangesAhead::of(graph, {{id(commit)}, What::kPaths, kLargestObject});
  while (threads() > before && process_cpu_ns() - began < 5'000'000) std::this_thread::yield();
  const std::optional<CommitChanges> found = ahead->take(0);
  ASSERT_TRUE(found);
  EXPECT_GE(found->changes.size(), 16U * 16 * 16 * 16);
}

// Which takes as long as it may, unless somebody stops it.
TEST_P(ChangesAheadTest, CanBeStoppedWithinOneHugeCommit) {
  std::string tree = tree_;
  for (int level = 0; level < 8; ++level) {
    std::string entries;
    for (int i = 0; i < 20; ++i) {
      entries += "040000 tree " + tree + "\td" + std::to_string(10 + i) + "\n";
    }
    tree = git({"mktree"}, false, entries);
  }
  check_stop(git({"commit-tree", tree, "-m", "huge"}), What::kPaths);
}

// The same of one file, which differs from what each of many parents has.
TEST_P(ChangesAheadTest, CanBeStoppedWithinTheLinesOfOneFile) {
  std::vector<std::string> words = {"commit-tree", one_file(100'000, 0), "-m", "octopus"};
  for (unsigned i = 1; i <= 20; ++i) {
    const std::string parent = git({"commit-tree", one_file(100'000, i), "-m", "parent"});
    words.insert(words.end(), {"-p", parent});
  }
  check_stop(git(words), What::kLines);
}

// Nothing stops a comparison of two contents, and the time grows with the square of their size.
TEST_P(ChangesAheadTest, LinesOfLargeContentsAreLeftToWhoAsks) {
  const std::size_t kLarge = (std::size_t{256} << 10U) + 1;
  const std::string large = git({"commit-tree", one_file(kLarge, 0), "-m", "large"});
  const std::string small = git({"commit-tree", one_file(kLarge - 1, 0), "-m", "small"});
  git({"update-ref", "refs/heads/large", large});
  git({"update-ref", "refs/heads/small", small});
  git({"repack", "-adq"});
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const auto ahead =
      ChangesAhead::of(graph, {{id(large), id(small)}, What::kLines, kLargestObject});
  while (threads() > before) std::this_thread::yield();
  if (GetParam().reader != Reader::kBest) return;
  EXPECT_FALSE(ahead->take(0).value().lines.at(0));
  EXPECT_TRUE(ahead->take(1).value().lines.at(0));
}

TEST_P(ChangesAheadTest, LimitsAreReachedWhereTheyAreWithoutIt) {
  ReadingConfig reading;
  reading.paths = 200;
  const std::unique_ptr<PushCommits> few = commits(reading);
  ASSERT_EQ(few->ids()->size(), 300U);
  std::size_t paths = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const Result<const std::vector<Change>*> changes = few->changes(i);
    if (!changes) {
      EXPECT_EQ(changes.error().code, Code::kLimit);
      break;
    }
    paths += (*changes)->size();
  }
  EXPECT_GT(paths, 197U);
  EXPECT_LE(paths, 200U);
  reading = {};
  reading.content = 100;
  const std::unique_ptr<PushCommits> small = commits(reading);
  ASSERT_EQ(small->ids()->size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_THAT(read(*small, i, Asked::kLines), testing::HasSubstr("reading.content")) << i;
    EXPECT_THAT(read(*small, i, Asked::kParts), testing::HasSubstr("reading.content")) << i;
  }
}

TEST_P(ChangesAheadTest, FewQuestionsStartNoThread) {
  const std::size_t before = threads();
  const std::unique_ptr<PushCommits> few = commits();
  ASSERT_EQ(few->ids()->size(), 300U);
  for (std::size_t i = 0; i < 10; ++i) read(*few, i, Asked::kPaths);
  for (std::size_t i = 240; i < 300; ++i) read(*few, i, Asked::kPaths);
  EXPECT_EQ(threads(), before);
}

INSTANTIATE_TEST_SUITE_P(Readers, ChangesAheadTest, testing::Values(kBest, kLibrary, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
