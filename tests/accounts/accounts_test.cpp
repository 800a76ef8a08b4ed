#include <sys/stat.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "host/accounts/own_fields.hpp"
#include "tests/accounts/accounts_fixture.hpp"

namespace rcx::host {
namespace {

TEST_F(AccountsTest, NobodyElseMayReadTheDatabase) {
  accounts();
  struct stat status {};
  ASSERT_EQ(::stat(Accounts::file(state_).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(AccountsTest, WhatWasStoredIsThereWhenItIsOpenedAgain) {
  add_user("ada");
  Accounts again = Accounts::open(state_).value();
  EXPECT_EQ(again.user("ada").value().username, "ada");
  EXPECT_EQ(again.users().value().size(), 1U) << "everybody is no user";
}

// Closing a file takes the locks of the whole process away: another process would then think that
// it was the last one, and remove the log of transactions that this one still writes.
TEST_F(AccountsTest, ConnectionsOfOneProcessKeepTheirLocks) {
  Accounts first = Accounts::open(state_).value();
  Accounts second = Accounts::open(state_).value();
  Account ada;
  ada.username = "ada";
  ASSERT_TRUE(first.add_user(ada));
  // Not a fork of this one, which would know of these connections.
  const std::string other =
      "/usr/bin/python3 -c 'import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
      "assert c.execute(\"SELECT count(*) FROM users\").fetchone()[0] == 2\n"
      "c.close()' " +
      Accounts::file(state_).string();
  EXPECT_EQ(std::system(other.c_str()), 0);
  EXPECT_TRUE(fs::exists(Accounts::file(state_).string() + "-wal"));
  EXPECT_TRUE(second.user("ada"));
}

TEST_F(AccountsTest, ADatabaseOfALaterReleaseIsLeftAlone) {
  accounts();
  {
    SQLite::Database later(Accounts::file(state_).string(), SQLite::OPEN_READWRITE);
    later.exec("PRAGMA user_version = 99");
  }
  const Result<Accounts> opened = Accounts::open(state_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kUnavailable);
}

TEST_F(AccountsTest, ADamagedDatabaseIsAnError) {
  write_file(Accounts::file(state_), std::string(8192, 'x'), 0600).value();
  const Result<Accounts> opened = Accounts::open(state_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kInvalid);
}

TEST_F(AccountsTest, NamesOfUsersAreTakenWhateverTheirCase) {
  add_user("ada");
  Account other;
  other.username = "ADA";
  EXPECT_EQ(accounts().add_user(other).error().code, Code::kBusy);
  other.username = "*";
  EXPECT_EQ(accounts().add_user(other).error().code, Code::kBusy);
  EXPECT_FALSE(accounts().find_user("*").value()) << "everybody cannot be asked for by name";
}

TEST_F(AccountsTest, OfTwoWhoWantANameOneGetsIt) {
  accounts();
  std::atomic<int> got = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      Accounts own = Accounts::open(state_).value();
      Node node;
      node.name = "team-app";
      node.busy = "create";
      const Result<Node> reserved = own.reserve(node);
      if (reserved) ++got;
      if (!reserved) {
        EXPECT_EQ(reserved.error().code, Code::kBusy) << reserved.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 1);
}

TEST_F(AccountsTest, OneThingIsDoneWithANodeAtATime) {
  Node node = add_repo("app");
  Node same = node;
  ASSERT_TRUE(accounts().hold(node, "delete", "/trash"));
  EXPECT_EQ(accounts().hold(same, "rename", "/new").error().code, Code::kBusy);
  node.deleted_ns = 1;
  node.path = "/trash";
  ASSERT_TRUE(accounts().settle(node, {}));
  EXPECT_EQ(accounts().hold(same, "rename", "/new").error().code, Code::kBusy)
      << "it is not what it was when it was read";
  EXPECT_FALSE(accounts().find_node("app").value()) << "its name is free";
  EXPECT_EQ(accounts().trash().value().at(0).name, "app");
}

TEST_F(AccountsTest, NothingIsReservedInAGroupThatGoes) {
  Node group = add_group("team");
  ASSERT_TRUE(accounts().hold(group, "delete", {}));
  Node node;
  node.name = "team/app";
  node.parent = group.id;
  node.busy = "create";
  EXPECT_EQ(accounts().reserve(node).error().code, Code::kBusy);
}

TEST_F(AccountsTest, AGroupThatIsNotEmptyStays) {
  const Node group = add_group("team");
  add_repo("team/app");
  EXPECT_EQ(accounts().forget(group).error().code, Code::kBusy);
}

TEST_F(AccountsTest, WhoOwnsSomethingIsDeletedWithAnHeirOnly) {
  const Account ada = add_user("ada");
  const Account grace = add_user("grace");
  add_repo("app", &ada);
  const Result<void> refused = accounts().remove_user(ada, nullptr, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("--heir"), std::string::npos) << refused.error().message;
  ASSERT_TRUE(accounts().remove_user(ada, &grace, {}));
  EXPECT_EQ(accounts().repository("app").value().owner_name, "grace");
}

TEST_F(AccountsTest, AnnouncementsComeWithWhatTheyAreAbout) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(accounts().remove_user(ada, nullptr, {{"id-1", "delete_user", "{}", 5}}));
  const auto told = accounts().announcements().value();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].event, "delete_user");
  // Not there any more: neither is what would be told.
  EXPECT_FALSE(accounts().remove_user(ada, nullptr, {{"id-2", "delete_user", "{}", 6}}));
  EXPECT_EQ(accounts().announcements().value().size(), 1U);
  ASSERT_TRUE(accounts().told("id-1"));
  EXPECT_TRUE(accounts().announcements().value().empty());
}

TEST_F(AccountsTest, KeysBelongToOneUser) {
  const Account ada = add_user("ada");
  const Account grace = add_user("grace");
  Key key;
  key.fingerprint = "SHA256:x";
  key.user = ada.id;
  ASSERT_TRUE(accounts().add_key(key));
  key.user = grace.id;
  EXPECT_EQ(accounts().add_key(key).error().code, Code::kBusy);
  EXPECT_EQ(accounts().find_key("SHA256:x").value()->username, "ada");
  ASSERT_TRUE(accounts().remove_user(ada, nullptr, {}));
  EXPECT_FALSE(accounts().find_key("SHA256:x").value());
}

TEST_F(AccountsTest, FieldsKeepTheirKinds) {
  EXPECT_EQ(field_value("5"), boost::json::value(5));
  EXPECT_EQ(field_value("true"), boost::json::value(true));
  EXPECT_EQ(field_value("null"), boost::json::value("null"));
  EXPECT_EQ(field_value("[1]"), boost::json::value("[1]"));
  EXPECT_EQ(field_value("\"quoted\""), boost::json::value("\"quoted\""));
  EXPECT_EQ(field_value("1.2.3"), boost::json::value("1.2.3"));
}

TEST(ThisProcess, IsAliveAndOthersAreNot) {
  EXPECT_TRUE(is_alive(this_process()));
  std::string other = this_process();
  other.back() = other.back() == '1' ? '2' : '1';
  EXPECT_FALSE(is_alive(other)) << "the same number, started at another time";
  EXPECT_FALSE(is_alive(""));
  EXPECT_FALSE(is_alive("x 1 2"));
}

}  // namespace
}  // namespace rcx::host
