#include <set>
#include <sstream>

#include "tests/vcs/changes_ahead_fixture.hpp"

namespace rcx::host::git {
namespace {

class ChangesAheadPartsTest : public ChangesAheadTest {};

// Those of half of the files, where nobody has asked for anything yet.
TEST_P(ChangesAheadPartsTest, ReadsPartsAsWell) {
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
TEST_P(ChangesAheadPartsTest, WaitsWhereItHoldsManyParts) {
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

INSTANTIATE_TEST_SUITE_P(Readers, ChangesAheadPartsTest,
                         testing::Values(kBest, kLibrary, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
