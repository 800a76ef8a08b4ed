#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <initializer_list>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeCommit;
using rcx::testing::FakeFile;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::list;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kOld(40, '1');
const std::string kNew(40, '2');

// Equal contents are equal files.
std::vector<FakeFile> tree(std::initializer_list<std::pair<std::string, std::string>> files) {
  std::vector<FakeFile> all;
  for (const auto& [path, content] : files) {
    all.push_back({path, 0100644, "id of " + content, 0, content});
  }
  return all;
}

// An update of main from one tree to another.
FakePush update(std::vector<FakeFile> before, std::vector<FakeFile> after) {
  FakePush push;
  push.ref("refs/heads/main");
  push.trees = {{kOld, std::move(before)}, {kNew, std::move(after)}};
  return push;
}

class Policy {
 public:
  explicit Policy(const Setting& settings) : host_(plugin_of(PROTECT_FILES_SO), settings) {
    EXPECT_EQ(host_.created().status, RCX_OK) << host_.created().failure;
  }
  // One rule `r` with these lines in the settings.
  static Policy with(const Setting& lines) {
    return Policy(map({{"rules", list({map({{"name", "r"}, {"owners", lines}})})}}));
  }
  // One that reads a file of the repository.
  static Policy reading() {
    return Policy(map({{"rules", list({map({{"name", "r"}, {"file", "CODEOWNERS"}})})}}));
  }

