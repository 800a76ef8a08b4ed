#include "host/vcs/git/changed_paths.hpp"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class ChangedPathsTest : public StoreTest {
 protected:
  std::vector<Change> changes(const std::string& commit) {
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    CommitGraph graph(objects, store->shallow(), nullptr);
    PathBudget budget;
    Result<std::vector<Change>> found = changed_paths(graph, id(commit), budget);
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

INSTANTIATE_TEST_SUITE_P(Readers, ChangedPathsTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
