// The commits of an event are those of `git rev-list NEW --not --all`, however the repository
// stores them.
#include <functional>
#include <random>
#include <set>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// How the server keeps what it has before the push.
struct Layout {
  std::string name;
  std::function<void(const Repository&)> arrange;
  std::string format = "sha1";
};

void PrintTo(const Layout& layout, std::ostream* out) {
  *out << layout.name;
}

// A random history in the clone, as branches n0, n1, ...: roots, merges, and dates that may lie.
int make_history(const Clone& clone, unsigned seed, bool lies) {
  constexpr int kCommits = 40;
  std::mt19937 random(seed);
  std::string stream;
  for (int i = 0; i < kCommits; ++i) {
    const auto any = [&](int below) { return static_cast<int>(random() % unsigned(below)); };
    const int time = 1'700'000'000 + (any(4) == 0 && lies ? any(1'000'000) : i * 1000);
    const std::string who = "A <a@example.org> " + std::to_string(time) + " +0000\n";
    stream += "commit refs/heads/n" + std::to_string(i) + "\nmark :" + std::to_string(i + 1) +
              "\ncommitter " + who + "data <<END\ncommit " + std::to_string(i) + "\nEND\n";
    std::set<int> parents;
    const int wanted = i == 0 || any(12) == 0 ? 0 : 1 + (any(3) == 0 ? 1 + any(2) : 0);
    while (static_cast<int>(parents.size()) < std::min(wanted, i))
      parents.insert(1 + (any(2) == 0 ? std::max(0, i - 1 - any(3)) : any(i)));
    const char* word = "from :";
    for (const int parent : parents) {
      stream += word + std::to_string(parent) + "\n";
      word = "merge :";
    }
  }
  clone.git({"fast-import", "--quiet", "--force"}, stream);
  return kCommits;
}

