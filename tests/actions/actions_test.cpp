#include <unistd.h>

#include <atomic>
#include <thread>

#include "host/accounts/own_fields.hpp"
#include "tests/actions/actions_fixture.hpp"

namespace rcx::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(ActionsTest, ARepositoryIsMadeWithHooksAndTold) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(accounts_->grant(ada, kMayCreate, "root"));
  messenger_.told.clear();
  const Node made = actions(&ada).create_repo(repo("app")).value();
  EXPECT_EQ(made.owner_name, "ada");
  EXPECT_EQ(made.path, (root() / "app.git").string());
  EXPECT_THAT(on_disk(), ElementsAre("app.git"));
  EXPECT_THAT(installed_, Contains(made.path));
  ASSERT_THAT(messenger_.names(), ElementsAre("pre_create_repo", "create_repo"));
  const boost::json::object& told = messenger_.told[1].fields;
  EXPECT_EQ(told.at("repo_name"), "app");
  EXPECT_EQ(told.at("caller").at("username"), "ada");
  EXPECT_EQ(told.at("created_by"), "ada");
  EXPECT_THAT(accounts_->announcements().value(), IsEmpty());
}

TEST_F(ActionsTest, WhoMayNotIsRefusedBeforeAnyHandlerRuns) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().create_group("team", ""));
  ASSERT_TRUE(actions().grant("ada", "read", "app"));
  ASSERT_TRUE(actions().grant("ada", "read", "team"));
  messenger_.told.clear();
  NewUser someone;
  someone.username = "grace";
  const auto denied = [](const auto& result) {
    return !result.has_value() && result.error().code == Code::kDenied;
  };
  EXPECT_TRUE(denied(actions(&ada).create_repo(repo("x"))));
  EXPECT_TRUE(denied(actions(&ada).create_repo(repo("team/x"))));
  EXPECT_TRUE(denied(actions(&ada).adopt_repo(repo("x"))));
  EXPECT_TRUE(denied(actions(&ada).fork_repo("app", repo("x"))));
  EXPECT_TRUE(denied(actions(&ada).delete_repo("app")));
  EXPECT_TRUE(denied(actions(&ada).rename_repo("app", "x")));
  EXPECT_TRUE(denied(actions(&ada).create_group("x", "")));
  EXPECT_TRUE(denied(actions(&ada).delete_group("team")));
  EXPECT_TRUE(denied(actions(&ada).create_user(someone)));
  EXPECT_TRUE(denied(actions(&ada).delete_user("ada", "")));
  EXPECT_TRUE(denied(actions(&ada).users()));
  EXPECT_TRUE(denied(actions(&ada).user("grace")));
  EXPECT_TRUE(denied(actions(&ada).grant("ada", "admin", "app")));
  EXPECT_TRUE(denied(actions(&ada).grant("ada", kMayCreate, "")));
  EXPECT_TRUE(denied(actions(&ada).revoke("ada", "", "app")));
  EXPECT_TRUE(denied(actions(&ada).grants("", "")));
  EXPECT_TRUE(denied(actions(&ada).set_field("app", "ci_url", "x")));
  EXPECT_TRUE(denied(actions(&ada).purge_trash({})));
  EXPECT_TRUE(denied(actions(&ada).create_token({"git", "all", "", "", {}, {}})));
  EXPECT_TRUE(denied(actions(&ada).can("git", "push", "app")));
  EXPECT_THAT(messenger_.told, IsEmpty());
  EXPECT_TRUE(actions(&ada).user("ada").has_value()) << "themselves";
  EXPECT_EQ(actions(&ada).repos().value().size(), 1U);
}

