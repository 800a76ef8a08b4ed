#include "plugins/secret_scan/changed_part.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace secret_scan {
namespace {

TEST(ChangedPart, IsWhatIsLeftOfLinesThatBothBeginAndEndWith) {
  EXPECT_EQ(changed_part("a\nb\nc\nd\n", "a\nx\nc\nd\n"), "x\n");
  EXPECT_EQ(changed_part("", "a\nb\n"), "a\nb\n");
  EXPECT_EQ(changed_part("a\nb\n", ""), "");
  EXPECT_EQ(changed_part("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(changed_part("a\nb", "a\nb\n"), "b\n") << "a newline at the end is a change";
  EXPECT_EQ(changed_part("one\n", "one\none\n"), "one\n");
  EXPECT_EQ(changed_part("key = 1", "the key = 1"), "the key = 1");
  EXPECT_EQ(changed_part("same\nkey = 1\nsame\n", "same\nthe key = 1\nsame\n"), "the key = 1\n");
}

// Whatever lies outside of it stands in both, at the same end: no diff calls that added.
TEST(ChangedPart, LeavesOutOnlyWholeLinesThatBothHave) {
  std::mt19937 random(1);  // NOLINT: the same each time
  const auto text = [&] {
    std::string lines;
    for (std::size_t i = random() % 200; i > 0; --i) {
      lines += random() % 3 == 0 ? "\n" : std::string(random() % 4, "ab"[random() % 2]) + "\n";
    }
    if (random() % 2 == 0) lines += "a";
    return lines;
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string begin = text();
    const std::string end = text();
    const std::string before = begin + text() + end;
    const std::string after = begin + text() + end;
    const std::string_view part = changed_part(before, after);
    const auto head = static_cast<std::size_t>(part.data() - after.data());
    const std::size_t tail = after.size() - head - part.size();
    ASSERT_LE(head + tail, before.size());
    ASSERT_EQ(before.substr(0, head), after.substr(0, head));
    ASSERT_EQ(before.substr(before.size() - tail), after.substr(after.size() - tail));
    ASSERT_TRUE(head == 0 || after[head - 1] == '\n');
    ASSERT_TRUE(tail == 0 || after[after.size() - tail - 1] == '\n' || part.empty());
  }
}

}  // namespace
}  // namespace secret_scan
