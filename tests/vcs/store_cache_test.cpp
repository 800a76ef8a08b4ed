#include "host/vcs/git/store_cache.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class StoreCacheTest : public StoreTest {
 protected:
  std::string path() const { return top_.string() + "/.git"; }
  // Which open repository serves now; it goes back at once.
  const Store* acquire(StoreCache& cache) const {
    const Result<StoreCache::Lease> lease = cache.acquire(path());
    if (!lease) throw std::runtime_error(lease.error().message);
    return &**lease;
  }

  // Until nothing that was written bears the time at which it is looked at.
  static void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(50)); }

  Generations generations_ = std::move(*Generations::create({}));
};

TEST_P(StoreCacheTest, WhatIsOpenServesAgain) {
  settle();
  StoreCache cache(&generations_);
  const Store* const first = acquire(cache);
  EXPECT_EQ(acquire(cache), first);
  EXPECT_EQ(generations_.counts().opens, 1U);
  EXPECT_EQ(generations_.counts().hits, 1U);
}

TEST_P(StoreCacheTest, WhoAsksTwiceAtOnceGetsTwo) {
  StoreCache cache(&generations_);
  const Result<StoreCache::Lease> outer = cache.acquire(path());
  const Result<StoreCache::Lease> inner = cache.acquire(path());
  ASSERT_TRUE(outer && inner);
  EXPECT_NE(&**outer, &**inner);
}

