#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/testing.hpp>

namespace {

using namespace rcx::testing;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// `rcx_plugin_entry` is what the extension exports, here linked into the test.
Outcome pushed(const FakePush& push) {
  FakeHost host(rcx_plugin_entry);
  Outcome outcome = host.pre_push(push);
  EXPECT_THAT(outcome.misuses, IsEmpty());
  return outcome;
}

// A handler that failed has objected to nothing either, which must not look like consent.
bool passes(const FakePush& push) {
  const Outcome outcome = pushed(push);
  return outcome.status == RCX_OK && outcome.objections.empty();
}

TEST(SignedOff, CommitWithItsLinePasses) {
  FakePush push;
  push.commit("Fix it\n\nSigned-off-by: Ada Lovelace <ada@example.org>\n");
  EXPECT_TRUE(passes(push));
}

TEST(SignedOff, CommitWithoutItIsNamed) {
  FakePush push;
  push.ref("refs/heads/main");
  push.ref("refs/heads/topic");
  FakeCommit& commit = push.commit("Fix it\n");
  commit.id = std::string(40, 'a');
  commit.ref = 1;
  const Outcome outcome = pushed(push);
  ASSERT_THAT(outcome.objections, SizeIs(1));
  EXPECT_EQ(outcome.objections[0].ref, 1U);
  EXPECT_THAT(outcome.objections[0].text, HasSubstr("commit aaaaaaaaaa wants"));
}

TEST(SignedOff, LineOfSomebodyElseIsNotEnough) {
  FakePush push;
  push.commit("Fix it\n\nSigned-off-by: Eve <eve@example.org>\n");
  EXPECT_THAT(pushed(push).objections, SizeIs(1));
}

// Bytes are bytes: an address need not be UTF-8, nor a message end with a newline.
TEST(SignedOff, AddressOfAnyBytes) {
  FakePush push;
  push.commit("Fix it\nSigned-off-by: A <caf\xE9@example.org>").author.email =
      "caf\xE9@example.org";
  EXPECT_TRUE(passes(push));
}

TEST(SignedOff, MergesNeedNone) {
  FakePush push;
  push.commit("Merge topic").parents.emplace_back(40, '2');
  EXPECT_TRUE(passes(push));
}

TEST(SignedOff, OutOfTimeIsAFailureAndNoPass) {
  FakePush push;
  push.commit("Fix it");
  push.cancel_after = 0;
  EXPECT_EQ(pushed(push).status, RCX_FAILED);
}

}  // namespace
