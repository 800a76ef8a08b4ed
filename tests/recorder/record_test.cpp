#include "tests/recorder/records.hpp"

namespace rcx::host {
namespace {

Record whole() {
  Record record = record_of(7, 1'769'860'800'123'456'789);
  record.push_id = "p";
  record.took_ns = 12;
  record.verdict = "refused";
  record.reason = "r";
  record.vcs = "git";
  record.path = "/srv/a.git";
  record.caller = {"ada", RCX_CALLER_FROM_VARIABLE, "REMOTE_USER", "192.0.2.7", "agent", "ssh", 33};
  record.refs = {{"refs/heads/a", "1", "2", RCX_REF_BRANCH, RCX_CHANGE_UPDATE, true},
                 {"refs/tags/b", "", "3", RCX_REF_TAG, RCX_CHANGE_CREATE, false},
                 {"refs/x", "4", "", RCX_REF_OTHER, RCX_CHANGE_DELETE, false}};
  record.refs_left_out = 5;
  record.extensions = {{"x",
                        "1.2",
                        "aa",
                        "enforce",
                        "closed",
                        "objected",
                        "",
                        3,
                        {{"refs/heads/a", "no"}, {std::nullopt, "never"}},
                        4},
                       {"y", "", "", "observe", "open", "failed", "crashed", 0, {}, 0}};
  record.attempts = 3;
  record.lost = {{"y", "crashed", true}, {"", "", false}};
  record.generation = 9;
  return record;
}

TEST(RecordTest, IsReadAsItWasWritten) {
  const Record record = whole();
  const std::string line = record_line(record);
  const StoredRecord read = *parse_record(line);
  EXPECT_EQ(record_line(read.record), line);
  EXPECT_EQ(read.line, line);
  EXPECT_EQ(read.record.format, 1);
  EXPECT_EQ(read.record.caller.uid, 33U);
  EXPECT_EQ(read.record.caller.name_from, RCX_CALLER_FROM_VARIABLE);
  ASSERT_EQ(read.record.refs.size(), 3U);
  EXPECT_TRUE(read.record.refs[0].forced);
  EXPECT_EQ(read.record.refs[2].change, RCX_CHANGE_DELETE);
  ASSERT_EQ(read.record.extensions.size(), 2U);
  EXPECT_EQ(*read.record.extensions[0].objections[0].ref, "refs/heads/a");
  EXPECT_FALSE(read.record.extensions[0].objections[1].ref);
  EXPECT_EQ(read.record.lost[0].how, "crashed");
  EXPECT_EQ(read.record.generation, 9);
}

TEST(RecordTest, PullIsReadAsItWasWritten) {
  Record record = record_of(7);
  record.pull = PullRequest{true, true, true, "blob:none", {{"12", "refs/heads/\xff", 0}}};
  record.wanted_left_out = 3;
  const std::string line = record_line(record);
  const StoredRecord read = *parse_record(line);
  EXPECT_EQ(record_line(read.record), line);
  ASSERT_TRUE(read.record.pull);
  EXPECT_TRUE(read.record.pull->told && read.record.pull->is_clone && read.record.pull->shallow);
  EXPECT_EQ(read.record.pull->filter, "blob:none");
  ASSERT_EQ(read.record.pull->wanted.size(), 1U);
  EXPECT_EQ(read.record.pull->wanted[0].name, "refs/heads/\xff");
  EXPECT_EQ(read.record.wanted_left_out, 3U);
  EXPECT_FALSE(stored(whole()).record.pull);
}

TEST(RecordTest, AnyBytesComeBackAndTheLineIsSafe) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const std::string& text :
       {bytes, std::string("\xC2\x9B red \x7F"),
        std::string("\u202Egpj\u2066 \u200F \u061C \u2028"), std::string("\n\r\t\0 \"\\", 7),
        std::string("ä€😀"), std::string("\xF0\x9F\x98")}) {
    Record record = whole();
    record.repository = text;
    record.refs[0].name = text;
    record.extensions[0].objections[0].reason = text;
    const std::string line = record_line(record);
    EXPECT_TRUE(is_utf8(line));
    EXPECT_EQ(printable(line), line) << "something in it does more than print";
    const Record read = parse_record(line)->record;
    EXPECT_EQ(read.repository, text);
    EXPECT_EQ(read.refs[0].name, text);
    EXPECT_EQ(read.extensions[0].objections[0].reason, text);
  }
}

