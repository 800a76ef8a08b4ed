#include "host/worker/answer.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

Verdict verdict_with(const Objection& objection, const std::string& failure) {
  Verdict verdict;
  HandlerRun run;
  run.extension = "x";
  run.status = failure.empty() ? RCX_OK : RCX_FAILED;
  run.took = std::chrono::nanoseconds(1234);
  run.failure = failure;
  verdict.runs.push_back(run);
  verdict.objections.push_back(objection);
  return verdict;
}

TEST(Answer, BytesGoThroughAsTheyAre) {
  const std::string bytes("\xff\0\x1b[2J caf\xe9", 11);
  Verdict verdict = verdict_with({"x", 1, bytes}, bytes);
  verdict.observed.push_back({"x", std::nullopt, ""});
  const Result<ApartAnswer> answer = parse_answer(answer_text(verdict), 2, 1, "y");
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->runs.size(), 1U);
  EXPECT_EQ(answer->runs[0].failure, bytes);
  EXPECT_EQ(answer->runs[0].status, RCX_FAILED);
  EXPECT_EQ(answer->runs[0].took.count(), 1234);
  ASSERT_EQ(answer->objections.size(), 2U);
  EXPECT_EQ(answer->objections[0].reason, bytes);
  EXPECT_EQ(answer->objections[0].ref, 1U);
  EXPECT_EQ(answer->objections[0].extension, "y") << "who was asked, not who it says it is";
  EXPECT_FALSE(answer->objections[1].ref);
}

TEST(Answer, ReferenceThatIsNotThereIsRefused) {
  const std::string text = answer_text(verdict_with({"x", 1, "no"}, ""));
  EXPECT_TRUE(parse_answer(text, 2, 1, "x"));
  const Result<ApartAnswer> answer = parse_answer(text, 1, 1, "x");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("cannot be read"), std::string::npos);
}

TEST(Answer, MoreThanHandlersCanSayIsRefused) {
  Verdict verdict = verdict_with({"x", 1, std::string(20'000, 'x')}, "");
  const Result<ApartAnswer> one = parse_answer(answer_text(verdict), 2, 1, "x");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->objections[0].reason.size(), kLongestReason);
  verdict.runs.push_back(verdict.runs[0]);
  EXPECT_FALSE(parse_answer(answer_text(verdict), 2, 1, "x"));
  EXPECT_TRUE(parse_answer(answer_text(verdict), 2, 2, "x"));
  verdict.runs.pop_back();
  verdict.objections.assign(kMostObjections + 1, {"x", std::nullopt, ""});
  EXPECT_FALSE(parse_answer(answer_text(verdict), 2, 1, "x"));
}

TEST(Answer, NobodyWhoRanIsRefused) {
  EXPECT_FALSE(parse_answer(answer_text({}), 1, 1, "x"));
  EXPECT_FALSE(parse_answer("", 1, 1, "x"));
  EXPECT_FALSE(parse_answer("[]", 1, 1, "x"));
}

}  // namespace
}  // namespace rcx::host
