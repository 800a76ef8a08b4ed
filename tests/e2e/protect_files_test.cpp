// The extension protect_files as it ships, with commits of the real git.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class ProtectFiles : public HostTest {
 protected:
  ProtectFiles() { host_.set("identity", "{trusted_users: [root, nobody]}"); }
  // Serves with these settings, in YAML's flow style.
  void serve_with(const std::string& settings) {
    write_file(host_.rcextensions() / "protect_files.so",
               read_file(built_programs().parent_path() / "plugins/protect_files.so"));
    host_.name("protect_files", "{settings: {" + settings + "}}");
    serve();
  }
  Outcome push_as(const std::string& name, const Words& arguments = {"main"}) {
    clone().set_variable("REMOTE_USER", name);
    return push(arguments);
  }
  void refused(const std::string& name, const std::string& reason,
               const Words& arguments = {"main"}) {
    const Outcome pushed = push_as(name, arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    EXPECT_THAT(pushed.remote(), Contains(HasSubstr(reason)));
  }
  void accepted(const std::string& name, const Words& arguments = {"main"}) {
    const Outcome pushed = push_as(name, arguments);
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  }
};

TEST_F(ProtectFiles, OwnersInTheRepositoryHoldAsTheyStoodBeforeThePush) {
  serve_with("groups: {release: [grace]}, rules: [{name: owners, file: CODEOWNERS}]");
  clone().commit("first", {{"CODEOWNERS", "CODEOWNERS @release\n/src/core/ @release\n"},
                           {"src/core/a", "1"},
                           {"src/b", "1"}});
  accepted("bob");
  clone().commit("grants itself", {{"CODEOWNERS", "* @bob\n"}, {"src/core/a", "2"}});
  const Outcome pushed = push_as("bob");
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              IsSupersetOf({"refs/heads/main: only @release may change \"CODEOWNERS\", not \"bob\" "
                            "(CODEOWNERS:1, rule owners): ask one of them to push it, or take it "
                            "out of your push [protect_files]",
                            "refs/heads/main: only @release may change \"src/core/a\", not \"bob\" "
                            "(CODEOWNERS:2, rule owners): ask one of them to push it, or take it "
                            "out of your push [protect_files]"}));
  accepted("grace");
  clone().commit("third", {{"src/core/a", "3"}});
  refused("grace", "only @bob may change \"src/core/a\"");
  accepted("bob");
}

TEST_F(ProtectFiles, WhatCameInByAnotherBranchIsLookedAtAsWell) {
  serve_with("rules: [{name: build, owners: '*.cmake @grace', branches: main}]");
  clone().commit("first", {{"src/a", "1"}});
  accepted("bob");
  clone().commit("second", {{"cmake/x.cmake", "1"}, {"src/a", "2"}});
  accepted("bob", {"main:topic"});
  refused("bob", "refs/heads/main: only @grace may change \"cmake/x.cmake\"");
  accepted("grace");
  clone().git({"rm", "--quiet", "cmake/x.cmake"});
  clone().commit("third");
  refused("bob", "\"cmake/x.cmake\"");
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  clone().commit("fourth", {{"src/deep/er/b", "1"}});
  accepted("bob");
}

// As a whole it changes nothing that one of its parents has not.
TEST_F(ProtectFiles, AMergeThatTakesOneSideIsLookedAtAsWell) {
  serve_with("rules: [{name: build, owners: '*.cmake @grace', branches: main}]");
  clone().commit("first", {{"src/a", "1"}, {"x.cmake", "1"}});
  accepted("grace");
  clone().git({"checkout", "--quiet", "-b", "wip"});
  clone().commit("second", {{"x.cmake", "2"}});
  accepted("bob", {"wip"});
  clone().git({"checkout", "--quiet", "main"});
  clone().commit("third", {{"src/a", "3"}});
  accepted("bob");
  clone().git({"checkout", "--quiet", "wip"});
  clone().git({"merge", "--quiet", "--strategy=ours", "-m", "merge", "main"});
  refused("bob", "refs/heads/main: only @grace may change \"x.cmake\"", {"wip:main"});
}

TEST_F(ProtectFiles, ANewBranchAndAForcedOneAreLookedAt) {
  serve_with("rules: [{name: owners, file: [.github/CODEOWNERS, CODEOWNERS]}]");
  clone().commit("first", {{"CODEOWNERS", "secret @grace\n"}, {"secret", "1"}, {"open", "1"}});
  accepted("bob");
  const std::string first = clone().id();
  clone().commit("second", {{"secret", "2"}});
  refused("bob", "refs/heads/topic: only @grace may change \"secret\"", {"main:topic"});
  accepted("grace");
  clone().git({"reset", "--quiet", "--hard", first});
  clone().commit("instead", {{"open", "2"}});
  refused("bob", "only @grace may change \"secret\"", {"--force", "main"});
  accepted("bob", {"main:topic"});
  clone().commit("before the other", {{".github/CODEOWNERS", "* @bob\n"}});
  refused("bob", "nobody may change \".github/CODEOWNERS\"", {"main:topic"});
}

// git takes such trees unless receive.fsckObjects is set, and each that reads them finds another of
// the two.
TEST_F(ProtectFiles, ATreeWithOneNameTwiceIsRefused) {
  serve_with("rules: [{name: owners, file: CODEOWNERS}]");
  clone().commit("first", {{"CODEOWNERS", "* @grace\n"}});
  accepted("grace");
  const auto entry = [this](const std::string& content) {
    const std::string id = clone().git({"hash-object", "-w", "--stdin"}, content);
    std::string bytes = std::string("100644 CODEOWNERS") + '\0';
    for (std::size_t at = 0; at < id.size(); at += 2) {
      bytes += static_cast<char>(std::stoi(id.substr(at, 2), nullptr, 16));
    }
    return bytes;
  };
  const std::string tree =
      clone().git({"hash-object", "-t", "tree", "-w", "--literally", "--stdin"},
                  entry("* @bob\n") + entry("* @grace\n"));
  clone().git({"update-ref", "refs/heads/twice",
               clone().git({"commit-tree", tree, "-p", "main", "-m", "mine"})});
  refused("bob", "cannot read object " + tree + ": this tree has 'CODEOWNERS' twice",
          {"twice:main"});
  clone().commit("second", {{"a", "1"}});
  refused("bob", "only @grace may change \"a\"");
}

}  // namespace
}  // namespace rcx::test
