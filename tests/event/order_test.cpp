#include "host/event/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace rcx::host {
namespace {

TEST(Order, ComesBackAsItWas) {
  EventContext context;
  context.caller.name = "a\xff\n";
  context.caller.name_from = RCX_CALLER_FROM_VARIABLE;
  context.caller.source = "REMOTE_USER";
  context.caller.ip = "10.0.0.1";
  context.caller.user_agent = "git/2";
  context.caller.auth_method = "token";
  context.caller.uid = 7;
  context.kept = "commit 1\nend\n";
  context.push_id = "p";
  const Result<Fd> fd = write_order({Part::kQueued, "mail", 3, {}}, context_text(context));
  ASSERT_TRUE(fd);
  for (int i = 0; i < 2; ++i) {
    const Result<Order> order = read_order(fd->get());
    ASSERT_TRUE(order) << order.error().message;
    EXPECT_EQ(order->part, Part::kQueued);
    EXPECT_EQ(order->handler, "mail");
    EXPECT_EQ(order->attempt, 3U);
    ASSERT_TRUE(order->context);
    EXPECT_EQ(order->context->caller.name, "a\xff\n");
    EXPECT_EQ(order->context->caller.name_from, RCX_CALLER_FROM_VARIABLE);
    EXPECT_EQ(order->context->caller.source, "REMOTE_USER");
    EXPECT_EQ(order->context->caller.ip, "10.0.0.1");
    EXPECT_EQ(order->context->caller.user_agent, "git/2");
    EXPECT_EQ(order->context->caller.auth_method, "token");
    EXPECT_EQ(order->context->caller.uid, 7U);
    EXPECT_EQ(order->context->kept, "commit 1\nend\n");
    EXPECT_EQ(order->context->push_id, "p");
  }
}

TEST(Order, NothingKeptIsNotTheSameAsNothingNew) {
  EventContext none;
  EventContext empty;
  empty.kept = "";
  const auto back = [](const EventContext& context) {
    return read_order(write_order({}, context_text(context))->get())->context->kept;
  };
  EXPECT_EQ(back(none), std::nullopt);
  EXPECT_EQ(back(empty), "");
  EXPECT_FALSE(read_order(write_order({Part::kInline, {}, 0, {}}, {})->get())->context);
}

TEST(Order, WhatIsNoneIsRefused) {
  for (const std::string text :
       {"", "no line", "{}\n", "[]\n", "{\"part\":9,\"attempt\":1,\"context\":false}\n",
        "{\"part\":1,\"attempt\":-1,\"context\":false}\n",
        "{\"part\":1,\"attempt\":1,\"context\":true}\n",
        "{\"part\":1,\"attempt\":1,\"context\":true}\n{\"caller\":1}\n", "\xff\n"}) {
    const Result<Fd> fd = sealed("order", text);
    EXPECT_FALSE(read_order(fd->get())) << text;
  }
  const Fd changing(::memfd_create("order", MFD_CLOEXEC));
  EXPECT_FALSE(read_order(changing.get()));
  EXPECT_FALSE(read_order(-1));
}

}  // namespace
}  // namespace rcx::host
