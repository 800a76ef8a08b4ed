// What commits to Subversion are to extensions.
#include "tests/systems/subversion_host.hpp"

namespace rcx::test {
namespace {

class Subversion : public SubversionTest {
 protected:
  void serve_recorder() {
    host_.add("recorder");
    serve();
  }
};

TEST_F(Subversion, OneCommitIsOneEventBeforeAndOneAfter) {
  serve_recorder();
  lay_out();
  copy().write({{"trunk/file", "one\n"}, {"trunk/dir/x", "x\n"}});
  copy().svn({"propset", "--quiet", "svn:executable", "yes", "trunk/dir/x"});
  accepted("first\n\nwhy", {"--username", "ada"});
  ASSERT_THAT(records(), SizeIs(4));
  const Record before = last("pre_push");
  const Record after = last("push");
  EXPECT_EQ(before.push_id, after.push_id);
  EXPECT_NE(before.id, after.id);
  EXPECT_EQ(before.hook_type, "pre-commit");
  EXPECT_EQ(after.hook_type, "post-commit");
  EXPECT_EQ(before.repository, "a");
  EXPECT_EQ(before.path, repository().path());
  EXPECT_EQ(after.refs.at(0).new_id, "2");
  for (const Record& one : {before, after}) {
    ASSERT_THAT(one.refs, SizeIs(1));
    EXPECT_EQ(one.refs[0].name, "refs/heads/trunk");
    EXPECT_EQ(one.refs[0].old_id, "1");
    EXPECT_EQ(one.refs[0].new_id, one.commits.at(0).id);
    ASSERT_THAT(one.commits, SizeIs(1));
    const CommitRecord& commit = one.commits[0];
    EXPECT_THAT(commit.parents, ElementsAre("1"));
    EXPECT_EQ(commit.message, "first\n\nwhy");
    EXPECT_EQ(commit.author.name, "ada");
    EXPECT_GT(commit.author.time, 1'700'000'000);
    EXPECT_THAT(commit.changes, ElementsAre("added trunk/dir/x", "added trunk/file"));
  }
}

TEST_F(Subversion, LayoutMakesReferences) {
  serve_recorder();
  lay_out();
  EXPECT_THAT(refs(), ElementsAre("branch create refs/heads/trunk", "other create refs/svn/root"));
  EXPECT_THAT(changes(), IsEmpty());
  copy().write({{"trunk/file", "one\n"}, {"outside", "1\n"}});
  accepted("two lines");
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/trunk", "other update refs/svn/root"));
  copy().svn({"copy", "--quiet", "trunk", "branches/b"});
  copy().svn({"copy", "--quiet", "trunk", "tags/v1"});
  accepted("branch and tag");
  EXPECT_THAT(refs(), ElementsAre("branch create refs/heads/b", "tag create refs/tags/v1"));
  EXPECT_THAT(changes(), IsEmpty());
  copy().write({{"branches/b/file", "two\n"}});
  accepted("on the branch");
  EXPECT_THAT(refs(), ElementsAre("branch update refs/heads/b"));
  EXPECT_THAT(changes(), ElementsAre("modified branches/b/file"));
  copy().svn({"remove", "--quiet", "branches/b"});
  copy().svn({"copy", "--quiet", "trunk", "branches/b"});
  accepted("begun anew");
  EXPECT_THAT(refs(), ElementsAre("branch update forced refs/heads/b"));
  copy().svn({"remove", "--quiet", "tags"});
  accepted("no tags");
  EXPECT_THAT(refs(), ElementsAre("other update refs/svn/root", "tag delete refs/tags/v1"));
}

TEST_F(Subversion, KindsOfChanges) {
  serve_recorder();
  copy().write({{"dir/a", "1\n"}, {"dir/sub/b", "2\n"}, {"file", "3\n"}});
  accepted("first");
  EXPECT_THAT(changes(), ElementsAre("added dir/a", "added dir/sub/b", "added file"));
  copy().write({{"file", std::string("\0\xff", 2)}});
  copy().svn({"remove", "--quiet", "dir/a"});
  accepted("binary and delete");
  EXPECT_THAT(changes(), ElementsAre("deleted dir/a", "modified file"));
  copy().svn({"copy", "--quiet", "dir", "copied"});
  accepted("copy");
  EXPECT_THAT(changes(), ElementsAre("added copied/sub/b"));
  copy().svn({"move", "--quiet", "copied", "moved"});
  copy().svn({"move", "--quiet", "file", "moved/file"});
  accepted("move");
  EXPECT_THAT(changes(), ElementsAre("deleted copied/sub/b", "deleted file", "added moved/file",
                                     "added moved/sub/b"));
  copy().svn({"propset", "--quiet", "color", "red", "moved/file"});
  accepted("property of a file");
  EXPECT_THAT(changes(), ElementsAre("modified moved/file"));
  copy().svn({"propset", "--quiet", "color", "red", "moved"});
  accepted("property of a directory");
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_THAT(refs(), ElementsAre("other update refs/svn/root"));
}

TEST_F(Subversion, ContentsAddedLinesAndTreesAreRead) {
  host_.add("reader", "{settings: {signatures: false}}");
  host_.add("files");
  serve();
  copy().write({{"dir/policy", "open"}, {"dir/sub/x", "x"}, {"a", "one\ntwo\nthree\n"}});
  accepted("first\n\nTicket: 1");
  const fs::path said = host_.data("reader");
  for (const std::string when : {"pre-", "post-"}) {
    EXPECT_EQ(read_file(said / (when + "contents")), "a ne\nt |\ndir/policy pen |\ndir/sub/x  |\n");
    EXPECT_EQ(read_file(said / (when + "commits")), "trailer Ticket=1\n");
    EXPECT_THAT(read_file(said / (when + "push")),
                AllOf(HasSubstr("initial 1\n"), HasSubstr("policy open\n"),
                      HasSubstr("entry policy\nentry sub\n")));
  }
  copy().write({{"a", "one\n2\nthree\nfour"}, {"b", std::string("\0bin", 4)}});
  copy().svn({"propset", "--quiet", "svn:executable", "x", "a"});
  accepted("second");
  const std::string added = read_file(said / "post-added");
  EXPECT_EQ(added, "2 a 2 2\n2 a 4 four\n2 b binary\n");
  const std::string before = read_file(said / "pre-added");
  const std::string transaction = before.substr(0, before.find(' '));
  EXPECT_EQ(before,
            transaction + " a 2 2\n" + transaction + " a 4 four\n" + transaction + " b binary\n");
  EXPECT_THAT(read_file(said / "post-push"),
              AllOf(HasSubstr("now refs/svn/root 2\n"), HasSubstr("reaches 1\n")));
  EXPECT_THAT(read_file(said / "pre-push"), HasSubstr("now refs/svn/root 1\n"));
  EXPECT_EQ(read_file(host_.data("files") / "changes"), "a 14 16\nb 0 4\n");
  EXPECT_THAT(read_file(host_.data("files") / "files"),
              AllOf(HasSubstr(" 100755 "), HasSubstr(" 16 a\n"), HasSubstr(" 1 dir/sub/x\n")));
  EXPECT_EQ(read_file(host_.data("files") / "missing"), "4");
}

// Most of them come with their directories: svn waits for the disk with each that it is told.
TEST_F(Subversion, TransactionOfTenThousandPaths) {
  constexpr int kSide = 100;
  serve_recorder();
  std::map<std::string, std::string> files;
  for (int i = 0; i < kSide; ++i) files.emplace("d/" + std::to_string(i), "text");
  copy().write(files);
  accepted("first");
  Words words = {"svnmucc", "--non-interactive", "--message",
                 "many",    "--root-url",        repository().url()};
  for (int i = 0; i < kSide; ++i) {
    const Words one = {"cp", "HEAD", "d", "e" + std::to_string(i)};
    words.insert(words.end(), one.begin(), one.end());
  }
  must({words, "/"});
  for (const char* kind : {"pre_push", "push"}) {
    const std::vector<std::string> all = last(kind).commits.at(0).changes;
    ASSERT_THAT(all, SizeIs(kSide * kSide));
    EXPECT_EQ(all.front(), "added e0/0");
  }
}

TEST_F(Subversion, AuthorIsTheCallerOfTrustedUsersOnly) {
  serve_recorder();
  copy().write({{"file", "1\n"}});
  accepted("first", {"--username", "admin"});
  EXPECT_NE(last().caller, "admin");
  host_.set("identity", "{trusted_users: [" + std::to_string(::geteuid()) + "]}");
  reload();
  copy().write({{"file", "2\n"}});
  accepted("second", {"--username", "admin"});
  for (const char* kind : {"pre_push", "push"}) {
    EXPECT_EQ(last(kind).caller, "admin");
    EXPECT_EQ(last(kind).source, "svn:author");
  }
}

TEST_F(Subversion, LocksAndPropertiesOfRevisionsReachWhoListsThem) {
  host_.add("recorder");
  host_.add("svn_actions", "{settings: {refs/locks/held: 'not that', refs/revprops/svn:log: no}}");
  serve();
  copy().write({{"file", "1\n"}, {"held", "1\n"}});
  accepted("first");
  const std::string none = copy().run({"propset", "--revprop", "-r1", "color", "red"}).err;
  EXPECT_THAT(none, HasSubstr("has not been enabled to accept revision propchanges"));
  write_file(repository().path() / "hooks/pre-revprop-change", "#!/bin/sh\nexit 0\n", 0755);
  must(host_.rcx_command({"install", repository().path().string()}));
  copy().svn({"propset", "--quiet", "--revprop", "-r1", "color", "red"});
  const Outcome renamed = copy().run({"propset", "--revprop", "-r1", "svn:log", "other"});
  EXPECT_NE(renamed.status, 0);
  EXPECT_THAT(renamed.err, HasSubstr("refs/revprops/svn:log: no [svn_actions]"));
  EXPECT_EQ(repository().look({"log", "-r1"}), "first");
  copy().svn({"lock", "file"});
  const Outcome held = copy().run({"lock", "held"});
  EXPECT_THAT(held.err + held.out, HasSubstr("refs/locks/held: not that [svn_actions]"));
  copy().svn({"unlock", "file"});
  const std::string user = last().caller;
  EXPECT_EQ(read_file(host_.data("svn_actions") / "actions"),
            "before revision_property refs/revprops/color by " + user +
                "\nafter revision_property refs/revprops/color by " + user +
                "\nbefore revision_property refs/revprops/svn:log by " + user +
                "\nbefore lock refs/locks/file by " + user + "\nafter lock refs/locks/file by " +
                user + "\nbefore lock refs/locks/held by " + user +
                "\nbefore unlock refs/locks/file by " + user +
                "\nafter unlock refs/locks/file by " + user + "\n");
  EXPECT_THAT(records(), SizeIs(2));
}

}  // namespace
}  // namespace rcx::test
