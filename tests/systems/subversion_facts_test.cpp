// What only Subversion knows: properties, copies, values of properties of revisions, locks.
#include "tests/systems/subversion_host.hpp"

namespace rcx::test {
namespace {

class SubversionFacts : public SubversionTest {
 protected:
  void serve_facts() {
    host_.add("svn_facts");
    serve();
  }
  // What was told since the last time. Both events of a commit are told the same.
  std::string told() {
    const fs::path file = host_.data("svn_facts") / "facts";
    std::string all = read_file(file);
    fs::remove(file);
    const std::string head = "before push\n";
    const std::size_t after = all.find("after push\n");
    if (!all.starts_with(head) || after == std::string::npos) return all;
    std::string first = all.substr(head.size(), after - head.size());
    EXPECT_EQ(all.substr(after + head.size() - 1), first);
    return first;
  }
  void set(const std::string& name, const std::string& value, const std::string& path) {
    write_file(temp_.path() / "value", value);
    copy().svn({"propset", "--quiet", name, "--file", (temp_.path() / "value").string(), path});
  }
};

TEST_F(SubversionFacts, PropertiesOfFilesAndDirectories) {
  serve_facts();
  copy().write({{"dir/file", "1\n"}});
  accepted("first");
  EXPECT_EQ(told(), "added dir/\nadded dir/file content\n");
  set("color", "red", "dir/file");
  set("svn:global-ignores", "*.bak\n", "dir");
  accepted("set");
  EXPECT_EQ(told(),
            "modified dir/ properties\n  svn:global-ignores created '' '*.bak\n'\n"
            "modified dir/file properties\n  color created '' 'red'\n");
  copy().svn({"update", "--quiet"});
  const std::string bytes("\0\xff\n", 3);
  set("color", bytes, "dir/file");
  set("empty", "", "dir/file");
  copy().svn({"propdel", "--quiet", "svn:global-ignores", "dir"});
  set("svn:ignore", "*.o\n", ".");
  accepted("change");
  EXPECT_EQ(told(),
            "modified / properties\n  svn:ignore created '' '*.o\n'\n"
            "modified dir/ properties\n  svn:global-ignores deleted '*.bak\n' ''\n"
            "modified dir/file properties\n  color updated 'red' '" +
                bytes + "'\n  empty created '' ''\n");
  copy().write({{"new", "2\n"}});
  set("svn:executable", "x", "new");
  copy().svn({"remove", "--quiet", "dir"});
  accepted("add and delete");
  EXPECT_EQ(told(),
            "deleted dir/\nadded new content properties\n  svn:executable created '' '*'\n");
}

TEST_F(SubversionFacts, CopiesAndMovesTellWhereFrom) {
  serve_facts();
  lay_out();
  told();
  copy().write({{"trunk/dir/file", "1\n"}, {"trunk/other", "2\n"}});
  set("color", "red", "trunk/dir/file");
  accepted("first");
  told();
  copy().svn({"copy", "--quiet", "trunk", "branches/b"});
  accepted("branch");
  EXPECT_EQ(told(), "added branches/b/ from trunk@2\n");
  copy().svn({"move", "--quiet", "trunk/other", "trunk/moved"});
  accepted("move");
  EXPECT_EQ(told(), "added trunk/moved from trunk/other@3\ndeleted trunk/other\n");
  // What is changed in what is copied is compared with what was copied.
  copy().svn({"copy", "--quiet", "trunk", "branches/c"});
  set("color", "blue", "branches/c/dir/file");
  set("shape", "round", "branches/c");
  copy().write({{"branches/c/dir/file", "3\n"}});
  accepted("copy and change");
  EXPECT_EQ(told(),
            "added branches/c/ properties from trunk@4\n  shape created '' 'round'\n"
            "modified branches/c/dir/file content properties\n  color updated 'red' 'blue'\n");
  copy().svn({"remove", "--quiet", "branches/b/dir/file"});
  copy().svn({"copy", "--quiet", "trunk/moved", "branches/b/dir/file"});
  accepted("replace");
  EXPECT_EQ(told(), "replaced branches/b/dir/file from trunk/moved@5\n");
  copy().svn({"merge", "--quiet", "^/branches/c", "trunk"});
  accepted("merge");
  EXPECT_THAT(told(), AllOf(HasSubstr("  svn:mergeinfo created '' '/branches/c:5-6'\n"),
                            HasSubstr("  color updated 'red' 'blue'\n")));
}

TEST_F(SubversionFacts, ValueBeyondTheLimitIsAnError) {
  host_.set("reading", "{content: 1KiB}");
  serve_facts();
  copy().write({{"a", "1\n"}, {"b", "1\n"}});
  set("big", std::string(1025, 'x'), "b");
  set("fits", std::string(1024, 'x'), "a");
  accepted("first");
  EXPECT_EQ(told(), "added a content properties\n  fits created '' '" + std::string(1024, 'x') +
                        "'\nadded b content properties\n"
                        "status 5: the property big of b has 1025 bytes, and reading.content in "
                        "rcx.yaml allows 1024\n");
}

TEST_F(SubversionFacts, AllPropertiesOfACommitHaveALimit) {
  host_.set("reading", "{messages: 1KiB}");
  serve_facts();
  copy().write({{"a", "1\n"}, {"b", "1\n"}});
  set("one", std::string(900, 'x'), "a");
  set("two", std::string(900, 'x'), "b");
  accepted("first");
  EXPECT_THAT(told(), HasSubstr("status 5: the properties of this commit have more bytes than "
                                "reading.messages in rcx.yaml allows to read\n"));
}

TEST_F(SubversionFacts, ValuesOfPropertiesOfRevisions) {
  serve_facts();
  copy().write({{"file", "1\n"}});
  accepted("first");
  told();
  write_file(repository().path() / "hooks/pre-revprop-change", "#!/bin/sh\nexit 0\n", 0755);
  must(host_.rcx_command({"install", repository().path().string()}));
  copy().svn({"propset", "--quiet", "--revprop", "-r1", "svn:log", "other\nwords"});
  EXPECT_EQ(told(),
            "before revision_property\nsvn:log updated 'first' 'other\nwords'\n"
            "after revision_property\nsvn:log updated 'first' 'other\nwords'\n");
  copy().svn({"propset", "--quiet", "--revprop", "-r1", "color", "red"});
  EXPECT_EQ(told(),
            "before revision_property\ncolor created '' 'red'\n"
            "after revision_property\ncolor created '' 'red'\n");
  copy().svn({"propdel", "--quiet", "--revprop", "-r1", "color"});
  EXPECT_EQ(told(),
            "before revision_property\ncolor deleted 'red' ''\n"
            "after revision_property\ncolor deleted 'red' ''\n");
}

TEST_F(SubversionFacts, CommentsOfLocksAndForce) {
  serve_facts();
  copy().write({{"file", "1\n"}});
  accepted("first");
  told();
  const WorkingCopy other(temp_, "other", repository().url(), {"--username", "grace"});
  copy().svn({"lock", "--username", "ada", "--message", "mine, \"for now\"", "file"});
  EXPECT_EQ(told(),
            "before lock\nrefs/locks/file 'mine, \"for now\"' of ''\n"
            "after lock\nrefs/locks/file 'mine, \"for now\"' of ''\n");
  other.svn({"lock", "--force", "file"});
  EXPECT_EQ(told(),
            "before lock\nrefs/locks/file forced '' of 'ada'\nafter lock\nrefs/locks/file '' of "
            "''\n");
  other.svn({"unlock", "file"});
  EXPECT_EQ(told(), "before unlock\nrefs/locks/file '' of 'grace'\nafter unlock\n");
  copy().svn({"lock", "--username", "ada", "--message", "again", "file"});
  told();
  other.svn({"unlock", "--force", repository().url() + "/file"});
  EXPECT_EQ(told(), "before unlock\nrefs/locks/file forced 'again' of 'ada'\nafter unlock\n");
}

}  // namespace
}  // namespace rcx::test
