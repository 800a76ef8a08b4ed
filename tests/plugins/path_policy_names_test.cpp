// Names that collide, and names that Windows cannot hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <string>
#include <vector>

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeCommit;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Paths = std::vector<std::string>;

FakeChange added(const std::string& path) {
  FakeChange change;
  change.kind = RCX_PATH_ADDED;
  change.path = path;
  return change;
}

void add(FakePush& push, const Paths& paths, const Paths& others = {}) {
  FakeCommit& commit = push.commit("Do it");
  for (const std::string& path : paths) {
    commit.changes.push_back(added(path));
    commit.files.push_back({path});
  }
  for (const std::string& path : others) commit.files.push_back({path});
}

std::vector<std::string> objections(const char* check, const FakePush& push) {
  FakeHost host(plugin_of(PATH_POLICY_SO),
                map({{"rules", list({map({{"name", "r"}, {check, true}})})}}));
  const Outcome outcome = host.pre_push(push);
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure << host.created().failure;
  EXPECT_THAT(outcome.misuses, IsEmpty());
  std::vector<std::string> texts;
  for (const auto& objection : outcome.objections) texts.push_back(objection.text);
  return texts;
}

// What is objected to a commit that adds `paths` where `others` are already.
std::vector<std::string> collisions(const Paths& paths, const Paths& others = {}) {
  FakePush push;
  add(push, paths, others);
  return objections("no_case_collisions", push);
}

TEST(PathPolicyCase, ComparesWithWhatTheTreeHolds) {
  EXPECT_THAT(collisions({"src/Readme"}, {"src/README", "Src2/readme"}),
              ElementsAre(R"(path differs only by case from "src/README": "src/Readme" (commit )"
                          "1a2b3c4d1a, rule r): rename one of them"));
  EXPECT_THAT(collisions({"src/Readme"}, {"README", "src/READMEs"}), IsEmpty());
}

TEST(PathPolicyCase, ComparesWithinTheCommit) {
  EXPECT_THAT(collisions({"A", "a"}), ElementsAre(HasSubstr(R"(case from "a": "A" ()")));
}

TEST(PathPolicyCase, DirectoriesCollideToo) {
  EXPECT_THAT(collisions({"Src/new.c"}, {"src/old.c"}),
              ElementsAre(HasSubstr(R"(path differs only by case from "src": "Src" ()")));
  EXPECT_THAT(collisions({"a/SRC/x"}, {"a/src"}),
              ElementsAre(HasSubstr(R"(from "a/src": "a/SRC" ()")))
      << "a directory and a file";
}

TEST(PathPolicyCase, EachPlaceIsToldOncePerCommit) {
  EXPECT_THAT(
      collisions({"Src/a", "Src/b", "Src/C", "Src/c"}, {"src/a"}),
      ElementsAre(HasSubstr(R"(from "src": "Src")"), HasSubstr(R"(from "Src/c": "Src/C")")));
  FakePush push;
  add(push, {"A"}, {"a"});
  add(push, {"B", "b"}, {"A", "a"});
  EXPECT_THAT(objections("no_case_collisions", push), SizeIs(2));
}

TEST(PathPolicyCase, WhatWasThereBeforeIsLetBe) {
  FakePush push;
  add(push, {"a"}, {"A"});
  push.commits[0].changes[0].kind = RCX_PATH_MODIFIED;
  EXPECT_THAT(objections("no_case_collisions", push), IsEmpty());
}

TEST(PathPolicyCase, FoldsUnicodeCharacterByCharacter) {
  const auto collide = [](const char* a, const char* b) { return !collisions({a}, {b}).empty(); };
  EXPECT_TRUE(collide("ÄRGER", "ärger"));
  EXPECT_TRUE(collide("ΣΟΦΟΣ", "σοφος"));
  EXPECT_TRUE(collide("σοφος", "σοφοσ")) << "a final sigma";
  EXPECT_TRUE(collide("ЖУК", "жук"));
  EXPECT_TRUE(collide("\u212A", "k")) << "the Kelvin sign";
  EXPECT_TRUE(collide("\U00010400", "\U00010428")) << "above U+FFFF";
  EXPECT_FALSE(collide("straße", "strasse"));
  EXPECT_FALSE(collide("é", "e\u0301")) << "composed or not is another matter";
  EXPECT_FALSE(collide("ısı", "isi"));
  EXPECT_FALSE(collide("İ", "i"));
}

TEST(PathPolicyCase, BytesThatAreNotUtf8StayAsTheyAre) {
  EXPECT_THAT(collisions({"X\xE9"}, {"x\xE9"}), ElementsAre(HasSubstr(R"("x\xe9": "X\xe9")")));
  EXPECT_THAT(collisions({"\xE9"}, {"\xC9"}), IsEmpty());
}

// What Windows cannot hold of the path; empty where it can.
std::string windows(const std::string& path) {
  FakePush push;
  add(push, {path});
  const auto all = objections("windows_names", push);
  if (all.empty()) return {};
  return all[0].substr(0, all[0].find(": \""));
}

TEST(PathPolicyWindows, RefusesDevices) {
  for (const char* name :
       {"con", "PRN", "Aux.c", "nul.tar.gz", "COM1", "com9.txt", "lpt1", "LPT9.x", "CONIN$",
        "conout$", "COM\u00B9", "lpt\u00B2.log", "COM\u00B3", "NUL .txt"}) {
    EXPECT_THAT(windows("dir/" + std::string(name)), HasSubstr(" names a device on Windows"))
        << name;
  }
  for (const char* name : {"com", "com0", "COM10", "console", "auxiliary", "lpt", "nul_", "xcon",
                           "com\u2074", "a.con", ".nul"}) {
    EXPECT_EQ(windows(name), "") << name;
  }
  EXPECT_EQ(windows("aux/x"), R"("aux" names a device on Windows)");
}

TEST(PathPolicyWindows, RefusesCharacters) {
  for (const char c : std::string("<>:\"|?*\\")) {
    EXPECT_THAT(windows(std::string("d") + c + "/x"),
                HasSubstr(std::string(" holds '") + c + "', which Windows does not allow"));
  }
  EXPECT_EQ(windows("a\tb"), R"("a\x09b" holds a control character, which Windows does not allow)");
  EXPECT_EQ(windows("ä ö-ü+(1)[2]{3}'&%$#@!~`^,;=.c"), "");
}

TEST(PathPolicyWindows, RefusesDotsAndSpacesAtTheEnd) {
  EXPECT_EQ(windows("dir./x"), R"("dir." ends in a dot, which Windows drops)");
  EXPECT_EQ(windows("x "), R"("x " ends in a space, which Windows drops)");
  EXPECT_EQ(windows(".gitignore"), "");
  EXPECT_EQ(windows(" x"), "");
}

TEST(PathPolicyWindows, RefusesLongNames) {
  EXPECT_EQ(windows("d/" + std::string(255, 'x') + "/" + std::string(255, 'y')), "");
  EXPECT_EQ(windows(std::string(256, 'x')), "a name has 256 characters, Windows holds at most 255");
  std::string accents;
  for (int i = 0; i < 255; ++i) accents += "é";
  EXPECT_EQ(windows(accents), "") << "characters, not bytes";
  std::string emoji;
  for (int i = 0; i < 128; ++i) emoji += "\U0001F600";
  EXPECT_THAT(windows(emoji), HasSubstr("256 characters")) << "as UTF-16 counts them";
}

}  // namespace
