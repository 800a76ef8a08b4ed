#include "host/vcs/git/objects/commit_graph_file.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class CommitGraphFileTest : public StoreTest {
 protected:
  // A history with merges of two and of five.
  void SetUp() override {
    StoreTest::SetUp();
    const std::string root = commit({}, false);
    std::vector<std::string> arms;
    for (int i = 0; i < 5; ++i) arms.push_back(commit({root}, false));
    const std::string merge = commit({arms[0], arms[1]}, false);
    all_ = {root, merge, commit({merge, arms[2]}, false), commit(arms, false)};
    all_.insert(all_.end(), arms.begin(), arms.end());
    set_branch("main", all_[2]);
    set_branch("octopus", all_[3]);
  }

  CommitGraphFile open_graph() const {
    return CommitGraphFile::open(objects_.string(),
                                 GetParam().format == "sha1" ? kSha1Size : kSha256Size);
  }

  void expect_known(const CommitGraphFile& graph, const std::vector<std::string>& commits) const {
    for (const std::string& name : commits) {
      const auto found = graph.find(id(name));
      ASSERT_TRUE(found) << name;
      const Result<CommitLinks> read = commit_links(git({"cat-file", "commit", name}), id(name));
      ASSERT_TRUE(read);
      EXPECT_EQ(found->tree, read->tree);
      EXPECT_EQ(found->parents, read->parents);
      EXPECT_EQ(found->time, read->time);
    }
  }

  std::vector<std::string> all_;
};

TEST_P(CommitGraphFileTest, KnowsWhatCommitsSay) {
  EXPECT_FALSE(open_graph().find(id(all_[0]))) << "there is none yet";
  git({"commit-graph", "write", "--reachable"});
  const CommitGraphFile graph = open_graph();
  expect_known(graph, all_);
  EXPECT_FALSE(graph.find(id(commit({all_[2]}, false)))) << "it came later";
}

TEST_P(CommitGraphFileTest, KnowsAChain) {
  git({"commit-graph", "write", "--reachable", "--split=no-merge"});
  for (int i = 0; i < 3; ++i) {
    all_.push_back(commit({all_.back(), all_[0]}, false));
    set_branch("more", all_.back());
    git({"commit-graph", "write", "--reachable", "--split=no-merge"});
  }
  ASSERT_TRUE(stdfs::exists(objects_ / "info/commit-graphs/commit-graph-chain"));
  expect_known(open_graph(), all_);
}

TEST_P(CommitGraphFileTest, ADamagedOneIsNoHarm) {
  git({"commit-graph", "write", "--reachable"});
  const stdfs::path path = objects_ / "info/commit-graph";
  const std::string whole = *read_file(path.string(), std::size_t{1} << 20U);
  const auto put = [&](const std::string& bytes) {
    stdfs::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
    const CommitGraphFile graph = open_graph();
    for (const std::string& name : all_) (void)graph.find(id(name));
  };
  for (std::size_t size = 0; size < whole.size(); size += 5) put(whole.substr(0, size));
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    std::string spoilt = whole;
    spoilt[at] = static_cast<char>(~spoilt[at]);
    put(spoilt);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CommitGraphFileTest, testing::Values(kBest, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
