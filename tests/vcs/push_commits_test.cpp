#include "host/vcs/git/push_commits.hpp"

#include <gtest/gtest.h>

#include "tests/support/command.hpp"

namespace rcx::host::git {
namespace {

TEST(PushCommits, MessagesOfOnePushAreBounded) {
  ASSERT_TRUE(start());
  const rcx::test::TempDir temp;
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=a", "-c", "user.email=a@b"});
    std::string out = rcx::test::must({arguments, temp.path()});
    while (out.ends_with('\n')) out.pop_back();
    return out;
  };
  git({"init", "-q", "--bare", "."});
  const std::string tree = git({"hash-object", "-w", "-t", "tree", "/dev/null"});
  std::vector<git_oid> ids;
  for (const char letter : {'a', 'b'}) {
    const std::string id = git({"commit-tree", tree, "-m", std::string(600, letter)});
    git_oid oid{};
    ASSERT_EQ(git_oid_fromstr(&oid, id.c_str()), 0);
    ids.push_back(oid);
  }
  Result<Handle<git_repository>> repository = open_repository(temp.path().string(), {});
  ASSERT_TRUE(repository) << repository.error().message;
  PushCommits commits(repository->get(), ids);
  commits.set_refs({RefUpdate{}});
  commits.limit_messages(1000);
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

}  // namespace
}  // namespace rcx::host::git
