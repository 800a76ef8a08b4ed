#include "host/api/gate.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

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

TEST(RateLimit, ForgetsWhoWasQuietLongest) {
  RateLimit limit;
  std::int64_t now = kSecondNs;
  limit.ask("first", 6, now);
  limit.ask("second", 6, now);
  for (int i = 0; i < 9'998; ++i) limit.ask(std::to_string(i), 6, now);
  EXPECT_GT(limit.ask("first", 6, now), 0) << "it has asked again";
  EXPECT_EQ(limit.ask("new", 6, now), 0) << "however many there are";
  EXPECT_GT(limit.ask("first", 6, now), 0);
  EXPECT_EQ(limit.ask("second", 6, now), 0) << "it is forgotten";
}

TEST(Turns, OneTokenHasAtMostHalf) {
  Turns turns(4);
  std::optional<Turns::Turn> first;
  std::optional<Turns::Turn> second;
  first.emplace(turns, "a");
  second.emplace(turns, "a");
  std::promise<void> got;
  std::thread third([&] {
    const Turns::Turn turn(turns, "a");
    got.set_value();
  });
  std::future<void> has = got.get_future();
  {
    const Turns::Turn other(turns, "b");
    const Turns::Turn another(turns, "b");
    EXPECT_EQ(has.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  }
  EXPECT_EQ(has.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  first.reset();
  has.wait();
  third.join();
}

TEST(Token, IsNamedWithoutItsSecret) {
  const std::string token = "rcx_0123456789abcdef_sec-ret_1";
  EXPECT_EQ(token_name(token), "rcx_0123456789abcdef");
  EXPECT_EQ(token_name("rcx_0123456789abcdef"), "") << "no secret, no token";
  EXPECT_EQ(token_name("something"), "");
  EXPECT_EQ(without_secrets("/v1/tokens/" + token + "/x, '" + token + "'"),
            "/v1/tokens/rcx_0123456789abcdef_.../x, 'rcx_0123456789abcdef_...'");
  EXPECT_EQ(without_secrets("rcx_0123456789abcdef, rcx_ and rcx_token_list"),
            "rcx_0123456789abcdef, rcx_ and rcx_token_list");
}

TEST(Bearer, IsTheSchemeThatIsRead) {
  EXPECT_EQ(bearer("Bearer x"), "x");
  EXPECT_EQ(bearer("bearer x"), "x");
  EXPECT_EQ(bearer("Basic x"), std::nullopt);
  EXPECT_EQ(bearer("Bearer "), std::nullopt);
  EXPECT_EQ(bearer(""), std::nullopt);
}

}  // namespace
}  // namespace rcx::host::api
