#include "host/vcs/git/push_commits.hpp"

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

using PushCommitsTest = StoreTest;

TEST_P(PushCommitsTest, MessagesOfOnePushAreBounded) {
  std::vector<ObjectId> ids;
  for (const char letter : {'a', 'b'}) {
    ids.push_back(id(git({"commit-tree", tree_, "-m", std::string(600, letter)})));
  }
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, ids);
  commits.set_refs({RefUpdate{}});
  ReadingConfig reading;
  reading.messages = 1000;
  commits.set_reading(reading, {});
  const auto read = [&](std::size_t index) {
    const Result<const Commit*> commit = commits.commit(index);
    return commit ? Code::kNotFound : commit.error().code;
  };
  EXPECT_TRUE(commits.commit(0));
  EXPECT_EQ(read(1), Code::kLimit);
  // What was read before costs nothing, and what is too much stays so.
  EXPECT_TRUE(commits.commit(0));
  EXPECT_EQ(read(1), Code::kLimit);
}

INSTANTIATE_TEST_SUITE_P(Readers, PushCommitsTest,
                         testing::Values(kBest, kLibrary, kProcess, kSha256, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
