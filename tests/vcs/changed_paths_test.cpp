#include "host/vcs/git/changed_paths.hpp"

#include <gmock/gmock.h>

#include <cstring>
#include <random>
#include <set>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

// A commit that names so many parents, which are different or one, and large trees that all have
// another id. What they hold lies in memory once.
class LargeTrees : public Objects {
 public:
  static constexpr std::size_t kSize = std::size_t{15} << 20U;

  LargeTrees(std::size_t parents, bool different) {
    std::string text = "tree " + number(1'000'000).text() + "\n";
    for (std::size_t i = 1; i <= parents; ++i) {
      text += "parent " + number(different ? i : 1).text() + "\n";
    }
    commits_[number(0)] = text;
    for (std::size_t i = 1; i <= parents; ++i) {
      commits_[number(i)] = "tree " + number(1'000'000 + i).text() + "\n";
    }
    const std::string name(40'000, 'n');
    std::string tree;
    for (std::size_t i = 0; tree.size() < kSize; ++i) {
      tree += "100644 " + std::to_string(10'000 + i) + name + '\0' + std::string(20, 'x');
    }
    tree_ = std::make_shared<const std::string>(tree);
  }

  static ObjectId number(std::size_t number) {
    std::string bytes(20, 'x');
    std::memcpy(bytes.data(), &number, sizeof number);
    return ObjectId(bytes.data(), bytes.size());
  }

  Result<bool> contains(const ObjectId& /*id*/) override { return true; }
  Result<ObjectHeader> header(const ObjectId& id) override { return missing_object(id); }
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t /*most*/) override {
    if (const auto commit = commits_.find(id); commit != commits_.end()) {
      return Object{ObjectType::kCommit, std::make_shared<const std::string>(
                                             commit->second + "committer a <a@b> 1 +0000\n\n")};
    }
    ++trees_read;
    return Object{ObjectType::kTree, tree_};
  }

  std::size_t trees_read = 0;

 private:
  ById<std::string> commits_;
  Content tree_;
};

Result<std::vector<Change>> changes_of(LargeTrees& trees, PathBudget budget = {}) {
  EventObjects objects(nullptr, trees);
  const Ids none;
  CommitGraph graph(objects, none, nullptr);
  return changed_paths(graph, LargeTrees::number(0), budget);
}

TEST(LargeTreesOfAMerge, OfAParentThatIsNamedAgainAndAgainAreReadOnce) {
  LargeTrees trees(320, /*different=*/false);
  const Result<std::vector<Change>> changes = changes_of(trees);
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_EQ(trees.trees_read, 2U);
}

TEST(LargeTreesOfAMerge, AreBounded) {
  LargeTrees trees(320, /*different=*/true);
  const Result<std::vector<Change>> changes = changes_of(trees);
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().code, Code::kLimit);
  EXPECT_THAT(changes.error().message, testing::HasSubstr("more than 256 MiB"));
  EXPECT_EQ(trees.trees_read, (std::size_t{256} << 20U) / LargeTrees::kSize + 1);
}

// Each tree costs a step for each KiB, and not only when all of them are held.
TEST(LargeTreesOfAMerge, ThatNobodyMayReadAreNotRead) {
  LargeTrees trees(10, /*different=*/true);
  PathBudget budget;
  budget.steps = 3 * LargeTrees::kSize / 1024;
  EXPECT_EQ(changes_of(trees, budget).error().code, Code::kLimit);
  EXPECT_EQ(trees.trees_read, 3U);
}

class ChangedPathsTest : public StoreTest {
 protected:
  Result<std::vector<Change>> read(const std::string& commit, PathBudget budget,
                                   const std::atomic<bool>* stopped = nullptr) {
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    CommitGraph graph(objects, store->shallow(), nullptr);
    return changed_paths(graph, id(commit), budget, stopped);
  }

  std::vector<Change> changes(const std::string& commit) {
    Result<std::vector<Change>> found = read(commit, {});
    if (!found) throw std::runtime_error(found.error().message);
    return std::move(*found);
  }

  // A tree of some of a few files, some of which are a directory in others.
  std::string random_tree(std::mt19937& random) {
    std::string index;
    if (blobs_.empty()) {
      for (const char* text : {"one\n", "two\n"}) {
        blobs_.push_back(git({"hash-object", "-w", "--stdin"}, false, text));
      }
    }
    const auto pick = [&](unsigned most) { return random() % most; };
    const auto add = [&](const std::string& path) {
      const char* const modes[] = {"100644", "100755", "120000"};
      index += std::string(modes[pick(8) < 6 ? 0 : pick(3)]) + " " + blobs_[pick(2)] + "\t" + path +
               "\n";
    };
    for (const std::string name : {"a", "b", "c", "a.c", "d0"}) {
      const auto what = pick(4);
      if (what == 1 || what == 2) add(name);
      if (what == 3) {
        add(name + "/x");
        if (pick(2) == 0) add(name + "/deep/y");
        if (pick(2) == 0) add(name + "/deep/z");
      }
    }
    git({"read-tree", "--empty"});
    git({"update-index", "--index-info"}, false, index);
    return git({"write-tree"});
  }

