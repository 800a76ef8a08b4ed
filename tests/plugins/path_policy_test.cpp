#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library.hpp"

#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeCommit;
using rcx::testing::FakeField;
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

FakeChange added(const std::string& path, std::uint64_t size = 0) {
  FakeChange change;
  change.kind = RCX_PATH_ADDED;
  change.path = path;
  change.new_size = size;
  return change;
}

// One commit that adds these paths, and holds them and `others`.
FakePush adding(const std::vector<std::string>& paths,
                const std::vector<std::string>& others = {}) {
  FakePush push;
  FakeCommit& commit = push.commit("Do it");
  for (const std::string& path : paths) {
    commit.changes.push_back(added(path));
    commit.files.push_back({path});
  }
  for (const std::string& path : others) commit.files.push_back({path});
  return push;
}

// The policy with one rule, named `r` and made of `items`.
class Policy {
 public:
  explicit Policy(const Setting& rule)
      : host_(plugin_of(PATH_POLICY_SO), map({{"rules", list({rule})}})) {}
  Policy(const char* key, const Setting& value) : Policy(map({{"name", "r"}, {key, value}})) {}

  Outcome run(const FakePush& push) { return host_.pre_push(push); }

  std::vector<std::string> objections(const FakePush& push) {
    const Outcome outcome = run(push);
    EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
    EXPECT_THAT(outcome.misuses, IsEmpty());
    std::vector<std::string> texts;
    for (const auto& objection : outcome.objections) texts.push_back(objection.text);
    return texts;
  }
  // Whether adding the path is refused.
  bool refuses(const std::string& path) { return !objections(adding({path})).empty(); }

 private:
  FakeHost host_;
};

TEST(PathPolicy, ObjectionNamesFaultPathCommitRuleAndCure) {
  Policy policy("forbidden_paths", "*.pem");
  EXPECT_THAT(policy.objections(adding({"etc/server.pem"})),
              ElementsAre(R"(path must not match "*.pem": "etc/server.pem" (commit 1a2b3c4d1a, )"
                          "rule r): take it out of that commit; deleting it in a later one does "
                          "not help"));
}

TEST(PathPolicy, HintTakesThePlaceOfTheCure) {
  Policy policy(map({{"name", "r"}, {"forbidden_paths", "*.pem"}, {"hint", "use the vault"}}));
  EXPECT_THAT(policy.objections(adding({"a.pem"})),
              ElementsAre(R"(path must not match "*.pem": "a.pem" (commit 1a2b3c4d1a, rule r): )"
                          "use the vault"));
}

TEST(PathPolicy, GlobWithoutSlashMatchesANameAnywhere) {
  Policy files("forbidden_paths", "*.pem");
  EXPECT_TRUE(files.refuses("a.pem"));
  EXPECT_TRUE(files.refuses("deep/er/a.pem"));
  EXPECT_TRUE(files.refuses("KEY.PEM")) << "case is ignored";
  EXPECT_TRUE(files.refuses(".pem"));
  EXPECT_FALSE(files.refuses("a.pem.txt"));
  EXPECT_FALSE(files.refuses("apem"));
  Policy directories("forbidden_paths", "node_modules");
  EXPECT_TRUE(directories.refuses("node_modules/x"));
  EXPECT_TRUE(directories.refuses("web/node_modules/a/b"));
  EXPECT_TRUE(directories.refuses("node_modules")) << "a file of that name";
  EXPECT_FALSE(directories.refuses("my_node_modules/x"));
  Policy below("forbidden_paths", "build/");
  EXPECT_TRUE(below.refuses("a/build/x"));
  EXPECT_FALSE(below.refuses("a/build")) << "with a final slash, only directories";
}

