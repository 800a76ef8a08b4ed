#include "host/queue/retry.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr auto kAll = [] { return 1.0; };

TEST(Retry, GrowsTwofoldUpToTheMost) {
  EXPECT_EQ(retry_delay(1, seconds(1), seconds(10), kAll), seconds(1));
  EXPECT_EQ(retry_delay(2, seconds(1), seconds(10), kAll), seconds(2));
  EXPECT_EQ(retry_delay(4, seconds(1), seconds(10), kAll), seconds(8));
  EXPECT_EQ(retry_delay(5, seconds(1), seconds(10), kAll), seconds(10));
  EXPECT_EQ(retry_delay(4'000'000'000, seconds(1), hours(1), kAll), hours(1));
  EXPECT_EQ(retry_delay(1, seconds(20), seconds(10), kAll), seconds(10));
}

TEST(Retry, JitterIsOverAllOfTheLength) {
  EXPECT_EQ(retry_delay(3, seconds(1), seconds(10), [] { return 0.0; }), seconds(0));
  EXPECT_EQ(retry_delay(3, seconds(1), seconds(10), [] { return 0.5; }), seconds(2));
  const Chance random = chance();
  seconds::rep low = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = retry_delay(1, seconds(1000), seconds(1000), random);
    EXPECT_LE(delay, seconds(1000));
    if (delay < seconds(500)) ++low;
  }
  EXPECT_GT(low, 350);
  EXPECT_LT(low, 650);
}

}  // namespace
}  // namespace rcx::host
