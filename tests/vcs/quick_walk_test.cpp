#include "host/vcs/git/quick_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command.hpp"

namespace rcx::host::git {
namespace {

namespace stdfs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

// A repository, and a quarantine in it that is filled as receive-pack fills one.
class QuickWalkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_TRUE(start()); }

  void SetUp() override {
    stdfs::create_directories(top_);
    git({"init", "-q", "-b", "main"});
    git({"hash-object", "-w", "-t", "tree", "/dev/null"});
    stdfs::create_directories(quarantine_ / "pack");
  }

  std::string git(std::vector<std::string> arguments, bool quarantined = false) const {
    arguments.insert(arguments.begin(), {"git", "-c", "user.name=a", "-c", "user.email=a@b"});
    rcx::test::Command command{arguments, top_};
    if (quarantined) {
      command.variables = {{"GIT_OBJECT_DIRECTORY", quarantine_.string()},
                           {"GIT_ALTERNATE_OBJECT_DIRECTORIES", store_.string()}};
    }
    std::string out = rcx::test::must(command);
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

  // A commit whose parents are these; in the store, or in quarantine.
  std::string commit(const std::vector<std::string>& parents, bool quarantined) {
    std::vector<std::string> arguments = {"commit-tree", tree_, "-m", std::to_string(++count_)};
    for (const std::string& parent : parents) arguments.insert(arguments.end(), {"-p", parent});
    return git(arguments, quarantined);
  }

  void set_branch(const std::string& name, const std::string& id) {
    git({"update-ref", "refs/heads/" + name, id});
  }

  std::optional<QuickWalk> walk(const std::vector<RefUpdate>& refs) const {
    return quick_walk(top_.string() + "/.git", quarantine_.string(), refs);
  }

  static RefUpdate update(const std::string& name, const std::string& old_id,
                          const std::string& new_id) {
    RefUpdate ref;
    ref.name = "refs/heads/" + name;
    ref.old_id = old_id;
    ref.new_id = new_id;
    ref.kind = RCX_REF_BRANCH;
    ref.change = old_id.empty() ? RCX_CHANGE_CREATE : RCX_CHANGE_UPDATE;
    return ref;
  }

  static std::vector<std::string> ids(const QuickWalk& found) {
    std::vector<std::string> texts;
    for (const git_oid& id : found.ids) texts.push_back(id_text(id));
    return texts;
  }

  const rcx::test::TempDir temp_;
  const stdfs::path top_ = temp_.path() / "r";
  const stdfs::path store_ = top_ / ".git" / "objects";
  const stdfs::path quarantine_ = store_ / "tmp_objdir-incoming-test";
  const std::string tree_ = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  int count_ = 0;
};

TEST_F(QuickWalkTest, FindsWhatAnOrdinaryPushBrings) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string a = commit({old_id}, true);
  const std::string b = commit({a}, true);
  const auto found = walk({update("main", old_id, b)});
  ASSERT_TRUE(found);
  EXPECT_THAT(ids(*found), ElementsAre(a, b));
  EXPECT_THAT(found->forwards, ElementsAre(0));
}

TEST_F(QuickWalkTest, ListsParentsBeforeChildren) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string left = commit({old_id}, true);
  const std::string right = commit({old_id}, true);
  const std::string merge = commit({left, right}, true);
  const auto found = walk({update("main", old_id, merge), update("side", "", right)});
  ASSERT_TRUE(found);
  EXPECT_THAT(ids(*found), ElementsAre(left, right, merge));
}

TEST_F(QuickWalkTest, AForcedPushIsNoForward) {
  const std::string base = commit({}, false);
  const std::string old_id = commit({base}, false);
  set_branch("main", old_id);
  set_branch("base", base);
  const std::string orphan = commit({}, true);
  const auto found = walk({update("main", old_id, orphan)});
  ASSERT_TRUE(found);
  EXPECT_THAT(ids(*found), ElementsAre(orphan));
  EXPECT_THAT(found->forwards, IsEmpty());
}

TEST_F(QuickWalkTest, LeavesWhatItCannotKnow) {
  const std::string old_id = commit({}, false);
  const std::string unreachable = commit({old_id}, false);
  const std::string other = commit({old_id}, false);
  set_branch("main", old_id);
  set_branch("other", other);
  EXPECT_FALSE(walk({update("main", old_id, commit({unreachable}, true))}))
      << "stops at a commit that no pushed reference points at: it may be new, too";
  EXPECT_FALSE(walk({update("main", old_id, commit({other}, true))}))
      << "known, but by a reference that was not pushed";
  EXPECT_FALSE(walk({update("copy", "", old_id)})) << "was not pushed at all";
  EXPECT_FALSE(walk({update("main", unreachable, commit({unreachable}, true))}))
      << "the client's claim of what main points at is not believed";
  git({"pack-refs", "--all"});
  EXPECT_FALSE(walk({update("main", old_id, commit({old_id}, true))})) << "packed: not looked for";
}

TEST_F(QuickWalkTest, ACommitThatLiesInBothStoresIsDoubtful) {
  const std::string old_id = commit({}, false);
  const std::string sent_again = commit({old_id}, false);
  set_branch("main", old_id);
  const std::string object = sent_again.substr(0, 2) + "/" + sent_again.substr(2);
  stdfs::create_directories(quarantine_ / sent_again.substr(0, 2));
  stdfs::copy_file(store_ / object, quarantine_ / object);
  EXPECT_FALSE(walk({update("main", old_id, sent_again)}));
}

TEST_F(QuickWalkTest, TakesNoQuarantineOfAnotherRepository) {
  const std::string a = commit({}, true);
  const std::vector<RefUpdate> refs = {update("main", "", a)};
  EXPECT_TRUE(walk(refs));
  const stdfs::path elsewhere = temp_.path() / "objects";
  stdfs::create_directories(elsewhere);
  stdfs::rename(quarantine_, elsewhere / "q");
  EXPECT_FALSE(quick_walk(top_.string() + "/.git", (elsewhere / "q").string(), refs));
  stdfs::create_directory_symlink(elsewhere / "q", quarantine_);
  EXPECT_FALSE(walk(refs));
  EXPECT_FALSE(quick_walk(top_.string() + "/.git", "", refs));
}

}  // namespace
}  // namespace rcx::host::git
