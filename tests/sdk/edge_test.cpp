// What leaves a method of an extension, and how the host hears of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <array>
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

constexpr std::array kHandlers = {rcx::on<&Thrower::check>(), rcx::on<&Thrower::pushed>()};
constexpr rcx_plugin kThrower = {sizeof(rcx_plugin),
                                 RCX_ABI_MAGIC,
                                 RCX_ABI_MAJOR,
                                 RCX_ABI_MINOR,
                                 0,
                                 0,
                                 "thrower",
                                 "Thrower",
                                 "1",
                                 "MIT",
                                 &rcx::detail::create<Thrower>,
                                 &rcx::detail::destroy<Thrower>,
                                 kHandlers.data(),
                                 kHandlers.size(),
                                 sizeof kHandlers[0]};

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
