#include <gtest/gtest.h>
#include <text/utf8.hpp>

#include <string>

namespace {

TEST(Utf8, KnowsWhatIsValid) {
  for (const char* valid : {"", "plain", "caf\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                            "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(text::is_utf8(valid)) << valid;
  }
  EXPECT_TRUE(text::is_utf8(std::string("a\0b", 3)));
}

TEST(Utf8, KnowsWhatIsNot) {
  for (const char* invalid : {"caf\xE9", "\x80", "\xC3", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF",
                              "\xED\xA0\x80", "\xE2\x82", "\xE2\x82z", "\xF0\x8F\xBF\xBF",
                              "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(text::is_utf8(invalid)) << invalid;
  }
}

TEST(Utf8, CountsCharactersOrElseBytes) {
  EXPECT_EQ(text::count_characters("caf\xC3\xA9"), 4U);
  EXPECT_EQ(text::count_characters("caf\xE9"), 4U);
  EXPECT_EQ(text::count_characters("\xC3\xA9\xE9"), 3U);
}

TEST(Utf8, ReplacesEachInvalidByte) {
  EXPECT_EQ(text::replace_invalid("\xC3\xA9\xE9!\xFF"), "é\uFFFD!\uFFFD");
}

TEST(Utf8, ReadsLatin1) {
  EXPECT_EQ(text::from_latin1("caf\xE9 \xFF"), "café ÿ");
}

TEST(Utf8, ExcerptCutsBetweenCharacters) {
  EXPECT_EQ(text::excerpt("café au lait", 4), "café…");
  EXPECT_EQ(text::excerpt("café", 4), "café");
  EXPECT_EQ(text::excerpt("two\nlines\x7F", 20), "two lines ");
  EXPECT_EQ(text::excerpt("caf\xE9!", 20), "caf\xE9!");
}

}  // namespace
