#include "host/vcs/git/objects/commits_ahead.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class CommitsAheadTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    old_ = commit({}, false);
    set_branch("main", old_);
  }

  // Puts so many commits above the old one into the quarantine, as a push does: one pack, or loose
  // objects. Every seventh is a merge.
  void push(int count, bool loose = false) {
    const stdfs::path source = temp_.path() / "source.git";
    git({"clone", "-q", "--bare", "--shared", top_.string(), source.string()});
    std::string script;
    for (int i = 1; i <= count; ++i) {
      const std::string number = std::to_string(i);
      const std::string text =
          "number " + number + "\n\n" + std::string(static_cast<std::size_t>(i) % 90, 'x') + "\n";
      script += "commit refs/heads/pushed\nmark :" + number + "\ncommitter a <a@b> " +
                std::to_string(1700000000 + i) + " +0100\ndata " + std::to_string(text.size()) +
                "\n" + text + "\nfrom " + (i == 1 ? old_ : ":" + std::to_string(i - 1)) + "\n";
      if (i % 7 == 0) script += "merge :" + std::to_string(i - 5) + "\n";
      script += "M 100644 inline f" + std::to_string(i % 5) + "\ndata 5\n" +
                std::to_string(10000 + i) + "\n";
    }
    git({"-C", source.string(), "fast-import", "--quiet"}, false, script);
    new_ = git({"-C", source.string(), "rev-parse", "pushed"});
    const std::string ids = git({"-C", source.string(), "rev-list", "pushed", "^" + old_});
    for (const std::string_view one : split(ids, '\n')) ids_.emplace_back(id(std::string(one)));
    const rcx::test::Command pack{
        {"git", "-C", source.string(), "pack-objects", "--revs", "--stdout", "-q"}, top_};
    rcx::test::Command all = pack;
    all.input = new_ + "\n^" + old_ + "\n";
    const std::string bytes = rcx::test::must(all);
    if (loose) {
      git({"-c", "core.fsync=none", "unpack-objects", "-q"}, true, bytes);
    } else {
      git({"index-pack", "--stdin"}, true, bytes);
    }
  }

  stdfs::path pack_file(const std::string& extension) const {
    for (const auto& file : stdfs::directory_iterator(quarantine_ / "pack")) {
      if (file.path().extension() == extension) return file.path();
    }
    throw std::runtime_error("there is no pack");
  }

  PackFile pack() const {
    Result<PackFile> opened =
        PackFile::open(pack_file(".idx").string(), ObjectId::parse(old_)->size());
    if (!opened) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
  }

  // All that is known of every commit of the push; or what went wrong.
  std::vector<std::string> read() const {
    StoreCache stores(nullptr);
    PushCommits commits(stores, top_.string() + "/.git", Held{quarantine_.string(), {}}, false);
    commits.set_refs({update("main", old_, new_)});
    std::vector<std::string> all;
    for (std::size_t i = 0;; ++i) {
      const Result<const Commit*> read = commits.commit(i);
      if (!read) return {read.error().message};
      if (*read == nullptr) return all;
      const Commit& commit = **read;
      std::string text(commit.id);
      for (const IdText& parent : commit.parents) text.append(" ").append(parent);
      all.push_back(text + " " + commit.author.name + " " + std::to_string(commit.committer.time) +
                    " " + commit.message);
    }
  }

  std::string old_;
  std::string new_;
  std::vector<ObjectId> ids_;  // the latest first
};

