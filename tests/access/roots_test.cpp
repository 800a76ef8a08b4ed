#include <gtest/gtest.h>

#include <boost/filesystem/operations.hpp>

#include "host/access/access.hpp"

namespace rcx::host {
namespace {

class RootsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* path : {"git/team/a.git", "git/plain/.git", "git2/b.git", "late"}) {
      fs::create_directories(top_ / path);
    }
    config_.file = top_ / "rcx.yaml";
    config_.roots = {top_ / "git", top_ / "made-later"};
  }
  void TearDown() override { fs::remove_all(top_); }
  std::string name(const fs::path& path) const {
    const auto placed = Roots(config_).place(top_ / path);
    return placed ? placed->name : "refused";
  }

  const fs::path top_ = fs::canonical(fs::temp_directory_path()) / fs::unique_path("rcx-%%%%%%");
  Config config_;
};

TEST_F(RootsTest, NamesRepositoriesBelowTheirRoot) {
  EXPECT_EQ(name("git/team/a.git"), "team/a");
  EXPECT_EQ(name("git/plain/.git"), "plain");
  EXPECT_EQ(name("git/team/../team/a.git/."), "team/a");
}

TEST_F(RootsTest, RefusesWhatLiesElsewhere) {
  EXPECT_EQ(name("git2/b.git"), "refused") << "a name that begins alike";
  EXPECT_EQ(name("git"), "refused") << "the root itself";
  EXPECT_EQ(name("git/../git2/b.git"), "refused");
  EXPECT_EQ(name("git/none.git"), "refused");
  const auto placed = Roots(config_).place(top_ / "git2/b.git");
  EXPECT_EQ(placed.error().code, Code::kDenied);
  EXPECT_NE(placed.error().message.find("add its parent directory to  roots:"), std::string::npos);
}

TEST_F(RootsTest, FollowsLinksFirst) {
  fs::create_symlink(top_ / "git2/b.git", top_ / "git/link.git");
  fs::create_symlink(top_ / "git/team/a.git", top_ / "git2/link.git");
  EXPECT_EQ(name("git/link.git"), "refused");
  EXPECT_EQ(name("git2/link.git"), "team/a");
}

TEST_F(RootsTest, FindsARootThatWasMadeLater) {
  const Roots roots(config_);
  fs::rename(top_ / "late", top_ / "made-later");
  fs::create_directories(top_ / "made-later/c.git");
  EXPECT_TRUE(roots.place(top_ / "made-later/c.git"));
}

TEST(UserNames, KnowsRootAndNamesStrangersByNumber) {
  UserNames names;
  EXPECT_EQ(names.name(0), "root");
  EXPECT_EQ(names.name(0), "root");
  EXPECT_EQ(names.name(3'999'999'999), "uid:3999999999");
}

}  // namespace
}  // namespace rcx::host
