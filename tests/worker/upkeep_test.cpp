#include "host/worker/upkeep.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <csignal>

#include <memory>
#include <vector>

#include "host/worker/limits.hpp"

namespace rcx::host {
namespace {

class UpkeepTest : public ::testing::Test {
 protected:
  UpkeepTest() {
    if (const Result<void> logging = start_log({}, "test"); !logging) throw std::bad_alloc();
  }

  // One event, in which `during` happens.
  template <class Function>
  void event(const Function& during) {
    Upkeep::Event one(*upkeep_);
    during();
    one.end({"a"}, false, STDIN_FILENO);
  }
  void make(const LimitsConfig& limits) {
    upkeep_ = std::make_unique<Upkeep>(limits, *block_, [this] { ++retired_; });
  }
  static bool ignored(int number) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    return action.sa_handler == SIG_IGN;
  }

  std::unique_ptr<Block> block_ = std::make_unique<Block>();
  std::unique_ptr<Upkeep> upkeep_;
  int retired_ = 0;
};

TEST_F(UpkeepTest, PutsBackAfterAnEvent) {
  make({});
  const mode_t before = ::umask(0);
  ::umask(before);
  event([] { ::umask(0); });
  EXPECT_EQ(::umask(before), before);
  EXPECT_EQ(retired_, 0);
}

TEST_F(UpkeepTest, LeavesThoseAloneWhoAreInside) {
  make({});
  event([] {});
  Upkeep::Event other(*upkeep_);
  const mode_t before = ::umask(0);
  event([] {});
  EXPECT_EQ(::umask(before), 0U) << "it may put it back itself";
  ::umask(0);
  other.end({"b"}, false, STDIN_FILENO);
  EXPECT_EQ(::umask(before), before) << "the last one that leaves is looked at";
}

// Signals are looked at now and then only; what is left out is made up for.
TEST_F(UpkeepTest, CatchesUpWithSignals) {
  make({});
  event([] {});
  event([] { ::signal(SIGUSR1, SIG_IGN); });
  if (!ignored(SIGUSR1)) GTEST_SKIP() << "this machine is too slow to be in a hurry";
  upkeep_->catch_up(monotonic_ns());
  EXPECT_FALSE(ignored(SIGUSR1));
}

TEST_F(UpkeepTest, RetiresOnceWhenDescriptorsLeak) {
  LimitsConfig limits;
  limits.descriptors = 64;
  make(limits);
  std::vector<Fd> leaked;
  event([&] {
    for (int i = 0; i < 10; ++i) leaked.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  });
  EXPECT_EQ(retired_, 0);
  event([&] {
    for (int i = 0; i < 40; ++i) leaked.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  });
  event([] {});
  EXPECT_EQ(retired_, 1);
  EXPECT_TRUE(upkeep_->retiring());
}

TEST_F(UpkeepTest, RetiresWhenItGrew) {
  if (!kCountsMemory) GTEST_SKIP() << "sanitizers take more than extensions";
  LimitsConfig limits;
  limits.recycle_memory = 1;
  make(limits);
  event([] {});
  EXPECT_EQ(retired_, 1);
}

TEST_F(UpkeepTest, GivesBackToTheSystemWhatALargeEventLeftOnceNobodyAsks) {
  if (!kCountsMemory) GTEST_SKIP() << "sanitizers keep what is freed";
  make({});
  const std::uint64_t before = memory_in_use();
  constexpr std::size_t kPiece = 50'000;
  std::vector<std::unique_ptr<char[]>> pieces;  // NOLINT: as extensions do
  event([&] {
    for (int i = 0; i < 6000; ++i) {
      pieces.push_back(std::make_unique<char[]>(kPiece));  // NOLINT
    }
    // All but the last, behind which nothing is free.
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i].reset();
    EXPECT_GT(memory_in_use(), before + 5000 * kPiece);
  });
  constexpr std::int64_t kSecond = 1'000'000'000;
  upkeep_->catch_up(monotonic_ns() + 59 * kSecond);
  EXPECT_GT(memory_in_use(), before + 5000 * kPiece) << "for what comes next";
  upkeep_->catch_up(monotonic_ns() + 60 * kSecond);
  EXPECT_LT(memory_in_use(), before + 1000 * kPiece);
  EXPECT_EQ(retired_, 0);
}

TEST_F(UpkeepTest, WhatIsFreedIsNoReasonToLeave) {
  if (!kCountsMemory) GTEST_SKIP() << "sanitizers keep what is freed";
  LimitsConfig limits;
  limits.recycle_memory = std::uint64_t{128} << 20U;
  make(limits);
  std::vector<std::unique_ptr<char[]>> pieces;  // NOLINT: as extensions do
  event([&] {
    for (int i = 0; i < 6000; ++i) {
      pieces.push_back(std::make_unique<char[]>(50'000));  // NOLINT
    }
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) pieces[i].reset();
  });
  EXPECT_EQ(retired_, 0);
}

TEST_F(UpkeepTest, NeverRetiresForMemoryWhereThatIsOff) {
  LimitsConfig limits;
  limits.recycle_memory = 0;
  make(limits);
  event([] {});
  EXPECT_EQ(retired_, 0);
}

}  // namespace
}  // namespace rcx::host
