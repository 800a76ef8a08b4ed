#include "host/dispatch/verdict.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

class VerdictTest : public testing::Test {
 protected:
  void SetUp() override {
    event_.kind = event_kind(RCX_EVENT_PRE_PUSH);
    event_.id_text = "ID";
    event_.refs = {{"refs/heads/a", "", "1"}, {"refs/heads/\x1b[1mb", "", "2"}};
    verdict_.refused = true;
  }
  std::string text() const { return verdict_text(verdict_, event_, output_); }

  Event event_;
  Verdict verdict_;
  OutputConfig output_;
};

TEST_F(VerdictTest, ReasonsComeFirstAndTheDecisionLast) {
  verdict_.objections = {{"x", 0, "too long"}, {"y", std::nullopt, "closed on Fridays"}};
  EXPECT_EQ(text(),
            "refs/heads/a: too long [x]\n"
            "closed on Fridays [y]\n"
            "rcx: push refused, decision ID\n");
}

TEST_F(VerdictTest, IsBoundedAndSafe) {
  output_.objections = 2;
  output_.line_length = 40;
  verdict_.objections = {{"x", 1, "\x1b]0;title\x07"},
                         {"x", std::nullopt, std::string(100, 'a')},
                         {"x", std::nullopt, "third"}};
  EXPECT_EQ(text(), "refs/heads/[1mb: ]0;title [x]\n" + std::string(40, 'a') +
                        "… [x]\n… and 1 more; the host's log holds all of them\n"
                        "rcx: push refused, decision ID\n");
}

TEST_F(VerdictTest, SeveralLinesOfOneReasonAreIndentedAndBounded) {
  verdict_.objections = {{"x", std::nullopt, "one\n\ntwo"}};
  EXPECT_EQ(text(), "one\n  two [x]\nrcx: push refused, decision ID\n");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "line\n";
  verdict_.objections = {{"x", std::nullopt, many}};
  const std::string bounded = text();
  EXPECT_EQ(std::count(bounded.begin(), bounded.end(), '\n'), 12);
}

TEST_F(VerdictTest, FailuresAreNamedWhereTheyCount) {
  verdict_.failures = {{"x", "crashed", FailPolicy::kClosed, true},
                       {"y", "crashed", FailPolicy::kOpen, true}};
  EXPECT_EQ(text(), "rcx: the extension x failed: crashed\nrcx: push refused, decision ID\n");
}

TEST_F(VerdictTest, SingleReferencesAreThoseThatAreRejected) {
  verdict_.objections = {{"x", 1, "no"}, {"y", 1, "no"}};
  EXPECT_EQ(single_refs(verdict_, event_), std::vector<std::size_t>{1});
  verdict_.failures = {{"x", "crashed", FailPolicy::kOpen, true}};
  EXPECT_EQ(single_refs(verdict_, event_).size(), 1U);
  verdict_.failures = {{"x", "crashed", FailPolicy::kClosed, true}};
  EXPECT_TRUE(single_refs(verdict_, event_).empty()) << "a failure is about the whole push";
  verdict_.failures.clear();
  verdict_.objections.push_back({"x", std::nullopt, "closed"});
  EXPECT_TRUE(single_refs(verdict_, event_).empty());
  verdict_.objections = {{"x", 0, "no"}, {"x", 1, "no"}};
  EXPECT_TRUE(single_refs(verdict_, event_).empty()) << "nothing would pass";
}

TEST_F(VerdictTest, SaysWhichReferencesAreRefused) {
  verdict_.refused = false;
  verdict_.objections = {{"x", 0, "no"}};
  verdict_.refused_refs = {0, 1};
  verdict_.suspects = {{1, 0}};
  EXPECT_EQ(text(),
            "refs/heads/a: no [x]\n"
            "refs/heads/[1mb: brings commits of refs/heads/a, which is rejected; push it alone\n"
            "rcx: 2 of 2 references refused, decision ID\n");
}

TEST_F(VerdictTest, SaysWhatWasBypassed) {
  verdict_.refused = false;
  event_.caller.name = "ada";
  verdict_.bypass = "the mirror\nis down";
  verdict_.bypassed = {{"x", 0, "too long"}};
  HandlerRun run;
  run.extension = "x";
  run.bypassed = true;
  verdict_.runs = {run, run};
  EXPECT_EQ(text(),
            "rcx: bypassed: refs/heads/a: too long [x]\n"
            "rcx: ada bypassed x: the mirror\n  is down; recorded as decision ID\n");
}

TEST_F(VerdictTest, SaysWhyABypassDoesNotCount) {
  verdict_.bypass = "why";
  verdict_.objections = {{"x", 0, "no"}};
  verdict_.denied_bypasses = {{"x", "eve may not"}};
  EXPECT_EQ(text(),
            "refs/heads/a: no [x]\n"
            "rcx: rcx-bypass does not count against x: eve may not\n"
            "rcx: push refused, decision ID\n");
}

TEST_F(VerdictTest, NothingToSayIsNothing) {
  verdict_.refused = false;
  EXPECT_EQ(text(), "");
}

}  // namespace
}  // namespace rcx::host
