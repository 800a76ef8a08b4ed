#include "host/vcs/git/new_commits.hpp"

#include <gmock/gmock.h>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NewCommitsTest : public StoreTest {
 protected:
  // The ids, or what went wrong.
  std::vector<std::string> find(const std::vector<RefUpdate>& refs, bool moved = false) {
    return find(open(), refs, moved);
  }
  std::vector<std::string> find(const std::unique_ptr<Store>& store,
                                const std::vector<RefUpdate>& refs, bool moved = false) {
    const std::string held = moved ? "" : quarantine_.string();
    std::unique_ptr<Quarantine> pushed;
    if (!moved) pushed = std::move(*Quarantine::open(held, objects_.string(), store->id_size()));
    EventObjects objects(pushed.get(), store->objects());
    CommitGraph graph(objects, store->shallow(), &store->commit_graph());
    const Held all{held};
    NewCommits commits(*store, graph, refs, all, moved);
    if (const Result<void> collected = commits.collect(); !collected) {
      return {collected.error().message};
    }
    met_ = commits.met(refs[0].old_id.empty() ? ObjectId() : id(refs[0].old_id));
    const Result<std::vector<NewCommit>> found = commits.list();
    if (!found) return {found.error().message};
    std::vector<std::string> texts;
    for (const NewCommit& one : *found) texts.push_back(one.id.text());
    // How often references were searched: the price of what was not known by name.
    if (store->references() != nullptr) readings_ = store->references()->readings();
    return texts;
  }

  // What the repository has is pushed once more.
  void send_again(const std::string& commit) const {
    const std::string object = commit.substr(0, 2) + "/" + commit.substr(2);
    stdfs::create_directories(quarantine_ / commit.substr(0, 2));
    stdfs::copy_file(objects_ / object, quarantine_ / object);
  }

  bool met_ = false;
  std::uint64_t readings_ = 0;
};

TEST_P(NewCommitsTest, FindsWhatAnOrdinaryPushBringsWithoutSearchingReferences) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string a = commit({old_id}, true);
  const std::string b = commit({a}, true);
  EXPECT_THAT(find({update("main", old_id, b)}), ElementsAre(a, b));
  EXPECT_TRUE(met_);
  EXPECT_EQ(readings_, 0U);
  git({"pack-refs", "--all"});
  EXPECT_THAT(find({update("main", old_id, b)}), ElementsAre(a, b));
  EXPECT_EQ(readings_, 0U) << "a packed reference is found by its name, too";
}

// As those above 2 GiB are written, here from the first object on.
TEST_P(NewCommitsTest, PlacesInPacksMayBeWide) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string a = commit({old_id}, true);
  const std::string b = commit({a}, true);
  const std::string pack = (quarantine_ / "pack" / "pack-wide").string();
  rcx::test::Command make{{"git", "pack-objects", "--stdout", "-q"}, top_};
  make.variables = {{"GIT_OBJECT_DIRECTORY", quarantine_.string()},
                    {"GIT_ALTERNATE_OBJECT_DIRECTORIES", objects_.string()}};
  make.input = a + "\n" + b + "\n";
  rcx::test::write_file(pack + ".pack", rcx::test::must(make));
  git({"index-pack", "--index-version=2,0", "-o", pack + ".idx", pack + ".pack"}, true);
  for (const std::string& one : {a, b}) stdfs::remove_all(quarantine_ / one.substr(0, 2));
  EXPECT_THAT(find({update("main", old_id, b)}), ElementsAre(a, b));
}

TEST_P(NewCommitsTest, ListsParentsBeforeChildren) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string left = commit({old_id}, true);
  const std::string right = commit({old_id}, true);
  const std::string merge = commit({left, right}, true);
  EXPECT_THAT(find({update("main", old_id, merge), update("side", "", right)}),
              ElementsAre(left, right, merge));
}

TEST_P(NewCommitsTest, AForcedPushMeetsNothing) {
  const std::string base = commit({}, false);
  const std::string old_id = commit({base}, false);
  set_branch("main", old_id);
  set_branch("base", base);
  const std::string orphan = commit({}, true);
  EXPECT_THAT(find({update("main", old_id, orphan)}), ElementsAre(orphan));
  EXPECT_FALSE(met_);
}

