#include <gtest/gtest.h>

#include "host/dispatch/dispatch.hpp"

namespace rcx::host {
namespace {

class GiveUpTest : public testing::Test {
 protected:
  void SetUp() override {
    event_.kind = event_kind(RCX_EVENT_PRE_PUSH);
    event_.repository.name = "team/app";
  }

  // A set in which the one extension that rcx.yaml names is missing.
  Verdict verdict(const std::string& section) {
    const auto config =
        *parse_config("/i/rcx.yaml", "roots: [a]\nextensions: {x: " + section + "}\n");
    PlannedExtension missing;
    missing.id = "x";
    missing.named = true;
    missing.standing = Standing::kMissing;
    Slot slot{};
    const ExtensionSet set = ExtensionSet::start(Plan{{missing}}, *config, slot);
    EXPECT_EQ(wanted(set, *event_.kind, event_), section.find("other") == std::string::npos);
    return give_up(set, event_, 3);
  }

  Event event_;
};

TEST_F(GiveUpTest, AnAbsentClosedExtensionRefuses) {
  const Verdict refused = verdict("{}");
  EXPECT_TRUE(refused.refused);
  ASSERT_EQ(refused.failures.size(), 1U);
  EXPECT_EQ(refused.failures[0].reason, "3 workers died before it was heard");
}

TEST_F(GiveUpTest, OneThatMayFailOrOnlyObservesDoesNot) {
  EXPECT_FALSE(verdict("{fail: open}").refused);
  EXPECT_FALSE(verdict("{mode: observe}").refused);
}

TEST_F(GiveUpTest, OneForOtherRepositoriesDoesNot) {
  EXPECT_FALSE(verdict("{repositories: [other/*]}").refused);
  EXPECT_TRUE(verdict("{repositories: [team/*]}").refused);
}

}  // namespace
}  // namespace rcx::host