TEST(PathPolicy, GlobWithSlashMatchesTheWholePath) {
  Policy policy("forbidden_paths",
                list({"**/vendor/**", "docs/*.pdf", "/top", "a/**/z", "x?/y", "out/bin/"}));
  EXPECT_TRUE(policy.refuses("vendor/x"));
  EXPECT_TRUE(policy.refuses("a/b/vendor/x/y"));
  EXPECT_FALSE(policy.refuses("a/vendor"));
  EXPECT_TRUE(policy.refuses("docs/a.pdf"));
  EXPECT_FALSE(policy.refuses("docs/a/b.pdf")) << "a star stops at a slash";
  EXPECT_FALSE(policy.refuses("x/docs/a.pdf"));
  EXPECT_TRUE(policy.refuses("top"));
  EXPECT_FALSE(policy.refuses("a/top"));
  EXPECT_TRUE(policy.refuses("a/z"));
  EXPECT_TRUE(policy.refuses("a/b/c/z"));
  EXPECT_FALSE(policy.refuses("a/bz"));
  EXPECT_TRUE(policy.refuses("x1/y"));
  EXPECT_FALSE(policy.refuses("x//y"));
  EXPECT_TRUE(policy.refuses("out/bin/x/y"));
  EXPECT_FALSE(policy.refuses("out/bin"));
}

TEST(PathPolicy, GlobsTakeEverythingElseLiterally) {
  Policy policy("forbidden_paths", list({"[id].t+x", "a.c"}));
  EXPECT_TRUE(policy.refuses("[id].t+x"));
  EXPECT_FALSE(policy.refuses("i.t+x"));
  EXPECT_FALSE(policy.refuses("abc"));
}

TEST(PathPolicy, BytesThatAreNotUtf8HideNothing) {
  Policy policy("forbidden_paths", list({"*.pem", "d?g/x"}));
  EXPECT_TRUE(policy.refuses("\xFF\x80.pem"));
  EXPECT_TRUE(policy.refuses("d\xFFg/x"));
  EXPECT_TRUE(policy.refuses("a\nb.pem"));
  EXPECT_TRUE(policy.refuses("a\nb/c.pem"));
}

TEST(PathPolicy, ShowsPathsOnOneLineAndExactly) {
  Policy policy("forbidden_paths", "*.pem");
  EXPECT_THAT(policy.objections(adding({"caf\xC3\xA9/\xE9\n\"\\\x1b\xC2\x85.pem"})),
              ElementsAre(HasSubstr(": \"café/\\xe9\\x0a\\\"\\\\\\x1b\\xc2\\x85.pem\" (commit")));
  EXPECT_THAT(policy.objections(adding({"begin/" + std::string(300, 'x') + "/end.pem"})),
              ElementsAre(HasSubstr("\"begin/" + std::string(34, 'x') + "…" + std::string(72, 'x') +
                                    "/end.pem\" (commit")));
}

TEST(PathPolicy, ForbidsExtensions) {
  Policy policy("forbidden_extensions", list({"exe", ".tar.gz"}));
  EXPECT_TRUE(policy.refuses("a/Setup.EXE"));
  EXPECT_TRUE(policy.refuses("x.tar.gz"));
  EXPECT_FALSE(policy.refuses("x.gz"));
  EXPECT_FALSE(policy.refuses("exe"));
  EXPECT_FALSE(policy.refuses("a.exe/readme"));
  EXPECT_THAT(policy.objections(adding({"a.exe"})),
              ElementsAre(HasSubstr(R"(file must not end in ".exe": "a.exe" ()")));
}

TEST(PathPolicy, LimitsTheSizeOfContent) {
  Policy policy("max_file_size", "1kB");
  FakePush push;
  FakeCommit& commit = push.commit("Do it");
  commit.changes = {added("fits", 1000), added("not", 1001)};
  EXPECT_THAT(
      policy.objections(push),
      ElementsAre(R"(file has 1001 bytes, at most 1000: "not" (commit 1a2b3c4d1a, rule r): )"
                  "take it out of that commit, or keep it elsewhere, such as in Git LFS"));
}

