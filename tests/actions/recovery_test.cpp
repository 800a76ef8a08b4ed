// Processes that die over an action.
#include <sys/wait.h>
#include <unistd.h>

#include "tests/actions/actions_fixture.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Recovery : public ActionsTest {
 protected:
  // Runs `work` in a process of its own, which ends at once where `work` does so.
  void in_child(const std::function<void(Actions&)>& work) {
    accounts_.reset();
    const pid_t pid = ::fork();
    if (pid == 0) {
      accounts_ = std::make_unique<Accounts>(Accounts::open(config_->state).value());
      Actions mine = actions();
      work(mine);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), kDied) << "it came to the end";
    accounts_ = std::make_unique<Accounts>(Accounts::open(config_->state).value());
  }
  void die_while_asked() {
    messenger_.during = [](const std::string&) { ::_exit(kDied); };
  }
  void die_after(const std::string& event) {
    messenger_.during = [event](const std::string& told) {
      if (told == event) ::_exit(kDied);
    };
  }
  void recover() {
    messenger_.during = {};
    Actions mine = actions();
    ASSERT_TRUE(mine.recover());
    EXPECT_THAT(mine.report().notes, IsEmpty());
    EXPECT_THAT(accounts_->busy_nodes().value(), IsEmpty());
  }
  static constexpr int kDied = 9;
};

TEST_F(Recovery, ACreateThatDiedWhileItAskedLeavesNothing) {
  die_while_asked();
  in_child([](Actions& mine) { static_cast<void>(mine.create_repo(repo("app"))); });
  EXPECT_EQ(accounts_->busy_nodes().value().size(), 1U);
  recover();
  EXPECT_THAT(on_disk(), IsEmpty());
  EXPECT_TRUE(actions().create_repo(repo("app")));
}

TEST_F(Recovery, ACreateThatDiedHalfWayIsTakenAway) {
  in_child([this](Actions&) {
    Office dying = office();
    dying.install = [](const fs::path&) -> Result<void> { ::_exit(kDied); };
    Actor actor;
    actor.service = true;
    Actions mine(*accounts_, dying, actor);
    static_cast<void>(mine.create_repo(repo("app")));
  });
  EXPECT_EQ(on_disk().size(), 1U) << "half of it is there";
  recover();
  EXPECT_THAT(on_disk(), IsEmpty());
}

TEST_F(Recovery, WhatWasDoneAndNotToldIsTold) {
  die_after("create_repo");
  in_child([](Actions& mine) { static_cast<void>(mine.create_repo(repo("app"))); });
  const auto waiting = accounts_->announcements().value();
  ASSERT_EQ(waiting.size(), 1U);
  recover();
  ASSERT_EQ(messenger_.told.size(), 1U);
  EXPECT_EQ(messenger_.told[0].event, "create_repo");
  EXPECT_EQ(messenger_.told[0].id, waiting[0].id) << "the same event, under the same id";
  EXPECT_THAT(accounts_->announcements().value(), IsEmpty());
}

TEST_F(Recovery, ADeleteThatDiedIsTakenBack) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  die_while_asked();
  in_child([](Actions& mine) { static_cast<void>(mine.delete_repo("app")); });
  recover();
  EXPECT_TRUE(actions().repo("app"));
  EXPECT_TRUE(fs::exists(root() / "app.git/HEAD"));
}

TEST_F(Recovery, ADeleteThatHadMovedItIsTakenBack) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  in_child([this](Actions&) {
    Node node = accounts_->repository("app").value();
    fs::create_directory(root() / kTrashDirectory);
    const fs::path trash = root() / kTrashDirectory / "x.git";
    accounts_->hold(node, "delete", trash.string()).value();
    fs::rename(node.path, trash);
    ::_exit(kDied);
  });
  EXPECT_FALSE(fs::exists(root() / "app.git"));
  recover();
  EXPECT_TRUE(fs::exists(root() / "app.git/HEAD"));
  EXPECT_TRUE(actions().delete_repo("app"));
}

TEST_F(Recovery, ARenameThatDiedIsTakenBack) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  die_while_asked();
  in_child([](Actions& mine) { static_cast<void>(mine.rename_repo("app", "b")); });
  recover();
  EXPECT_TRUE(actions().repo("app"));
  EXPECT_TRUE(actions().create_repo(repo("b"))) << "its name is free";
}

TEST_F(Recovery, WhatALivingProcessDoesIsLeftAlone) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  Node node = accounts_->repository("app").value();
  ASSERT_TRUE(accounts_->hold(node, "delete", (root() / "x").string()));
  Actions mine = actions();
  ASSERT_TRUE(mine.recover());
  EXPECT_EQ(accounts_->busy_nodes().value().size(), 1U);
  EXPECT_EQ(actions().delete_repo("app").error().code, Code::kBusy);
}

TEST_F(Recovery, WhatALivingProcessTellsIsLeftToIt) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  Node node = accounts_->repository("app").value();
  const std::string id = "01890000-0000-7000-8000-000000000000";
  ASSERT_TRUE(accounts_->settle(node, {{id, "create_repo", R"({"repo_name": "app"})", 5}}));
  messenger_.told.clear();
  Actions mine = actions();
  ASSERT_TRUE(mine.recover());
  EXPECT_THAT(messenger_.told, IsEmpty());
  EXPECT_EQ(accounts_->announcements().value().size(), 1U);
}

}  // namespace
}  // namespace rcx::host