TEST_P(NewCommitsTest, WhatLiesUnreachableInTheStoreIsNew) {
  const std::string old_id = commit({}, false);
  const std::string junk = commit({old_id}, false);
  const std::string more_junk = commit({junk}, false);
  set_branch("main", old_id);
  const std::string pushed = commit({more_junk}, true);
  const auto all = ElementsAre(junk, more_junk, pushed);
  EXPECT_THAT(find({update("main", old_id, pushed)}), all);
  EXPECT_THAT(find({update("main", more_junk, pushed)}), all)
      << "the client's claim of what main points at is not believed";
  EXPECT_THAT(find({update("main", old_id, more_junk)}), ElementsAre(junk, more_junk))
      << "and nothing was sent for it";
}

TEST_P(NewCommitsTest, WhatAnotherReferenceReachesIsOld) {
  const std::string root = commit({}, false);
  const std::string other = commit({root}, false);
  const std::string top = commit({other}, false);
  set_branch("main", root);
  set_branch("deep/other", top);
  const std::string pushed = commit({other}, true);
  EXPECT_THAT(find({update("main", root, pushed)}), ElementsAre(pushed));
  EXPECT_THAT(find({update("copy", "", top)}), IsEmpty());
  git({"pack-refs", "--all"});
  EXPECT_THAT(find({update("main", root, pushed)}), ElementsAre(pushed));
  EXPECT_THAT(find({update("copy", "", top)}), IsEmpty());
}

TEST_P(NewCommitsTest, HeadAloneMayReachIt) {
  const std::string root = commit({}, false);
  const std::string top = commit({root}, false);
  git({"update-ref", "--no-deref", "HEAD", top});
  git({"checkout", "-q", "--detach", top});
  const std::string pushed = commit({root}, true);
  EXPECT_THAT(find({update("main", "", pushed)}), ElementsAre(pushed));
}

TEST_P(NewCommitsTest, ACommitThatLiesInBothStoresMayBeOld) {
  const std::string old_id = commit({}, false);
  const std::string sent_again = commit({old_id}, false);
  set_branch("main", old_id);
  send_again(sent_again);
  EXPECT_THAT(find({update("main", old_id, sent_again)}), ElementsAre(sent_again));
  set_branch("side", sent_again);
  EXPECT_THAT(find({update("main", old_id, sent_again)}), IsEmpty());
}

// gc may come between the time at which the repository is opened and this.
TEST_P(NewCommitsTest, WhatWasPackedMeanwhileIsOld) {
  const std::string old_id = commit({}, false);
  const std::string sent_again = commit({old_id}, false);
  set_branch("main", old_id);
  set_branch("side", sent_again);
  send_again(sent_again);
  const std::string pushed = commit({sent_again}, true);
  const std::unique_ptr<Store> store = open();
  git({"repack", "-adq"});
  git({"prune-packed"});
  EXPECT_THAT(find(store, {update("main", old_id, pushed)}), ElementsAre(pushed));
}

TEST_P(NewCommitsTest, AfterThePushOldIdsStandForTheReferencesThatMoved) {
  const std::string root = commit({}, false);
  const std::string a = commit({root}, false);
  const std::string b = commit({a}, false);
  set_branch("main", b);
  git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  EXPECT_THAT(find({update("main", root, b)}, true), ElementsAre(a, b));
  EXPECT_THAT(find({update("alias", root, b)}, true), ElementsAre(a, b));
  set_branch("other", a);
  EXPECT_THAT(find({update("main", root, b)}, true), ElementsAre(b));
}

TEST_P(NewCommitsTest, AfterThePushTheHeadsOfWorkTreesCount) {
  const std::string root = commit({}, false);
  const std::string a = commit({root}, false);
  const std::string b = commit({a}, false);
  set_branch("main", b);
  git({"worktree", "add", "-q", "--detach", (temp_.path() / "w").string(), a});
  EXPECT_THAT(find({update("main", root, b)}, true), ElementsAre(b));
  git({"worktree", "add", "-q", "-b", "side", (temp_.path() / "w2").string(), b});
  EXPECT_THAT(find({update("main", root, b)}, true), IsEmpty());
  EXPECT_THAT(find({update("main", root, b), update("side", "", b)}, true), ElementsAre(b))
      << "what HEAD of a work tree names counts for itself";
}