TEST(PathPolicy, SizeCountsWhereContentIsNew) {
  Policy policy("max_file_size", 10);
  FakePush push;
  FakeCommit& commit = push.commit("Do it");
  FakeChange change;
  change.path = "grown";
  change.old_size = 1;
  change.new_size = 11;
  commit.changes = {change};
  EXPECT_THAT(policy.objections(push), SizeIs(1));
  commit.changes[0].old_id = commit.changes[0].new_id = std::string(40, '7');
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "it only became executable";
  commit.changes[0].kind = RCX_PATH_RETYPED;
  EXPECT_THAT(policy.objections(push), SizeIs(1)) << "it may have been a submodule of that id";
  commit.changes[0] = added("submodule", 11);
  commit.changes[0].new_mode = 0160000;
  EXPECT_THAT(policy.objections(push), IsEmpty());
}

TEST(PathPolicy, SizesMayBeWrittenInSeveralWays) {
  const auto limit = [](const Setting& size) {
    Policy policy("max_file_size", size);
    FakePush push;
    push.commit("Do it").changes = {added("a", UINT64_MAX)};
    const std::string text = policy.objections(push).at(0);
    const std::size_t begin = text.find("at most ") + 8;
    return text.substr(begin, text.find(':') - begin);
  };
  EXPECT_EQ(limit(500), "500");
  EXPECT_EQ(limit("500B"), "500");
  EXPECT_EQ(limit("10MB"), "10000000");
  EXPECT_EQ(limit("10 mb"), "10000000");
  EXPECT_EQ(limit("1MiB"), "1048576");
  EXPECT_EQ(limit("2kib"), "2048");
  EXPECT_EQ(limit("3GiB"), "3221225472");
}

TEST(PathPolicy, DeletionsAlwaysPass) {
  Policy policy(map({{"name", "r"},
                     {"forbidden_paths", "*"},
                     {"max_file_size", 1},
                     {"windows_names", true},
                     {"no_case_collisions", true}}));
  FakePush push;
  FakeCommit& commit = push.commit("Clean up");
  commit.changes = {added("aux")};
  commit.changes[0].kind = RCX_PATH_DELETED;
  commit.changes[0].old_size = 100;
  EXPECT_THAT(policy.objections(push), IsEmpty());
}

TEST(PathPolicy, WhatIsModifiedOrRetypedCountsAsWell) {
  Policy policy("forbidden_paths", "*.pem");
  FakePush push;
  FakeCommit& commit = push.commit("Do it");
  for (const std::uint32_t kind : {RCX_PATH_MODIFIED, RCX_PATH_RETYPED}) {
    commit.changes = {added("a.pem")};
    commit.changes[0].kind = kind;
    EXPECT_THAT(policy.objections(push), SizeIs(1));
  }
}

TEST(PathPolicy, ExceptExemptsPathsFromEverything) {
  Policy policy(map({{"name", "r"},
                     {"except", list({"tests/**", "*.ok.pem"})},
                     {"forbidden_paths", "*.pem"},
                     {"windows_names", true},
                     {"no_case_collisions", true}}));
  EXPECT_FALSE(policy.refuses("tests/a.pem"));
  EXPECT_FALSE(policy.refuses("tests/aux.c"));
  EXPECT_FALSE(policy.refuses("x/y.ok.pem"));
  EXPECT_TRUE(policy.refuses("a/tests/a.pem"));
  EXPECT_THAT(policy.objections(adding({"tests/A"}, {"tests/a"})), IsEmpty());
}

TEST(PathPolicy, ObjectsToEachFault) {
  Policy policy(map({{"name", "r"},
                     {"forbidden_paths", "*.exe"},
                     {"forbidden_extensions", "exe"},
                     {"max_file_size", 1},
                     {"windows_names", true}}));
  FakePush push;
  push.commit("Do it").changes = {added("aux.exe", 2)};
  EXPECT_THAT(policy.objections(push), SizeIs(4));
}

