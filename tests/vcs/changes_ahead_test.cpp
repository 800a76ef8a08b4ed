#include "host/vcs/git/changes_ahead.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class ChangesAheadTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    old_ = commit({}, false);
    set_branch("main", old_);
    push(300);
  }

  // Puts so many commits above the old one into the quarantine, as a push does: one pack. Every
  // seventh is a merge.
  void push(int count) {
    const std::string source = (temp_.path() / "source.git").string();
    git({"clone", "-q", "--bare", "--shared", top_.string(), source});
    std::string script;
    for (int i = 1; i <= count; ++i) {
      const std::string number = std::to_string(i);
      script += "commit refs/heads/pushed\nmark :" + number + "\ncommitter a <a@b> " +
                std::to_string(1700000000 + i) + " +0100\ndata 2\nm\nfrom " +
                (i == 1 ? old_ : ":" + std::to_string(i - 1)) + "\n";
      if (i % 7 == 0) script += "merge :" + std::to_string(i - 5) + "\n";
      std::string text;
      for (int line = 0; line < 60; ++line) {
        text += std::to_string(line % 5 == i % 5 ? i : line) + "\n";
      }
      for (const int file : {i % 5, i % 11}) {
        script += "M 100644 inline d" + std::to_string(file % 3) + "/f" + std::to_string(file) +
                  "\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
      }
    }
    git({"-C", source, "fast-import", "--quiet"}, false, script);
    new_ = git({"-C", source, "rev-parse", "pushed"});
    rcx::test::Command pack{{"git", "-C", source, "pack-objects", "--revs", "--stdout", "-q"},
                            top_};
    pack.input = new_ + "\n^" + old_ + "\n";
    git({"index-pack", "--stdin"}, true, rcx::test::must(pack));
  }

  std::unique_ptr<PushCommits> commits(const ReadingConfig& reading = {}) {
    auto commits = std::make_unique<PushCommits>(stores_, top_.string() + "/.git",
                                                 Held{quarantine_.string(), {}}, false);
    commits->set_refs({update("main", old_, new_)});
    commits->set_reading(reading, {});
    return commits;
  }

  static std::string text(const Result<AddedLines>& added) {
    if (!added) return added.error().message;
    std::string all = added->text;
    for (const LineRun& run : added->runs) {
      all += std::to_string(run.number) + "+" + std::to_string(run.count) + "@" +
             std::to_string(run.offset) + " ";
    }
    return all;
  }

  static std::string text(const Result<ChangedPart>& part) {
    if (!part) return part.error().message;
    return part->binary ? "binary" : std::string(part->text);
  }

  using What = ChangesAhead::What;

  enum class Asked { kPaths, kParts, kLines };

  // What commit number `index` changed, and what of the contents is wanted; or what went wrong.
  static std::string read(PushCommits& commits, std::size_t index, Asked what) {
    const Result<const std::vector<Change>*> changes = commits.changes(index);
    if (!changes) return changes.error().message;
    std::string all;
    for (std::size_t i = 0; i < (*changes)->size(); ++i) {
      const Change& change = (**changes)[i];
      all.append(change.path).append(" ").append(change.old_id).append(" ").append(change.new_id);
      all += " " + std::to_string(change.kind) + "\n";
      if (what == Asked::kLines) all += text(commits.added(index, i));
      if (what == Asked::kParts) all += text(commits.changed(index, i));
    }
    return all;
  }

  // A tree of one file of so many bytes: short lines, which are others for each `seed`.
  std::string one_file(std::size_t size, unsigned seed) const {
    std::mt19937 random(seed);
    std::string text;
    while (text.size() < size) text += std::to_string(random() % 10'000) + "\n";
    text.resize(size);
    const std::string blob = git({"hash-object", "-w", "--stdin"}, false, text);
    return git({"mktree"}, false, "100644 blob " + blob + "\tfile\n");
  }

  // That what reads this commit ends long before it is done, where it is to end.
  void check_stop(const std::string& commit, What what) {
    git({"update-ref", "refs/heads/huge", commit});
    git({"-c", "pack.window=0", "repack", "-adq"});
    const std::unique_ptr<Store> store = open();
    EventObjects objects(nullptr, store->objects());
    const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
    const auto begin = [&] {
      return ChangesAhead::of(graph, {{id(commit)}, what, kLargestObject});
    };
    if (GetParam().reader != Reader::kBest) {
      EXPECT_EQ(begin(), nullptr);
      return;
    }
    const std::size_t before = threads();
    // How long it lives, where it may live for so long, or until it is done.
    const auto took = [&](std::int64_t most_ns) {
      const std::int64_t began = monotonic_ns();
      std::unique_ptr<ChangesAhead> ahead = begin();
      while (monotonic_ns() - began < most_ns && threads() > before) std::this_thread::yield();
      ahead.reset();
      return monotonic_ns() - began;
    };
    const std::int64_t whole = took(std::numeric_limits<std::int64_t>::max());
    EXPECT_LT(took(whole / 4), whole / 4 * 3) << "all of it took " << whole << " ns";
  }

  static std::vector<ObjectId> ids_of(PushCommits& commits) {
    std::vector<ObjectId> ids;
    const Result<std::vector<IdText>> texts = commits.ids();
    for (const IdText& one : *texts) ids.push_back(id(std::string(std::string_view(one))));
    return ids;
  }

  static std::int64_t process_cpu_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }

  static std::size_t threads() {
    const stdfs::directory_iterator all("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  StoreCache stores_{nullptr};
  std::string old_;
  std::string new_;
};

TEST_P(ChangesAheadTest, ReadsWhatIsReadWithoutIt) {
  for (const Asked what : {Asked::kPaths, Asked::kParts, Asked::kLines}) {
    const std::unique_ptr<PushCommits> ahead = commits();
    ASSERT_EQ(ahead->ids()->size(), 300U);
    for (std::size_t i = 0; i < 300; ++i) {
      // One commit of each alone: too few to read ahead.
      const std::unique_ptr<PushCommits> alone = commits();
      ASSERT_EQ(alone->ids()->size(), 300U);
      ASSERT_EQ(read(*ahead, i, what), read(*alone, i, what)) << i;
    }
  }
}

// As by who looks where something was found.
TEST_P(ChangesAheadTest, PartsAndLinesOfSomeAreReadAsWithoutIt) {
  const std::unique_ptr<PushCommits> both = commits();
  ASSERT_EQ(both->ids()->size(), 300U);
  const std::size_t before = threads();
  std::size_t first = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::unique_ptr<PushCommits> alone = commits();
    ASSERT_EQ(alone->ids()->size(), 300U);
    ASSERT_EQ(read(*both, i, Asked::kParts), read(*alone, i, Asked::kParts)) << i;
    if (first == 0 && threads() > before) first = i;
    ASSERT_EQ(text(both->added(i, 0)), text(alone->added(i, 0))) << i;
  }
  if (GetParam().reader != Reader::kBest) return;
  EXPECT_GT(first, 0U);
}