TEST_P(NewCommitsTest, ReplacedCommitsAreWhatTheyWere) {
  const std::string root = commit({}, false);
  const std::string main = commit({root}, false);
  set_branch("main", main);
  // With which main would not reach its root.
  git({"replace", main, commit({}, false)});
  EXPECT_THAT(find({update("side", "", commit({root}, true))}), testing::SizeIs(1));
}

TEST_P(NewCommitsTest, GraftedCommitsAreWhatTheyWere) {
  const std::string main = commit({}, false);
  const std::string junk = commit({}, false);
  set_branch("main", main);
  // With which main would reach it.
  rcx::test::write_file(top_ / ".git/info/grafts", main + " " + junk + "\n");
  const std::string pushed = commit({junk}, true);
  EXPECT_THAT(find({update("main", main, pushed)}), ElementsAre(junk, pushed));
}

TEST_P(NewCommitsTest, AMissingParentIsAnError) {
  const std::string old_id = commit({}, false);
  set_branch("main", old_id);
  const std::string lost = commit({old_id}, true);
  const std::string pushed = commit({lost}, true);
  stdfs::remove(quarantine_ / lost.substr(0, 2) / lost.substr(2));
  EXPECT_THAT(find({update("main", old_id, pushed)}),
              ElementsAre("the repository has no object " + lost));
}

TEST_P(NewCommitsTest, AReferenceThatLeadsNowhereHidesNothing) {
  const std::string old_id = commit({}, false);
  const std::string junk = commit({old_id}, false);
  set_branch("main", old_id);
  rcx::test::write_file(top_ / ".git/refs/heads/broken", std::string(old_id.size(), 'a') + "\n");
  EXPECT_THAT(find({update("main", old_id, junk)}), ElementsAre(junk));
}

TEST_P(NewCommitsTest, AnUnreadableReferenceIsNotWhatItWasWhenItWasPacked) {
  const std::string old_id = commit({}, false);
  const std::string junk = commit({old_id}, false);
  set_branch("main", old_id);
  set_branch("broken", junk);
  git({"pack-refs", "--all"});
  const std::string pushed = commit({junk}, true);
  EXPECT_THAT(find({update("main", old_id, pushed)}), ElementsAre(pushed));
  stdfs::create_directories(top_ / ".git/refs/heads/broken");
  EXPECT_THAT(find({update("broken", junk, pushed)}), ElementsAre(pushed)) << "this hides nothing";
  stdfs::remove(top_ / ".git/refs/heads/broken");
  rcx::test::write_file(top_ / ".git/refs/heads/broken", std::string(5000, 'x'));
  EXPECT_THAT(find({update("main", old_id, pushed)}), ElementsAre(junk, pushed));
  EXPECT_THAT(find({update("broken", junk, pushed)}), ElementsAre(junk, pushed));
}

TEST_P(NewCommitsTest, PathsMayHoldAnything) {
  const stdfs::path odd = temp_.path() / "a:b \"c\"\n'd' \\";
  const std::string old_id = commit({}, false);
  const std::string junk = commit({old_id}, false);
  set_branch("main", old_id);
  const std::string pushed = commit({junk}, true);
  stdfs::rename(top_, odd);
  const std::unique_ptr<Store> store =
      std::move(*Store::open(odd.string() + "/.git", GetParam().reader));
  const std::string held = (odd / ".git/objects" / quarantine_.filename()).string();
  const auto quarantine =
      std::move(*Quarantine::open(held, store->objects_path(), store->id_size()));
  EventObjects objects(quarantine.get(), store->objects());
  CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::vector<RefUpdate> refs = {update("main", old_id, pushed)};
  const Held all{held};
  NewCommits commits(*store, graph, refs, all, false);
  ASSERT_TRUE(commits.collect());
  const Result<std::vector<NewCommit>> found = commits.list();
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Readers, NewCommitsTest,
                         testing::Values(kBest, kLibrary, kProcess, kSha256, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
