// Names, messages and paths are bytes, and arrive as they are.
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Bytes : public HostTest {
 protected:
  Bytes() { host_.add("recorder"); }
  CommitRecord pushed_commit() {
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
    const std::vector<CommitRecord> before = last("pre_push").commits;
    const std::vector<CommitRecord> after = last("push").commits;
    if (before.size() != 1 || after.size() != 1) throw std::runtime_error("wanted one commit");
    EXPECT_EQ(before[0].message, after[0].message);
    EXPECT_EQ(before[0].changes, after[0].changes);
    return before[0];
  }
};

// `git commit` would convert them; other tools do not.
TEST_F(Bytes, MessageAndAuthorThatAreNotUtf8) {
  serve();
  const std::string tree = clone().git({"write-tree"});
  const std::string id = clone().git({"hash-object", "-t", "commit", "-w", "--stdin"},
                                     "tree " + tree +
                                         "\nauthor Ren\xe9 \xff <ren\xe9@example.org> 1 -0730\n"
                                         "committer \xff <> 2 +0000\n\n"
                                         "caf\xe9 \xf0\x9f\nand more\xfe\n");
  clone().git({"update-ref", "refs/heads/main", id});
  const CommitRecord commit = pushed_commit();
  EXPECT_EQ(commit.id, id);
  EXPECT_EQ(commit.message, "caf\xe9 \xf0\x9f\nand more\xfe\n");
  EXPECT_EQ(commit.subject, "caf\xe9 \xf0\x9f");
  EXPECT_EQ(commit.author.name, "Ren\xe9 \xff");
  EXPECT_EQ(commit.author.email, "ren\xe9@example.org");
  EXPECT_EQ(commit.author.time, 1);
  EXPECT_EQ(commit.author.offset, -450);
  EXPECT_EQ(commit.committer.name, "\xff");
  EXPECT_EQ(commit.committer.email, "");
}

TEST_F(Bytes, MessageWithAnEncodingIsNotConverted) {
  serve();
  clone().git({"config", "i18n.commitEncoding", "ISO-8859-1"});
  clone().commit("caf\xe9\n");
  EXPECT_EQ(pushed_commit().message, "caf\xe9\n");
}

TEST_F(Bytes, MessageKeepsItsBlankLines) {
  serve();
  clone().commit("\n\n  a\n\n\nb\n\n");
  EXPECT_EQ(pushed_commit().message, "\n\n  a\n\n\nb\n\n");
}

TEST_F(Bytes, EmptyMessage) {
  serve();
  clone().commit("");
  EXPECT_EQ(pushed_commit().message, "");
}

TEST_F(Bytes, PathsOfAnyBytes) {
  serve();
  clone().commit("first", {{"\xff\xfe", "1"},
                           {"a\nb", "1"},
                           {"quote\"'\\", "1"},
                           {"dir \t/\x01", "1"},
                           {"-dash", "1"}});
  EXPECT_THAT(pushed_commit().changes, ElementsAre("added -dash", "added a\nb", "added dir \t/\x01",
                                                   "added quote\"'\\", "added \xff\xfe"));
}

TEST_F(Bytes, ReferenceThatIsNotUtf8) {
  host_.add("refuser", R"({settings: {reason: no}, repositories: [none]})");
  serve();
  clone().commit("first");
  ASSERT_EQ(push({"main:refs/heads/br\xff\xe9"}).status, 0);
  EXPECT_EQ(last().refs.at(0).name, "refs/heads/br\xff\xe9");
  EXPECT_EQ(last().refs.at(0).short_name, "br\xff\xe9");
}

TEST_F(Bytes, CallerThatIsNotUtf8) {
  host_.set("identity", "{trusted_users: ['" + std::to_string(::getuid()) + "']}");
  serve();
  clone().set_variable("REMOTE_USER", "ren\xe9\n");
  push_first();
  EXPECT_EQ(last().caller, "ren\xe9\n");
  EXPECT_THAT(host_.log(), HasSubstr("by ren\\xe9"));
}

class RepositoryName : public Bytes, public ::testing::WithParamInterface<std::string> {};

TEST_P(RepositoryName, IsServed) {
  host_.start();
  open(GetParam() + ".git");
  const std::string one = clone().commit("first", {{"a", "1"}});
  ASSERT_EQ(pushed_commit().id, one);
  EXPECT_EQ(last().repository, GetParam());
  EXPECT_EQ(last().path, (host_.root() / (GetParam() + ".git")).string());
  const std::string two = clone().commit("second", {{"a", "2"}});
  const CommitRecord commit = pushed_commit();
  EXPECT_EQ(commit.id, two);
  EXPECT_THAT(commit.changes, ElementsAre("modified a"));
}

INSTANTIATE_TEST_SUITE_P(Bytes, RepositoryName,
                         ::testing::Values("with space", "co:lon", "quo'te", "dou\"ble",
                                           "group/back\\slash", "b\xff\xe9ytes", "-dash",
                                           "semi;colon $(x)", "new\nline"));

}  // namespace
}  // namespace rcx::test