TEST_F(ActionsTest, WhatSomebodyMayNotReadIsNotThereForThem) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(accounts_->grant(ada, kMayCreate, "root"));
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().create_group("team", ""));
  messenger_.hooks =
      R"([{"extension": "a", "name": "count", "permission": "hg.create.repository"}])";
  const auto hidden = [](const auto& result, const std::string& words) {
    return !result.has_value() && result.error().code == Code::kNotFound &&
           result.error().message.starts_with(words);
  };
  const std::string no_app = "there is no repository 'app'; ";
  const std::string nothing = "there is no repository or group 'app'; ";
  const std::string no_team = "there is no group 'team'; ";
  EXPECT_TRUE(hidden(actions(&ada).repo("app"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).fork_repo("app", repo("x")), no_app));
  EXPECT_TRUE(hidden(actions(&ada).delete_repo("app"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).rename_repo("app", "x"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).fields("app"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).set_field("app", "ci_url", "x"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).unset_field("app", "ci_url"), no_app));
  EXPECT_TRUE(hidden(actions(&ada).create_token({"ada", "all", "", "app", {}, {}}), no_app));
  EXPECT_TRUE(hidden(actions(&ada).call("count", {}, "app"), no_app))
      << "whatever the hook itself takes";
  EXPECT_TRUE(hidden(actions(&ada).grant("ada", "admin", "app"), nothing));
  EXPECT_TRUE(hidden(actions(&ada).revoke("ada", "", "app"), nothing));
  EXPECT_TRUE(hidden(actions(&ada).grants("", "app"), nothing));
  EXPECT_TRUE(hidden(actions(&ada).can("ada", "push", "app"), nothing));
  EXPECT_TRUE(hidden(actions(&ada).create_repo(repo("team/x")), no_team));
  EXPECT_TRUE(hidden(actions(&ada).create_group("team/x", ""), no_team));
  EXPECT_TRUE(hidden(actions(&ada).can("ada", "create_repo", "team/x"), no_team));
  EXPECT_TRUE(hidden(actions(&ada).delete_group("team"), no_team));
  ASSERT_TRUE(actions().delete_repo("app"));
  EXPECT_TRUE(hidden(actions(&ada).restore_repo("app", "x"), "nothing called 'app'"));
  EXPECT_TRUE(actions().restore_repo("app", "")) << "the host's user sees all";
}

