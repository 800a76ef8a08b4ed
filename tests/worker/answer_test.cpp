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
  run.excused = !failure.empty();
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
  EXPECT_TRUE(answer->runs[0].excused);
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
  // One more, which counts those that are not kept.
  verdict.objections.assign(kMostObjections + 1, {"x", std::nullopt, ""});
  EXPECT_TRUE(parse_answer(answer_text(verdict), 2, 1, "x"));
  verdict.objections.push_back(verdict.objections[0]);
  EXPECT_FALSE(parse_answer(answer_text(verdict), 2, 1, "x"));
}

TEST(Answer, OfAHookGoesThroughAsItIs) {
  Verdict verdict = verdict_with({"x", std::nullopt, "no"}, "");
  verdict.answer = {RCX_ANSWER_BYTES, std::string("a\0\xff", 3)};
  const Result<ApartAnswer> bytes = parse_answer(answer_text(verdict), 0, 1, "x");
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->answer.kind, RCX_ANSWER_BYTES);
  EXPECT_EQ(bytes->answer.content, verdict.answer.content);
  verdict.answer = {RCX_ANSWER_JSON, "{}"};
  EXPECT_EQ(parse_answer(answer_text(verdict), 0, 1, "x")->answer.content, "{}");
  verdict.answer = {};
  EXPECT_EQ(parse_answer(answer_text(verdict), 0, 1, "x")->answer.kind, 0U);
}

// The extension can write there as well.
TEST(Answer, OfAHookThatCannotBeIsRefused) {
  Verdict verdict = verdict_with({"x", std::nullopt, "no"}, "");
  for (const HookAnswer& wrong :
       {HookAnswer{RCX_ANSWER_JSON, "{"}, HookAnswer{7, "x"},
        HookAnswer{RCX_ANSWER_BYTES, std::string(kLongestHookAnswer + 1, 'x')}}) {
    verdict.answer = wrong;
    EXPECT_FALSE(parse_answer(answer_text(verdict), 0, 1, "x")) << wrong.kind;
  }
}

TEST(Answer, NobodyWhoRanIsRefused) {
  EXPECT_FALSE(parse_answer(answer_text({}), 1, 1, "x"));
  EXPECT_FALSE(parse_answer("", 1, 1, "x"));
  EXPECT_FALSE(parse_answer("[]", 1, 1, "x"));
}

}  // namespace
}  // namespace rcx::host