TEST_P(ChangesAheadTest, GivesOutEachOnce) {
  const std::unique_ptr<PushCommits> alone = commits();
  const std::vector<ObjectId> ids = ids_of(*alone);
  const std::unique_ptr<Store> store = open();
  const auto quarantine =
      std::move(*Quarantine::open(quarantine_.string(), store->objects_path(), store->id_size()));
  EventObjects objects(quarantine.get(), store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const std::unique_ptr<ChangesAhead> ahead =
      ChangesAhead::of(graph, {ids, What::kLines, kLargestObject});
  if (GetParam().reader != Reader::kBest) {
    EXPECT_EQ(ahead, nullptr) << "another thread must not use what libgit2 opened, nor that git";
    return;
  }
  ASSERT_NE(ahead, nullptr);
  while (threads() > before) std::this_thread::yield();
  const std::optional<CommitChanges> last = ahead->take(ids.size() - 1);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->changes.size(), last->lines.size());
  EXPECT_FALSE(last->changes.empty());
  EXPECT_FALSE(ahead->take(ids.size() - 1));
}

// Those of half of the files, where nobody has asked for anything yet.
TEST_P(ChangesAheadTest, ReadsPartsAsWell) {
  const std::unique_ptr<PushCommits> alone = commits();
  const std::vector<ObjectId> ids = ids_of(*alone);
  const std::unique_ptr<Store> store = open();
  const auto quarantine =
      Quarantine::open(quarantine_.string(), store->objects_path(), store->id_size());
  ASSERT_TRUE(quarantine) << quarantine.error().message;
  EventObjects objects(quarantine->get(), store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  if (GetParam().reader != Reader::kBest) return;
  const std::size_t before = threads();
  const auto ahead = ChangesAhead::of(graph, {ids, What::kPaths, kLargestObject, true});
  ASSERT_NE(ahead, nullptr);
  while (threads() > before) std::this_thread::yield();
  std::set<std::string> read;
  std::set<std::string> left;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::optional<CommitChanges> found = ahead->take(i);
    // Nor is what was there before, and lies in no pack.
    if (!found && i < 7) continue;
    ASSERT_TRUE(found) << i;
    ASSERT_EQ(found->parts.size(), found->changes.size());
    for (std::size_t place = 0; place < found->parts.size(); ++place) {
      const std::optional<ChangedPart>& part = found->parts[place];
      (part ? read : left).insert(found->changes[place].path);
      if (!part) continue;
      ASSERT_EQ(text(*part), text(alone->changed(i, place))) << i;
    }
  }
  EXPECT_FALSE(read.empty());
  EXPECT_FALSE(left.empty());
  for (const std::string& path : read) EXPECT_FALSE(left.contains(path)) << path;
}