TEST(RecordTest, BytesThatAreNoTextStandBesideTheirText) {
  Record record = whole();
  record.repository = "a\xFF";
  EXPECT_THAT(record_line(record),
              testing::HasSubstr("\"repository\":\"a\uFFFD\",\"repository_base64\":\"Yf8=\""));
}

TEST(RecordTest, FieldsOfLaterReleasesAreIgnoredAndKept) {
  std::string line = record_line(whole());
  line.insert(1, R"("format_of_2030":{"a":[1]},)");
  const StoredRecord read = *parse_record(line);
  EXPECT_EQ(read.record.id, id_of(7));
  EXPECT_THAT(read.line, testing::HasSubstr("format_of_2030"));
}

TEST(RecordTest, WhatIsNoRecordIsAnError) {
  const std::string line = record_line(whole());
  for (const std::string& other :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        line.substr(0, line.size() - 1), line + "x", std::string("\xFF"),
        std::string(R"({"format":1,"id":"../../etc","time_ns":1})"),
        std::string(R"({"format":1,"id":7,"time_ns":1})"), std::string(300'000, '[')}) {
    EXPECT_FALSE(parse_record(other)) << other.substr(0, 80);
  }
}

// The call of the hook, which said that `mail` is queued, and two tries to deliver.
Record post(const std::string& outcome, std::uint32_t delivery) {
  Record record = record_of(7);
  record.kind = "push";
  record.verdict = outcome == "failed" ? "failed" : "done";
  record.delivery = delivery != 0;
  if (delivery == 0) record.extensions = {{"log", "", "", "", "", "agreed", "", 0, {}, 0}};
  record.extensions.push_back({"mail", "", "", "", "", outcome, "", 0, {}, 0, false, delivery});
  return record;
}

std::vector<std::string> outcomes(const Record& record) {
  std::vector<std::string> all = {record.verdict};
  for (const RecordedExtension& one : record.extensions) all.push_back(one.id + " " + one.outcome);
  return all;
}

TEST(RecordTest, DeliveriesJoinTheRecordOfTheHookInAnyOrder) {
  const std::vector<Record> parts = {post("queued", 0), post("failed", 1), post("agreed", 2)};
  std::vector<std::size_t> order = {0, 1, 2};
  do {
    Record all = parts[order[0]];
    for (const std::size_t next : {order[1], order[2]}) {
      ASSERT_TRUE(belong_together(all, parts[next]));
      all = joined(all, parts[next]);
    }
    EXPECT_THAT(outcomes(all), testing::ElementsAre("done", "log agreed", "mail agreed"));
    EXPECT_FALSE(all.delivery);
    EXPECT_THAT(outcomes(joined(all, parts[1])),
                testing::ElementsAre("done", "log agreed", "mail agreed"))
        << "an earlier try says nothing new";
    const StoredRecord read = *parse_record(record_line(all));
    EXPECT_EQ(record_line(read.record), record_line(all));
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(RecordTest, OthersRecordsAreNotJoined) {
  const Record hook = post("queued", 0);
  Record other = post("agreed", 1);
  other.caller.name = "eve";
  EXPECT_FALSE(belong_together(hook, other));
  other = post("agreed", 1);
  other.repository = "elsewhere";
  EXPECT_FALSE(belong_together(hook, other));
  EXPECT_FALSE(belong_together(hook, hook)) << "two calls of a hook replace each other";
  EXPECT_FALSE(belong_together(record_of(7), post("agreed", 1)));
}

}  // namespace
}  // namespace rcx::host
