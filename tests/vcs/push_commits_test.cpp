#include "host/vcs/git/push_commits.hpp"

#include <gmock/gmock.h>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

// Holds every commit, and each has so many parents.
class Octopuses : public Objects {
 public:
  explicit Octopuses(std::size_t parents) {
    const std::string id(40, 'a');
    std::string text = "tree " + id + "\n";
    for (std::size_t i = 0; i < parents; ++i) text += "parent " + id + "\n";
    text_ = std::make_shared<const std::string>(text + "committer a <a@b> 1 +0000\n\n");
  }

  Result<bool> contains(const ObjectId& /*id*/) override { return true; }
  Result<ObjectHeader> header(const ObjectId& /*id*/) override {
    return ObjectHeader{ObjectType::kCommit, text_->size()};
  }
  using Objects::read;
  Result<Object> read(const ObjectId& /*id*/, std::uint64_t /*most*/) override {
    return Object{ObjectType::kCommit, text_};
  }

 private:
  Content text_;
};

// In a pack such commits are small, and what they name is kept while the history is walked through.
TEST(Parents, OfAllCommitsAreBounded) {
  constexpr std::size_t kParents = 900'000;
  Octopuses octopuses(kParents);
  EventObjects objects(nullptr, octopuses);
  const Ids none;
  CommitGraph graph(objects, none, nullptr);
  for (std::size_t i = 0; i < 20; ++i) {
    const auto links = graph.links(ObjectId(std::string(20, static_cast<char>(i)).data(), 20));
    if (links) continue;
    EXPECT_EQ(links.error().code, Code::kLimit);
    EXPECT_THAT(links.error().message, testing::HasSubstr("have more parents than the host reads"));
    EXPECT_EQ(i, (std::size_t{256} << 20U) / (kParents * sizeof(ObjectId)));
    return;
  }
  FAIL() << "of twenty such commits all parents were kept";
}

TEST(Parents, OfMergesCostNothing) {
  Octopuses octopuses(2);
  EventObjects objects(nullptr, octopuses);
  const Ids none;
  CommitGraph graph(objects, none, nullptr);
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    std::string bytes(20, 'x');
    std::memcpy(bytes.data(), &i, sizeof i);
    ASSERT_TRUE(graph.links(ObjectId(bytes.data(), 20)));
  }
}

class PushCommitsTest : public StoreTest {
 protected:
  // With those bytes behind its `author`; git itself refuses some.
  std::string raw_commit(const std::string& author, const std::string& headers = {}) const {
    return git({"-c", "core.looseCompression=1", "hash-object", "-w", "-t", "commit", "--literally",
                "--stdin"},
               false,
               "tree " + tree_ + "\n" + headers + "author " + author +
                   " <a@b> 1700000000 +0000\ncommitter a <a@b> 1700000000 +0000\n\nmessage\n");
  }
  // Of one commit that was read.
  static Error error_of(PushCommits& commits, std::size_t index) {
    const Result<const Commit*> commit = commits.commit(index);
    return commit ? Error{Code::kNotFound, "no error"} : commit.error();
  }
};

TEST_P(PushCommitsTest, MessagesOfOnePushAreBounded) {
  std::vector<ObjectId> ids;
  for (const char letter : {'a', 'b'}) {
    ids.push_back(id(git({"commit-tree", tree_, "-m", std::string(600, letter)})));
  }
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, ids);
  commits.set_refs({RefUpdate{}});
  ReadingConfig reading;
  reading.messages = 1000;
  commits.set_reading(reading, {});
  const auto read = [&](std::size_t index) {
    const Result<const Commit*> commit = commits.commit(index);
    return commit ? Code::kNotFound : commit.error().code;
  };
  EXPECT_TRUE(commits.commit(0));
  EXPECT_EQ(read(1), Code::kLimit);
  // What was read before costs nothing, and what is too much stays so.
  EXPECT_TRUE(commits.commit(0));
  EXPECT_EQ(read(1), Code::kLimit);
}