  Outcome run(const FakePush& push) { return host_.pre_push(push); }
  std::vector<std::string> objections(const FakePush& push) {
    const Outcome outcome = run(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::vector<std::string> texts;
    for (const auto& one : outcome.objections) {
      texts.push_back(std::to_string(one.ref.value_or(99)) + " " + one.text);
    }
    return texts;
  }
  // Whether the caller, ada, may not change that path.
  bool refuses(const std::string& path) {
    return !objections(update(tree({{path, "old"}}), tree({{path, "new"}}))).empty();
  }

 private:
  FakeHost host_;
};

TEST(ProtectFiles, ObjectionNamesWhoMayWhatAndTheLine) {
  Policy policy = Policy::with(list({"# mine", "/cmake/ @grace @team bob@example.org"}));
  EXPECT_THAT(policy.objections(update(tree({{"cmake/a", "1"}, {"x", "1"}}),
                                       tree({{"cmake/a", "2"}, {"x", "2"}}))),
              ElementsAre("0 only @grace, @team or bob@example.org may change \"cmake/a\", not "
                          "\"ada\" (line 2, rule r): ask one of them to push it, or take it out "
                          "of your push"));
}

TEST(ProtectFiles, PathsOfOneLineAreToldTogether) {
  Policy policy = Policy::with(list({"a* @grace", "b @bob"}));
  EXPECT_THAT(
      policy.objections(update({}, tree({{"a1", "1"}, {"a2", "1"}, {"b", "1"}, {"d/a3", "1"}}))),
      ElementsAre(HasSubstr("@grace may change \"a1\" and 2 more, not"),
                  HasSubstr("@bob may change \"b\", not")));
}

TEST(ProtectFiles, EveryKindOfChangeCounts) {
  Policy policy = Policy::with("/p/ @grace");
  EXPECT_THAT(policy.objections(update({}, tree({{"p/f", "1"}}))), SizeIs(1)) << "added";
  EXPECT_THAT(policy.objections(update(tree({{"p/f", "1"}}), {})), SizeIs(1)) << "deleted";
  EXPECT_THAT(policy.objections(update(tree({{"p/f", "1"}}), tree({{"q/f", "1"}}))), SizeIs(1))
      << "renamed";
  auto executable = tree({{"p/f", "1"}});
  executable[0].mode = 0100755;
  EXPECT_THAT(policy.objections(update(tree({{"p/f", "1"}}), executable)), SizeIs(1)) << "mode";
  EXPECT_THAT(policy.objections(update(tree({{"p", "1"}}), tree({{"p/f", "1"}}))), SizeIs(1))
      << "a file became a directory";
  EXPECT_THAT(
      policy.objections(update(tree({{"p/f", "1"}, {"x", "1"}}), tree({{"p/f", "1"}, {"x", "2"}}))),
      IsEmpty());
}

TEST(ProtectFiles, LastMatchWins) {
  Policy policy = Policy::with(list({"* @grace", "/docs/ @ada", "/docs/law/ @bob", "*.md"}));
  EXPECT_TRUE(policy.refuses("x"));
  EXPECT_FALSE(policy.refuses("docs/x"));
  EXPECT_TRUE(policy.refuses("docs/law/x"));
  EXPECT_FALSE(policy.refuses("docs/law/x.md")) << "a line without owners gives it free";
}

TEST(ProtectFiles, PatternsAreThoseOfCodeowners) {
  const auto refuses = [](const char* pattern, const char* path) {
    return Policy::with(std::string(pattern) + " @grace").refuses(path);
  };
  struct Case {
    const char* pattern;
    std::vector<const char*> matching;
    std::vector<const char*> others;
  };
  const std::vector<Case> cases = {
      {"*", {"a", "a/b/c"}, {}},
      {"**", {"a", "a/b/c"}, {}},
      {"/**", {"a", "a/b/c"}, {}},
      {"*.js", {"a.js", "x/y/a.js", "dir.js/x"}, {"a.jsx", "a.JS"}},
      {"build", {"build", "build/x", "a/build/x"}, {"builds", "a/rebuild"}},
      {"apps/", {"apps/x", "a/apps/x/y"}, {"apps", "a/apps"}},
      {"/docs/", {"docs/x", "docs/x/y"}, {"docs", "a/docs/x"}},
      {"docs/*", {"docs/x"}, {"docs/x/y", "a/docs/x"}},
      {"/*", {"x"}, {"x/y"}},
      {"docs/*.md", {"docs/x.md"}, {"docs/a/x.md", "x.md"}},
      {"a/b", {"a/b", "a/b/c"}, {"x/a/b", "a/bc"}},
      {"/top", {"top", "top/x"}, {"a/top"}},
      {"**/logs", {"logs", "logs/x", "a/b/logs/x"}, {"a/log"}},
      {"a/**", {"a/x", "a/x/y"}, {"a", "b/a/x"}},
      {"a/**/z", {"a/z", "a/b/z", "a/b/c/z/y"}, {"a/bz", "z"}},
      {"a/**/*.c", {"a/x.c", "a/b/x.c"}, {"x.c"}},
      {"a?c", {"abc", "x/abc"}, {"ac", "a/c"}},
      {"a*b*c", {"abc", "aXbYc", "abbc"}, {"acb", "ab"}},
      {"with\\ space", {"with space"}, {"with", "with\\ space"}},
      {"\\#x", {"#x"}, {"x"}},
      {"\\[id\\].ts", {"[id].ts"}, {"i.ts"}},
      {"caf\xc3\xa9", {"caf\xc3\xa9/x"}, {"caf\xe9"}},
  };
  for (const Case& one : cases) {
    for (const char* path : one.matching) {
      EXPECT_TRUE(refuses(one.pattern, path)) << one.pattern << " " << path;
    }
    for (const char* path : one.others) {
      EXPECT_FALSE(refuses(one.pattern, path)) << one.pattern << " " << path;
    }
  }
}

TEST(ProtectFiles, OwnersAreUsersGroupsAndAddresses) {
  Policy policy(
      map({{"groups", map({{"release", list({"grace", "ada"})}, {"org/web", "bob"}})},
           {"emails", map({{"ada@example.org", "ada"}, {"bob@example.org", "bob"}})},
           {"admins", list({"@root", "@release-admins"})},
           {"rules",
            list({map({{"name", "r"},
                       {"owners", list({"u @ada", "g @release", "e ada@example.org", "o @org/web",
                                        "n bob@example.org", "c @Ada # @ada"})}})})}}));
  EXPECT_FALSE(policy.refuses("u"));
  EXPECT_FALSE(policy.refuses("g"));
  EXPECT_FALSE(policy.refuses("e"));
  EXPECT_TRUE(policy.refuses("o"));
  EXPECT_TRUE(policy.refuses("n"));
  EXPECT_TRUE(policy.refuses("c")) << "case counts, and what follows # does not";
  FakePush push = update({}, tree({{"u", "1"}}));
  push.caller.name = "root";
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "admins may change everything";
  push.caller.name = "ada@example.org";
  push.trees[kNew] = tree({{"e", "1"}});
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "an address may be the name of a user";
  push.caller.name = "release";
  push.trees[kNew] = tree({{"g", "1"}});
  EXPECT_THAT(policy.objections(push), SizeIs(1)) << "a user of the name of a group is not in it";
}

TEST(ProtectFiles, SectionsAreLookedAtEachAlone) {
  Policy policy = Policy::with(list({"* @ada", "[Docs] @bob", "*.md", "/x.md @ada", "^[Maybe]",
                                     "* @grace", "[DOCS][2]", "y.md @ada"}));
  EXPECT_FALSE(policy.refuses("a"));
  EXPECT_TRUE(policy.refuses("a.md")) << "the owners of the section";
  EXPECT_FALSE(policy.refuses("x.md"));
  EXPECT_FALSE(policy.refuses("y.md")) << "the same section";
}

TEST(ProtectFiles, ASectionIsOptionalWhereItIsWhereverItBegins) {
  for (const auto& [first, second, refuses] :
       {std::tuple("^[Docs]", "[docs]", true), std::tuple("[Docs]", "^[docs]", true),
        std::tuple("^[Docs]", "^[docs]", false)}) {
    Policy policy = Policy::with(list({first, "a @grace", second, "b @grace"}));
    EXPECT_EQ(policy.refuses("a"), refuses) << first << " " << second;
    EXPECT_EQ(policy.refuses("b"), refuses) << first << " " << second;
  }
}

TEST(ProtectFiles, AFileHasSoManySectionsAndPatternsAreSoLong) {
  Policy policy = Policy::reading();
  const auto mistakes = [&](const std::string& text) {
    return policy.objections(update({}, tree({{"CODEOWNERS", text}})));
  };
  std::string sections;
  for (int i = 0; i < 1000; ++i) sections += "[" + std::to_string(i) + "]\n";
  EXPECT_THAT(mistakes(sections + "[7]\nx @ada\n"), IsEmpty());
  EXPECT_THAT(mistakes(sections + "[one more]\n"),
              ElementsAre(HasSubstr("(line 1001): wanted at most 1000 sections, and this is one "
                                    "more; put their lines together")));
  EXPECT_THAT(mistakes("/" + std::string(4095, 'x') + " @ada\n"), IsEmpty());
  EXPECT_THAT(mistakes("/" + std::string(4096, 'x') + " @ada\n"),
              ElementsAre(HasSubstr("(line 1): wanted a pattern of at most 4096 bytes")));
  std::string prose;
  for (int i = 0; i < 30; ++i) prose += "Who owns what\n";
  EXPECT_THAT(mistakes(prose), SizeIs(20));
}

TEST(ProtectFiles, FileOfTheRepositoryIsThatBeforeThePush) {
  Policy policy = Policy::reading();
  const std::string owners = "CODEOWNERS @grace\n/src/ @grace\n";
  EXPECT_THAT(policy.objections(update(tree({{"CODEOWNERS", owners}, {"src/a", "1"}}),
                                       tree({{"CODEOWNERS", "* @ada\n"}, {"src/a", "2"}}))),
              ElementsAre(HasSubstr("only @grace may change \"CODEOWNERS\", not \"ada\" "
                                    "(CODEOWNERS:1, rule r)"),
                          HasSubstr("\"src/a\", not \"ada\" (CODEOWNERS:2, rule r)")));
  EXPECT_THAT(policy.objections(update({}, tree({{"CODEOWNERS", owners}, {"src/a", "2"}}))),
              IsEmpty())
      << "who brings the first one may";
}

TEST(ProtectFiles, AFileThatNobodyOwnsIsForAdmins) {
  const FakePush push =
      update(tree({{"CODEOWNERS", "/src/ @grace\n"}}), tree({{"CODEOWNERS", "/src/ @ada\n"}}));
  EXPECT_THAT(Policy::reading().objections(push),
              ElementsAre("0 nobody may change \"CODEOWNERS\", not \"ada\", since no line of it "
                          "says who may (rule r): ask who runs this server"));
  Policy with_admins(
      map({{"admins", "@root"},
           {"rules", list({map({{"name", "r"}, {"file", list({"a/O", "CODEOWNERS"})}})})}}));
  EXPECT_THAT(with_admins.objections(push),
              ElementsAre(HasSubstr("only @root may change \"CODEOWNERS\"")));
  // One that would come first is as good as it.
  EXPECT_THAT(
      with_admins.objections(update(tree({{"CODEOWNERS", "/src/ @grace\n"}}),
                                    tree({{"CODEOWNERS", "/src/ @grace\n"}, {"a/O", "* @ada\n"}}))),
      ElementsAre(HasSubstr("only @root may change \"a/O\"")));
}

TEST(ProtectFiles, MistakesInTheFileKeepItOutAndKeepEverybodyOut) {
  Policy policy = Policy::reading();
  const std::string good = "* @ada\n";
  const std::string bad = "* @ada\n!x @ada\ny nobody\n";
  EXPECT_THAT(
      policy.objections(update(tree({{"CODEOWNERS", good}}), tree({{"CODEOWNERS", bad}}))),
      ElementsAre(HasSubstr("\"CODEOWNERS\" would have a mistake (line 2): a pattern cannot "
                            "begin with '!'"),
                  HasSubstr("(line 3): wanted owners such as @ada, @group or "
                            "ada@example.org, got 'nobody'")));
  EXPECT_THAT(policy.objections(update(tree({{"CODEOWNERS", bad}}), tree({{"CODEOWNERS", good}}))),
              ElementsAre(HasSubstr("\"CODEOWNERS\" cannot be read (line 2): ")));
  FakePush link = update(tree({{"CODEOWNERS", good}}), {});
  link.trees[kOld][0].mode = 0120000;
  EXPECT_THAT(policy.objections(link), ElementsAre(HasSubstr("cannot be read: it is no ordinary")));
  FakePush large = update(tree({{"CODEOWNERS", ""}}), {});
  large.trees[kOld][0].size = 3'000'001;
  EXPECT_THAT(policy.objections(large), ElementsAre(HasSubstr("more than 3000000 bytes")));
}

TEST(ProtectFiles, ANewBranchIsHeldToTheDefaultBranchAndItsNewCommits) {
  Policy policy = Policy::reading();
  FakePush push;
  push.ref("refs/heads/topic").change = RCX_CHANGE_CREATE;
  FakeCommit& commit = push.commit("Do it");
  FakeChange change;
  change.path = "src/a";
  commit.changes = {change};
  EXPECT_THAT(policy.objections(push),
              ElementsAre("0 HEAD of this repository names a branch that is not there, so nobody "
                          "knows who may change what on a new one (rule r): have it set on the "
                          "server: git symbolic-ref HEAD refs/heads/BRANCH"));
  push.initial = true;
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "there is no branch at all";
  push.initial = false;
  push.elsewhere["HEAD"] = kOld;
  push.trees[kOld] = tree({{"CODEOWNERS", "/src/ @grace\n"}});
  EXPECT_THAT(policy.objections(push),
              ElementsAre(HasSubstr("0 only @grace may change \"src/a\"")));
  push.commits[0].ref = 7;
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "a commit of another reference";
}

TEST(ProtectFiles, TagsAndDeletedAndOtherBranchesAreNotLookedAt) {
  Policy policy(map({{"rules", list({map({{"name", "r"},
                                          {"owners", "* @grace"},
                                          {"branches", "release/*"},
                                          {"repositories", "team/*"}})})}}));
  FakePush push = update({}, tree({{"x", "1"}}));
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.ref("refs/tags/release/1");
  push.ref("refs/heads/release/0").change = RCX_CHANGE_DELETE;
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.ref("refs/heads/release/1");
  EXPECT_THAT(policy.objections(push), ElementsAre(HasSubstr("3 only @grace may change")));
  push.repository.name = "other/app";
  EXPECT_THAT(policy.objections(push), IsEmpty());
}

TEST(ProtectFiles, ARepositoryMayTurnARuleOff) {
  Policy policy = Policy::with("* @grace");
  FakePush push = update({}, tree({{"x", "1"}}));
  push.repository.fields = {{"protect_files.r", false}};
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.repository.fields = {{"protect_files.r", "maybe"}};
  EXPECT_EQ(policy.run(push).failure,
            "rcx.yaml:1:1: protect_files.r: wanted off or on, got 'maybe'");
}

TEST(ProtectFiles, WhatCannotBeLookedAtDoesNotPass) {
  Policy policy = Policy::reading();
  FakePush push = update(tree({{"CODEOWNERS", "x @grace\n"}}), tree({{"x", "1"}}));
  push.cancel_after = 0;
  EXPECT_THAT(policy.run(push).failure, HasSubstr("out of time"));
  push.cancel_after = 1;
  EXPECT_THAT(policy.run(push).failure, HasSubstr("out of time")) << "within a directory";
  push.cancel_after = 3;
  EXPECT_THAT(policy.run(push).failure, "") << "one line and two paths";
  std::string many;
  for (int i = 0; i < 64; ++i) many += "x @grace\n";
  push.trees[kOld] = tree({{"CODEOWNERS", many}});
  EXPECT_THAT(policy.run(push).failure, HasSubstr("out of time")) << "among many lines";
  FakePush deep = update({}, {});
  std::string path;
  for (int i = 0; i < 600; ++i) path += "d/";
  deep.trees[kNew] = tree({{path + "f", "1"}});
  // Whoever pushes can make some, which is no failure of the extension.
  Policy with_lines = Policy::with("x @grace");
  EXPECT_THAT(with_lines.objections(deep),
              ElementsAre(HasSubstr("lies more than 500 directories deep, where nobody looks for "
                                    "who may change what (rule r): put it elsewhere")));
}

TEST(ProtectFiles, BytesOfPathsAndNamesAreShownSafely) {
  Policy policy = Policy::with("* @grace");
  FakePush push = update({}, tree({{"x\xff\n\"", "1"}}));
  EXPECT_THAT(policy.objections(push), ElementsAre(HasSubstr(R"("x\xff\x0a\"", not)")));
}

}  // namespace
