// Which references and commits a push brings, shape by shape.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Refs : public HostTest {
 protected:
  Refs() {
    host_.add("recorder");
    serve();
  }

  // Pushes; both events must show the same references and commits. Returns the first.
  Record pushed(const Words& arguments) {
    const std::size_t before = records().size();
    const Outcome outcome = push(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err << host_.log();
    EXPECT_EQ(records().size(), before + 2) << "wanted one event before and one after";
    Record pre = last("pre_push");
    const Record post = last("push");
    EXPECT_EQ(ids(pre.commits), ids(post.commits));
    EXPECT_EQ(pre.refs.size(), post.refs.size());
    for (std::size_t i = 0; i < std::min(pre.refs.size(), post.refs.size()); ++i) {
      EXPECT_EQ(pre.refs[i].name, post.refs[i].name);
      EXPECT_EQ(pre.refs[i].change, post.refs[i].change);
      EXPECT_EQ(pre.refs[i].forced, post.refs[i].forced);
    }
    return pre;
  }
};

TEST_F(Refs, SeveralReferencesAreOneEvent) {
  const std::string one = clone().commit("one");
  clone().git({"branch", "topic"});
  const std::string two = clone().commit("two");
  clone().git({"tag", "v1"});
  const Record push = pushed({"main", "topic", "v1"});
  std::vector<std::string> names;
  for (const RefRecord& ref : push.refs)
    names.push_back(ref.kind + " " + ref.change + " " + ref.short_name);
  EXPECT_THAT(names,
              UnorderedElementsAre("branch create main", "branch create topic", "tag create v1"));
  EXPECT_THAT(ids(push.commits), ElementsAre(one, two));
  for (const CommitRecord& commit : push.commits) {
    ASSERT_LT(commit.ref, push.refs.size());
    const std::string tip = push.refs[commit.ref].new_id;
    EXPECT_TRUE(tip == two || commit.id == one);
  }
}

TEST_F(Refs, UpdateBringsOnlyTheNewCommits) {
  const std::string one = push_first();
  const std::string two = clone().commit("two");
  const Record push = pushed({"main"});
  EXPECT_EQ(push.refs[0].change, "update");
  EXPECT_EQ(push.refs[0].old_id, one);
  EXPECT_EQ(push.refs[0].new_id, two);
  EXPECT_FALSE(push.refs[0].forced);
  EXPECT_THAT(ids(push.commits), ElementsAre(two));
}

TEST_F(Refs, BranchOfKnownCommitsBringsNone) {
  const std::string id = push_first();
  const Record push = pushed({"main:copy"});
  EXPECT_EQ(push.refs[0].change, "create");
  EXPECT_EQ(push.refs[0].old_id, "");
  EXPECT_EQ(push.refs[0].new_id, id);
  EXPECT_THAT(push.commits, IsEmpty());
}

TEST_F(Refs, BranchFromAnOldCommit) {
  push_first();
  clone().commit("second");
  pushed({"main"});
  clone().git({"checkout", "--quiet", "-b", "old", "main~1"});
  EXPECT_THAT(pushed({"old"}).commits, IsEmpty());
  const std::string id = clone().commit("aside");
  EXPECT_THAT(ids(pushed({"old"}).commits), ElementsAre(id));
}

TEST_F(Refs, MergeShowsWhatDiffersFromEveryParent) {
  clone().commit("base", {{"both", "0\n"}, {"left", "0\n"}, {"right", "0\n"}});
  pushed({"main"});
  clone().git({"checkout", "--quiet", "-b", "side"});
  const std::string right = clone().commit("right", {{"right", "1\n"}, {"both", "1\n"}});
  clone().git({"checkout", "--quiet", "main"});
  const std::string left = clone().commit("left", {{"left", "1\n"}, {"both", "2\n"}});
  run(clone().command({"merge", "--quiet", "--no-commit", "side"}));
  const std::string merge = clone().commit("merge", {{"both", "3\n"}});
  const Record push = pushed({"main"});
  EXPECT_THAT(ids(push.commits), UnorderedElementsAre(right, left, merge));
  ASSERT_EQ(push.commits.back().id, merge);
  EXPECT_THAT(push.commits.back().parents, ElementsAre(left, right));
  EXPECT_THAT(push.commits.back().changes, ElementsAre("modified both"));
}

TEST_F(Refs, DeleteHasNoNewId) {
  const std::string id = push_first();
  pushed({"main:topic"});
  const Record push = pushed({":topic"});
  ASSERT_THAT(push.refs, SizeIs(1));
  EXPECT_EQ(push.refs[0].change, "delete");
  EXPECT_EQ(push.refs[0].old_id, id);
  EXPECT_EQ(push.refs[0].new_id, "");
  EXPECT_THAT(push.commits, IsEmpty());
  EXPECT_EQ(repository().id("topic"), "");
}