// Each extension asks for itself. What one has read the next is given.
TEST_P(PushCommitsTest, WhatIsAskedAgainIsNotReadAgain) {
  const std::string text = "one\n";
  const std::string blob = git({"hash-object", "-w", "--stdin"}, false, text);
  const std::string tree = git({"mktree"}, false, "100644 blob " + blob + "\tfile\n");
  std::vector<ObjectId> ids = {id(git({"commit-tree", tree, "-m", "first\n\nTold-by: a"}))};
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, ids);
  RefUpdate ref;
  ref.name = "refs/heads/main";
  commits.set_refs({ref});
  const auto content = [&] {
    const Result<Content> found = commits.content(blob);
    return found ? **found : found.error().message;
  };
  const Result<const Commit*> commit = commits.commit(0);
  ASSERT_TRUE(commit);
  const Result<const std::vector<Change>*> changes = commits.changes(0);
  ASSERT_TRUE(changes);
  EXPECT_EQ(content(), text);
  EXPECT_EQ(*commits.size_of(blob), text.size());
  for (const std::string& name : {blob, tree, ids[0].text()}) {
    stdfs::remove(objects_ / name.substr(0, 2) / name.substr(2));
  }
  EXPECT_EQ(*commits.commit(0), *commit);
  EXPECT_EQ(*commits.changes(0), *changes);
  EXPECT_EQ(content(), text);
  EXPECT_EQ(*commits.size_of(blob), text.size());
  EXPECT_EQ(commits.changed(0, 0)->text, text);
  EXPECT_EQ(commits.trailers(0)->size(), 1U);
}

// As far as the one goes that goes furthest, and once: a second thread that reads ahead for them
// takes nothing of what they may read.
TEST_P(PushCommitsTest, WhatNobodyAsksForIsNotCounted) {
  constexpr std::size_t kCommits = 300;
  constexpr std::size_t kFurthest = 60;
  std::string stream;
  for (std::size_t i = 1; i <= kCommits; ++i) {
    stream += "commit refs/heads/many\ncommitter A <a@b> " + std::to_string(1'700'000'000 + i) +
              " +0000\ndata 0\nM 100644 inline f\ndata 3\n" + std::to_string(100 + i) + "\n";
  }
  git({"fast-import", "--quiet"}, false, stream);
  std::vector<ObjectId> ids;
  std::istringstream listed(git({"rev-list", "--reverse", "many"}));
  for (std::string line; std::getline(listed, line);) ids.push_back(id(line));
  ASSERT_EQ(ids.size(), kCommits);
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, ids);
  RefUpdate ref;
  ref.name = "refs/heads/many";
  commits.set_refs({ref});
  ReadingConfig reading;
  reading.paths = kFurthest;
  commits.set_reading(reading, {});
  ASSERT_TRUE(commits.commit(0));
  for (const std::size_t most : {kFurthest / 2, kFurthest}) {
    for (std::size_t i = 0; i < most; ++i) {
      const auto changes = commits.changes(i);
      ASSERT_TRUE(changes) << i << ": " << changes.error().message;
      ASSERT_EQ((*changes)->size(), 1U);
    }
  }
  const auto further = commits.changes(kFurthest);
  ASSERT_FALSE(further);
  EXPECT_EQ(further.error().code, Code::kLimit);
}

TEST_P(PushCommitsTest, NamesAndAllElseOfCommitsCountAsWell) {
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, {id(raw_commit(std::string(600, 'a'))),
                               id(raw_commit("b", "gpgsig " + std::string(600, 'b') + "\n"))});
  commits.set_refs({RefUpdate{}});
  ReadingConfig reading;
  reading.messages = 1300;
  commits.set_reading(reading, {});
  EXPECT_EQ(error_of(commits, 0).message, "no error");
  const Error error = error_of(commits, 1);
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_THAT(error.message, testing::HasSubstr("reading.messages"));
}

