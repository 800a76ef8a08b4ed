#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Examples, HelloCGreetsBeforeAndAfter) {
  FakeHost host(plugin_of(HELLO_C_SO));
  const auto before = host.pre_push({});
  EXPECT_THAT(before.said, ElementsAre("hello from C, before your push"));
  EXPECT_THAT(before.objections, IsEmpty());
  EXPECT_THAT(host.push({}).said, ElementsAre("hello from C, after your push to", "team/app"));
}

TEST(Examples, MyPostPushExtensionCountsReferences) {
  FakeHost host(plugin_of(MY_POST_PUSH_EXTENSION_SO));
  FakePush push;
  push.ref("refs/heads/main");
  push.ref("refs/tags/v1");
  const auto outcome = host.push(push);
  EXPECT_THAT(outcome.said, ElementsAre("ada pushed 2 refs to team/app"));
  EXPECT_EQ(outcome.handlers, 1);
}

}  // namespace
