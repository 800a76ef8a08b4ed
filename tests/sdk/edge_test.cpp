// What leaves a method of an extension, and how the host hears of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <stdexcept>
#include <string>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::map;

class Thrower {
 public:
  explicit Thrower(const rcx::Setup& setup) : what_(setup.settings()["what"].as<std::string>("")) {
    setup.settings().allow_only({"what"});
    if (what_ == "constructor") throw std::runtime_error("no database");
    ++alive;
  }
  ~Thrower() { --alive; }
  Thrower(const Thrower&) = delete;
  Thrower& operator=(const Thrower&) = delete;

  void check(const rcx::PrePush& push) const {
    if (what_ == "std") throw std::runtime_error("broken");
    if (what_ == "other") throw 42;  // NOLINT(misc-throw-by-value-catch-by-reference)
    if (what_ == "limit") throw rcx::Error(RCX_LIMIT, "too much");
    if (what_ == "ok") throw rcx::Error(RCX_OK, "no error, it says");
    if (what_ == "misused") push.reject(99, "there is no such reference");
    push.reject("I object");
    push.reject(push.refs()[0], "to this one");
  }
  void pushed(const rcx::Push& push) { push.say("thank you"); }

  static int alive;

 private:
  std::string what_;
};
int Thrower::alive = 0;

constexpr auto kHandlers =
    rcx::handlers<Thrower>(rcx::on<&Thrower::check>(), rcx::on<&Thrower::pushed>());
constexpr rcx_plugin kThrower = rcx::plugin<Thrower>("thrower", "Thrower", "1", "MIT", kHandlers);

// Its handler comes from a base that is not the first, so `this` differs between the two.
struct First {
  virtual ~First() = default;
  std::string first = "first";
};
struct Second {
  std::string second = "second";
  void check(const rcx::PrePush& push) const noexcept { push.reject(second); }
};
struct Both : First, Second {};
constexpr auto kInherited = rcx::handlers<Both>(rcx::on<&Both::check>());
constexpr rcx_plugin kBoth = rcx::plugin<Both>("both", "Both", "1", "MIT", kInherited);

rcx::testing::Outcome checked(const char* what) {
  FakeHost host(kThrower, map({{"what", what}}));
  return host.pre_push({});
}

TEST(Edge, StdExceptionIsAFailureWithItsText) {
  const auto outcome = checked("std");
  EXPECT_EQ(outcome.status, RCX_FAILED);
  EXPECT_EQ(outcome.failure, "broken");
}

TEST(Edge, OtherExceptionIsAFailureToo) {
  const auto outcome = checked("other");
  EXPECT_EQ(outcome.status, RCX_FAILED);
  EXPECT_EQ(outcome.failure, "an exception that is not a std::exception");
}

TEST(Edge, ErrorKeepsItsStatus) {
  const auto outcome = checked("limit");
  EXPECT_EQ(outcome.status, RCX_LIMIT);
  EXPECT_EQ(outcome.failure, "too much");
}

TEST(Edge, ErrorThatSaysOkIsAFailureAllTheSame) {
  EXPECT_EQ(checked("ok").status, RCX_FAILED);
}

TEST(Edge, HandlerMayBeInheritedAndNoexcept) {
  FakeHost host(kBoth);
  const auto outcome = host.pre_push({});
  ASSERT_EQ(outcome.objections.size(), 1U);
  EXPECT_EQ(outcome.objections[0].text, "second");
}

TEST(Edge, ExceptionThroughTheCInterfaceIsAFailure) {
  static constexpr rcx_handler kThrow = {
      sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, 0, 0,
      rcx_handler_fn(rcx_pre_push_fn([](void*, const rcx_call*, const rcx_pre_push*) -> rcx_status {
        throw std::runtime_error("through");
      }))};
  rcx_plugin plugin = kThrower;
  plugin.handlers = &kThrow;
  plugin.handler_count = 1;
  FakeHost host(plugin);
  EXPECT_EQ(host.pre_push({}).failure, "it threw an exception through the C interface");
}

TEST(Edge, TheReasonIsThatOfTheLastFunctionAlone) {
  static constexpr rcx_handler kAsk = {
      sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, 0, 0,
      rcx_handler_fn(rcx_pre_push_fn([](void*, const rcx_call* call, const rcx_pre_push*) {
        rcx_bytes reason{};
        call->host->reject_ref(call, 99, rcx_text("x"));
        call->host->error(call, &reason);
        const bool told = reason.size > 0;
        call->host->say(call, rcx_text("y"));
        call->host->error(call, &reason);
        return told && reason.size == 0 ? RCX_OK : RCX_FAILED;
      }))};
  rcx_plugin plugin = kThrower;
  plugin.handlers = &kAsk;
  plugin.handler_count = 1;
  FakeHost host(plugin);
  EXPECT_EQ(host.pre_push({}).status, RCX_OK);
}

TEST(Edge, BreakingARuleThrowsTheHostsReason) {
  const auto outcome = checked("misused");
  EXPECT_EQ(outcome.status, RCX_MISUSED);
  EXPECT_EQ(outcome.failure, "reject_ref of reference 99 of 1");
  EXPECT_TRUE(outcome.objections.empty());
}

TEST(Edge, ObjectingIsNoFailure) {
  const auto outcome = checked("");
  EXPECT_EQ(outcome.status, RCX_OK);
  ASSERT_EQ(outcome.objections.size(), 2U);
  EXPECT_EQ(outcome.objections[0].text, "I object");
  EXPECT_FALSE(outcome.objections[0].ref.has_value());
  EXPECT_EQ(outcome.objections[1].text, "to this one");
  EXPECT_EQ(outcome.objections[1].ref, 0U);
}

TEST(Edge, ThrowingConstructorKeepsTheExtensionOut) {
  FakeHost host(kThrower, map({{"what", "constructor"}}));
  EXPECT_EQ(host.created().status, RCX_FAILED);
  EXPECT_EQ(host.created().failure, "no database");
  EXPECT_THROW(host.pre_push({}), std::logic_error);
}

TEST(Edge, WrongSettingKeepsTheExtensionOutAndSaysWhere) {
  const FakeHost host(kThrower, map({{"what", "std"}, {"waht", 1}}));
  EXPECT_EQ(host.created().failure, "rcx.yaml:3:1: waht: unknown setting; known: what");
}

TEST(Edge, EveryInstanceIsDestroyed) {
  {
    const FakeHost good(kThrower);
    const FakeHost bad(kThrower, map({{"what", "constructor"}}));
    EXPECT_EQ(Thrower::alive, 1);
  }
  EXPECT_EQ(Thrower::alive, 0);
}

}  // namespace
