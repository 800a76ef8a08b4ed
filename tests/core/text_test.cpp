#include "host/core/text.hpp"

#include <gtest/gtest.h>

namespace rcx::host {
namespace {

TEST(Printable, KeepsTextAndDropsWhatATerminalObeys) {
  EXPECT_EQ(printable("Grüße 漢字 😀"), "Grüße 漢字 😀");
  EXPECT_EQ(printable("\x1b[31mred\x07\x7f"), "[31mred");
  EXPECT_EQ(printable("a\tb\r\nc"), "a b c");
  EXPECT_EQ(printable("a\nb", true), "a\nb");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "31m")
      << "C1 control sequence introducer";
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "ab")
      << "right-to-left override";
}

TEST(Printable, ShowsBytesThatAreNoUtf8) {
  EXPECT_EQ(printable("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(printable("\xc0\x80"), "\\xc0\\x80") << "overlong NUL";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
  EXPECT_EQ(printable("\xe2\x82"), "\\xe2\\x82") << "cut off";
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "ab");
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc…");
  EXPECT_EQ(shortened("aé", 2), "a…");
}

TEST(Nearest, FindsTheTypo) {
  const std::vector<std::string> known = {"settings", "priority", "mode"};
  EXPECT_EQ(nearest("setings", known), "settings");
  EXPECT_EQ(nearest("prioritty", known), "priority");
  EXPECT_EQ(nearest("repositories", known), "");
}

TEST(Glob, StarCrossesSlashes) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("team/*", "team/a/b"));
  EXPECT_FALSE(glob_matches("team/*", "teams/a"));
  EXPECT_TRUE(glob_matches("*a*b", "xxaxxab"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches("a?c", "ac"));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_TRUE(glob_matches("[a]", "[a]")) << "brackets stand for themselves";
}

TEST(Glob, HostilePatternsEndSoon) {
  const std::string text(5000, 'a');
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", text));
}

TEST(Split, KeepsEmptyPieces) {
  EXPECT_EQ(split("a\n\nb\n", '\n'), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", '\n'), std::vector<std::string_view>{""});
}

TEST(Utf8, IsToldFromOtherBytes) {
  for (const char* good : {"", "abc", "caf\xc3\xa9", "\xf0\x9f\x98\x80", "\\xe9"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad :
       {"caf\xe9", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace rcx::host
