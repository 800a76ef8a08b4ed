// Pushes that mean harm: what arrives is what a client can send, before git has looked at it.
#include <array>
#include <cstdio>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Hostile : public HostTest {
 protected:
  // What receive-pack says to a client of our own making that has this deleted.
  Outcome delete_raw(const std::string& old_id, const std::string& name) {
    const std::string line = old_id + " " + std::string(old_id.size(), '0') + " " + name;
    const std::string words = line + std::string(1, '\0') + " report-status delete-refs\n";
    Command command{{"git", "receive-pack", "."}, repository().path()};
    std::array<char, 5> size{};
    std::snprintf(size.data(), size.size(), "%04zx", words.size() + 4);
    command.input = size.data() + words + "0000";
    return run(command);
  }
  // Calls the hook as receive-pack does, with this input.
  Outcome call_hook(const std::string& input) {
    Command command{{repository().hook("pre-receive").string()}, repository().path()};
    command.variables = {{"GIT_DIR", "."}};
    command.input = input;
    return run(command);
  }
};

TEST_F(Hostile, NamesThatAreNoReferencesAreRefused) {
  host_.add("recorder");
  serve();
  const std::string id = push_first();
  for (const char* name :
       {"../other.git/refs/heads/x", "refs/heads/../../HEAD", "/dev/ptmx", "/dev/zero", "HEAD",
        "refs/heads/a\x01z", "refs/heads/x.lock", "refs//heads", "main"}) {
    const Outcome refused = call_hook(id + " " + id + " " + name + "\n");
    EXPECT_EQ(refused.status, 1) << name;
    EXPECT_THAT(refused.err, HasSubstr("wanted the name of a reference, got '")) << name;
  }
  EXPECT_EQ(call_hook("nonsense\n").status, 1);
  EXPECT_EQ(call_hook(id + " " + id + " refs/heads/fine\n").status, 0);
}

// git deletes the branch then, and says `allowing deletion of corrupt ref`.
TEST_F(Hostile, ADeletionWithAnOldIdThatIsMadeUpIsRefused) {
  host_.add("recorder");
  serve();
  repository().git({"config", "receive.denyDeleteCurrent", "ignore"});
  const std::string id = push_first();
  const std::size_t before = records().size();
  for (const char digit : {'0', '1'}) {
    const Outcome refused = delete_raw(std::string(id.size(), digit), "refs/heads/main");
    EXPECT_THAT(refused.err, HasSubstr("cannot delete refs/heads/main: the push says that it is"));
    EXPECT_THAT(refused.out, HasSubstr("ng refs/heads/main pre-receive hook declined"));
    EXPECT_EQ(repository().id("main"), id) << digit;
  }
  EXPECT_EQ(records().size(), before) << "nobody need hear of what is not so";
  EXPECT_THAT(delete_raw(id, "refs/heads/main").out, HasSubstr("ok refs/heads/main"));
  EXPECT_EQ(repository().id("main"), "");
}

TEST_F(Hostile, APushIntoALinkedWorktreeIsOneIntoItsRepository) {
  host_.add("refuser", "{repositories: [a], settings: {reason: 'not here'}}");
  serve();
  clone().commit("first");
  EXPECT_NE(push({"main"}).status, 0);
  // The repository gets its first commit past the hooks.
  repository().git({"fetch", "-q", clone().path().string(), "main:main"});
  repository().git({"worktree", "add", "-q", "-b", "side", (temp_.path() / "w").string(), "main"});
  clone().commit("second");
  const fs::path worktree = repository().path() / "worktrees" / "w";
  const Outcome pushed = run(clone().command({"push", worktree.string(), "main:refs/heads/topic"}));
  EXPECT_NE(pushed.status, 0) << "the filter `repositories: [a]` was avoided";
  EXPECT_THAT(pushed.err, HasSubstr("not here"));
}

TEST_F(Hostile, ATreeThatNamesMillionsOfPathsIsBounded) {
  host_.add("recorder");
  host_.set("budget", "{extension: 20s}");
  serve();
  push_first();
  std::string entry = "100644 blob " + clone().git({"hash-object", "-w", "--stdin"}, "x");
  for (int level = 0; level < 7; ++level) {
    std::string tree;
    for (char name = 'a'; name < 'a' + 10; ++name) tree += entry + "\t" + name + "\n";
    entry = "040000 tree " + clone().git({"mktree"}, tree);
  }
  const std::string tree = entry.substr(entry.size() - 40);
  const std::string bomb = clone().git({"commit-tree", tree, "-p", "HEAD", "-m", "bomb"});
  const Outcome pushed = push({bomb + ":refs/heads/bomb"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("change more paths than reading.paths"));
}

TEST_F(Hostile, DirectoriesWithoutASingleFileAreBoundedToo) {
  host_.add("recorder");
  serve();
  push_first();
  std::string tree = clone().git({"mktree"}, "");
  for (int level = 0; level < 8; ++level) {
    std::string entries;
    for (int i = 0; i < 20; ++i)
      entries += "040000 tree " + tree + "\t" + std::to_string(10 + i) + "\n";
    tree = clone().git({"mktree"}, entries);
  }
  const std::string bomb = clone().git({"commit-tree", tree, "-p", "HEAD", "-m", "bomb"});
  const Outcome pushed = push({bomb + ":refs/heads/bomb"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("change more directories than reading.paths"));
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Hostile, AnExceptionThroughTheCInterfaceEndsTheTurn) {
  host_.add("raw_throw");
  serve();
  clone().commit("first");
  for (int i = 0; i < 8; ++i) {
    const Outcome pushed = push({"main"});
    EXPECT_NE(pushed.status, 0);
    EXPECT_THAT(pushed.err, HasSubstr("the extension raw_throw failed: it threw an exception"));
  }
}

TEST_F(Hostile, PushOptionsBeyondTheLimitAreNotDropped) {
  host_.add("recorder");
  serve();
  repository().git({"config", "receive.advertisePushOptions", "true"});
  clone().commit("first");
  Words arguments = {"main"};
  for (int i = 0; i < 1001; ++i) arguments.insert(arguments.end(), {"-o", "x"});
  const Outcome pushed = push(arguments);
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("wanted at most 1000 push options, got 1001"));
}

}  // namespace
}  // namespace rcx::test
