#include "host/vcs/git/objects/content_cache.hpp"

#include <gtest/gtest.h>

namespace rcx::host::git {
namespace {

// So that a test says which keys share a place: first there are 61 of them, and 8191 once so many
// objects were kept.
struct Itself {
  std::size_t operator()(std::size_t key) const noexcept { return key; }
};
using Cache = ContentCache<std::size_t, Itself>;
constexpr std::size_t kFirst = 61;
constexpr std::size_t kAll = 8191;

Object object(std::size_t size, char letter = 'x') {
  return {ObjectType::kBlob, std::make_shared<std::string>(size, letter)};
}

std::size_t held(const Cache& cache, std::size_t keys, std::size_t step = 1) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    if (const Object* found = cache.find(i * step)) bytes += found->content->size();
  }
  return bytes;
}

TEST(ContentCache, FindsWhatWasKept) {
  Cache cache(8000);
  EXPECT_EQ(cache.find(1), nullptr);
  EXPECT_TRUE(cache.keep(1, object(10, 'a')));
  EXPECT_TRUE(cache.keep(2, object(10, 'b')));
  ASSERT_NE(cache.find(1), nullptr);
  EXPECT_EQ(*cache.find(1)->content, "aaaaaaaaaa");
  EXPECT_EQ(*cache.find(2)->content, "bbbbbbbbbb");
  EXPECT_EQ(cache.find(1 + kFirst), nullptr) << "another one of that place";
}

TEST(ContentCache, WhoComesLaterTakesThePlace) {
  Cache cache(8000);
  cache.keep(1, object(10));
  cache.keep(1 + kFirst, object(10));
  EXPECT_EQ(cache.find(1), nullptr);
  EXPECT_NE(cache.find(1 + kFirst), nullptr);
}

TEST(ContentCache, WhatIsLargeIsNotKept) {
  Cache cache(8000);
  EXPECT_FALSE(cache.keep(1, object(1001)));
  EXPECT_EQ(cache.find(1), nullptr);
  EXPECT_TRUE(cache.keep(2, object(1000)));
}

// Memory that is used again may be larger than what is in it now.
TEST(ContentCache, CountsWhatAContentTakesAndNotWhatItHas) {
  Cache cache(8000);
  for (std::size_t key = 0; key < 20; ++key) {
    const auto content = std::make_shared<std::string>();
    content->reserve(900);
    content->append("ten bytes.");
    cache.keep(key, {ObjectType::kBlob, content});
  }
  EXPECT_LE(held(cache, 20), 80U);
  EXPECT_GT(held(cache, 20), 0U);
}

TEST(ContentCache, HoldsNoMoreThanItMay) {
  Cache cache(8000);
  for (std::size_t key = 0; key < 3 * kAll; ++key) {
    cache.keep(key, object(key % 700));
    if (key % 500 == 0) {
      EXPECT_LE(held(cache, key + 1), 8000U);
    }
    ASSERT_NE(cache.find(key), nullptr) << key;
  }
  EXPECT_GT(held(cache, 3 * kAll), 7000U);
}

// All of these have a place of their own among the first, and one together afterwards.
TEST(ContentCache, WhatLosesItsPlaceAsItGrowsLeavesItsBytes) {
  Cache cache(8000);
  for (std::size_t i = 0; i < kFirst; ++i) cache.keep(i * kAll, object(131));
  ASSERT_EQ(held(cache, kFirst, kAll), kFirst * 131);
  ASSERT_TRUE(cache.keep(1, object(1000))) << "if it ever ends";
  EXPECT_EQ(held(cache, kFirst, kAll), 131U);
  for (std::size_t key = 2; key < 8; ++key) cache.keep(key, object(1000));
  EXPECT_EQ(held(cache, 8), 7 * 1000U) << "all of its bytes are for use again";
  EXPECT_EQ(held(cache, kFirst, kAll), 131U);
}

TEST(ContentCache, WhatIsLetGoServesAgain) {
  Buffers buffers;
  Cache cache(8000, &buffers);
  std::shared_ptr<std::string> content = buffers.take();
  const std::string* const here = content.get();
  content->assign(300, 'x');
  cache.keep(1, {ObjectType::kBlob, std::move(content)});
  cache.keep(1 + kFirst, object(10));
  EXPECT_EQ(buffers.take().get(), here);
}

}  // namespace
}  // namespace rcx::host::git