// What git itself finds, before the push of these words, [+][SOURCE]:TARGET or NAME: the server
// borrows the objects of the clone.
std::vector<std::string> expected(const Repository& repository, const Clone& clone,
                                  const Words& pushed) {
  Command command{{"git", "--no-replace-objects", "rev-list"}, repository.path()};
  for (const std::string& word : pushed) {
    const std::string source = word.substr(0, word.find(':'));
    if (!source.empty()) command.argv.push_back(clone.id(source.substr(source[0] == '+' ? 1 : 0)));
  }
  command.argv.insert(command.argv.end(), {"--not", "--all"});
  command.variables["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = (clone.path() / ".git/objects").string();
  std::vector<std::string> all;
  const std::string out = must(command);
  const std::size_t width = out.find('\n') + 1;
  for (std::size_t at = 0; at < out.size(); at += width) all.push_back(out.substr(at, width - 1));
  return all;
}

class NewCommits : public HostTest, public ::testing::WithParamInterface<Layout> {
 protected:
  NewCommits() { host_.add("recorder"); }

  // Updates, forced or not, deletions and tags of what the server has, all at once.
  Words mixed(std::mt19937& random, int commits) {
    const auto any = [&] { return "n" + std::to_string(random() % unsigned(commits)); };
    Words words;
    std::string tag = "m" + std::to_string(++tags_);
    clone().git({"tag", "-a", "-m", "mixed", tag, any()});
    words.push_back(std::move(tag));
    const std::string listed =
        repository().git({"for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags"});
    for (std::size_t at = 0; at < listed.size(); at = listed.find('\n', at) + 1) {
      const std::string name = listed.substr(at, listed.find('\n', at) - at);
      const auto what = random() % 4;
      if (what == 0) words.push_back(":" + name);
      if (what == 1) words.push_back("+" + any() + ":" + name);
      if (listed.find('\n', at) == std::string::npos) break;
    }
    return words;
  }

  void check(const Words& words) {
    const std::vector<std::string> wanted = expected(*repository_, clone(), words);
    const Outcome pushed = push(words);
    ASSERT_EQ(pushed.status, 0) << pushed.err << host_.log();
    for (const char* kind : {"pre_push", "push"}) {
      const std::vector<CommitRecord> commits = last(kind).commits;
      EXPECT_THAT(ids(commits), ::testing::UnorderedElementsAreArray(wanted))
          << kind << " " << ::testing::PrintToString(words);
      std::set<std::string> seen;
      const std::vector<std::string> all = ids(commits);
      const std::set<std::string> known(all.begin(), all.end());
      for (const CommitRecord& commit : commits) {
        for (const std::string& parent : commit.parents)
          EXPECT_TRUE(!known.contains(parent) || seen.contains(parent)) << "parents come first";
        seen.insert(commit.id);
      }
    }
  }

  int tags_ = 0;
};

TEST_P(NewCommits, AreThoseOfGit) {
  host_.start();
  // Where dates lie, git's answer depends on what else it is asked in the same breath.
  constexpr unsigned kHonest = 4;
  for (const unsigned seed : {1U, 2U, 3U, kHonest}) {
    SCOPED_TRACE(seed);
    const std::string name = "s" + std::to_string(seed);
    repository_.emplace(host_, name + ".git", false, GetParam().format);
    clone_.emplace(temp_, name, *repository_);
    const int commits = make_history(clone(), seed, seed != kHonest);
    std::mt19937 random(seed + 100);
    const auto some = [&](int count) {
      std::set<std::string> names;
      while (static_cast<int>(names.size()) < count)
        names.insert("n" + std::to_string(random() % unsigned(commits)));
      return Words(names.begin(), names.end());
    };
    clone().git({"tag", "-a", "-m", "nested", "t1", "n7"});
    clone().git({"tag", "-a", "-m", "nested", "t2", "t1"});
    Words first = some(3);
    first.emplace_back("t2");
    ASSERT_EQ(push(first).status, 0);
    repository().git({"config", "receive.denyDeleteCurrent", "ignore"});
    GetParam().arrange(*repository_);
    check(some(4));
    check(some(9));
    if (seed != kHonest) continue;
    check(mixed(random, commits));
    // What is sent again stays in the pack that brings it.
    repository().git({"config", "receive.unpackLimit", "1"});
    for (int round = 0; round < 4; ++round) check(mixed(random, commits));
  }
}

void pack_references(const Repository& repository) {
  repository.git({"pack-refs", "--all"});
}
void write_graph(const Repository& repository) {
  repository.git({"commit-graph", "write", "--reachable", "--changed-paths"});
}
void split_graph(const Repository& repository) {
  repository.git({"commit-graph", "write", "--reachable", "--split=no-merge"});
}
void repack(const Repository& repository) {
  repository.git({"repack", "-adb", "--quiet"});
  repository.git({"multi-pack-index", "write", "--bitmap"});
}
void collect(const Repository& repository) {
  repository.git({"gc", "--quiet"});
}
void dangle(const Repository& repository) {
  repository.git({"symbolic-ref", "refs/heads/dangling", "refs/heads/not-there"});
  repository.git({"symbolic-ref", "HEAD", "refs/heads/not-there-either"});
}
// As forks do that share their objects.
void share(const Repository& repository) {
  repository.git({"repack", "-ad", "--quiet"});
  const fs::path shared = repository.path() / "shared";
  fs::create_directory(shared);
  fs::rename(repository.path() / "objects/pack", shared / "pack");
  write_file(repository.path() / "objects/info/alternates", shared.string() + "\n");
}
// All that may ever be pushed is there already, and nothing reaches it.
void lend(const Repository& repository) {
  const fs::path top = repository.path().parent_path().parent_path().parent_path();
  const fs::path clone = top / repository.path().stem();
  write_file(repository.path() / "objects/info/alternates",
             (clone / ".git/objects").string() + "\n");
}
// The commit is reachable from HEAD alone.
void detach(const Repository& repository) {
  const std::string branch = repository.git({"for-each-ref", "--count=1", "--format=%(refname)"});
  const std::string id = repository.id(branch);
  repository.git({"update-ref", "-d", branch});
  repository.git({"update-ref", "--no-deref", "HEAD", id});
}
void replace(const Repository& repository) {
  const std::string id =
      repository.git({"for-each-ref", "--count=1", "--format=%(objectname)", "refs/heads"});
  const std::string tree = repository.git({"rev-parse", id + "^{tree}"});
  const std::string other = repository.git({"commit-tree", "-m", "instead", tree});
  repository.git({"update-ref", "refs/replace/" + id, other});
}

INSTANTIATE_TEST_SUITE_P(
    Layouts, NewCommits,
    ::testing::Values(Layout{"Plain", [](const Repository&) {}},
                      Layout{"PackedRefs", pack_references}, Layout{"CommitGraph", write_graph},
                      Layout{"SplitCommitGraph", split_graph},
                      Layout{"MultiPackIndexWithBitmap", repack}, Layout{"Collected", collect},
                      Layout{"DanglingSymbolicRefs", dangle}, Layout{"DetachedHead", detach},
                      Layout{"ReplacedCommit", replace}, Layout{"SharedObjects", share},
                      Layout{"Lent", lend}, Layout{"Sha256Lent", lend, "sha256"},
                      Layout{"Sha256", [](const Repository&) {}, "sha256"},
                      Layout{"Sha256Collected", collect, "sha256"}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace rcx::test
