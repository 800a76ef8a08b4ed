#include "host/vcs/git/pull.hpp"

#include <gmock/gmock.h>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

using testing::UnorderedElementsAre;

class PullTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    tip_ = commit({}, false);
    set_branch("main", tip_);
  }

  Result<void> name() {
    event_.repository.path = top_.string() + "/.git";
    event_.pull.wanted = {{tip_, {}}};
    return name_wanted(event_);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Wanted& wanted : event_.pull.wanted) names.push_back(wanted.name);
    return names;
  }

  const stdfs::path refs_ = top_ / ".git" / "refs";
  std::string tip_;
  Event event_;
};

TEST_P(PullTest, ReferencesBelowALinkedDirectoryHaveNames) {
  stdfs::create_directory_symlink("heads", refs_ / "too");
  const Result<void> named = name();
  ASSERT_TRUE(named) << named.error().message;
  EXPECT_THAT(names(), UnorderedElementsAre("refs/heads/main", "refs/too/main"));
}

// Two that lead back double the directories with each step, as far as the system follows links.
TEST_P(PullTest, LinksThatLeadBackAreNotFollowedForEver) {
  stdfs::create_directory_symlink(".", refs_ / "a");
  stdfs::create_directory_symlink(".", refs_ / "b");
  const Result<void> named = name();
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().code, Code::kLimit);
  EXPECT_THAT(named.error().message, testing::HasSubstr("symbolic links"));
}

INSTANTIATE_TEST_SUITE_P(Readers, PullTest, testing::Values(kBest, kSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