TEST_P(PushCommitsTest, HugeCommitsAndTreesAreNotRead) {
  constexpr std::size_t kTooMuch = (std::size_t{64} << 20U) + 1;
  const std::string huge = raw_commit(std::string(kTooMuch, 'a'));
  std::string tree;
  tree.reserve(kTooMuch + 8192);
  for (std::size_t i = 0; tree.size() < kTooMuch; ++i) {
    tree += "100644 " + std::to_string(1'000'000 + i) + std::string(4000, 'n') + '\0' +
            std::string(id(tree_).size(), '\x11');
  }
  const std::string wide = git({"-c", "core.looseCompression=1", "hash-object", "-w", "-t", "tree",
                                "--literally", "--stdin"},
                               false, tree);
  const std::string commit = git({"commit-tree", wide, "-m", "wide"});
  const auto check = [&] {
    const std::unique_ptr<Store> store = open();
    PushCommits commits(*store, {id(huge), id(commit)});
    commits.set_refs({RefUpdate{}});
    const Error error = error_of(commits, 0);
    EXPECT_EQ(error.code, Code::kLimit) << error.message;
    EXPECT_EQ(error.message, "object " + huge + " has more than 67108864 bytes, and is not read");
    EXPECT_EQ(error_of(commits, 1).message, "no error");
    const auto changes = commits.changes(1);
    ASSERT_FALSE(changes);
    EXPECT_EQ(changes.error().code, Code::kLimit) << changes.error().message;
  };
  check();
  set_branch("huge", huge);
  git({"update-ref", "refs/heads/wide", commit});
  git({"-c", "pack.compression=1", "pack-objects", "-q", (objects_ / "pack/pack").string()}, false,
      huge + "\n" + wide + "\n" + commit + "\n");
  git({"prune-packed"});
  check();
}

// git deletes it whatever the client says, where there is no such object.
TEST_P(PushCommitsTest, WhatIsDeletedMustStandWhereTheClientSays) {
  const std::string old = commit({}, false);
  set_branch("main", old);
  set_branch("packed", old);
  git({"pack-refs", "--all"});
  git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  const std::string made_up(old.size(), '1');
  const auto message = [&](const std::string& name, const std::string& old_id, bool moved) {
    RefUpdate ref = update(name, old_id, {});
    ref.change = RCX_CHANGE_DELETE;
    StoreCache stores(nullptr);
    PushCommits commits(stores, top_.string() + "/.git", {}, moved);
    commits.set_refs({ref});
    Event event;
    event.refs = {ref};
    const Result<void> completed = commits.complete(event);
    return completed ? "fine" : completed.error().message;
  };
  for (const bool files : {true, false}) {
    // Where there is such a directory, git is asked.
    if (!files) stdfs::create_directory(top_ / ".git/reftable");
    for (const std::string name : {"main", "packed", "alias"}) {
      EXPECT_EQ(message(name, old, false), "fine") << name;
      EXPECT_EQ(message(name, made_up, false),
                "cannot delete refs/heads/" + name + ": the push says that it is at " + made_up +
                    ", and it is at " + old + "; fetch, and push again");
      EXPECT_THAT(message(name, {}, false), testing::HasSubstr("says that it is not there, and"));
      EXPECT_EQ(message(name, made_up, true), "fine") << "it has gone meanwhile";
    }
    EXPECT_EQ(message("none", {}, false), "fine");
    EXPECT_EQ(message("none", made_up, false), "fine") << "there is nothing to lose";
  }
}

// rev-parse would find refs/heads/refs/heads/topic.
TEST_P(PushCommitsTest, NamesOfReferencesAreNotGuessed) {
  const std::string commit = raw_commit("a");
  set_branch("main", commit);
  set_branch("refs/heads/topic", commit);
  for (const bool files : {true, false}) {
    // Where there is such a directory, git is asked.
    if (!files) stdfs::create_directory(top_ / ".git/reftable");
    const std::unique_ptr<Store> store = open();
    ASSERT_EQ(store->references() != nullptr, files);
    PushCommits commits(*store, {id(commit)});
    EXPECT_EQ(*commits.resolve("refs/heads/main"), commit);
    EXPECT_EQ(*commits.resolve("HEAD"), commit);
    EXPECT_EQ(commits.resolve("refs/heads/topic").error().code, Code::kNotFound);
  }
}

