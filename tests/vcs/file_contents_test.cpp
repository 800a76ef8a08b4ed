#include "host/vcs/git/file_contents.hpp"

#include "host/vcs/git/changed_paths.hpp"
#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

// Objects of somebody else, and how often each was read.
class Counted : public Objects {
 public:
  explicit Counted(Objects& from) : from_(from) {}

  Result<bool> contains(const ObjectId& id) override { return from_.contains(id); }
  Result<ObjectHeader> header(const ObjectId& id) override { return from_.header(id); }
  using Objects::read;
  Result<Object> read(const ObjectId& id, std::uint64_t most) override {
    ++reads[id.text()];
    return from_.read(id, most);
  }

  std::map<std::string, int> reads;

 private:
  Objects& from_;
};

class FileContentsTest : public StoreTest {
 protected:
  std::string blob(std::size_t size, char letter) const {
    std::string text(size, letter);
    for (std::size_t at = 99; at < text.size(); at += 100) text[at] = '\n';
    return git({"hash-object", "-w", "--stdin"}, false, text);
  }

  // More than is kept of several.
  static constexpr std::size_t kLarge = (std::size_t{8} << 20U) + 1;
};

TEST_P(FileContentsTest, ALargeOneThatIsReadInPiecesIsReadOnce) {
  const std::string large = blob(kLarge, 'x');
  const std::string other = blob(kLarge, 'y');
  const std::unique_ptr<Store> store = open();
  Counted counted(store->objects());
  EventObjects objects(nullptr, counted);
  CommitGraph graph(objects, store->shallow(), nullptr);
  FileContents contents(graph, kLargestObject);
  for (int piece = 0; piece < 5; ++piece) {
    const Result<Content> content = contents.blob(id(large));
    ASSERT_TRUE(content) << content.error().message;
    EXPECT_EQ((*content)->size(), kLarge);
    EXPECT_EQ((*content)->front(), 'x');
  }
  EXPECT_EQ(counted.reads[large], 1);
  EXPECT_EQ((*contents.blob(id(other)))->front(), 'y');
  EXPECT_EQ((*contents.blob(id(large)))->front(), 'x');
}

TEST_P(FileContentsTest, SmallOnesStay) {
  const std::string one = blob(100, 'x');
  const std::string other = blob(100, 'y');
  const std::unique_ptr<Store> store = open();
  Counted counted(store->objects());
  EventObjects objects(nullptr, counted);
  CommitGraph graph(objects, store->shallow(), nullptr);
  FileContents contents(graph, kLargestObject);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(contents.blob(id(one)));
    EXPECT_TRUE(contents.blob(id(other)));
  }
  EXPECT_EQ(counted.reads[one], 1);
  EXPECT_EQ(counted.reads[other], 1);
}

// A submodule may name anything, and git wants it nowhere.
TEST_P(FileContentsTest, AFileWithTheIdOfTheSubmoduleThatItWasIsNew) {
  const std::string text = blob(300, 'x');
  git({"update-index", "--add", "--cacheinfo", "160000," + text + ",s"});
  const std::string link = git({"write-tree"});
  const std::string before = git({"commit-tree", link, "-m", "a submodule"});
  const std::string file = git({"mktree"}, false, "100644 blob " + text + "\ts\n");
  const std::string after = git({"commit-tree", file, "-p", before, "-m", "a file"});
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  CommitGraph graph(objects, store->shallow(), nullptr);
  PathBudget budget;
  const Result<std::vector<Change>> changes = changed_paths(graph, id(after), budget);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(std::string_view(changes->front().old_id), changes->front().new_id);
  FileContents contents(graph, kLargestObject);
  EXPECT_EQ(contents.added(id(after), changes->front())->text.size(), 300U);
  EXPECT_EQ(contents.changed(changes->front())->text.size(), 300U);
}

// What is new in one commit is old in the next.
TEST_P(FileContentsTest, OfALargeFileEachVersionIsReadOnce) {
  std::vector<std::string> blobs;
  std::vector<std::string> commits;
  for (const char letter : {'a', 'b', 'c'}) {
    blobs.push_back(blob(kLarge, letter));
    const std::string tree = git({"mktree"}, false, "100644 blob " + blobs.back() + "\tfile\n");
    std::vector<std::string> words = {"commit-tree", tree, "-m", "x"};
    if (!commits.empty()) words.insert(words.end(), {"-p", commits.back()});
    commits.push_back(git(words));
  }
  const std::unique_ptr<Store> store = open();
  Counted counted(store->objects());
  EventObjects objects(nullptr, counted);
  CommitGraph graph(objects, store->shallow(), nullptr);
  FileContents contents(graph, kLargestObject);
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    Change change;
    change.path = "file";
    change.new_mode = 0100644;
    change.new_id = id_text(id(blobs[i]));
    if (i > 0) {
      change.old_mode = 0100644;
      change.old_id = id_text(id(blobs[i - 1]));
    }
    const Result<AddedLines> added = contents.added(id(commits[i]), change);
    ASSERT_TRUE(added) << added.error().message;
    EXPECT_EQ(added->text.size(), kLarge);
  }
  for (const std::string& one : blobs) EXPECT_EQ(counted.reads[one], 1) << one;
}

INSTANTIATE_TEST_SUITE_P(Readers, FileContentsTest, testing::Values(kBest, kLibrary, kProcess),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
