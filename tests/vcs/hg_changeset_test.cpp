// What hg's process says, taken apart: as it should be, and as it should not.
#include "host/vcs/hg/changeset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "host/vcs/hg/commits.hpp"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

using std::string_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const std::string kNode(20, '\x12');
const std::string kNodeText = "1212121212121212121212121212121212121212";
const std::string kFile(40, 'a');
const std::string kOther(40, 'b');

std::string changeset(const std::string& text, const std::string& flags = {}) {
  return pack({kNode, kNode, "", "1", flags, "one\0two"s, text});
}

TEST(HgChangeset, HasAllThatItsTextSays) {
  const Result<Changeset> read =
      read_changeset(changeset(kFile + "\nAda <ada@x>\n1700000000.7 -5400 "
                                       "amend_source:ff\0branch:a\\nb\0close:1\nf\ng\n\nwhy\n\n"
                                       "how"s,
                               "o"));
  ASSERT_TRUE(read) << read.error().message;
  const Commit& commit = read->commit;
  EXPECT_EQ(std::string_view(commit.id), kNodeText);
  ASSERT_EQ(commit.parents.size(), 1U);
  EXPECT_EQ(std::string_view(commit.parents[0]), kNodeText);
  EXPECT_EQ(commit.author.name, "Ada");
  EXPECT_EQ(commit.author.email, "ada@x");
  EXPECT_EQ(commit.author.time, 1700000000);
  EXPECT_EQ(commit.author.offset_minutes, 90);
  EXPECT_EQ(commit.message, "why\n\nhow");
  EXPECT_EQ(read->facts.branch, "a\nb");
  EXPECT_THAT(read->facts.bookmarks, ElementsAre("one", "two"));
  EXPECT_THAT(read->facts.extras, ElementsAre(Pair("amend_source", "ff"), Pair("close", "1")));
  EXPECT_EQ(read->facts.phase, 1U);
  EXPECT_TRUE(read->facts.closes_branch);
  EXPECT_TRUE(read->facts.obsolete);
}

TEST(HgChangeset, UsersAreAnyText) {
  for (const auto& [user, name, email] :
       std::vector<std::array<std::string, 3>>{{"ada", "ada", ""},
                                               {"ada@x", "ada@x", "ada@x"},
                                               {"<ada@x>", "", "ada@x"},
                                               {"Ada <", "Ada <", ""},
                                               {"", "", ""}}) {
    const Result<Changeset> read = read_changeset(changeset(kFile + "\n" + user + "\n1 0\n\nx"));
    ASSERT_TRUE(read) << user;
    EXPECT_EQ(read->commit.author.name, name);
    EXPECT_EQ(read->commit.author.email, email);
    EXPECT_EQ(read->facts.branch, "default");
  }
}

TEST(HgChangeset, DatesThatAreNoneAreErrors) {
  for (const char* date : {"", "x 0", "1", "1 x", "nan 0", "1e300 0"}) {
    EXPECT_FALSE(read_changeset(changeset(kFile + "\nada\n" + date + "\n\nx"))) << date;
  }
}

std::string in_words(const std::vector<Change>& changes) {
  std::string words;
  for (const Change& one : changes) words += std::to_string(one.kind) + one.path + " ";
  return words;
}

TEST(HgChanges, AreTheLinesThatDiffer) {
  const std::string old_lines = "gone\0"s + kFile + "\nlink\0"s + kFile + "\nmode\0"s + kFile +
                                "\nsame\0"s + kFile + "\ntext\0"s + kFile + "\n";
  const std::string new_lines = "link\0"s + kFile + "l\nmode\0"s + kFile + "x\nnew\0"s + kOther +
                                "\nsame\0"s + kFile + "\ntext\0"s + kOther + "\n";
  const Result<std::vector<Change>> read = read_changes(pack({old_lines, new_lines}));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(in_words(*read), "3gone 4link 2mode 1new 2text ");
  EXPECT_EQ((*read)[2].old_mode, 0100644U);
  EXPECT_EQ((*read)[2].new_mode, 0100755U);
  // Of a merge, what differs from both parents.
  const Result<std::vector<Change>> merge =
      read_changes(pack({old_lines, new_lines, "", "text\0"s + kOther + "\n"}));
  EXPECT_EQ(in_words(*merge), "2text ");
  EXPECT_THAT(*read_changes(pack({"", ""})), IsEmpty());
}

TEST(HgWire, WhateverComesIsAnErrorOrAnAnswer) {
  const std::string ref = pack({"refs/heads/x", "b", "1", "", kFile});
  const std::string refs = pack({ref, ref});
  const std::string some = changeset(kFile + "\nada\n1 0 branch:x\nf\n\nwhy");
  const std::string paths = pack({"", "a\0"s + kFile + "\n"});
  const std::string whole = pack({refs, "2", "1", kFile, pack({some, some}), pack({paths, paths})});
  ASSERT_TRUE(read_message(whole));
  std::mt19937 random(1);
  int errors = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string broken =
        whole.substr(0, random() % 4 == 0 ? random() % whole.size() : whole.size());
    for (std::uint32_t change = random() % 4; change > 0 && !broken.empty(); --change) {
      broken[random() % broken.size()] = static_cast<char>(random());
    }
    Result<PushMessage> read = read_message(broken);
    if (!read) ++errors;
    if (!read) continue;
    for (const std::string& one : read->changesets) static_cast<void>(read_changeset(one));
    for (const std::string& one : read->paths) static_cast<void>(read_changes(one));
  }
  EXPECT_GT(errors, 1000);
}

}  // namespace
}  // namespace rcx::host::hg
