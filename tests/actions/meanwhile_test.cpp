// What others see and do while an action is asked about, and what one that failed leaves.
#include "tests/actions/actions_fixture.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Meanwhile : public ActionsTest {
 protected:
  // Does `work` once, while extensions are asked or told of `event`.
  void during(const std::string& event, const std::function<void()>& work) {
    messenger_.during = [this, event, work](const std::string& told) {
      if (told != event) return;
      const std::function<void()> now = work;  // this function ends here
      messenger_.during = {};
      now();
    };
  }
};

// Its hooks are not in place, and a veto may still come.
TEST_F(Meanwhile, WhatIsAdoptedIsNotThereBeforeItIsAllowed) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(accounts_->grant(ada, kMayCreate, "root"));
  ASSERT_TRUE(actions().create_repo(repo("source")));
  fs::rename(root() / "source.git", root() / "found.git");
  bool asked = false;
  during("pre_create_repo", [&] {
    asked = true;
    EXPECT_EQ(actions(&ada).repo("found").error().code, Code::kNotFound);
    EXPECT_EQ(actions(&ada).grant("ada", "write", "found").error().code, Code::kNotFound);
    EXPECT_EQ(actions(&ada).set_field("found", "ci_url", "x").error().code, Code::kNotFound);
    EXPECT_EQ(actions().create_repo(repo("found")).error().code, Code::kBusy)
        << "its name is taken";
    messenger_.veto = true;
  });
  EXPECT_FALSE(actions(&ada).adopt_repo(repo("found")));
  EXPECT_TRUE(asked);
}

TEST_F(Meanwhile, AnHeirIsNotUndoneByAVeto) {
  const Account ada = add_user("ada");
  add_user("grace");
  ASSERT_TRUE(accounts_->grant(ada, kMayCreate, "root"));
  ASSERT_TRUE(actions(&ada).create_repo(repo("app")));
  during("pre_delete_repo", [&] {
    ASSERT_TRUE(actions().delete_user("ada", "grace"));
    messenger_.veto = true;
  });
  EXPECT_FALSE(actions().delete_repo("app"));
  EXPECT_EQ(actions().repo("app").value().owner_name, "grace");
  EXPECT_THAT(accounts_->busy_nodes().value(), IsEmpty());
}

// A process that goes on for long, such as that of the API.
TEST_F(Meanwhile, WhatAnActionOfThisProcessLeftIsTakenBack) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  Node node = accounts_->repository("app").value();
  auto holder = std::make_unique<Holder>();
  ASSERT_TRUE(accounts_->hold(node, "rename", (root() / "x.git").string(), holder->name()));
  ASSERT_TRUE(actions().recover());
  EXPECT_THAT(accounts_->busy_nodes().value(), SizeIs(1)) << "it is at work";
  holder.reset();
  ASSERT_TRUE(actions().recover());
  EXPECT_THAT(accounts_->busy_nodes().value(), IsEmpty());
}

// The queue took nothing, and the handler failed.
TEST_F(Meanwhile, WhatNobodyTookIsToldByTheNextAction) {
  messenger_.post_status = 1;
  std::optional<Actions> mine(actions());
  ASSERT_TRUE(mine->create_repo(repo("app")));
  EXPECT_THAT(mine->report().notes, ElementsAre(HasSubstr("create_repo is still to be told")));
  const auto waiting = accounts_->announcements().value();
  ASSERT_THAT(waiting, SizeIs(1));
  ASSERT_TRUE(actions().recover());
  EXPECT_THAT(accounts_->announcements().value(), SizeIs(1)) << "by one that is at work still";
  mine.reset();
  messenger_.told.clear();
  messenger_.post_status = 0;
  ASSERT_TRUE(actions().recover());
  EXPECT_THAT(messenger_.names(), ElementsAre("create_repo"));
  EXPECT_EQ(messenger_.told[0].id, waiting[0].id);
  EXPECT_THAT(accounts_->announcements().value(), IsEmpty());
}

TEST_F(Meanwhile, WhatSomebodyElseHadMadeIsToldAsTheirs) {
  Node node;
  node.name = "app";
  node.vcs = "git";
  node.path = (root() / "app.git").string();
  node.aside = (root() / ".rcx-new-x").string();
  node.busy = "create";
  node.created_by = "ada";
  node.holder = Holder().name();
  ASSERT_TRUE(accounts_->reserve(node));
  fs::create_directories(node.path);
  ASSERT_TRUE(actions().recover());
  ASSERT_THAT(messenger_.names(), ElementsAre("create_repo"));
  EXPECT_EQ(messenger_.told[0].fields.at("caller").at("username"), "ada");
}

TEST_F(Meanwhile, AGroupThatWasHalfDeletedIsWholeAgain) {
  ASSERT_TRUE(actions().create_group("team", ""));
  Node group = accounts_->group("team").value();
  ASSERT_TRUE(accounts_->hold(group, "delete", {}, Holder().name()));
  fs::remove(root() / "team");
  ASSERT_TRUE(actions().recover());
  EXPECT_TRUE(actions().create_repo(repo("team/app")));
}

}  // namespace
}  // namespace rcx::host
