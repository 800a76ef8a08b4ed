// The fake host keeps the rules that the real one keeps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using testing::ElementsAre;
using testing::IsEmpty;

// Written against the C contract, so that it can break rules that the C++ layer keeps.
const rcx_call* g_kept = nullptr;  // NOLINT: handlers have no other place without an instance

rcx_status say_and_keep(void* /*instance*/, const rcx_call* call, const rcx_pre_push* event) {
  g_kept = call;
  std::thread([&] { rcx_say(call, "from another thread"); }).join();
  std::thread([&] { call->host->log(call->extension, RCX_LOG_ERROR, rcx_text("logged")); }).join();
  rcx_say(call, std::to_string(event->ref_count).c_str());
  return call->host->cancelled(call) != 0 ? RCX_FAILED : RCX_OK;
}
rcx_status reject_afterwards(void* /*instance*/, const rcx_call* call, const rcx_push* /*event*/) {
  rcx_say(call, "queued");
  return rcx_reject(call, "too late");
}
rcx_status say_in_create(const rcx_call* call, void** instance) {
  *instance = nullptr;
  return rcx_say(call, "nobody is there");
}

constexpr std::array<rcx_handler, 2> kHandlers = {
    rcx_handler{sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, RCX_ACTION_PUSH_LOCAL, RCX_INLINE,
                rcx_handler_fn(&say_and_keep)},
    rcx_handler{sizeof(rcx_handler), RCX_EVENT_PUSH, 0, RCX_QUEUED,
                rcx_handler_fn(&reject_afterwards)}};

rcx_plugin descriptor() {
  return {sizeof(rcx_plugin),
          RCX_ABI_MAGIC,
          RCX_ABI_MAJOR,
          RCX_ABI_MINOR,
          0,
          0,
          "plain",
          "Plain",
          "1",
          "MIT",
          nullptr,
          nullptr,
          kHandlers.data(),
          kHandlers.size(),
          sizeof kHandlers[0]};
}

TEST(FakeHost, CallsOnlyForTheActionsOfTheMask) {
  const rcx_plugin plain = descriptor();
  FakeHost host(plain);
  FakePush push;
  EXPECT_EQ(host.pre_push(push).handlers, 0);
  push.action = RCX_ACTION_PUSH_LOCAL;
  EXPECT_EQ(host.pre_push(push).handlers, 1);
  EXPECT_EQ(host.push(push).handlers, 0);
}

TEST(FakeHost, HandlerThreadFunctionsKnowTheirThreadAndTime) {
  const rcx_plugin plain = descriptor();
  FakeHost host(plain);
  FakePush push;
  push.action = RCX_ACTION_PUSH_LOCAL;
  const auto outcome = host.pre_push(push);
  EXPECT_THAT(outcome.said, ElementsAre("1"));
  EXPECT_THAT(outcome.misuses, ElementsAre("say on another thread"));
  EXPECT_EQ(rcx_say(g_kept, "late"), RCX_MISUSED);
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "logged");
}

TEST(FakeHost, CancelsWhenTold) {
  const rcx_plugin plain = descriptor();
  FakeHost host(plain);
  FakePush push;
  push.action = RCX_ACTION_PUSH_LOCAL;
  EXPECT_EQ(host.pre_push(push).status, RCX_OK);
  push.cancel_after = 0;
  EXPECT_EQ(host.pre_push(push).status, RCX_FAILED);
}

TEST(FakeHost, AfterThePushThereIsNoVetoAndNobodyWaits) {
  const rcx_plugin plain = descriptor();
  FakeHost host(plain);
  const auto outcome = host.push({});
  EXPECT_EQ(outcome.status, RCX_MISUSED);
  EXPECT_THAT(outcome.said, IsEmpty());
  EXPECT_EQ(host.log().at(0).text, "queued");
}

TEST(FakeHost, InCreateThereIsNobodyToTalkTo) {
  rcx_plugin talker = descriptor();
  talker.create = &say_in_create;
  EXPECT_EQ(FakeHost(talker).created().status, RCX_MISUSED);
}

TEST(FakeHost, RefusesADescriptorThatNoHostWouldLoad) {
  const auto refused = [](auto spoil) {
    rcx_plugin bad = descriptor();
    spoil(bad);
    EXPECT_THROW(const FakeHost host(bad), std::invalid_argument);
  };
  refused([](rcx_plugin& bad) { bad.magic = 0; });
  refused([](rcx_plugin& bad) { bad.abi_major = 2; });
  refused([](rcx_plugin& bad) { bad.abi_required = RCX_ABI_MINOR + 1; });
  refused([](rcx_plugin& bad) { bad.id = "Upper"; });
  refused([](rcx_plugin& bad) { bad.handler_count = 0; });
}

TEST(FakeHost, KnowsNoOtherService) {
  EXPECT_EQ(rcx::testing::detail::host_service("rcx.commits/2"), nullptr);
}

}  // namespace