TEST(PathPolicy, ObjectsToTheReferenceOfTheCommit) {
  Policy policy("forbidden_paths", "*");
  FakePush push;
  push.ref("refs/heads/a");
  push.ref("refs/heads/b");
  push.commit("x").ref = 1;
  push.commits[0].changes = {added("x")};
  ASSERT_THAT(policy.run(push).objections, SizeIs(1));
  EXPECT_EQ(policy.run(push).objections[0].ref, 1U);
}

TEST(PathPolicy, CoversBranchesAndRepositories) {
  Policy policy(map(
      {{"name", "r"}, {"forbidden_paths", "*"}, {"branches", "main"}, {"repositories", "team/*"}}));
  FakePush push = adding({"x"});
  push.ref("refs/heads/topic");
  EXPECT_THAT(policy.objections(push), IsEmpty());
  push.ref("refs/heads/main");
  EXPECT_THAT(policy.objections(push), IsEmpty()) << "main does not reach it";
  push.commits[0].other_refs = {1};
  ASSERT_THAT(policy.run(push).objections, SizeIs(1));
  EXPECT_EQ(policy.run(push).objections[0].ref, 1U);
  push.repository.name = "other";
  EXPECT_THAT(policy.objections(push), IsEmpty());
}

TEST(PathPolicy, SkipsMergesWhenTold) {
  FakePush push = adding({"x"});
  push.commits[0].parents = {std::string(40, 'a'), std::string(40, 'b')};
  EXPECT_THAT(Policy("forbidden_paths", "x").objections(push), SizeIs(1));
  Policy skipping(map({{"name", "r"}, {"forbidden_paths", "x"}, {"merges", "skip"}}));
  EXPECT_THAT(skipping.objections(push), IsEmpty());
}

Outcome with_field(const Setting& value) {
  Policy policy("max_file_size", 5);
  FakePush push;
  push.repository.fields = {FakeField{"path_policy.r", value}};
  push.commit("Do it").changes = {added("a", 8)};
  return policy.run(push);
}

TEST(PathPolicy, FieldOfTheRepositoryChangesTheRule) {
  EXPECT_THAT(with_field("off").objections, IsEmpty());
  EXPECT_THAT(with_field(false).objections, IsEmpty());
  EXPECT_THAT(with_field("on").objections, SizeIs(1));
  EXPECT_THAT(with_field("1kB").objections, IsEmpty());
  EXPECT_THAT(with_field(8).objections, IsEmpty());
  EXPECT_THAT(with_field(7).objections, SizeIs(1));
  EXPECT_EQ(with_field("of").status, RCX_FAILED);
  EXPECT_EQ(with_field("of").failure,
            "rcx.yaml:1:1: path_policy.r: wanted off, on or a size such as 10MB, got 'of'");
  EXPECT_EQ(with_field(list({1})).status, RCX_FAILED);
}

TEST(PathPolicy, WhatWasNotCheckedDoesNotPass) {
  Policy policy("forbidden_paths", "*.pem");
  FakePush push = adding({"a", "b", "c"});
  push.cancel_after = 2;
  EXPECT_EQ(policy.run(push).status, RCX_FAILED);
  EXPECT_EQ(policy.run(push).failure,
            "out of time in commit 1a2b3c4d1a; what comes after it was not checked");
  push.cancel_after = UINT64_MAX;
  push.fail_at = 1;
  push.fail_status = RCX_LIMIT;
  push.fail_reason = "more paths than the host reads";
  EXPECT_EQ(policy.run(push).status, RCX_LIMIT);
  EXPECT_EQ(policy.run(push).failure, "more paths than the host reads");
}

TEST(PathPolicy, ManyThreadsShareOneInstance) {
  EXPECT_NE(plugin_of(PATH_POLICY_SO).flags & RCX_CONCURRENT, 0U);
  Policy policy(map({{"name", "r"}, {"forbidden_paths", "*.pem"}, {"no_case_collisions", true}}));
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_THAT(policy.objections(adding({"a/B.pem"}, {"a/b.PEM"})), SizeIs(2));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
