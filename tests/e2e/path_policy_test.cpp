// The extension path_policy as it ships, with commits of the real git.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class PathPolicy : public HostTest {
 protected:
  // Serves with these rules, in YAML's flow style.
  void serve_with(const std::string& rules, const std::string& more = {}) {
    write_file(host_.rcextensions() / "path_policy.so",
               read_file(built_programs().parent_path() / "plugins/path_policy.so"));
    host_.name("path_policy", "{settings: {rules: [" + rules + "]}" + more + "}");
    serve();
  }
  // What the person who pushed reads, without the decision.
  std::vector<std::string> refused(const Words& arguments = {"main"}) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    std::vector<std::string> lines = pushed.remote();
    if (!lines.empty()) lines.pop_back();
    return lines;
  }
  void accepted(const Words& arguments = {"main"}) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  }
  std::string short_id() { return clone().id().substr(0, 10); }
};

TEST_F(PathPolicy, ForbiddenPathIsRefusedUntilItsCommitIsMended) {
  serve_with("{name: secrets, forbidden_paths: ['*.pem'], hint: ask the vault}");
  clone().commit("first", {{"keys/server.PEM", "secret"}, {"README", "hello"}});
  const std::string bad = short_id();
  clone().git({"rm", "--quiet", "keys/server.PEM"});
  clone().commit("deleted, but still in the history");
  EXPECT_THAT(refused(),
              ElementsAre("refs/heads/main: path must not match \"*.pem\": \"keys/server.PEM\" "
                          "(commit " +
                          bad + ", rule secrets): ask the vault [path_policy]"));
  clone().git({"reset", "--quiet", "--soft", "HEAD~1"});
  clone().git({"commit", "--quiet", "--amend", "--message", "without"});
  accepted();
}

TEST_F(PathPolicy, WhatWasThereBeforeMayBeDeletedButNotModified) {
  serve_with("{name: secrets, forbidden_paths: ['*.pem'], branches: main}");
  clone().commit("first", {{"a.pem", "1"}, {"b.pem", "1"}});
  accepted({"main:old"});
  accepted();
  clone().commit("second", {{"a.pem", "2"}});
  EXPECT_THAT(refused(), ElementsAre(HasSubstr("\"a.pem\" (commit " + short_id())));
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  clone().git({"rm", "--quiet", "a.pem", "b.pem"});
  clone().commit("clean up");
  accepted();
}

TEST_F(PathPolicy, LargeFileIsRefused) {
  serve_with("{name: size, max_file_size: 1MiB}");
  clone().commit("first", {{"fits", std::string(1048576, 'x')}});
  accepted();
  clone().commit("second", {{"media/big", std::string(1048577, 'x')}});
  EXPECT_THAT(refused(),
              ElementsAre("refs/heads/main: file has 1048577 bytes, at most 1048576: \"media/big\" "
                          "(commit " +
                          short_id() +
                          ", rule size): take it out of that commit, or keep it elsewhere, such as "
                          "in Git LFS [path_policy]"));
}

// So few objects lie in files of their own, and of such a file more has to be inflated.
TEST_F(PathPolicy, SizesOfProgramsAreRead) {
  constexpr std::uintmax_t kMost = std::uintmax_t{100} * 1024;
  serve_with("{name: size, max_file_size: 100KiB}");
  std::map<std::string, std::string> programs;
  for (const auto& file : fs::directory_iterator("/usr/bin")) {
    if (!file.is_regular_file() || file.file_size() > kMost || programs.size() == 60) continue;
    programs[file.path().filename().string()] = read_file(file.path());
  }
  clone().commit("programs", programs);
  accepted();
}

TEST_F(PathPolicy, NamesCollideWithTheTree) {
  serve_with("{name: case, no_case_collisions: true}");
  clone().commit("first", {{"README", "1"}, {"src/old/a.c", "1"}, {"\xC3\x84/x", "1"}});
  accepted();
  clone().commit("second", {{"readme", "2"},
                            {"src/OLD/b.c", "2"},
                            {"src/OLD/c.c", "2"},
                            {"\xC3\xA4/y", "2"},
                            {"src/new/README", "2"}});
  EXPECT_THAT(refused(),
              UnorderedElementsAre(HasSubstr(R"(case from "README": "readme" (commit)"),
                                   HasSubstr(R"(case from "src/old": "src/OLD" (commit)"),
                                   HasSubstr("case from \"Ä\": \"ä\" (commit")));
}

