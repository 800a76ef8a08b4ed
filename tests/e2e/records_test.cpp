// The record of each event, as operators read it: rcx explain, rcx decisions.
#include <set>

#include "tests/e2e/records.hpp"

namespace rcx::test {
namespace {

TEST_F(Records, AnAcceptedPush) {
  host_.add("recorder");
  host_.set("identity", "{trusted_users: [root]}");
  serve();
  const std::string id = push_first();
  const json::object record = decision();
  EXPECT_EQ(record.at("format"), 1);
  EXPECT_EQ(text(record.at("id")), last().id);
  EXPECT_EQ(text(record.at("push_id")), last().push_id);
  EXPECT_EQ(text(record.at("verdict")), "accepted");
  EXPECT_EQ(text(record.at("repository")), "a");
  EXPECT_EQ(text(record.at("vcs")), "git");
  EXPECT_EQ(text(record.at("caller").at("name")), last().caller);
  EXPECT_EQ(text(record.at("caller").at("name_from")), "uid");
  EXPECT_GT(record.at("took_ns").as_int64(), 0);
  EXPECT_EQ(record.at("attempts"), 1);
  EXPECT_EQ(record.at("generation"), 1);
  const json::object ref = record.at("refs").at(0).as_object();
  EXPECT_EQ(text(ref.at("name")), "refs/heads/main");
  EXPECT_EQ(text(ref.at("old")), "");
  EXPECT_EQ(text(ref.at("new")), id);
  EXPECT_EQ(text(ref.at("kind")), "branch");
  EXPECT_EQ(text(ref.at("change")), "create");
  const json::object asked = extension(record, "recorder");
  EXPECT_EQ(text(asked.at("outcome")), "agreed");
  EXPECT_EQ(text(asked.at("version")), "1.0.0");
  EXPECT_EQ(text(asked.at("hash")).size(), 64U);
  EXPECT_EQ(text(asked.at("mode")), "enforce");
  EXPECT_EQ(text(asked.at("fail")), "closed");
  EXPECT_GT(asked.at("took_ns").as_int64(), 0);
  // The event after it has a record of its own, and the same push.
  const json::object after = decisions({"--event", "push"}).at(0);
  EXPECT_EQ(text(after.at("verdict")), "done");
  EXPECT_EQ(text(after.at("push_id")), last().push_id);
  EXPECT_NE(text(after.at("id")), text(record.at("id")));
}

TEST_F(Records, WhyWasItRefused) {
  host_.add("recorder");
  host_.add("refuser", "{settings: {reason: 'not on Fridays', refs: {topic: badly named}}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main:topic"});
  EXPECT_NE(pushed.status, 0);
  const std::string id = told_id(pushed);
  ASSERT_EQ(id, last().id) << pushed.err;
  const std::string said = explain(id);
  EXPECT_THAT(said, StartsWith("refused: pre_push of a by "));
  EXPECT_THAT(said, HasSubstr("\nWhy\n  refuser 1.0.0 objected\n    not on Fridays\n"
                              "    refs/heads/topic\n      badly named\nReferences\n"));
  EXPECT_THAT(said, HasSubstr("refs/heads/topic create - -> "));
  EXPECT_THAT(said, HasSubstr("Decision  " + id));
  const json::object record = decision();
  EXPECT_EQ(text(record.at("verdict")), "refused");
  const json::object asked = extension(record, "refuser");
  EXPECT_EQ(text(asked.at("outcome")), "objected");
  EXPECT_EQ(text(asked.at("objections").at(1).at("ref")), "refs/heads/topic");
  EXPECT_EQ(text(asked.at("objections").at(1).at("reason")), "badly named");
  EXPECT_EQ(text(extension(record, "recorder").at("outcome")), "agreed");
  EXPECT_EQ(json::parse(must(host_.rcx_command({"explain", id, "--json"}))).as_object(), record);
}

TEST_F(Records, AnIdIsFoundByHowItBegins) {
  host_.add("recorder");
  serve();
  push_first();
  const std::string id = last().id;
  EXPECT_THAT(explain(id.substr(0, 35)), StartsWith("accepted: "));
  EXPECT_THAT(host_.rcx({"explain", id.substr(0, 6)}).err,
              AllOf(HasSubstr("several decisions begin with " + id.substr(0, 6)), HasSubstr(id)));
  const Outcome unknown = host_.rcx({"explain", "00000000"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("no decision 00000000 is recorded"));
  const Outcome wrong = host_.rcx({"explain", "main"});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.err, HasSubstr("wanted the id of a decision"));
}

TEST_F(Records, WhatFailedWasObservedOrWasMissing) {
  host_.add("misbehave", "{settings: {how: throw}}");
  host_.add("misbehave_b", "{fail: open, settings: {how: throw}}");
  host_.add("refuser", "{mode: observe, settings: {reason: 'would not have it'}}");
  host_.name("ghost", "{fail: open}");
  serve();
  clone().commit("first");
  EXPECT_NE(push({"main"}).status, 0);
  const json::object record = decision();
  EXPECT_EQ(text(record.at("verdict")), "refused");
  const json::object failed = extension(record, "misbehave");
  EXPECT_EQ(text(failed.at("outcome")), "failed");
  EXPECT_EQ(text(failed.at("reason")), "thrown on purpose");
  EXPECT_EQ(text(failed.at("fail")), "closed");
  EXPECT_EQ(text(extension(record, "misbehave_b").at("fail")), "open");
  const json::object observed = extension(record, "refuser");
  EXPECT_EQ(text(observed.at("mode")), "observe");
  EXPECT_EQ(text(observed.at("outcome")), "would_object");
  EXPECT_EQ(text(observed.at("objections").at(0).at("reason")), "would not have it");
  const json::object absent = extension(record, "ghost");
  EXPECT_EQ(text(absent.at("outcome")), "absent");
  EXPECT_THAT(text(absent.at("reason")), HasSubstr("holds no file with this id"));
  EXPECT_THAT(explain(text(record.at("id"))),
              AllOf(HasSubstr("\nWhy\n  misbehave 1.0.0 failed (fail: closed)\n"
                              "    thrown on purpose\nWithout effect on the verdict\n"),
                    HasSubstr("  refuser 1.0.0 would have objected (mode: observe)\n"
                              "    would not have it\n"),
                    HasSubstr("  ghost absent (fail: open)\n")));
}

TEST_F(Records, ALostAttemptIsToldWithWhoDidIt) {
  host_.add("misbehave", "{fail: open, settings: {how: crash}}");
  serve();
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  const json::object record = decision();
  EXPECT_EQ(record.at("attempts"), 2);
  EXPECT_EQ(text(record.at("verdict")), "accepted");
  ASSERT_THAT(record.at("lost").as_array(), SizeIs(1));
  EXPECT_EQ(text(record.at("lost").at(0).at("extension")), "misbehave");
  EXPECT_THAT(text(record.at("lost").at(0).at("how")), StartsWith("crashed (signal 11"));
  EXPECT_EQ(text(extension(record, "misbehave").at("outcome")), "failed");
  EXPECT_THAT(explain(text(record.at("id"))),
              HasSubstr("Attempts  2\n  a worker died: the extension misbehave crashed"));
  EXPECT_THAT(decisions({"--event", "pre_push"}), SizeIs(1)) << "one event, one record";
}

TEST_F(Records, AnEventThatNobodyCouldHear) {
  host_.add("misbehave", "{fail: open, settings: {how: kill_others}}");
  host_.add("recorder", "{priority: 200}");
  serve();
  clone().commit("first");
  EXPECT_NE(push({"main"}).status, 0);
  const json::object record = decision();
  EXPECT_EQ(record.at("attempts"), 4);
  EXPECT_EQ(text(extension(record, "recorder").at("outcome")), "failed");
  EXPECT_THAT(text(extension(record, "recorder").at("reason")), HasSubstr("workers died"));
}

TEST_F(Records, ACallThatIsNoEventHasOneAsWell) {
  serve();
  Command hook{{repository().hook("pre-receive").string()}, repository().path()};
  hook.variables = {{"GIT_DIR", "."}};
  hook.input = "nonsense\n";
  EXPECT_EQ(run(hook).status, 1);
  const json::object record = decision();
  EXPECT_EQ(text(record.at("verdict")), "refused");
  EXPECT_THAT(text(record.at("reason")), HasSubstr("wanted 'OLD NEW NAME'"));
  EXPECT_EQ(text(record.at("path")), repository().path().string());
  EXPECT_THAT(explain(text(record.at("id"))), HasSubstr("\nWhy\n  wanted 'OLD NEW NAME'"));
}

TEST_F(Records, DecisionsAreListedByWhatIsAsked) {
  host_.add("recorder", "{repositories: [a]}");
  host_.add("refuser", "{settings: {refs: {topic: badly named}}}");
  serve();
  push_first();
  EXPECT_NE(push({"main:topic"}).status, 0);
  const Repository second(host_, "team/b.git");
  Clone other(temp_, "d", second);
  other.commit("other");
  EXPECT_EQ(other.push({"main"}).status, 0);

  const auto count = [&](const Words& arguments) { return decisions(arguments).size(); };
  EXPECT_EQ(count({}), 5U) << "two of each accepted push, one of the refused";
  EXPECT_EQ(count({"--repo", "team/*"}), 2U);
  EXPECT_EQ(count({"--repo", "*", "--event", "pre_push"}), 3U);
  EXPECT_EQ(count({"--refused"}), 1U);
  EXPECT_EQ(count({"--extension", "recorder"}), 3U);
  EXPECT_EQ(count({"--extension", "nobody"}), 0U);
  const std::string caller = text(decision().at("caller").at("name"));
  EXPECT_EQ(count({"--caller", caller}), 5U);
  EXPECT_EQ(count({"--caller", "nobody"}), 0U);
  EXPECT_EQ(count({"--since", "1h"}), 5U);
  EXPECT_EQ(count({"--since", "2000-01-31"}), 5U);
  EXPECT_EQ(count({"--since", "2999-01-31"}), 0U);
  EXPECT_EQ(count({"--limit", "2"}), 2U);
  EXPECT_EQ(count({"--limit", "0"}), 5U);
  std::string before = "9";
  for (const json::object& record : decisions()) {
    EXPECT_LE(text(record.at("time")), before) << "newest first";
    before = text(record.at("time"));
  }
  const std::string line = must(host_.rcx_command({"decisions", "--refused"}));
  EXPECT_THAT(line, AllOf(HasSubstr("  refused   pre_push  a  "), HasSubstr("  refs/heads/topic  "),
                          HasSubstr("  refuser: badly named  ")));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const Outcome wrong = host_.rcx({"decisions", "--since", "yesterday"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("wanted a length of time such as 30m"));
}

TEST_F(Records, AreReadWhereverTheyStand) {
  host_.add("recorder");
  serve();
  push_first();
  const std::string id = last().id;
  const auto journals = [&] {
    int count = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory())) {
      if (entry.path().extension() == ".journal") ++count;
    }
    return count;
  };
  EXPECT_THAT(explain(id), StartsWith("accepted: ")) << "at once";
  EXPECT_EQ(host_.stop(), 0);
  EXPECT_EQ(journals(), 0) << "all is in the database";
  EXPECT_THAT(explain(id), StartsWith("accepted: ")) << "while no host runs";
  // Without a recorder.
  host_.start();
  fs::remove_all(directory() / "records.db");
  push({"main:next"});
  EXPECT_THAT(explain(last().id), StartsWith("accepted: "));
}

}  // namespace
}  // namespace rcx::test
