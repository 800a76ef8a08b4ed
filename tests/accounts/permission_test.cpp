#include "host/accounts/permission.hpp"

#include "tests/accounts/accounts_fixture.hpp"

namespace rcx::host {
namespace {

class PermissionTest : public AccountsTest {
 protected:
  void SetUp() override {
    AccountsTest::SetUp();
    ada_ = add_user("ada");
    team_ = add_group("team");
    app_ = add_repo("team/app");
  }
  bool may(const Actor& actor, Action action, const Node* object) {
    const Ruling ruling = Permissions(accounts()).may(actor, action, object).value();
    EXPECT_FALSE(ruling.why.empty());
    const Result<void> required = Permissions(accounts()).require(actor, action, object);
    EXPECT_EQ(required.has_value(), ruling.allowed);
    return ruling.allowed;
  }
  bool ada_may(Action action, const Node* object) { return may(as_user(ada_), action, object); }
  void give(const Account& user, const Node& node, Level level) {
    accounts().grant(user, node, level, "root").value();
  }
  Level held(const Account& user, const Node& node) {
    return Permissions(accounts()).held(as_user(user), node).value().level;
  }
  std::string from(const Account& user, const Node& node) {
    return Permissions(accounts()).held(as_user(user), node).value().from;
  }

  Account ada_;
  Node team_;
  Node app_;
};

TEST_F(PermissionTest, AtTheRootRepositoriesTakeTheGlobalPermission) {
  EXPECT_FALSE(ada_may(Action::kCreateRepo, nullptr));
  ASSERT_TRUE(accounts().grant(ada_, kMayCreate, "root"));
  EXPECT_TRUE(ada_may(Action::kCreateRepo, nullptr));
  EXPECT_FALSE(ada_may(Action::kCreateGroup, nullptr));
  ASSERT_TRUE(accounts().grant(ada_, kMayCreateGroup, "root"));
  EXPECT_TRUE(ada_may(Action::kCreateGroup, nullptr));
  EXPECT_TRUE(may(as_user(add_user("boss", true)), Action::kCreateRepo, nullptr));
}

TEST_F(PermissionTest, InAGroupTheyTakeAdminOrWriteAndTheGlobalOne) {
  ASSERT_TRUE(accounts().grant(ada_, kMayCreate, "root"));
  EXPECT_FALSE(ada_may(Action::kCreateRepo, &team_)) << "that is for the root alone";
  give(ada_, team_, Level::kWrite);
  EXPECT_FALSE(ada_may(Action::kCreateRepo, &team_));
  ASSERT_TRUE(accounts().grant(ada_, kMayCreateInGroup, "root"));
  EXPECT_TRUE(ada_may(Action::kCreateRepo, &team_));
  give(ada_, team_, Level::kRead);
  EXPECT_FALSE(ada_may(Action::kCreateRepo, &team_));
  give(ada_, team_, Level::kAdmin);
  ASSERT_TRUE(accounts().revoke(ada_, kMayCreateInGroup));
  EXPECT_TRUE(ada_may(Action::kCreateRepo, &team_));
  EXPECT_TRUE(ada_may(Action::kCreateGroup, &team_));
  give(ada_, team_, Level::kWrite);
  EXPECT_FALSE(ada_may(Action::kCreateGroup, &team_));
}

TEST_F(PermissionTest, ForksTakeReadAndTheGlobalOne) {
  ASSERT_TRUE(accounts().grant(ada_, kMayFork, "root"));
  EXPECT_FALSE(ada_may(Action::kForkRepo, &app_));
  give(ada_, app_, Level::kRead);
  EXPECT_TRUE(ada_may(Action::kForkRepo, &app_));
  ASSERT_TRUE(accounts().revoke(ada_, kMayFork));
  EXPECT_FALSE(ada_may(Action::kForkRepo, &app_));
}

TEST_F(PermissionTest, WhatIsDoneWithARepositoryTakesItsLevel) {
  const std::vector<std::pair<Action, Level>> needs = {
      {Action::kPull, Level::kRead},        {Action::kPush, Level::kWrite},
      {Action::kDeleteRepo, Level::kAdmin}, {Action::kRenameRepo, Level::kAdmin},
      {Action::kAdminister, Level::kAdmin},
  };
  for (const Level level : {Level::kNone, Level::kRead, Level::kWrite, Level::kAdmin}) {
    give(ada_, app_, level);
    for (const auto& [action, needed] : needs) {
      EXPECT_EQ(ada_may(action, &app_), level >= needed)
          << action_name(action) << " with " << level_name(level);
    }
  }
}

TEST_F(PermissionTest, GroupsAreDeletedByTheirAdmins) {
  give(ada_, team_, Level::kWrite);
  EXPECT_FALSE(ada_may(Action::kDeleteGroup, &team_));
  give(ada_, team_, Level::kAdmin);
  EXPECT_TRUE(ada_may(Action::kDeleteGroup, &team_));
}

TEST_F(PermissionTest, UsersAreTheBusinessOfAdministrators) {
  for (const std::string& permission : global_permissions()) {
    ASSERT_TRUE(accounts().grant(ada_, permission, "root"));
  }
  EXPECT_FALSE(ada_may(Action::kCreateUser, nullptr));
  EXPECT_FALSE(ada_may(Action::kDeleteUser, nullptr));
  EXPECT_TRUE(may(as_user(add_user("boss", true)), Action::kDeleteUser, nullptr));
  Actor service;
  service.service = true;
  EXPECT_TRUE(may(service, Action::kCreateUser, nullptr));
}

TEST_F(PermissionTest, TheNearestGrantCounts) {
  const Node apps = add_group("team/apps");
  const Node deep = add_repo("team/apps/x");
  give(ada_, team_, Level::kAdmin);
  EXPECT_EQ(held(ada_, deep), Level::kAdmin);
  EXPECT_EQ(from(ada_, deep), "ada was given group.admin on team");
  give(ada_, apps, Level::kRead);
  EXPECT_EQ(held(ada_, deep), Level::kRead);
  give(ada_, deep, Level::kNone);
  EXPECT_EQ(held(ada_, deep), Level::kNone);
  ASSERT_TRUE(accounts().revoke(ada_, deep).value());
  EXPECT_EQ(held(ada_, deep), Level::kRead);
  EXPECT_FALSE(accounts().revoke(ada_, deep).value()) << "there is nothing to take back";
}

TEST_F(PermissionTest, EverybodysCountsWhereOnesOwnDoesNot) {
  give(everybody(), team_, Level::kRead);
  EXPECT_EQ(held(ada_, app_), Level::kRead);
  EXPECT_EQ(from(ada_, app_), "everybody was given group.read on team");
  give(ada_, team_, Level::kNone);
  EXPECT_EQ(held(ada_, app_), Level::kNone) << "one's own counts before, also where it is less";
  Account alone;
  alone.username = "alone";
  alone.inherit = false;
  alone = accounts().add_user(alone).value();
  EXPECT_EQ(held(alone, app_), Level::kNone);
  ASSERT_TRUE(accounts().grant(everybody(), kMayCreate, "root"));
  EXPECT_TRUE(ada_may(Action::kCreateRepo, nullptr));
  EXPECT_FALSE(may(as_user(alone), Action::kCreateRepo, nullptr));
}

TEST_F(PermissionTest, PrivateRepositoriesAreNotEverybodys) {
  give(everybody(), team_, Level::kWrite);
  Node hidden = app_;
  hidden.name = "team/hidden";
  hidden.is_private = true;
  hidden = accounts().reserve(hidden).value();
  ASSERT_TRUE(accounts().settle(hidden, {}));
  const Node now = accounts().repository("team/hidden").value();
  EXPECT_EQ(held(ada_, now), Level::kNone);
  give(ada_, team_, Level::kRead);
  EXPECT_EQ(held(ada_, now), Level::kRead);
}

TEST_F(PermissionTest, OwnersHaveAdmin) {
  const Node own = add_repo("own", &ada_);
  EXPECT_EQ(held(ada_, own), Level::kAdmin);
  EXPECT_EQ(from(ada_, own), "ada owns own");
  EXPECT_EQ(held(add_user("grace"), own), Level::kNone);
}

TEST_F(PermissionTest, WhoIsNotActiveMayNothing) {
  const Node own = add_repo("own", &ada_);
  ada_.active = false;
  EXPECT_FALSE(ada_may(Action::kPull, &own));
  Account boss = add_user("boss", true);
  boss.active = false;
  EXPECT_FALSE(may(as_user(boss), Action::kPull, &own));
}

TEST_F(PermissionTest, HooksNameWhatTheyTake) {
  const auto has = [&](const char* permission, const Node* node) {
    return Permissions(accounts()).require(as_user(ada_), permission, node).has_value();
  };
  EXPECT_FALSE(has("repository.read", &app_));
  give(ada_, app_, Level::kWrite);
  EXPECT_TRUE(has("repository.read", &app_));
  EXPECT_TRUE(has("repository.write", &app_));
  EXPECT_FALSE(has("repository.admin", &app_));
  EXPECT_FALSE(has("repository.read", nullptr)) << "of no repository";
  EXPECT_FALSE(has("admin", &app_));
  EXPECT_FALSE(has("something.else", &app_)) << "what nobody knows is for administrators";
  EXPECT_FALSE(has(kMayFork, nullptr));
  ASSERT_TRUE(accounts().grant(ada_, kMayFork, "root"));
  EXPECT_TRUE(has(kMayFork, nullptr));
  const Actor boss = as_user(add_user("boss", true));
  EXPECT_TRUE(Permissions(accounts()).require(boss, "admin", nullptr));
}

TEST_F(PermissionTest, ATokenForOneRepositoryIsGoodForThatOne) {
  Actor boss = as_user(add_user("boss", true));
  boss.only = app_.id;
  const Node other = add_repo("other");
  EXPECT_TRUE(may(boss, Action::kPush, &app_));
  EXPECT_FALSE(may(boss, Action::kPull, &other));
  EXPECT_FALSE(may(boss, Action::kCreateRepo, nullptr));
  EXPECT_FALSE(may(boss, Action::kCreateUser, nullptr));
  EXPECT_FALSE(may(boss, Action::kForkRepo, &app_)) << "the fork would be another one";
  EXPECT_FALSE(may(boss, Action::kDeleteGroup, &team_));
}

}  // namespace
}  // namespace rcx::host
