// Records are kept, whatever is killed, and hold nothing that they should not.
#include <csignal>
#include <set>

#include "tests/e2e/records.hpp"

namespace rcx::test {
namespace {

// What another process of the group gets as well.
TEST_F(Records, TheRecorderIsReplacedAndStaysUntilTheEnd) {
  host_.add("recorder");
  serve();
  push_first();
  ASSERT_TRUE(eventually([&] { return recorder() != 0; }));
  const pid_t first = recorder();
  ::kill(first, SIGTERM);
  push({"main:next"});
  EXPECT_TRUE(alive(first));
  ::kill(first, SIGKILL);
  push({"main:third"});
  EXPECT_TRUE(eventually([&] { return recorder() != first && alive(recorder()); })) << host_.log();
  EXPECT_EQ(decisions({"--event", "pre_push"}).size(), 3U);
  const pid_t second = recorder();
  EXPECT_EQ(host_.stop(), 0);
  EXPECT_FALSE(alive(second));
  EXPECT_EQ(decisions({"--event", "pre_push"}).size(), 3U);
}

TEST_F(Records, WithTheSupervisorKilledTheRecorderLeaves) {
  host_.add("recorder");
  serve();
  push_first();
  ASSERT_TRUE(eventually([&] { return recorder() != 0; }));
  const pid_t pid = recorder();
  host_.kill();
  EXPECT_TRUE(eventually([&] { return !alive(pid); }));
  EXPECT_THAT(decisions(), SizeIs(2));
}

// Whatever happens to the worker once git has its answer.
TEST_F(Records, AWorkerKilledRightAfterTheVerdictHasLeftIts) {
  host_.add("recorder");
  serve();
  clone().commit("first");
  std::set<std::string> accepted;
  for (int i = 0; i < 10; ++i) {
    const std::vector<pid_t> workers = host_.workers("pre");
    const Outcome pushed = push({"main:b" + std::to_string(i)});
    for (const pid_t worker : workers) ::kill(worker, SIGKILL);
    ASSERT_EQ(pushed.status, 0) << pushed.err;
    accepted.insert(last().id);
    host_.wait_until_ready();
  }
  std::set<std::string> recorded;
  for (const json::object& record : decisions({"--event", "pre_push"})) {
    recorded.insert(text(record.at("id")));
  }
  EXPECT_EQ(recorded, accepted);
}

TEST_F(Records, AnExtensionThatClosesDescriptorsLosesNoRecord) {
  host_.set("budget", "{event: 5s}");
  host_.set("client", "{timeout: 15s}");
  host_.add("misbehave", "{settings: {how: close_all}, fail: open}");
  serve();
  clone().commit("first");
  push({"main"});
  EXPECT_EQ(push({"-o", "behave", "main:next"}).status, 0);
  EXPECT_THAT(decisions({"--event", "pre_push"}), SizeIs(2));
}

TEST_F(Records, HostileBytesReachNoTerminal) {
  host_.add("refuser", R"({settings: {reason: "\e[31mred\x07 \u202E \u009B \xFF end"}})");
  serve();
  clone().commit("first");
  EXPECT_NE(push({"main:refs/heads/\xFF\xC2\x9Bodd"}).status, 0);
  const json::object record = decision();
  EXPECT_EQ(text(record.at("refs").at(0).at("name")), "refs/heads/\uFFFD\u009Bodd");
  EXPECT_EQ(text(record.at("refs").at(0).at("name_base64")), "cmVmcy9oZWFkcy//wptvZGQ=");
  const std::string id = text(record.at("id"));
  for (const Words& words : {Words{"explain", id}, Words{"decisions"},
                             Words{"--json", "explain", id}, Words{"--json", "decisions"}}) {
    const std::string said = must(host_.rcx_command(words));
    EXPECT_THAT(said, HasSubstr("end"));
    for (const char* bad : {"\x1b", "\x07", "\u202E", "\u009B", "\xFF"}) {
      EXPECT_THAT(said, Not(HasSubstr(bad))) << words[0];
    }
  }
  EXPECT_THAT(explain(id), HasSubstr("refs/heads/\\xff"));
}

TEST_F(Records, NothingOfTheEnvironmentIsRecorded) {
  host_.add("recorder");
  serve();
  clone().set_variable("MY_TOKEN", "hunter2hunter2");
  push_first();
  host_.stop();
  for (const fs::directory_entry& entry : fs::directory_iterator(directory())) {
    EXPECT_THAT(read_file(entry.path()), Not(HasSubstr("hunter2"))) << entry.path();
    EXPECT_EQ(
        fs::status(entry.path()).permissions() & (fs::perms::group_all | fs::perms::others_all),
        fs::perms::none)
        << entry.path();
  }
}

TEST_F(Records, AHostForOneCallLeavesThemInTheJournal) {
  host_.set("client", "{when_unreachable: run-once}");
  host_.add("refuser", "{settings: {refs: {topic: badly named}}}");
  host_.write_config();
  open("a.git");
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  const Outcome refused = push({"main:topic"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(explain(told_id(refused)), HasSubstr("badly named"));
  EXPECT_THAT(decisions({"--event", "pre_push"}), SizeIs(2));
  EXPECT_FALSE(fs::exists(directory() / "records.db"));
  // A host that stays takes them over.
  host_.start();
  EXPECT_EQ(host_.stop(), 0);
  EXPECT_TRUE(fs::exists(directory() / "records.db"));
  EXPECT_THAT(decisions({"--event", "pre_push"}), SizeIs(2));
}

// A journal that cannot be written costs records, and no push.
TEST_F(Records, PushesGoOnWithoutARecord) {
  host_.add("recorder");
  serve();
  push_first();
  fs::remove_all(directory());
  write_file(directory(), "in the way");
  const Outcome pushed = push({"main:next"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(host_.log(), HasSubstr("1 records are lost in this worker so far, pushes go on"));
}

}  // namespace
}  // namespace rcx::test
