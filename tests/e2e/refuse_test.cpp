// Pushes that are refused, and what the person who pushed reads.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Refuse : public HostTest {
 protected:
  Outcome push_refused(const Words& arguments = {"main"}) {
    Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    EXPECT_THAT(pushed.err, HasSubstr("pre-receive hook declined"));
    return pushed;
  }
};

TEST_F(Refuse, ReasonComesFirstThenTheDecision) {
  host_.add("recorder", "{priority: 1}");
  host_.add("refuser", "{settings: {reason: commits need a ticket}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push_refused();
  EXPECT_THAT(pushed.remote(), ElementsAre("commits need a ticket [refuser]",
                                           "rcx: push refused, decision " + last().id));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_THAT(host_.log(), HasSubstr("event " + last().id + ": refuser objects: commits need"));
  EXPECT_THAT(records("push"), IsEmpty());
}

TEST_F(Refuse, UpdateLeavesTheBranchWhereItWas) {
  host_.add("refuser", "{settings: {refs: {main: it is frozen}}}");
  serve();
  clone().commit("first");
  ASSERT_EQ(push({"main:topic"}).status, 0);
  const std::string before = repository().id("topic");
  clone().commit("second");
  push_refused({"main"});
  EXPECT_EQ(repository().id("topic"), before);
  EXPECT_EQ(repository().id("main"), "");
  // And nothing of the push stays behind.
  EXPECT_EQ(run(clone().command(
                    {"--git-dir", repository().path().string(), "cat-file", "-e", clone().id()}))
                .status,
            1);
}

TEST_F(Refuse, ObjectionsOfAllExtensionsByPriorityThenId) {
  host_.add("refuser_a", "{priority: 200, settings: {reason: a objects}}");
  host_.add("refuser_b", "{priority: 7, settings: {reason: b objects}}");
  host_.add("refuser", "{priority: 7, settings: {reason: the first objects}}");
  serve();
  clone().commit("first");
  const std::vector<std::string> lines = push_refused().remote();
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_EQ(lines[0], "the first objects [refuser]");
  EXPECT_EQ(lines[1], "b objects [refuser_b]");
  EXPECT_EQ(lines[2], "a objects [refuser_a]");
  EXPECT_THAT(lines[3], StartsWith("rcx: push refused, decision "));
}

TEST_F(Refuse, ObjectionsToSeveralReferencesNameThem) {
  host_.add("refuser", "{settings: {refs: {main: frozen, topic: badly named}}}");
  serve();
  clone().commit("first");
  clone().git({"branch", "topic"});
  clone().git({"branch", "fine"});
  const std::vector<std::string> lines = push_refused({"main", "topic", "fine"}).remote();
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_THAT(std::vector<std::string>(lines.begin(), lines.end() - 1),
              UnorderedElementsAre("refs/heads/main: frozen [refuser]",
                                   "refs/heads/topic: badly named [refuser]"));
  // A push is accepted or refused as a whole.
  EXPECT_EQ(repository().git({"for-each-ref"}), "");
}

TEST_F(Refuse, NumberOfObjectionsIsBounded) {
  host_.add("refuser", "{settings: {reason: no, times: 50}}");
  serve();
  clone().commit("first");
  const std::vector<std::string> lines = push_refused().remote();
  ASSERT_THAT(lines, SizeIs(22));
  EXPECT_EQ(lines[19], "no [refuser]");
  EXPECT_EQ(lines[20], "… and 30 more; the host's log holds all of them");
  const std::string log = host_.log();
  std::size_t logged = 0;
  for (std::size_t at = 0; (at = log.find("refuser objects: no", at)) != std::string::npos; ++at)
    ++logged;
  EXPECT_EQ(logged, 50U);
}

TEST_F(Refuse, BoundsComeFromTheConfiguration) {
  host_.set("output", "{objections: 2, line_length: 60}");
  host_.add("refuser", "{settings: {reason: '" + std::string(200, 'x') + "', times: 3}}");
  serve();
  clone().commit("first");
  const std::vector<std::string> lines = push_refused().remote();
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_EQ(lines[0], std::string(60, 'x') + "… [refuser]");
  EXPECT_THAT(lines[2], StartsWith("… and 1 more"));
}

TEST_F(Refuse, ControlCharactersDoNotReachTheTerminal) {
  host_.add("refuser", R"({settings: {reason: "a\e[31mb\a\bc\u009bd\u202ee\r\x7f\tf\nsecond"}})");
  serve();
  clone().commit("first");
  const Outcome pushed = push_refused();
  EXPECT_EQ(pushed.remote().at(0), "a[31mbcde f");
  EXPECT_EQ(pushed.remote().at(1), "  second [refuser]");
  EXPECT_THAT(pushed.err, Not(HasSubstr("\x1b[31m")));
  EXPECT_THAT(pushed.err, Not(HasSubstr("\u202e")));
  EXPECT_THAT(host_.log(), Not(HasSubstr("\x1b")));
}

TEST_F(Refuse, EmptyReasonStillReads) {
  host_.add("refuser", "{settings: {reason: ''}}");
  serve();
  clone().commit("first");
  EXPECT_EQ(push_refused().remote().at(0), "no reason given [refuser]");
}

TEST_F(Refuse, RefusedPushCanBePushedAgain) {
  host_.add("refuser", "{settings: {refs: {main: frozen}}}");
  serve();
  const std::string id = clone().commit("first");
  push_refused();
  push_refused();
  EXPECT_EQ(push({"main:other"}).status, 0);
  EXPECT_EQ(repository().id("other"), id);
}

}  // namespace
}  // namespace rcx::test
