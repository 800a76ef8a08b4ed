#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <array>
#include <string>
#include <vector>

namespace {

using rcx::testing::FakePush;
using rcx::testing::FrozenPush;
using testing::ElementsAre;

// An element of a later release: the struct of today, and more.
struct GrownRef {
  rcx_ref_update raw{};
  std::array<char, 24> later{};
};

TEST(Array, StepsByTheStrideOfTheHost) {
  std::array<GrownRef, 3> grown{};
  const std::array<std::string, 3> names = {"refs/heads/a", "refs/heads/b", "refs/tags/c"};
  for (std::size_t i = 0; i < grown.size(); ++i)
    grown.at(i).raw.name = {names.at(i).data(), names.at(i).size()};
  const rcx::Refs refs(&grown[0].raw, grown.size(), sizeof(GrownRef));

  std::vector<std::string> seen;
  for (const rcx::RefUpdate& ref : refs)
    seen.push_back(std::to_string(ref.index()) + " " + std::string(ref.name()));
  EXPECT_THAT(seen, ElementsAre("0 refs/heads/a", "1 refs/heads/b", "2 refs/tags/c"));
  EXPECT_EQ(refs[2].name(), "refs/tags/c");
  EXPECT_EQ(refs.size(), 3U);
}

TEST(Array, OfNothingIsEmpty) {
  const rcx::BytesList none(nullptr, 0, 0);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.begin() == none.end());
}

TEST(Array, OfBytesYieldsViews) {
  FakePush push;
  push.push_options = {"ci.skip", "", "a\xFF"};
  const FrozenPush frozen(push, RCX_EVENT_PUSH);
  const auto raw = frozen.raw<rcx_push>();
  const rcx::Push event(nullptr, &raw);
  std::vector<std::string> options;
  for (const std::string_view option : event.push_options()) options.emplace_back(option);
  EXPECT_THAT(options, ElementsAre("ci.skip", "", "a\xFF"));
}

}  // namespace
