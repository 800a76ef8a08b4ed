#include "host/api/gate.hpp"

#include <gtest/gtest.h>

namespace rcx::host::api {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

TEST(RateLimit, LetsABurstPassAndThenAsManyAsItSays) {
  RateLimit limit;
  std::int64_t now = kSecondNs;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.ask("a", 60, now), 0) << i;
  EXPECT_EQ(limit.ask("a", 60, now), 1) << "seconds to wait";
  EXPECT_EQ(limit.ask("b", 60, now), 0) << "another one is not concerned";
  now += kSecondNs;
  EXPECT_EQ(limit.ask("a", 60, now), 0);
  EXPECT_GT(limit.ask("a", 60, now), 0);
}

TEST(RateLimit, ForgetsWhoIsQuiet) {
  RateLimit limit;
  for (int i = 0; i < 10'000; ++i) limit.ask(std::to_string(i), 60, kSecondNs);
  EXPECT_GT(limit.ask("new", 60, kSecondNs), 0) << "so many at once";
  EXPECT_EQ(limit.ask("new", 60, 60 * kSecondNs), 0);
}

TEST(Bearer, IsTheSchemeThatIsRead) {
  EXPECT_EQ(bearer("Bearer x"), "x");
  EXPECT_EQ(bearer("bearer x"), "x");
  EXPECT_EQ(bearer("Basic x"), std::nullopt);
  EXPECT_EQ(bearer("Bearer "), std::nullopt);
  EXPECT_EQ(bearer(""), std::nullopt);
}

TEST(Origin, DoesNotHoldASecret) {
  EXPECT_EQ(origin_of("rcx_0123456789abcdef_secret", "::1"), "rcx_0123456789abcdef");
  EXPECT_EQ(origin_of("something", "::1"), "address ::1");
  EXPECT_EQ(origin_of(std::nullopt, "::1"), "address ::1");
}

}  // namespace
}  // namespace rcx::host::api
