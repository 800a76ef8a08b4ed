#include "host/vcs/git/objects/tree_entries.hpp"

#include <gmock/gmock.h>

#include "host/vcs/git/files.hpp"
#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

using testing::HasSubstr;

struct Tree {
  std::string what;
  std::vector<std::string> entries;  // `f NAME`, `d NAME`: a file or a directory
  std::string fault;                 // empty: git writes such trees
};

const std::vector<Tree>& trees() {
  static const std::vector<Tree> kAll = {
      {"a directory behind what sorts before a slash", {"f a", "f a-b", "f a.c", "d a0"}, ""},
      {"a directory counts with a slash", {"d a-b", "f a.c", "d a", "f a0"}, ""},
      {"one name begins with the other", {"f a", "d a.", "f a.c", "f ab"}, ""},
      {"two files", {"f CODEOWNERS", "f CODEOWNERS"}, "has 'CODEOWNERS' twice"},
      {"two directories", {"d a", "d a"}, "has 'a' twice"},
      {"a file and a directory", {"f a", "d a"}, "has 'a' twice"},
      {"others between them", {"f a", "f a-b", "d a-b.d", "f a.c", "d a"}, "has 'a' twice"},
      {"deeper between them", {"f a", "f a.c", "f a.c.d", "d a.c", "f a0"}, "has 'a.c' twice"},
      {"out of order", {"f b", "f a"}, "has 'a' out of order"},
      {"a directory before its place", {"d a", "f a.c"}, "has 'a.c' out of order"},
      {"one far from the other", {"f a", "f b", "f a"}, "has 'a' out of order"},
      {"a path for a name", {"d .github", "f .github/CODEOWNERS"}, "a slash in the name"},
  };
  return kAll;
}

class TreeEntriesTest : public StoreTest {
 protected:
  std::string write(const std::string& content) const {
    return git({"hash-object", "-t", "tree", "-w", "--stdin", "--literally"}, false, content);
  }
  std::string content_of(const Tree& tree) const {
    const std::string blob = git({"hash-object", "-w", "--stdin"}, false, "x");
    std::string content;
    for (const std::string& entry : tree.entries) {
      const ObjectId named = id(entry[0] == 'd' ? tree_ : blob);
      content += (entry[0] == 'd' ? "40000 " : "100644 ") + entry.substr(2) + '\0';
      for (std::size_t at = 0; at < named.text().size(); at += 2) {
        content += static_cast<char>(std::stoi(named.text().substr(at, 2), nullptr, 16));
      }
    }
    return content;
  }

  // How the tree differs from none, by each way to compare it: the paths, or what is wrong.
  std::vector<std::string> differences(const std::string& tree) const {
    const std::string old = git({"commit-tree", tree_, "-m", "old"});
    const std::string made = git({"commit-tree", tree, "-m", "new", "-p", old});
    const std::string merge = git({"commit-tree", tree, "-m", "merge", "-p", old, "-p", old});
    const std::string undone = git({"commit-tree", tree_, "-m", "undone", "-p", made});
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    CommitGraph graph(objects, store->shallow(), nullptr);
    std::vector<std::string> all;
    PathBudget budget;
    for (const std::string& commit : {made, merge, undone}) {
      const auto changes = changed_paths(graph, id(commit), budget);
      std::string paths;
      if (changes) {
        for (const Change& change : *changes) paths += "<" + change.path + ">";
      }
      all.push_back(changes ? paths : changes.error().message);
    }
    return all;
  }

  // What each way to look into the tree answers.
  std::vector<std::string> answers(const std::string& tree) const {
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    std::vector<std::string> all;
    PathBudget budget;
    const auto listed = directory_entries(objects, id(tree), "", budget);
    all.push_back(listed ? "" : listed.error().message);
    const auto found = entry_at(objects, id(tree), "CODEOWNERS");
    all.push_back(found ? "" : found.error().message);
    return all;
  }
};

// Nothing is hidden there, whatever comes twice or elsewhere.
TEST_P(TreeEntriesTest, AllThatATreeHasIsCompared) {
  for (const Tree& tree : trees()) {
    SCOPED_TRACE(tree.what);
    for (const std::string& paths : differences(write(content_of(tree)))) {
      for (const std::string& entry : tree.entries) {
        if (entry[0] != 'f') continue;
        EXPECT_THAT(paths, HasSubstr("<" + entry.substr(2) + ">"));
      }
    }
  }
}

TEST_P(TreeEntriesTest, ATreeThatGitWouldNotWriteIsDamaged) {
  for (const Tree& tree : trees()) {
    SCOPED_TRACE(tree.what);
    const std::string written = write(content_of(tree));
    for (const std::string& answer : answers(written)) {
      if (tree.fault.empty()) {
        EXPECT_EQ(answer, "");
      } else {
        EXPECT_THAT(answer, HasSubstr("cannot read object " + written + ": this tree "));
        EXPECT_THAT(answer, HasSubstr(tree.fault));
      }
    }
  }
}

// Of which git wants no content to be there.
TEST_P(TreeEntriesTest, AModeOfNoKnownKindIsThatOfASubmodule) {
  for (const char* mode : {"0", "10644", "60000", "160000"}) {
    std::string content = content_of({"", {"f a"}, ""});
    content.replace(0, 6, mode);
    const std::string written = write(content);
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    const auto found = entry_at(objects, id(written), "a");
    ASSERT_TRUE(found && *found) << mode;
    EXPECT_EQ((*found)->mode, kSubmoduleMode) << mode;
  }
}

TEST_P(TreeEntriesTest, ATreeThatEndsWithinAnEntryIsDamaged) {
  const std::string content = content_of({"", {"f a", "f b"}, ""});
  const std::string written = write(content.substr(0, content.size() - 1));
  std::vector<std::string> all = answers(written);
  for (const std::string& paths : differences(written)) all.push_back(paths);
  for (const std::string& answer : all) {
    EXPECT_THAT(answer, HasSubstr("cannot read object " + written));
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, TreeEntriesTest,
                         testing::Values(kBest, kLibrary, kProcess, kSha256, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
