#include "host/vcs/added_lines.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

std::string random_text(std::mt19937& random, std::size_t most) {
  std::string text;
  for (std::size_t i = random() % (most + 1); i > 0; --i) {
    text += std::string(1 + random() % 3, static_cast<char>('a' + random() % 4)) + "\n";
  }
  if (!text.empty() && random() % 4 == 0) text.pop_back();
  return text;
}

// One that has some lines of `text` changed.
std::string edited(std::mt19937& random, const std::string& text) {
  std::string made;
  for (const std::string_view line : split(text, '\n')) {
    const unsigned what = static_cast<unsigned>(random() % 12);
    if (what == 0) continue;
    if (what == 1) made += random_text(random, 3);
    made += what == 2 ? "changed" : std::string(line);
    made += '\n';
  }
  made.pop_back();
  return made;
}

// As many as git adds: where there are several ways, another one may be as short.
TEST(AddedLines, AreAsManyAsThoseOfGit) {
  ASSERT_TRUE(start());
  const rcx::test::TempDir temp;
  std::mt19937 random(3);
  std::map<std::string, std::uint64_t> wanted;
  std::map<std::string, std::uint64_t> found;
  for (const char* side : {"a", "b"}) stdfs::create_directory(temp.path() / side);
  for (int i = 0; i < 300; ++i) {
    const std::string before = random_text(random, i % 3 == 0 ? 3 : 60);
    const std::string after = i % 5 == 0 ? random_text(random, 6) : edited(random, before + "\n");
    const std::string name = std::to_string(i);
    std::ofstream(temp.path() / "a" / name, std::ios::binary) << before;
    std::ofstream(temp.path() / "b" / name, std::ios::binary) << after;
    const AddedLines added = *added_lines({before}, after);
    wanted[name];
    const std::vector<std::string_view> lines = split(after, '\n');
    std::string text;
    for (const LineRun& run : added.runs) {
      found[name] += run.count;
      EXPECT_EQ(run.offset, text.size());
      for (std::uint64_t line = run.number; line < run.number + run.count; ++line) {
        text += std::string(lines.at(line - 1)) + "\n";
      }
    }
    if (!added.text.empty() && !added.text.ends_with('\n')) text.pop_back();
    EXPECT_EQ(added.text, text) << name;
    found[name];
  }
  const rcx::test::Outcome diff =
      rcx::test::run({{"git", "diff", "--no-index", "--numstat", "-z", "a", "b"}, temp.path()});
  // `ADDED<tab>DELETED<tab>`, and both names.
  const std::vector<std::string_view> words = split(diff.out, '\0');
  for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
    wanted[std::string(words[i + 2].substr(2))] = std::stoull(std::string(words[i]));
  }
  EXPECT_EQ(found, wanted);
}

}  // namespace
}  // namespace rcx::host::git