TEST_P(StoreCacheTest, EveryThreadSeesAChangeAndNotOnlyTheFirst) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20;
  std::atomic<int> arrived{0};
  std::atomic<int> reopened{0};
  const auto meet = [&](int round) {
    ++arrived;
    while (arrived < kThreads * round) std::this_thread::yield();
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      StoreCache cache(&generations_);
      (void)cache.acquire(path());
      for (int round = 0; round < kRounds; ++round) {
        meet(2 * round + 1);
        if (i == 0) generations_.invalidate(path());
        meet(2 * round + 2);
        const std::uint64_t generation = generations_.current(path());
        const Result<StoreCache::Lease> lease = cache.acquire(path());
        if (lease && generation == static_cast<std::uint64_t>(round) + 1) ++reopened;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(reopened, kThreads * kRounds);
  EXPECT_EQ(generations_.counts().opens, std::uint64_t{kThreads} * (kRounds + 1));
  EXPECT_EQ(generations_.counts().invalidations, std::uint64_t{kRounds});
}

// As workers have the memory of their supervisor.
TEST_P(StoreCacheTest, AChangeThatOneProcessTellsAllOfThemSee) {
  settle();
  StoreCache cache(&generations_);
  acquire(cache);
  const pid_t child = ::fork();
  if (child == 0) {
    Result<Generations> same = Generations::attach(Fd(::dup(generations_.fd())));
    if (same) same->invalidate(path());
    ::_exit(same ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(status, 0);
  acquire(cache);
  EXPECT_EQ(generations_.counts().opens, 2U);
  EXPECT_EQ(generations_.counts().invalidations, 1U);
}

// Those of what was deleted meanwhile as well.
TEST_P(StoreCacheTest, WhatIsClosedHoldsNoFiles) {
  set_branch("main", commit({}, false));
  git({"repack", "-adq"});
  StoreCache cache(&generations_);
  const auto open_packs = [] {
    const std::string maps = rcx::test::read_file("/proc/self/maps");
    std::size_t count = 0;
    for (std::size_t at = 0; (at = maps.find(".pack", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  const std::size_t before = open_packs();
  {
    const Result<StoreCache::Lease> lease = cache.acquire(path());
    ASSERT_TRUE(lease);
    (void)(**lease).objects().read(*ObjectId::parse(git({"rev-parse", "main"})));
  }
  if (GetParam().reader == Reader::kBest) {
    EXPECT_GT(open_packs(), before);
  }
  set_branch("main", commit({}, false));
  git({"repack", "-adq"});
  acquire(cache);
  cache.close_idle(monotonic_ns() + 1);
  EXPECT_EQ(open_packs(), before);
}

TEST_P(StoreCacheTest, AHandleNeverCrossesThreads) {
#ifdef NDEBUG
  GTEST_SKIP() << "asserted in debug builds";
#else
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto use_elsewhere = [this] {
    StoreCache cache(&generations_);
    const Result<StoreCache::Lease> lease = cache.acquire(path());
    std::thread([&] { (void)(**lease).objects(); }).join();
  };
  EXPECT_DEATH(use_elsewhere(), "thread_ == this_thread");
#endif
}

TEST_P(StoreCacheTest, WhatGcLeavesBehindIsNoticed) {
  set_branch("main", commit({}, false));
  StoreCache cache(&generations_);
  acquire(cache);
  git({"gc", "--quiet"});
  acquire(cache);
  EXPECT_EQ(generations_.counts().opens, 2U) << "nobody has told of it";
}

// What comes next may bear the same time.
TEST_P(StoreCacheTest, WhatWasJustWrittenIsNotTrusted) {
  settle();
  rcx::test::write_file(objects_ / "pack/tmp_pack", "x");
  StoreCache cache(&generations_);
  acquire(cache);
  acquire(cache);
  EXPECT_EQ(generations_.counts().opens, 2U);
}

// Nobody tells of a push to that one.
TEST_P(StoreCacheTest, WhatComesToAnAlternateIsNoticed) {
  const stdfs::path parent = temp_.path() / "parent";
  git({"clone", "-q", "--bare", top_.string(), parent.string()});
  const stdfs::path grandparent = temp_.path() / "grandparent";
  git({"clone", "-q", "--bare", top_.string(), grandparent.string()});
  rcx::test::write_file(objects_ / "info/alternates", (parent / "objects").string() + "\n");
  rcx::test::write_file(parent / "objects/info/alternates",
                        (grandparent / "objects").string() + "\n");
  settle();
  StoreCache cache(&generations_);
  acquire(cache);
  acquire(cache);
  EXPECT_EQ(generations_.counts().opens, 1U);
  rcx::test::write_file(grandparent / "objects/pack/new", "x");
  acquire(cache);
  EXPECT_EQ(generations_.counts().opens, 2U);
}

TEST_P(StoreCacheTest, WhatDoesNotOpenIsNotKept) {
  StoreCache cache(&generations_);
  stdfs::rename(top_, temp_.path() / "away");
  EXPECT_FALSE(cache.acquire(path()));
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(generations_.counts().opens, 0U);
  stdfs::rename(temp_.path() / "away", top_);
  EXPECT_TRUE(cache.acquire(path()));
}

TEST_P(StoreCacheTest, WhereAHistoryEndsMustBeReadable) {
  StoreCache cache(&generations_);
  EXPECT_TRUE(cache.acquire(path())) << "most have no such file";
  stdfs::create_directory(path() + "/shallow");
  const Result<StoreCache::Lease> lease = cache.acquire(path());
  ASSERT_FALSE(lease) << "it was taken for a history that is not cut off";
  EXPECT_NE(lease.error().message.find("/shallow"), std::string::npos) << lease.error().message;
}

TEST_P(StoreCacheTest, WhatNobodyUsesIsClosed) {
  StoreCache cache(&generations_);
  acquire(cache);
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_GT(cache.close_idle(0), 0) << "it was used after that";
  EXPECT_EQ(cache.size(), 1U);
  EXPECT_EQ(cache.close_idle(monotonic_ns() + 1), 0);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_P(StoreCacheTest, OnlySoManyStayOpen) {
  StoreCache cache(&generations_);
  std::vector<StoreCache::Lease> leases;
  for (int i = 0; i < 20; ++i) leases.push_back(std::move(*cache.acquire(path())));
  leases.clear();
  EXPECT_EQ(cache.size(), 16U);
}

INSTANTIATE_TEST_SUITE_P(Readers, StoreCacheTest,
                         testing::Values(kBest, kLibrary, kSha256, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
