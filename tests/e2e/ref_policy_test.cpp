// The extension ref_policy as it ships, with references of the real git.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class RefPolicy : public HostTest {
 protected:
  RefPolicy() { host_.set("identity", "{trusted_users: [root, nobody]}"); }
  // Serves with these rules, in YAML's flow style.
  void serve_with(const std::string& rules) {
    write_file(host_.rcextensions() / "ref_policy.so",
               read_file(built_programs().parent_path() / "plugins/ref_policy.so"));
    host_.name("ref_policy", "{settings: {groups: {release: [ada]}, rules: [" + rules + "]}}");
    serve();
  }
  Outcome push_as(const std::string& name, const Words& arguments) {
    clone().set_variable("REMOTE_USER", name);
    return push(arguments);
  }
};

TEST_F(RefPolicy, ProtectsTheHistoryOfABranch) {
  serve_with("{name: history, branches: main, fast_forward_only: true, delete: nobody}");
  push_first();
  clone().commit("second");
  ASSERT_EQ(push({"main", "main:topic"}).status, 0);
  const std::string id = clone().id();
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  clone().commit("another second");
  const Outcome forced = push_as("bob", {"--force", "main"});
  EXPECT_EQ(forced.status, 1);
  EXPECT_EQ(forced.remote().at(0),
            "refs/heads/main: it would lose commits, and nobody may do that, not \"bob\" (rule "
            "history): fetch, merge or rebase, and push without --force [ref_policy]");
  EXPECT_THAT(push_as("bob", {":main"}).remote().at(0),
              StartsWith("refs/heads/main: nobody may delete it, not \"bob\" (rule history)"));
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(push({"--force", "main:topic"}).status, 0);
  EXPECT_EQ(push({":topic"}).status, 0);
}

TEST_F(RefPolicy, ReleasesAreMadeByThoseWhoMay) {
  serve_with("{name: release, tags: 'v*', create: '@release', immutable: true}");
  push_first();
  clone().git({"tag", "v1"});
  EXPECT_THAT(push_as("bob", {"v1"}).remote().at(0),
              StartsWith("refs/tags/v1: only @release may create it, not \"bob\" (rule release)"));
  EXPECT_EQ(push_as("ada", {"v1"}).status, 0);
  clone().commit("second");
  clone().git({"tag", "--force", "v1"});
  EXPECT_EQ(push_as("ada", {"--force", "v1"}).status, 1) << "a tag does not move";
  EXPECT_EQ(push_as("ada", {":v1"}).status, 1) << "nor go";
}

TEST_F(RefPolicy, WithPartialTheOtherReferencesPass) {
  host_.set("partial", "true");
  serve_with(
      "{name: main, branches: main, update: '@release'},"
      "{name: names, branches: '*', name_must_match: '^(main|topic/.*)$'}");
  const std::string first = push_first();
  const std::string second = clone().commit("second");
  const Outcome pushed = push_as("bob", {"main", "main:topic/x", "main:Wrong"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.err, HasSubstr("main -> main (only @release may update it, not \"bob\""));
  EXPECT_EQ(repository().id("main"), first);
  EXPECT_EQ(repository().id("topic/x"), second) << "the same commits are welcome elsewhere";
  EXPECT_EQ(repository().id("Wrong"), "");
  EXPECT_EQ(push_as("ada", {"main"}).status, 0);
}

}  // namespace
}  // namespace rcx::test