std::size_t threads() {
  const stdfs::directory_iterator all("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// How many commits it has, all of which are as the pack has them.
std::size_t count_found(const PackFile& pack, CommitsAhead& ahead,
                        const std::vector<ObjectId>& ids) {
  PackWork work(1 << 20);
  std::size_t count = 0;
  for (const ObjectId& id : ids) {
    const auto place = pack.place(id);
    if (!place) continue;
    const auto found = ahead.find(*place);
    if (!found) continue;
    ++count;
    const Result<Object> object = pack.read(*pack.offset(*place), id, kLargestObject, work);
    EXPECT_TRUE(object && *object->content == *found) << id.text();
  }
  return count;
}

TEST_P(CommitsAheadTest, HasTheTextsOfCommitsAskedForInAnyOrder) {
  push(1500);
  const PackFile pack = this->pack();
  for (int order = 0; order < 2; ++order) {
    const std::unique_ptr<CommitsAhead> ahead = CommitsAhead::of(pack);
    ASSERT_NE(ahead, nullptr);
    // Those that are stored as deltas are read elsewhere.
    EXPECT_GT(count_found(pack, *ahead, ids_), 1000U);
    std::reverse(ids_.begin(), ids_.end());
    EXPECT_EQ(ahead->find(*pack.place(id(git({"rev-parse", new_ + "^{tree}"}, true)))),
              std::nullopt)
        << "a tree is no commit";
  }
}

TEST_P(CommitsAheadTest, CanBeStoppedAtAnyTime) {
  push(1500);
  const PackFile pack = this->pack();
  for (std::size_t i = 0; i < 60; ++i) {
    const std::unique_ptr<CommitsAhead> ahead = CommitsAhead::of(pack);
    count_found(pack, *ahead, {ids_.begin(), ids_.begin() + static_cast<std::ptrdiff_t>(10 * i)});
  }
}

TEST_P(CommitsAheadTest, FewCommitsStartNoThread) {
  push(300);
  EXPECT_EQ(CommitsAhead::of(pack()), nullptr);
  const std::size_t before = threads();
  StoreCache stores(nullptr);
  PushCommits commits(stores, top_.string() + "/.git", Held{quarantine_.string(), {}}, false);
  commits.set_refs({update("main", old_, new_)});
  ASSERT_TRUE(commits.commit(0));
  EXPECT_EQ(threads(), before);
}

TEST_P(CommitsAheadTest, DoesWithoutAThreadWhereNoneCanBeHad) {
  push(1500);
  const PackFile pack = this->pack();
  const auto without_threads = [&] {
    // Root may have as many as it wants.
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_NPROC, &none) != 0) std::_Exit(2);
    if (::getuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) std::_Exit(3);
    bool refused = false;
    try {
      std::thread([] {}).join();
    } catch (const std::system_error&) {
      refused = true;
    }
    if (!refused) std::_Exit(4);
    const std::unique_ptr<CommitsAhead> ahead = CommitsAhead::of(pack);
    std::_Exit(ahead != nullptr && count_found(pack, *ahead, ids_) > 1000 ? 0 : 5);
  };
  EXPECT_EXIT(without_threads(), testing::ExitedWithCode(0), "");
}

TEST_P(CommitsAheadTest, APackIsReadAsLooseObjectsAre) {
  push(1200);
  const std::vector<std::string> packed = read();
  EXPECT_EQ(packed.size(), 1200U);
  stdfs::remove_all(quarantine_);
  stdfs::remove_all(temp_.path() / "source.git");
  stdfs::create_directories(quarantine_ / "pack");
  ids_.clear();
  push(1200, /*loose=*/true);
  EXPECT_TRUE(packed == read());
}

TEST_P(CommitsAheadTest, ADamagedCommitIsAnError) {
  push(1500);
  const PackFile pack = this->pack();
  // One that stands alone.
  const auto damaged = std::find_if(ids_.begin() + 700, ids_.end(), [&](const ObjectId& one) {
    return pack.entry(*pack.offset(*pack.place(one)))->kind ==
           static_cast<unsigned>(ObjectType::kCommit);
  });
  ASSERT_NE(damaged, ids_.end());
  const ObjectId id = *damaged;
  stdfs::permissions(pack_file(".pack"), stdfs::perms::owner_all);
  std::fstream file(pack_file(".pack"), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(*pack.offset(*pack.place(id))) + 4);
  file << std::string(20, '\x55') << std::flush;
  EXPECT_EQ(CommitsAhead::of(pack)->find(*pack.place(id)), std::nullopt);
  const std::vector<std::string> said = read();
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0],
            "cannot read object " + id.text() + ": its entry in the pack does not inflate");
}

INSTANTIATE_TEST_SUITE_P(Formats, CommitsAheadTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