TEST_F(PathPolicy, RenameThatChangesOnlyTheCasePasses) {
  serve_with("{name: case, no_case_collisions: true}");
  clone().commit("first", {{"readme", "1"}});
  accepted();
  clone().git({"mv", "readme", "README"});
  clone().commit("second");
  accepted();
}

TEST_F(PathPolicy, WindowsNamesAreRefused) {
  serve_with("{name: windows, windows_names: true}");
  clone().commit("first", {{"aux.c", "1"}, {"a:b/x", "1"}, {"dot./y", "1"}, {"fine.c", "1"}});
  EXPECT_THAT(refused(), ElementsAre(HasSubstr("\"a:b\" holds ':', which Windows does not allow"),
                                     HasSubstr("\"aux.c\" names a device on Windows: \"aux.c\""),
                                     HasSubstr("\"dot.\" ends in a dot, which Windows drops")));
}

TEST_F(PathPolicy, PathsReadWhateverTheirBytes) {
  serve_with("{name: keys, forbidden_extensions: pem}");
  clone().commit("first", {{"x\xFF\x1b\n\".pem", "1"}});
  EXPECT_THAT(refused(), ElementsAre(HasSubstr(R"(: "x\xff\x1b\x0a\".pem" (commit )")));
}

TEST_F(PathPolicy, BranchesAreThoseThatReachTheCommit) {
  serve_with("{name: keys, forbidden_extensions: pem, branches: main}");
  clone().commit("first", {{"a.pem", "1"}});
  accepted({"main:topic"});
  clone().commit("second", {{"b.pem", "1"}});
  EXPECT_THAT(refused({"main:a-topic", "main:main"}),
              ElementsAre(AllOf(StartsWith("refs/heads/main: "), HasSubstr("\"b.pem\""))));
}

TEST_F(PathPolicy, RepositoryMayBeAnException) {
  host_.set("fields", "[{key: path_policy.keys}]");
  host_.set("repositories", "[{match: 'legacy/*', fields: {path_policy.keys: off}}]");
  serve_with("{name: keys, forbidden_extensions: pem}");
  clone().commit("first", {{"a.pem", "1"}});
  EXPECT_THAT(refused(), SizeIs(1));
  const Repository legacy(host_, "legacy/b.git");
  EXPECT_EQ(run(clone().command({"push", legacy.path().string(), "main"})).status, 0);
}

// A few small trees that name ten million paths.
TEST_F(PathPolicy, MorePathsThanTheHostReadsDoNotPass) {
  serve_with("{name: keys, forbidden_extensions: pem}", ", deadline: 25s");
  std::string id = clone().git({"hash-object", "-w", "--stdin"}, "x");
  std::string kind = "100644 blob ";
  for (int level = 0; level < 7; ++level) {
    std::string entries;
    for (int i = 0; i < 10; ++i) entries += kind + id + "\t" + std::to_string(i) + "\n";
    id = clone().git({"mktree"}, entries);
    kind = "040000 tree ";
  }
  const std::string commit = clone().git({"commit-tree", id, "-m", "bomb"});
  EXPECT_THAT(refused({commit + ":refs/heads/main"}),
              Contains(HasSubstr("the extension path_policy failed: the commits of this push "
                                 "change more paths than reading.paths")));
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(PathPolicy, WrongSettingsAreToldWithTheirPlace) {
  write_file(host_.rcextensions() / "path_policy.so",
             read_file(built_programs().parent_path() / "plugins/path_policy.so"));
  host_.name("path_policy", "{settings: {rules: [{name: a, max_file_size: big}]}}");
  serve();
  EXPECT_THAT(host_.listed("path_policy"), HasSubstr("refused"));
  clone().commit("first");
  EXPECT_THAT(refused(), ElementsAre(ContainsRegex(
                             "rcx.yaml:[0-9]+:[0-9]+: rules\\[0\\].max_file_size: wanted a size")));
}

}  // namespace
}  // namespace rcx::test
