#include <gtest/gtest.h>

#include <random>
#include <string>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/git/git.hpp"

namespace rcx::host {
namespace {

ChangedPart part_of(const std::string& before, const std::string& after) {
  return changed_part(git::Pieces(before, nullptr),
                      git::Pieces(std::make_shared<const std::string>(after)));
}

std::string text_of(const std::string& before, const std::string& after) {
  const ChangedPart part = part_of(before, after);
  return part.binary ? "binary" : std::string(part.text);
}

TEST(ChangedPart, IsWhatIsLeftOfLinesThatBothBeginAndEndWith) {
  EXPECT_EQ(text_of("a\nb\nc\nd\n", "a\nx\nc\nd\n"), "x\n");
  EXPECT_EQ(text_of("", "a\nb\n"), "a\nb\n");
  EXPECT_EQ(text_of("a\nb\n", ""), "");
  EXPECT_EQ(text_of("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(text_of("a\nb", "a\nb\n"), "b\n") << "a newline at the end is a change";
  EXPECT_EQ(text_of("one\n", "one\none\n"), "one\n");
  EXPECT_EQ(text_of("key = 1", "the key = 1"), "the key = 1");
  EXPECT_EQ(text_of("same\nkey = 1\nsame\n", "same\nthe key = 1\nsame\n"), "the key = 1\n");
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
    const ChangedPart part = part_of(before, after);
    const auto head = static_cast<std::size_t>(part.text.data() - part.content->data());
    const std::size_t tail = after.size() - head - part.text.size();
    ASSERT_LE(head + tail, before.size());
    ASSERT_EQ(before.substr(0, head), after.substr(0, head));
    ASSERT_EQ(before.substr(before.size() - tail), after.substr(after.size() - tail));
    ASSERT_TRUE(head == 0 || after[head - 1] == '\n');
    ASSERT_TRUE(tail == 0 || after[after.size() - tail - 1] == '\n' || part.text.empty());
  }
}

// So that whoever finds nothing there need not ask for them.
TEST(ChangedPart, HoldsAllLinesThatWereAdded) {
  ASSERT_TRUE(git::start());
  std::mt19937 random(2);  // NOLINT: the same each time
  for (int i = 0; i < 500; ++i) {
    std::string before;
    std::string after;
    for (int line = 0; line < 40; ++line) {
      const std::string text = std::string(1, "abc{}"[random() % 5]) + "\n";
      if (random() % 8 != 0) before += text;
      if (random() % 8 != 0) after += text;
    }
    const Result<AddedLines> added = added_lines({before}, after);
    ASSERT_TRUE(added);
    const std::string part = "\n" + text_of(before, after);
    for (const std::string_view line : split(added->text, '\n')) {
      ASSERT_NE(part.find("\n" + std::string(line)), std::string::npos) << before << "---\n"
                                                                        << after;
    }
  }
}

TEST(ChangedPart, OfATextThatWasBinaryIsAllOfIt) {
  const std::string binary("a\n\0b\n", 5);
  EXPECT_EQ(text_of(binary, "a\nb\n"), "a\nb\n");
  EXPECT_EQ(text_of("a\nb\n", binary), "binary");
  const std::string begin(8000, 'x');
  EXPECT_EQ(text_of(begin + binary, begin + "a\nc\n"), "c\n") << "git looks no further than that";
}

}  // namespace
}  // namespace rcx::host
