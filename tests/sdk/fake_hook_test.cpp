// The fake host with hooks that people call by name.
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace rcx::testing;

class Counter {
 public:
  void count(const rcx::Called& call) {
    const int times = call["times"].as<int>(1);
    if (times < 0) return call.reject("not backwards");
    if (times == 0) throw std::runtime_error("nothing to count");
    call.say("counting");
    last_ += times;
    call.answer("first");
    call.answer(std::string(call.repository().name()) + ":" + std::to_string(last_));
  }
  void state(const rcx::Called& call) const {
    call.answer_json("{\"hook\":\"" + std::string(call.hook()) + "\"}");
  }
  void pushed(const rcx::Push& push) const {
    const auto* answers =
        static_cast<const rcx_answer*>(push.call()->host->service(RCX_SERVICE_ANSWER_1));
    answers->give(push.call(), RCX_ANSWER_BYTES, {"x", 1});
  }

 private:
  int last_ = 0;
};

constexpr rcx_parameter kParameters[] = {
    rcx::optional("times", RCX_VALUE_INTEGER, "How often"),
    rcx::optional("factor", RCX_VALUE_NUMBER, "How much of it")};
constexpr auto kCount =
    rcx::repository_hook<&Counter::count>("count", "Counts", "repository.write", kParameters);
constexpr auto kState = rcx::named_hook<&Counter::state>("state", "Shows the count", "");
constexpr auto kHandlers =
    rcx::handlers<Counter>(rcx::on_call(kCount), rcx::on_call(kState), rcx::on<&Counter::pushed>());
constexpr rcx_plugin kPlugin =
    rcx::plugin<Counter>("counter", "Counter", "1.0.0", "MIT", kHandlers);

FakeCall count(Setting arguments = map({})) {
  FakeCall call("count", std::move(arguments));
  call.repository = {RCX_VCS_GIT, "team/app", "/srv/git/team/app.git", "", {}};
  return call;
}

std::string fault(FakeHost& host, const FakeCall& call) {
  try {
    host.call(call);
  } catch (const std::invalid_argument& wrong) {
    return wrong.what();
  }
  return "none";
}

TEST(FakeHook, TheDescriptorSaysWhatIsThere) {
  const rcx_named_hook& hook = *kHandlers[0].call.hook;
  EXPECT_EQ(kHandlers[0].event, RCX_EVENT_CALL);
  EXPECT_STREQ(hook.name, "count");
  EXPECT_STREQ(hook.permission, "repository.write");
  EXPECT_EQ(hook.flags, RCX_HOOK_OF_REPOSITORY);
  EXPECT_EQ(hook.parameter_count, 2U);
  EXPECT_EQ(kHandlers[1].call.hook->flags, 0U);
}

TEST(FakeHook, OneHookAnswersForAllItsCalls) {
  FakeHost host(kPlugin);
  const Outcome first = host.call(count(map({{"times", 3}})));
  EXPECT_EQ(first.handlers, 1U);
  EXPECT_EQ(first.answer_kind, RCX_ANSWER_BYTES);
  EXPECT_EQ(first.answer, "team/app:3");
  EXPECT_EQ(first.said, std::vector<std::string>{"counting"});
  EXPECT_EQ(host.call(count()).answer, "team/app:4");
  const Outcome state = host.call(FakeCall("state"));
  EXPECT_EQ(state.answer_kind, RCX_ANSWER_JSON);
  EXPECT_EQ(state.answer, "{\"hook\":\"state\"}");
  EXPECT_TRUE(state.misuses.empty());
}

TEST(FakeHook, ItMayRefuseAndFail) {
  FakeHost host(kPlugin);
  const Outcome refused = host.call(count(map({{"times", -1}})));
  EXPECT_EQ(refused.status, RCX_OK);
  ASSERT_EQ(refused.objections.size(), 1U);
  EXPECT_EQ(refused.objections[0].text, "not backwards");
  EXPECT_EQ(refused.answer_kind, 0U);
  EXPECT_EQ(host.call(count(map({{"times", 0}}))).failure, "nothing to count");
}

TEST(FakeHook, WhatTheHostWouldNotLetThroughIsAMistakeOfTheTest) {
  FakeHost host(kPlugin);
  EXPECT_EQ(fault(host, FakeCall("other")), "it has no hook other");
  EXPECT_EQ(fault(host, FakeCall("count")), "count: it wants a repository");
  EXPECT_EQ(fault(host, count(map({{"time", 1}}))), "count: it has no parameter time");
  EXPECT_EQ(fault(host, count(map({{"times", "1"}}))),
            "count: its parameter times is of another kind");
  EXPECT_EQ(fault(host, count(map({{"factor", 2}}))), "none");
}

TEST(FakeHook, AnAnswerIsForACall) {
  FakeHost host(kPlugin);
  const Outcome outcome = host.push({});
  EXPECT_EQ(outcome.answer_kind, 0U);
  EXPECT_EQ(outcome.misuses, std::vector<std::string>{"rcx.answer/1 where no hook is called"});
}

}  // namespace