// More than it may hold: it waits for who asks, and ends where nobody does.
TEST_P(ChangesAheadTest, WaitsWhereItHoldsManyParts) {
  if (GetParam().reader != Reader::kBest) return;
  constexpr int kCommits = 60;
  std::string script;
  for (int i = 1; i <= kCommits; ++i) {
    script += "commit refs/heads/large\nmark :" + std::to_string(i) + "\ncommitter a <a@b> " +
              std::to_string(1700000000 + i) + " +0100\ndata 2\nm\n";
    if (i > 1) script += "from :" + std::to_string(i - 1) + "\n";
    std::string all;
    for (int line = 0; line < 260; ++line) {
      all += std::string(500, static_cast<char>('a' + (line + i) % 26)) + "\n";
    }
    for (int file = 0; file < 16; ++file) {
      script += "M 100644 inline f" + std::to_string(file) + "\ndata " +
                std::to_string(all.size()) + "\n" + all + "\n";
    }
  }
  git({"fast-import", "--quiet"}, false, script);
  git({"repack", "-adq", "--window=0"});
  std::vector<ObjectId> ids;
  std::istringstream listed(git({"rev-list", "--reverse", "large"}));
  for (std::string line; std::getline(listed, line);) ids.push_back(id(line));
  ASSERT_EQ(ids.size(), static_cast<std::size_t>(kCommits));
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const auto begin = [&] {
    return ChangesAhead::of(graph, {ids, What::kPaths, kLargestObject, true});
  };
  auto ahead = begin();
  // What it has done so far, when it has come to its end or waits.
  const auto settled = [&] {
    std::int64_t last = -1;
    for (std::int64_t now = process_cpu_ns(); now - last > 25'000'000; now = process_cpu_ns()) {
      last = now;
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
  };
  settled();
  EXPECT_GT(threads(), before) << "it waits";
  ahead.reset();
  EXPECT_EQ(threads(), before);
  ahead = begin();
  settled();
  FileContents contents(graph, kLargestObject);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::optional<CommitChanges> found = ahead->take(i);
    ASSERT_TRUE(found) << i;
    if (i % 10 == 9) settled();
    for (std::size_t place = 0; place < found->parts.size(); ++place) {
      if (!found->parts[place]) continue;
      bytes += found->parts[place]->text.size();
      ASSERT_EQ(text(*found->parts[place]), text(contents.changed(found->changes[place]))) << i;
    }
  }
  EXPECT_GT(bytes, std::size_t{36} << 20U) << "room was given back";
  while (threads() > before) std::this_thread::yield();
}

TEST_P(ChangesAheadTest, CanBeStoppedAtAnyTime) {
  for (std::size_t asked = 0; asked < 200; asked += 9) {
    const std::unique_ptr<PushCommits> some = commits();
    ASSERT_EQ(some->ids()->size(), 300U);
    for (std::size_t i = 0; i < asked; ++i) read(*some, i, static_cast<Asked>(asked % 3));
  }
}

TEST_P(ChangesAheadTest, WhatIsBeingReadIsWaitedFor) {
  if (GetParam().reader != Reader::kBest) return;
  std::string tree = one_file(10, 0);
  for (int level = 0; level < 4; ++level) {
    std::string entries;
    for (int i = 0; i < 16; ++i) {
      entries += "040000 tree " + tree + "\td" + std::to_string(10 + i) + "\n";
    }
    tree = git({"mktree"}, false, entries);
  }
  const std::string commit = git({"commit-tree", tree, "-m", "large"});
  git({"update-ref", "refs/heads/large", commit});
  git({"repack", "-adq"});
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const std::int64_t began = process_cpu_ns();
  const auto ahead = ChangesAhead::of(graph, {{id(commit)}, What::kPaths, kLargestObject});
  while (threads() > before && process_cpu_ns() - began < 5'000'000) std::this_thread::yield();
  const std::optional<CommitChanges> found = ahead->take(0);
  ASSERT_TRUE(found);
  EXPECT_GE(found->changes.size(), 16U * 16 * 16 * 16);
}