// From so many commits on git is asked, and must not go by dates either.
TEST_P(PushCommitsTest, WhatIsReachedIsKnownWhereADateLies) {
  if (GetParam().name != kBest.name) GTEST_SKIP() << "git answers, whoever reads";
  const auto commit = [](int number, const std::string& when) {
    return "commit refs/heads/main\nmark :" + std::to_string(number) + "\ncommitter a <a@b> " +
           when + " +0000\ndata 2\nm\n" +
           (number > 1 ? "from :" + std::to_string(number - 1) + "\n" : "");
  };
  std::string script = commit(1, "4070908800");  // in 2099
  for (int i = 2; i < 4400; ++i) script += commit(i, std::to_string(1700000000 + i));
  git({"fast-import", "--quiet"}, false, script);
  const std::string tip = git({"rev-parse", "main"});
  const std::string old = git({"rev-parse", "main~4398"});
  const std::unique_ptr<Store> store = open();
  PushCommits commits(*store, {id(tip)});
  const Result<bool> reached = commits.reaches(tip, old);
  ASSERT_TRUE(reached) << reached.error().message;
  EXPECT_TRUE(*reached);
  EXPECT_FALSE(*commits.reaches(old, tip));
}

// git log shows the first, and with --format=%an the second.
TEST_P(PushCommitsTest, ACommitWithTwoAuthorsIsNotRead) {
  const auto error = [&](const std::string& id) {
    const std::unique_ptr<Store> store = open();
    PushCommits commits(*store, {StoreTest::id(id)});
    commits.set_refs({RefUpdate{}});
    return error_of(commits, 0).message;
  };
  const std::string more = " <c@d> 1700000000 +0000\n";
  EXPECT_EQ(error(raw_commit("a")), "no error");
  EXPECT_THAT(error(raw_commit("a", "author c" + more)),
              testing::HasSubstr("it names its author twice, and git writes none like that"));
  EXPECT_THAT(error(raw_commit("a", "committer c" + more)),
              testing::HasSubstr("it names its committer twice"));
  EXPECT_EQ(error(raw_commit("a", "mergetag x\n author c\n committer c\n")), "no error");
}

// Policies are lenient about the first push, so that what cannot be seen is no reason for it.
TEST_P(PushCommitsTest, ItIsInitialOnlyWhereReferencesCanBeRead) {
  const std::string commit = raw_commit("a");
  const auto initial = [&] {
    StoreCache stores(nullptr);
    PushCommits commits(stores, top_.string() + "/.git", {}, false);
    commits.set_refs({update("other", {}, commit)});
    return commits.initial();
  };
  const stdfs::path heads = top_ / ".git/refs/heads";
  EXPECT_TRUE(*initial());
  set_branch("topic", commit);
  EXPECT_FALSE(*initial());
  stdfs::rename(heads, temp_.path() / "heads");
  EXPECT_TRUE(*initial()) << "HEAD names what is not there";
  stdfs::create_directory_symlink(temp_.path() / "heads", heads);
  EXPECT_FALSE(*initial()) << "git follows links";
  stdfs::remove(heads);
  stdfs::create_directory(heads);
  EXPECT_TRUE(*initial());
  stdfs::create_directory(top_ / ".git/packed-refs");
  const Result<bool> unknown = initial();
  ASSERT_FALSE(unknown) << "its references cannot be read";
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("packed-refs"));
}

INSTANTIATE_TEST_SUITE_P(Readers, PushCommitsTest,
                         testing::Values(kBest, kLibrary, kProcess, kSha256, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