TEST_F(ActionsTest, AVetoLeavesNothingBehind) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().create_group("team", ""));
  add_user("ada");
  const std::vector<std::string> before = on_disk();
  messenger_.told.clear();
  messenger_.veto = true;
  Actions office = actions();
  const Result<Node> refused = office.create_repo(repo("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "not today [guard]");
  EXPECT_TRUE(office.report().vetoed);
  EXPECT_EQ(office.report().decision, messenger_.told[0].id);
  EXPECT_FALSE(actions().fork_repo("app", repo("x")));
  EXPECT_FALSE(actions().delete_repo("app"));
  EXPECT_FALSE(actions().rename_repo("app", "y"));
  EXPECT_FALSE(actions().create_group("x", ""));
  EXPECT_FALSE(actions().delete_group("team"));
  NewUser user;
  user.username = "grace";
  EXPECT_FALSE(actions().create_user(user));
  EXPECT_FALSE(actions().delete_user("ada", ""));
  EXPECT_EQ(on_disk(), before);
  for (const auto& told : messenger_.told) EXPECT_THAT(told.event, StartsWith("pre_"));
  messenger_.veto = false;
  EXPECT_TRUE(actions().create_repo(repo("x"))) << "the name is free";
  EXPECT_TRUE(actions().delete_repo("app")) << "nobody holds it";
  EXPECT_TRUE(actions().delete_group("team"));
}

TEST_F(ActionsTest, WhatFailsMidwayIsTakenBack) {
  install_fails_ = true;
  const Result<Node> failed = actions().create_repo(repo("app"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no hooks today");
  EXPECT_THAT(on_disk(), IsEmpty());
  EXPECT_THAT(accounts_->announcements().value(), IsEmpty());
  install_fails_ = false;
  ASSERT_TRUE(actions().create_repo(repo("app")));
  install_fails_ = true;
  EXPECT_FALSE(actions().fork_repo("app", repo("fork")));
  EXPECT_THAT(on_disk(), ElementsAre("app.git"));
  ASSERT_TRUE(actions().delete_repo("app"));
  EXPECT_FALSE(actions().restore_repo("app", ""));
  EXPECT_EQ(actions().trash().value().size(), 1U);
  install_fails_ = false;
  EXPECT_TRUE(actions().restore_repo("app", ""));
}

TEST_F(ActionsTest, ATakenNameStaysWhoseItIs) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  messenger_.told.clear();
  for (const char* name : {"app", "APP"}) {
    EXPECT_EQ(actions().create_repo(repo(name)).error().code, Code::kBusy);
    EXPECT_EQ(actions().create_group(name, "").error().code, Code::kBusy);
  }
  EXPECT_THAT(messenger_.told, IsEmpty()) << "nobody is asked about what cannot be";
  ASSERT_TRUE(actions().create_repo(repo("other")));
  EXPECT_EQ(actions().rename_repo("other", "app").error().code, Code::kBusy);
  EXPECT_TRUE(actions().repo("other"));
}

TEST_F(ActionsTest, OfTwoCreatesOfOneNameOneWins) {
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Accounts own = Accounts::open(config_->state).value();
      FakeMessenger messenger;
      Actor actor;
      actor.service = true;
      Actions mine(own, {config_, &messenger, [](const fs::path&) { return Result<void>(); }},
                   actor);
      const Result<Node> made = mine.create_repo(repo("app"));
      if (made) ++won;
      if (!made) {
        EXPECT_EQ(made.error().code, Code::kBusy) << made.error().message;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_THAT(on_disk(), ElementsAre("app.git"));
}

TEST_F(ActionsTest, NamesDoNotLeadOutOfTheRoot) {
  fs::create_directories(top_ / "elsewhere");
  using namespace std::literals;
  for (const std::string& name : {"../x"s, "/x"s, "a/../../x"s, "x\0y"s, "x.git"s}) {
    EXPECT_EQ(actions().create_repo(repo(name)).error().code, Code::kInvalid);
    EXPECT_EQ(actions().create_group(name, "").error().code, Code::kInvalid);
  }
  ASSERT_TRUE(actions().create_group("team", ""));
  fs::remove(root() / "team");
  fs::create_symlink(top_ / "elsewhere", root() / "team");
  EXPECT_EQ(actions().create_repo(repo("team/x")).error().code, Code::kDenied);
  EXPECT_TRUE(fs::is_empty(top_ / "elsewhere"));
  fs::create_symlink(top_ / "elsewhere", root() / "link");
  EXPECT_FALSE(actions().create_group("link", "")) << "a link is no group";
}

TEST_F(ActionsTest, WhatIsThereIsAdopted) {
  ASSERT_TRUE(actions().create_repo(repo("made")));
  fs::rename(root() / "made.git", root() / "found.git");
  EXPECT_THAT(actions().create_repo(repo("found")).error().message,
              HasSubstr("rcx repo adopt found"));
  const Node adopted = actions().adopt_repo(repo("found")).value();
  EXPECT_EQ(adopted.vcs, "git");
  EXPECT_EQ(adopted.path, (root() / "found.git").string());
  EXPECT_EQ(actions().adopt_repo(repo("found")).error().code, Code::kBusy);
  EXPECT_EQ(actions().adopt_repo(repo("none")).error().code, Code::kNotFound);
  messenger_.veto = true;
  fs::rename(root() / "found.git", root() / "again.git");
  EXPECT_FALSE(actions().adopt_repo(repo("again")));
  EXPECT_TRUE(fs::exists(root() / "again.git" / "HEAD")) << "it was there before";
}

TEST_F(ActionsTest, AForkStandsAlone) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  const Node fork = actions().fork_repo("app", repo("fork")).value();
  EXPECT_EQ(fork.fork_of, "app");
  EXPECT_FALSE(fs::exists(fs::path(fork.path) / "objects/info/alternates"));
  EXPECT_THAT(read_file(fs::path(fork.path) / "config", 4096).value(),
              testing::Not(HasSubstr("remote")));
  EXPECT_EQ(messenger_.told.back().fields.at("fork_of"), "app");
}

TEST_F(ActionsTest, WhatIsDeletedComesBackWithWhatItHad) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(actions().create_group("team", ""));
  ASSERT_TRUE(actions().create_repo(repo("team/app")));
  ASSERT_TRUE(actions().grant("ada", "write", "team/app"));
  ASSERT_TRUE(actions().set_field("team/app", "ci_url", "https://ci.example.org"));
  const fs::path fields = own_fields_file(config_->state, "team/app");
  EXPECT_TRUE(fs::exists(fields));
  ASSERT_TRUE(actions().delete_repo("team/app"));
  EXPECT_FALSE(fs::exists(fields));
  EXPECT_FALSE(fs::exists(root() / "team/app.git"));
  EXPECT_TRUE(actions().create_repo(repo("team/app"))) << "the name is free";
  EXPECT_FALSE(fs::exists(fields)) << "another one has none";
  EXPECT_EQ(actions().restore_repo("team/app", "").error().code, Code::kBusy);
  const Node back = actions().restore_repo("team/app", "team/old").value();
  EXPECT_EQ(back.name, "team/old");
  EXPECT_EQ(actions().grants("", "team/old").value().size(), 1U);
  EXPECT_EQ(actions().fields("team/old").value().at(0).value, "https://ci.example.org");
  EXPECT_TRUE(fs::exists(own_fields_file(config_->state, "team/old")));
}

TEST_F(ActionsTest, TheTrashIsEmptiedOfWhatIsOld) {
  config_->trash.keep = std::chrono::hours(1);
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().delete_repo("app"));
  EXPECT_EQ(actions().purge_trash({}).value(), 0U);
  config_->trash.keep = std::chrono::nanoseconds(0);
  ASSERT_TRUE(actions().create_repo(repo("b")));
  ASSERT_TRUE(actions().delete_repo("b"));
  EXPECT_THAT(actions().trash().value(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(root() / kTrashDirectory));
}

TEST_F(ActionsTest, ARenameMovesEverything) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(actions().create_group("team", ""));
  ASSERT_TRUE(actions().create_repo(repo("app")));
  ASSERT_TRUE(actions().set_field("app", "ci_url", "x"));
  const Node renamed = actions().rename_repo("app", "team/app").value();
  EXPECT_TRUE(fs::exists(root() / "team/app.git/HEAD"));
  EXPECT_FALSE(fs::exists(root() / "app.git"));
  EXPECT_EQ(renamed.name, "team/app");
  EXPECT_TRUE(fs::exists(own_fields_file(config_->state, "team/app")));
  EXPECT_FALSE(fs::exists(own_fields_file(config_->state, "app")));
  EXPECT_EQ(messenger_.told.back().event, "rename_repo");
  EXPECT_EQ(messenger_.told.back().fields.at("new_name"), "team/app");
  // Into a group it takes what making one there takes.
  ASSERT_TRUE(actions().grant("ada", "admin", "team/app"));
  EXPECT_EQ(actions(&ada).rename_repo("team/app", "app").error().code, Code::kDenied);
  EXPECT_TRUE(actions(&ada).rename_repo("team/app", "team/b"));
}