// Which takes as long as it may, unless somebody stops it.
TEST_P(ChangesAheadTest, CanBeStoppedWithinOneHugeCommit) {
  std::string tree = tree_;
  for (int level = 0; level < 8; ++level) {
    std::string entries;
    for (int i = 0; i < 20; ++i) {
      entries += "040000 tree " + tree + "\td" + std::to_string(10 + i) + "\n";
    }
    tree = git({"mktree"}, false, entries);
  }
  check_stop(git({"commit-tree", tree, "-m", "huge"}), What::kPaths);
}

// The same of one file, which differs from what each of many parents has.
TEST_P(ChangesAheadTest, CanBeStoppedWithinTheLinesOfOneFile) {
  std::vector<std::string> words = {"commit-tree", one_file(100'000, 0), "-m", "octopus"};
  for (unsigned i = 1; i <= 20; ++i) {
    const std::string parent = git({"commit-tree", one_file(100'000, i), "-m", "parent"});
    words.insert(words.end(), {"-p", parent});
  }
  check_stop(git(words), What::kLines);
}

// Nothing stops a comparison of two contents, and the time grows with the square of their size.
TEST_P(ChangesAheadTest, LinesOfLargeContentsAreLeftToWhoAsks) {
  const std::size_t kLarge = (std::size_t{256} << 10U) + 1;
  const std::string large = git({"commit-tree", one_file(kLarge, 0), "-m", "large"});
  const std::string small = git({"commit-tree", one_file(kLarge - 1, 0), "-m", "small"});
  git({"update-ref", "refs/heads/large", large});
  git({"update-ref", "refs/heads/small", small});
  git({"repack", "-adq"});
  const std::unique_ptr<Store> store = open();
  EventObjects objects(nullptr, store->objects());
  const CommitGraph graph(objects, store->shallow(), &store->commit_graph());
  const std::size_t before = threads();
  const auto ahead =
      ChangesAhead::of(graph, {{id(large), id(small)}, What::kLines, kLargestObject});
  while (threads() > before) std::this_thread::yield();
  if (GetParam().reader != Reader::kBest) return;
  EXPECT_FALSE(ahead->take(0).value().lines.at(0));
  EXPECT_TRUE(ahead->take(1).value().lines.at(0));
}

TEST_P(ChangesAheadTest, LimitsAreReachedWhereTheyAreWithoutIt) {
  ReadingConfig reading;
  reading.paths = 200;
  const std::unique_ptr<PushCommits> few = commits(reading);
  ASSERT_EQ(few->ids()->size(), 300U);
  std::size_t paths = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    const Result<const std::vector<Change>*> changes = few->changes(i);
    if (!changes) {
      EXPECT_EQ(changes.error().code, Code::kLimit);
      break;
    }
    paths += (*changes)->size();
  }
  EXPECT_GT(paths, 197U);
  EXPECT_LE(paths, 200U);
  reading = {};
  reading.content = 100;
  const std::unique_ptr<PushCommits> small = commits(reading);
  ASSERT_EQ(small->ids()->size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_THAT(read(*small, i, Asked::kLines), testing::HasSubstr("reading.content")) << i;
    EXPECT_THAT(read(*small, i, Asked::kParts), testing::HasSubstr("reading.content")) << i;
  }
}

TEST_P(ChangesAheadTest, FewQuestionsStartNoThread) {
  const std::size_t before = threads();
  const std::unique_ptr<PushCommits> few = commits();
  ASSERT_EQ(few->ids()->size(), 300U);
  for (std::size_t i = 0; i < 10; ++i) read(*few, i, Asked::kPaths);
  for (std::size_t i = 240; i < 300; ++i) read(*few, i, Asked::kPaths);
  EXPECT_EQ(threads(), before);
}

INSTANTIATE_TEST_SUITE_P(Readers, ChangesAheadTest, testing::Values(kBest, kLibrary, kBestSha256),
                         kind_name);

}  // namespace
}  // namespace rcx::host::git