TEST_F(Refs, DeleteBesideAnUpdate) {
  push_first();
  pushed({"main:topic"});
  const std::string id = clone().commit("second");
  const Record push = pushed({"main", ":topic"});
  EXPECT_THAT(push.refs, SizeIs(2));
  EXPECT_THAT(ids(push.commits), ElementsAre(id));
}

// The commit is reachable from nothing but the branch that goes.
TEST_F(Refs, RenameOfABranchBringsNothing) {
  push_first();
  clone().commit("second");
  pushed({"main:old-name"});
  EXPECT_THAT(pushed({"main:new-name", ":old-name"}).commits, IsEmpty());
}

TEST_F(Refs, Tags) {
  const std::string id = push_first();
  clone().git({"tag", "light"});
  clone().git({"tag", "-a", "-m", "annotated", "heavy"});
  clone().git({"tag", "-a", "-m", "of a tag", "nested", "heavy"});
  clone().git({"tag", "tree", "HEAD^{tree}"});
  clone().git({"tag", "-a", "-m", "of a blob", "blob", "HEAD:file"});
  const Record push = pushed({"light", "heavy", "nested", "tree", "blob"});
  ASSERT_THAT(push.refs, SizeIs(5));
  EXPECT_THAT(push.commits, IsEmpty());
  for (const RefRecord& ref : push.refs) {
    EXPECT_EQ(ref.kind, "tag");
    EXPECT_EQ(ref.change, "create");
    EXPECT_EQ(ref.new_id, clone().id(ref.short_name)) << "the id of the tag, not of its target";
    EXPECT_EQ(ref.new_id == id, ref.short_name == "light");
  }
}

TEST_F(Refs, TagOfATagBringsItsCommits) {
  const std::string id = clone().commit("first");
  clone().git({"tag", "-a", "-m", "one", "inner"});
  clone().git({"tag", "-a", "-m", "two", "outer", "inner"});
  EXPECT_THAT(ids(pushed({"outer"}).commits), ElementsAre(id));
}

TEST_F(Refs, OtherNamespaces) {
  const std::string id = clone().commit("first");
  const Record push = pushed({"main:refs/notes/x"});
  EXPECT_EQ(push.refs[0].kind, "other");
  EXPECT_EQ(push.refs[0].short_name, "refs/notes/x");
  EXPECT_THAT(ids(push.commits), ElementsAre(id));
}

TEST_F(Refs, ForcedUpdateSaysSo) {
  push_first();
  clone().commit("second");
  pushed({"main"});
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  EXPECT_TRUE(pushed({"--force", "main"}).refs[0].forced) << "moved back";
  const std::string other = clone().commit("another second");
  EXPECT_FALSE(pushed({"--force", "main"}).refs[0].forced) << "a fast-forward with --force";
  clone().git({"reset", "--quiet", "--hard", "HEAD~1"});
  const std::string third = clone().commit("a third");
  const Record push = pushed({"--force", "main"});
  EXPECT_TRUE(push.refs[0].forced);
  EXPECT_EQ(push.refs[0].old_id, other);
  EXPECT_THAT(ids(push.commits), ElementsAre(third));
}

// What moves is the branch behind it.
TEST_F(Refs, UpdateThroughASymbolicReference) {
  push_first();
  repository().git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  const std::string id = clone().commit("second");
  EXPECT_THAT(ids(pushed({"main:alias"}).commits), ElementsAre(id));
  EXPECT_EQ(repository().id("main"), id);
}

TEST_F(Refs, AtomicPushIsOneEvent) {
  const std::string id = clone().commit("first");
  EXPECT_THAT(pushed({"--atomic", "main", "main:topic"}).refs, SizeIs(2));
  EXPECT_EQ(repository().id("topic"), id);
}

// With ids of either kind: the one is read by the host, the other by git.
class ManyRefs : public Refs, public testing::WithParamInterface<const char*> {};

TEST_P(ManyRefs, AreOneEvent) {
  repository_.emplace(host_, "many.git", false, GetParam());
  clone_.emplace(temp_, "many", *repository_);
  constexpr int kRefs = 5000;
  constexpr int kCommits = 50;
  Words commits;
  for (int i = 0; i < kCommits; ++i) commits.push_back(clone().commit(std::to_string(i)));
  std::string updates;
  for (int i = 0; i < kRefs; ++i) {
    updates += "create refs/heads/b" + std::to_string(i) + " " +
               commits[static_cast<std::size_t>(i % kCommits)] + "\n";
  }
  clone().git({"update-ref", "--stdin"}, updates);
  const Record push = pushed({"refs/heads/b*:refs/heads/b*"});
  EXPECT_THAT(push.refs, SizeIs(kRefs));
  EXPECT_THAT(ids(push.commits), ::testing::ElementsAreArray(commits));
}

INSTANTIATE_TEST_SUITE_P(Formats, ManyRefs, testing::Values("sha1", "sha256"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace rcx::test