TEST_F(ActionsTest, WithoutAHostNothingIsDone) {
  messenger_.away = true;
  const Result<Node> refused = actions().create_repo(repo("app"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("rcxd -c"));
  EXPECT_THAT(on_disk(), IsEmpty());
}

TEST_F(ActionsTest, WhereItIsAllowedWhatIsToBeToldWaitsForAHost) {
  messenger_.away = true;
  config_->client.when_unreachable = Unreachable::kAllow;
  Actions office = actions();
  ASSERT_TRUE(office.create_repo(repo("app")));
  EXPECT_EQ(office.report().notes.size(), 2U);
  ASSERT_EQ(messenger_.kept.size(), 1U);
  EXPECT_EQ(messenger_.kept[0].event, "create_repo");
  EXPECT_THAT(accounts_->announcements().value(), IsEmpty());
}

TEST_F(ActionsTest, TokensMakeNoneThatAreGoodForMore) {
  const Account ada = add_user("ada");
  Actor weak = as_user(ada);
  weak.role = "api";
  Actions office(*accounts_, this->office(), weak);
  EXPECT_EQ(office.create_token({"ada", "all", "", "", {}, {}}).error().code, Code::kDenied);
  EXPECT_TRUE(office.create_token({"ada", "api", "", "", {}, {}}));
  EXPECT_EQ(office.add_key("ada", "ssh-ed25519 x").error().code, Code::kDenied);
  const std::string made = actions(&ada).create_token({"ada", "all", "", "", {}, {}}).value().made;
  EXPECT_TRUE(actions(&ada).revoke_token(made)) << "a whole token names itself";
}

TEST_F(ActionsTest, KeysAreRead) {
  add_user("ada");
  const std::string good =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@home\n";
  const Key key = actions().add_key("ada", good).value();
  EXPECT_EQ(key.fingerprint, "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  EXPECT_EQ(key.comment, "ada@home");
  EXPECT_EQ(actions().add_key("ada", good).error().code, Code::kBusy);
  for (const std::string& wrong :
       {std::string(), std::string("ssh-ed25519"), std::string("ssh-ed25519 !!!"),
        std::string("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"),
        "command=\"x\" " + good, good + good, std::string("ssh-dss AAAA")}) {
    EXPECT_EQ(actions().add_key("ada", wrong).error().code, Code::kInvalid) << wrong;
  }
}

TEST_F(ActionsTest, FieldsSayWhereTheyAreFrom) {
  ASSERT_TRUE(actions().create_repo(repo("app")));
  EXPECT_THAT(actions().fields("app").value(), IsEmpty());
  EXPECT_EQ(actions().set_field("app", "other", "x").error().code, Code::kInvalid);
  ASSERT_TRUE(actions().set_field("app", "ci_url", "5"));
  const auto fields = actions().fields("app").value();
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_TRUE(fields[0].own);
  EXPECT_EQ(fields[0].value, boost::json::value(5));
  ASSERT_TRUE(actions().unset_field("app", "ci_url"));
  EXPECT_EQ(actions().unset_field("app", "ci_url").error().code, Code::kNotFound);
}

TEST_F(ActionsTest, HooksAreCalledByWhoHasThePermissionThatTheyName) {
  const Account ada = add_user("ada");
  ASSERT_TRUE(actions().create_repo(repo("app")));
  messenger_.hooks = R"([{"extension": "a", "name": "freeze", "permission": "repository.admin"},
                         {"extension": "a", "name": "count", "permission": "repository.read"},
                         {"extension": "a", "name": "both", "permission": "admin"},
                         {"extension": "b", "name": "both", "permission": "admin"}])";
  ASSERT_TRUE(actions().grant("ada", "read", "app"));
  EXPECT_EQ(actions(&ada).call("freeze", {}, "app").error().code, Code::kDenied);
  EXPECT_EQ(actions(&ada).call("count", {}, "").error().code, Code::kDenied);
  EXPECT_EQ(actions(&ada).call("a.both", {}, "app").error().code, Code::kDenied);
  EXPECT_THAT(messenger_.called, IsEmpty()) << "the hook hears of none of these";
  EXPECT_TRUE(actions(&ada).call("count", {{"days", 3}}, "app"));
  ASSERT_EQ(messenger_.called.size(), 1U);
  EXPECT_THAT(messenger_.called[0], testing::AllOf(StartsWith("a.count "), HasSubstr(R"("days":3)"),
                                                   HasSubstr(R"("username":"ada")"),
                                                   HasSubstr(R"("permission":"repository.read")")));
  EXPECT_EQ(actions().call("both", {}, "").error().code, Code::kInvalid) << "which?";
  EXPECT_TRUE(actions().call("b.both", {}, ""));
  const auto unknown = actions().call("cuont", {}, "");
  EXPECT_EQ(unknown.error().code, Code::kNotFound);
  EXPECT_THAT(unknown.error().message, HasSubstr("did you mean count?"));
}

}  // namespace
}  // namespace rcx::host
