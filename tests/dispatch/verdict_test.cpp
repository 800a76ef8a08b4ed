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

TEST_F(VerdictTest, NothingToSayIsNothing) {
  verdict_.refused = false;
  EXPECT_EQ(text(), "");
}

}  // namespace
}  // namespace rcx::host
