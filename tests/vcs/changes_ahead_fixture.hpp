// A push of 300 commits in one pack, and ways to read it with and without a second thread.
#pragma once

#include <gmock/gmock.h>

#include <ctime>
#include <limits>
#include <random>
#include <thread>

#include "host/vcs/git/changes_ahead.hpp"
#include "host/vcs/git/push_commits.hpp"
#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {

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
    // A busy machine can hold it up, but not each time.
    constexpr int kTries = 8;
    std::int64_t least = whole;
    for (int i = 0; i < kTries && least >= whole / 4 * 3; ++i) {
      least = std::min(least, took(whole / 4));
    }
    EXPECT_LT(least, whole / 4 * 3) << "all of it took " << whole << " ns";
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

}  // namespace rcx::host::git