  // A commit of so many directories in each of so many levels, and of no file.
  std::string nested(int levels, int width) const {
    std::string tree = tree_;
    for (int level = 0; level < levels; ++level) {
      std::string entries;
      for (int i = 0; i < width; ++i) {
        entries += "040000 tree " + tree + "\td" + std::to_string(i) + "\n";
      }
      tree = git({"mktree"}, false, entries);
    }
    return git({"commit-tree", tree, "-m", "nested"});
  }

  std::vector<std::string> blobs_;
};

// As `git diff-tree -c` says: what differs from every parent.
TEST_P(ChangedPathsTest, OfMergesAreWhatNoParentHas) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    std::vector<std::string> arguments = {"commit-tree", random_tree(random), "-m", "merge"};
    std::vector<std::string> parents;
    for (unsigned i = 0; i < 1 + random() % 3; ++i) {
      parents.push_back(git({"commit-tree", random_tree(random), "-m", std::to_string(i)}));
      arguments.insert(arguments.end(), {"-p", parents.back()});
    }
    const std::string merge = git(arguments);
    std::set<std::string> wanted;
    bool first = true;
    for (const std::string& parent : parents) {
      const std::string text =
          git({"diff-tree", "-r", "-z", "--raw", "--no-renames", parent, merge});
      std::set<std::string> differ;
      // `:MODE MODE ID ID STATUS`, and the path.
      const std::vector<std::string_view> words = split(text, '\0');
      for (std::size_t i = 0; i + 1 < words.size(); i += 2) differ.emplace(words[i + 1]);
      if (!first)
        std::erase_if(wanted, [&](const std::string& one) { return !differ.contains(one); });
      if (first) wanted = differ;
      first = false;
    }
    std::vector<std::string> found;
    for (const Change& change : changes(merge)) found.push_back(change.path);
    EXPECT_EQ(found, std::vector<std::string>(wanted.begin(), wanted.end())) << merge;
  }
}

TEST_P(ChangedPathsTest, DirectoriesWithoutFilesAreBounded) {
  const Result<std::vector<Change>> found = read(nested(8, 20), {});
  ASSERT_FALSE(found) << "20^8 directories were looked into";
  EXPECT_EQ(found.error().code, Code::kLimit);
  EXPECT_THAT(found.error().message, testing::HasSubstr("more directories than reading.paths"));
}

TEST_P(ChangedPathsTest, WhatItTakesToFindThemIsBounded) {
  std::string entries;
  const std::string blob = git({"hash-object", "-w", "--stdin"}, false, "x");
  for (int i = 0; i < 4000; ++i) {
    entries += "100644 blob " + blob + "\t" + std::to_string(10'000 + i) + "\n";
  }
  const std::string wide = git({"mktree"}, false, entries);
  const std::string wider = git({"mktree"}, false, entries + "100644 blob " + blob + "\tadded\n");
  const std::string parent = git({"commit-tree", wide, "-m", "wide"});
  const std::string empty = git({"commit-tree", tree_, "-m", "empty"});
  const std::string commit = git({"commit-tree", wider, "-p", parent, "-m", "wider"});
  const std::string merge = git({"commit-tree", wide, "-p", parent, "-p", empty, "-m", "merge"});
  const std::string other = git({"commit-tree", wider, "-p", parent, "-p", empty, "-m", "merge"});
  PathBudget budget;
  budget.steps = 200;
  EXPECT_EQ(read(commit, budget).error().code, Code::kLimit) << "two trees of more than 100 KiB";
  EXPECT_TRUE(read(merge, budget)) << "with nothing to look for";
  budget.steps = 1000;
  EXPECT_TRUE(read(commit, budget));
  EXPECT_EQ(read(other, budget).error().code, Code::kLimit)
      << "each entry differs from one of them";
  EXPECT_TRUE(read(other, {}));
}

TEST_P(ChangedPathsTest, CanBeStoppedWithinACommit) {
  const std::string commit = nested(4, 20);
  std::atomic<bool> stopped{false};
  EXPECT_TRUE(read(commit, {}, &stopped));
  stopped = true;
  EXPECT_EQ(read(commit, {}, &stopped).error().code, Code::kBusy);
}

INSTANTIATE_TEST_SUITE_P(Readers, ChangedPathsTest,
                         testing::Values(kBest, kLibrary, kProcess, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
