#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "library.hpp"

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace {

using rcx::testing::FakeField;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::tests::plugin_of;
using testing::IsEmpty;

namespace fs = std::filesystem;
namespace json = boost::json;

class PushLogRecord : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = (fs::temp_directory_path() / "push_log_XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    directory_ = made;
  }
  void TearDown() override { fs::remove_all(directory_); }

  Outcome push(const FakePush& push) {
    FakeHost host(plugin_of(PUSH_LOG_SO), map({}), directory_.string());
    return host.push(push);
  }
  // The record of a push.
  json::value record(const FakePush& of) {
    const Outcome outcome = push(of);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::ifstream in(directory_ / "pushes.jsonl", std::ios::binary);
    std::string line;
    std::getline(in, line);
    return json::parse(line);
  }
  bool has_record() const { return fs::exists(directory_ / "pushes.jsonl"); }

 private:
  fs::path directory_;
};

TEST_F(PushLogRecord, HoldsEverythingInADocumentedForm) {
  FakePush push;
  push.attempt = 2;
  push.depth = 1;
  push.hook_type = "post_receive";
  push.server_url = "https://git.example.org";
  push.caller.ip = "192.0.2.7";
  push.caller.user_agent = "git/2.39";
  push.repository.id = "r-1";
  push.repository.fields = {FakeField{"tier", list({1, "two", nullptr, map({{"k", 1.5}})}), "Tier",
                                      "How important it is"}};
  push.push_options = {"ci.skip"};
  push.ref("refs/heads/main").forced = true;
  push.ref("refs/tags/v1").change = RCX_CHANGE_CREATE;
  push.ref("refs/heads/old").change = RCX_CHANGE_DELETE;
  auto& commit = push.commit("Do it\n\nWell.\n");
  commit.id = "c1";
  commit.author = {"Ada", "ada@example.org", 1700000000, 90};
  commit.committer = {"Bob", "bob@example.org", -1, -330};
  commit.changes = {{RCX_PATH_ADDED, "a.c", 0, 0100644, "", "n1"},
                    {RCX_PATH_RETYPED, "b", 0120000, 0100755, "o2", "n2"},
                    {RCX_PATH_DELETED, "c", 0160000, 0, "o3", ""}};

  const std::string ones(40, '1');
  const std::string twos(40, '2');
  const json::value expected = json::parse(R"({
    "event_id": "018f3c5e-7c1a-7abc-8def-0123456789ab", "push_id": "push-1",
    "attempt": 2, "depth": 1, "time": "2023-11-14T22:13:20.123456789Z",
    "action": "push", "hook_type": "post_receive", "server_url": "https://git.example.org",
    "caller": {"name": "ada", "source": "uid 1000", "ip": "192.0.2.7", "user_agent": "git/2.39",
               "auth_method": "local", "uid": 1000},
    "repository": {"name": "team/app", "path": "/srv/git/team/app.git", "id": "r-1", "vcs": "git",
                   "fields": [{"key": "tier", "label": "Tier",
                               "description": "How important it is",
                               "value": [1, "two", null, {"k": 1.5}]}]},
    "push_options": ["ci.skip"],
    "refs": [
      {"name": "refs/heads/main", "short_name": "main", "kind": "branch", "change": "update",
       "forced": true, "old_id": ")" + ones +
                                           R"(", "new_id": ")" + twos + R"("},
      {"name": "refs/tags/v1", "short_name": "v1", "kind": "tag", "change": "create",
       "forced": false, "old_id": null, "new_id": ")" +
                                           twos + R"("},
      {"name": "refs/heads/old", "short_name": "old", "kind": "branch", "change": "delete",
       "forced": false, "old_id": ")" + ones +
                                           R"(", "new_id": null}],
    "commits": [
      {"id": "c1", "parents": [")" + ones + R"("],
       "author": {"name": "Ada", "email": "ada@example.org",
                  "time": "2023-11-14T23:43:20+01:30", "unix_time": 1700000000,
                  "offset_minutes": 90},
       "committer": {"name": "Bob", "email": "bob@example.org",
                     "time": "1969-12-31T18:29:59-05:30", "unix_time": -1,
                     "offset_minutes": -330},
       "message": "Do it\n\nWell.\n", "ref": 0,
       "changes": [
         {"kind": "added", "path": "a.c", "old_mode": null, "new_mode": "100644",
          "old_id": null, "new_id": "n1"},
         {"kind": "retyped", "path": "b", "old_mode": "120000", "new_mode": "100755",
          "old_id": "o2", "new_id": "n2"},
         {"kind": "deleted", "path": "c", "old_mode": "160000", "new_mode": null,
          "old_id": "o3", "new_id": null}]}],
    "commits_error": null})");
  const json::value actual = record(push);
  EXPECT_EQ(actual, expected) << actual;
}

