// The host as a user without privileges. Root passes every check of modes, so these drop to nobody.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Nobody : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
    host_.emplace(temp_, true);
    host_->add("recorder");
  }
  void serve() {
    host_->start();
    repository_.emplace(*host_, "a.git", true);
    clone_.emplace(temp_, "c", *repository_, true);
    clone_->git({"commit", "--quiet", "--allow-empty", "-m", "first"});
  }

  TempDir temp_;
  std::optional<Instance> host_;
  std::optional<Repository> repository_;
  std::optional<Clone> clone_;
};

TEST_F(Nobody, ServesItsOwnPushes) {
  serve();
  const Outcome pushed = clone_->push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  const std::vector<Record> all = records(*host_);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].caller, "nobody");
  EXPECT_THAT(all[0].commits, SizeIs(1));
}

TEST_F(Nobody, ExtensionThatItMayNotRead) {
  host_->add("plain");
  const fs::path file = host_->rcextensions() / "plain.so";
  ASSERT_EQ(::chown(file.c_str(), 0, 0), 0);
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  serve();
  EXPECT_THAT(host_->listed("plain"), AllOf(HasSubstr(" refused "), HasSubstr("cannot read"),
                                            HasSubstr("Permission denied")));
  EXPECT_EQ(clone_->push({"main"}).status, 0);
}

TEST_F(Nobody, NamedExtensionThatItMayNotReadRefuses) {
  host_->add("plain", "{}");
  ASSERT_EQ(::chmod((host_->rcextensions() / "plain.so").c_str(), 0), 0);
  serve();
  const Outcome pushed = clone_->push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0), HasSubstr("extension plain failed: it is not loaded"));
}

// An installation for all users: the files are root's.
TEST_F(Nobody, ExtensionsOfRoot) {
  give_away(host_->rcextensions(), 0);
  serve();
  EXPECT_THAT(host_->listed("recorder"), HasSubstr(" loaded "));
  EXPECT_EQ(clone_->push({"main"}).status, 0);
}

TEST_F(Nobody, ExtensionOfAnotherUser) {
  ASSERT_EQ(::chown((host_->rcextensions() / "recorder.so").c_str(), 1, 1), 0);
  serve();
  EXPECT_THAT(host_->listed("recorder"), AllOf(HasSubstr(" refused "), HasSubstr("uid 1")));
}

// The quarantine of a push by root is closed to it: an extension that looks inside fails, and says
// so, rather than seeing no commits.
TEST_F(Nobody, PushOfRootWhoseQuarantineItCannotRead) {
  host_->start();
  const Repository repository(*host_, "r.git", true);
  give_away(repository.path(), 0);
  const Clone clone(temp_, "r", repository);
  clone.git({"commit", "--quiet", "--allow-empty", "-m", "first"});
  const Outcome pushed = clone.push({"main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote().at(0), AllOf(HasSubstr("extension recorder failed"),
                                           HasSubstr("the host cannot read what was pushed")));
  EXPECT_EQ(run(clone.command({"ls-remote", "--exit-code", "origin", "main"})).status, 2);
}

TEST_F(Nobody, LeavesWithStatusZero) {
  serve();
  EXPECT_EQ(host_->stop(), 0);
}

}  // namespace
}  // namespace rcx::test
