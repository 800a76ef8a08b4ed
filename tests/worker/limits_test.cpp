#include "host/worker/limits.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

namespace rcx::host {
namespace {

// The exit status of a child that does this.
template <class Function>
int in_child(const Function& what) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(what());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

rlim_t soft(decltype(RLIMIT_CORE) what) {
  rlimit now{};
  ::getrlimit(what, &now);
  return now.rlim_cur;
}

TEST(Limits, DescriptorsAndCoreDumps) {
  EXPECT_EQ(in_child([] {
              LimitsConfig limits;
              limits.descriptors = 77;
              set_limits(limits);
              return soft(RLIMIT_NOFILE) == 77 && soft(RLIMIT_CORE) == 1 ? 0 : 1;
            }),
            0);
}

TEST(Limits, CoreDumpsStayAsTheyWereWhereTheyAreWanted) {
  const rlim_t before = soft(RLIMIT_CORE);
  EXPECT_EQ(in_child([before] {
              LimitsConfig limits;
              limits.core_dumps = true;
              set_limits(limits);
              return soft(RLIMIT_CORE) == before ? 0 : 1;
            }),
            0);
}

// Pages that a thread gets from the system while it takes 200 MiB by pieces; they are freed.
long new_pages() {
  const auto faults = [] {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_minflt;
  };
  constexpr std::size_t kPiece = 50'000;
  const long before = faults();
  std::vector<std::unique_ptr<std::string>> pieces;
  for (int i = 0; i < 4000; ++i) {
    pieces.push_back(std::make_unique<std::string>(kPiece, 'x'));
  }
  return faults() - before;
}

TEST(Limits, WhatAThreadFreedItTakesAgain) {
  if (!kCountsMemory) GTEST_SKIP() << "sanitizers keep what is freed";
  EXPECT_EQ(in_child([] {
              set_limits({});
              int wrong = 1;
              std::thread([&] {
                new_pages();
                wrong = new_pages() < 400 ? 0 : 1;
              }).join();
              return wrong;
            }),
            0);
}

TEST(Limits, MemoryThatIsAllocated) {
  if (!kCountsMemory) GTEST_SKIP() << "sanitizers reserve more than any machine has";
  EXPECT_EQ(in_child([] {
              LimitsConfig limits;
              limits.memory = std::uint64_t{128} << 20U;
              set_limits(limits);
              try {
                const std::vector<char> large(std::size_t{256} << 20U);
                return large.empty() ? 2 : 1;
              } catch (const std::bad_alloc&) {
                return 0;
              }
            }),
            0);
}

TEST(Limits, MemoryInUseFollowsWhatIsTouched) {
  const std::uint64_t before = memory_in_use();
  EXPECT_GT(before, 0U);
  std::vector<char> large(std::size_t{64} << 20U);
  std::memset(large.data(), 1, large.size());
  EXPECT_GT(memory_in_use(), before + (std::uint64_t{60} << 20U));
}

TEST(Limits, Descriptors) {
  const int before = descriptors_in_use();
  const Fd one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(descriptors_in_use(), before + 1);
  EXPECT_GT(lowest_free_descriptor(one.get()), 0);
  EXPECT_NE(lowest_free_descriptor(one.get()), one.get());
}

}  // namespace
}  // namespace rcx::host