TEST_F(PushLogRecord, WhatIsUnknownIsNull) {
  const json::value out = record({});
  EXPECT_TRUE(out.at("server_url").is_null());
  EXPECT_TRUE(out.at("caller").at("ip").is_null());
  EXPECT_TRUE(out.at("caller").at("user_agent").is_null());
  EXPECT_TRUE(out.at("repository").at("id").is_null());
  EXPECT_TRUE(out.at("commits").as_array().empty());
}

TEST_F(PushLogRecord, LocalPushesAreLoggedToo) {
  FakePush push;
  push.action = RCX_ACTION_PUSH_LOCAL;
  EXPECT_EQ(record(push).at("action"), "push_local");
}

TEST_F(PushLogRecord, KeepsTheExactBytesOfWhatIsNotUtf8) {
  FakePush push;
  push.caller.name = "Andr\xE9";
  push.ref("refs/heads/\xFF");
  push.push_options = {"ok", "\xE9"};
  auto& commit = push.commit(std::string("caf\xE9\0\n", 6));
  commit.author.name = "Zo\xEB";
  commit.changes = {{RCX_PATH_ADDED, "d\xFF\xFE/f"}};
  const json::value out = record(push);
  EXPECT_EQ(out.at("caller").at("name"), "Andr\uFFFD");
  EXPECT_EQ(out.at("caller").at("name_base64"), "QW5kcuk=");
  EXPECT_EQ(out.at("refs").at(0).at("short_name"), "\uFFFD");
  EXPECT_EQ(out.at("refs").at(0).at("short_name_base64"), "/w==");
  EXPECT_EQ(out.at("push_options"), json::parse(R"(["ok", "\uFFFD"])"));
  EXPECT_EQ(out.at("push_options_base64"), json::parse(R"(["b2s=", "6Q=="])"));
  const json::value& first = out.at("commits").at(0);
  EXPECT_EQ(first.at("message"), json::string(std::string("caf\uFFFD\0\n", 8)));
  EXPECT_EQ(first.at("message_base64"), "Y2Fm6QAK");
  EXPECT_EQ(first.at("author").at("name_base64"), "Wm/r");
  EXPECT_EQ(first.at("changes").at(0).at("path"), "d\uFFFD\uFFFD/f");
  EXPECT_EQ(first.at("changes").at(0).at("path_base64"), "ZP/+L2Y=");
  EXPECT_EQ(first.at("author").as_object().count("email_base64"), 0U);
}

TEST_F(PushLogRecord, TimesThatNoCalendarHasAreStillRecorded) {
  FakePush push;
  push.time_ns = -1;
  auto& commit = push.commit("Do it");
  commit.author.offset_minutes = 5999;
  commit.committer.time = std::numeric_limits<std::int64_t>::max();
  const json::value out = record(push);
  EXPECT_EQ(out.at("time"), "1969-12-31T23:59:59.999999999Z");
  const json::value& author = out.at("commits").at(0).at("author");
  EXPECT_EQ(author.at("time"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(author.at("offset_minutes"), 5999);
  const json::value& committer = out.at("commits").at(0).at("committer");
  EXPECT_TRUE(committer.at("time").is_null());
  EXPECT_EQ(committer.at("unix_time"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(PushLogRecord, NumbersThatJsonLacksAreText) {
  FakePush push;
  push.repository.fields = {FakeField{"n", std::numeric_limits<double>::infinity()}};
  EXPECT_EQ(record(push).at("repository").at("fields").at(0).at("value"), "inf");
}

TEST_F(PushLogRecord, APrunedCommitCostsOnlyTheCommits) {
  FakePush push;
  push.commit("one");
  push.commit("two");
  push.fail_at = 1;
  push.fail_status = RCX_GONE;
  push.fail_reason = "commit 2 is gone";
  const json::value out = record(push);
  EXPECT_EQ(out.at("commits").as_array().size(), 1U);
  EXPECT_EQ(out.at("commits_error"), "commit 2 is gone");
}

TEST_F(PushLogRecord, WhatMayPassIsLeftToTheNextDelivery) {
  FakePush of;
  of.commit("one");
  of.fail_at = 0;
  of.fail_status = RCX_FAILED;
  of.fail_reason = "repository is locked";
  EXPECT_EQ(push(of).failure, "repository is locked");
  EXPECT_FALSE(has_record());
}

TEST_F(PushLogRecord, IsQueued) {
  const rcx_plugin& plugin = plugin_of(PUSH_LOG_SO);
  EXPECT_EQ(plugin.handlers[0].delivery, RCX_QUEUED);
  EXPECT_NE(plugin.flags & RCX_CONCURRENT, 0U);
}

}  // namespace
