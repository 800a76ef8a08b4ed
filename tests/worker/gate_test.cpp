#include "host/worker/gate.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>
#include <vector>

namespace rcx::host {
namespace {

bool is_empty(const Gate& gate, int milliseconds = 0) {
  pollfd waiting{gate.fd(), POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

TEST(Gate, TellsWhenTheLastOneHasLeft) {
  Gate gate;
  ASSERT_TRUE(gate.enter());
  ASSERT_TRUE(gate.enter());
  gate.leave();
  gate.close();
  EXPECT_FALSE(is_empty(gate));
  EXPECT_FALSE(gate.enter());
  EXPECT_FALSE(is_empty(gate));
  gate.leave();
  EXPECT_TRUE(is_empty(gate));
}

TEST(Gate, IsEmptyAtOnceWhereNobodyIsInside) {
  Gate gate;
  ASSERT_TRUE(gate.enter());
  gate.leave();
  EXPECT_FALSE(is_empty(gate));
  gate.close();
  EXPECT_TRUE(is_empty(gate));
}

// Whoever is inside when it is closed, and whoever comes just then.
TEST(Gate, NobodyIsInsideOnceItSaysSo) {
  constexpr int kRounds = 300;
  constexpr int kThreads = 4;
  constexpr int kPatience = 120'000;
  for (int round = 0; round < kRounds; ++round) {
    Gate gate;
    std::atomic<int> inside{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        while (gate.enter()) {
          ++inside;
          std::this_thread::yield();
          --inside;
          gate.leave();
        }
      });
    }
    std::this_thread::yield();
    gate.close();
    ASSERT_TRUE(is_empty(gate, kPatience));
    EXPECT_EQ(inside, 0);
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace rcx::host
