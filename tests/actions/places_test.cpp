// Under which name and where repositories come to lie.
#include "tests/actions/actions_fixture.hpp"

namespace rcx::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Places : public ActionsTest {};

// Rules of rcx.yaml and of extensions go by the name.
TEST_F(Places, AGroupIsCalledWhatItIsHoweverItIsSpelt) {
  ASSERT_TRUE(actions().create_group("team", ""));
  messenger_.told.clear();
  EXPECT_EQ(actions().create_repo(repo("TEAM/app")).value().name, "team/app");
  EXPECT_EQ(messenger_.told.at(0).fields.at("repo_name"), "team/app");
  EXPECT_EQ(actions().create_group("Team/sub", "").value().name, "team/sub");
  EXPECT_EQ(actions().rename_repo("team/app", "TEAM/sub/App").value().name, "team/sub/App");
  EXPECT_TRUE(fs::exists(root() / "team/sub/App.git"));
  ASSERT_TRUE(actions().create_repo(repo("source")));
  fs::copy(root() / "source.git", root() / "team/known.git", fs::copy_options::recursive);
  EXPECT_EQ(actions().adopt_repo(repo("TEAM/known")).value().name, "team/known");
}

// A directory of a group that leads elsewhere, by a link.
TEST_F(Places, NothingLeavesTheRootThroughALink) {
  ASSERT_TRUE(actions().create_group("team", ""));
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().create_repo(repo("old")));
  ASSERT_TRUE(actions().delete_repo("old"));
  fs::create_directories(top_ / "outside");
  fs::remove(root() / "team");
  fs::create_directory_symlink(top_ / "outside", root() / "team");
  messenger_.told.clear();
  EXPECT_EQ(actions().create_repo(repo("team/new")).error().code, Code::kDenied);
  EXPECT_EQ(actions().rename_repo("app", "team/app").error().code, Code::kDenied);
  EXPECT_EQ(actions().restore_repo("old", "team/old").error().code, Code::kDenied);
  EXPECT_THAT(messenger_.told, IsEmpty());
  EXPECT_TRUE(fs::is_empty(top_ / "outside"));
  EXPECT_TRUE(actions().repo("app"));
  EXPECT_THAT(accounts_->busy_nodes().value(), IsEmpty());
}

TEST_F(Places, ARenameToTheSameNameIsNone) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  const Result<Node> same = actions().rename_repo("app", "app");
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().message, HasSubstr("its name already"));
  EXPECT_EQ(actions().rename_repo("app", "App").value().name, "App") << "in other letters";
  EXPECT_TRUE(fs::exists(root() / "App.git/HEAD"));
  EXPECT_THAT(accounts_->busy_nodes().value(), IsEmpty());
}

TEST_F(Places, ARenameKeepsTheSuffixAndTheRoot) {
  const fs::path second = top_ / "second";
  fs::create_directories(second);
  config_->roots.push_back(second);
  ASSERT_TRUE(actions().create_repo(repo("source")));
  fs::create_directories(second / "tree");
  fs::copy(root() / "source.git", second / "tree/.git", fs::copy_options::recursive);
  ASSERT_TRUE(actions().adopt_repo(repo("tree")));
  const Node renamed = actions().rename_repo("tree", "wood").value();
  EXPECT_EQ(renamed.path, (second / "wood").string()) << "it has files beside it";
  EXPECT_TRUE(fs::exists(second / "wood/.git/HEAD"));
}

// Also where nobody deletes anything any more.
TEST_F(Places, AnyActionEmptiesTheTrashOfWhatIsOld) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().delete_repo("app"));
  ASSERT_TRUE(actions().recover());
  EXPECT_EQ(actions().trash().value().size(), 1U);
  config_->trash.keep = std::chrono::nanoseconds(0);
  ASSERT_TRUE(actions().recover());
  EXPECT_THAT(actions().trash().value(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(root() / kTrashDirectory));
}

// Of one repository, nothing but that is shown.
TEST_F(Places, ATokenOfOneRepositorySeesNothingElseInTheTrash) {
  ASSERT_TRUE(actions().create_repo(repo("mine")));
  ASSERT_TRUE(actions().create_repo(repo("other")));
  NewUser root_user;
  root_user.username = "boss";
  root_user.admin = true;
  Actor actor = as_user(actions().create_user(root_user).value());
  actor.only = actions().repo("mine").value().id;
  ASSERT_TRUE(actions().delete_repo("mine"));
  ASSERT_TRUE(actions().delete_repo("other"));
  const std::vector<Node> seen = Actions(*accounts_, office(), actor).trash().value();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].name, "mine");
}

}  // namespace
}  // namespace rcx::host
