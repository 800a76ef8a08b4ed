// Many push at once while the repository is packed and pruned under them.
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPushers = 16;
constexpr std::chrono::seconds kFor{2};
// Longer where the machine is so slow that none came late.
constexpr std::chrono::seconds kAtMost{90};

// One who pushes commits to a branch of theirs, one push after the other.
struct Pusher {
  Clone clone;
  Clone late;  // of another who has a part of that, and does not know what the server has
  std::string branch;
  std::string base = {};                                      // what the server has
  std::map<std::string, std::set<std::string>> brought = {};  // by what was pushed: its commits
  std::set<std::string> accepted = {};
  std::vector<std::string> refused = {};  // in git's words
};

struct Servers {
  int count = 1;
  std::string format;
};

void PrintTo(const Servers& servers, std::ostream* out) {
  *out << servers.count << " " << servers.format;
}

class Collected : public HostTest, public ::testing::WithParamInterface<Servers> {
 protected:
  Collected() {
    host_.set("workers", "{pre: {processes: 2, threads: 4}, post: {processes: 2, threads: 2}}");
    host_.set("budget", "{extension: 30s}");
    host_.add("recorder");
  }

  void push_from(Pusher& one, Clock::time_point began) {
    const auto goes_on = [&] { return Clock::now() < began + (late_ones_ > 0 ? kFor : kAtMost); };
    for (int i = 0; goes_on(); ++i) {
      // Every third push throws away what the one before it brought.
      if (i % 3 == 2 && !one.accepted.empty())
        one.clone.git({"reset", "--quiet", "--hard", "HEAD~1"});
      std::set<std::string> ids;
      for (int j = 0; j <= i % 2; ++j) {
        // Nobody else has its objects: repack drops them with those that a forced push has left.
        const std::string name = one.branch + " " + std::to_string(i) + " " + std::to_string(j);
        ids.insert(one.clone.commit(name, {{one.branch, name}}));
      }
      const std::string id = one.clone.id();
      // Of what was refused nothing is known.
      one.brought[id] = ids;
      const Outcome pushed = one.clone.push({"--quiet", "+HEAD:refs/heads/" + one.branch});
      if (pushed.status != 0) {
        one.refused.push_back(pushed.err);
        one.clone.git({"reset", "--quiet", "--hard", one.base});
        continue;
      }
      one.base = id;
      one.accepted.insert(id);
      if (i % 2 == 1) send_again(one, i);
    }
  }

  // Of the two commits that were pushed last the first comes once more, below another one.
  void send_again(Pusher& one, int i) {
    one.late.git({"fetch", "--quiet", one.clone.path().string(), one.clone.id("HEAD~1")});
    one.late.git({"reset", "--quiet", "--hard", "FETCH_HEAD"});
    const std::string name = one.branch + " late " + std::to_string(i);
    const std::string id = one.late.commit(name, {{one.branch, name}});
    one.brought[id] = {id};
    const Outcome pushed = one.late.push({"--quiet", "+HEAD:refs/heads/late-" + one.branch});
    if (pushed.status == 0) {
      one.accepted.insert(id);
      ++late_ones_;
    } else {
      one.refused.push_back(pushed.err);
    }
  }

  // Without mercy for what is packed. What has just come is left alone: where objects are pruned
  // before a reference gets to them, it is git that loses them.
  static void collect_until(const Repository& repository, const std::atomic<bool>& ended,
                            std::atomic<int>& rounds) {
    repository.git({"config", "gc.cruftPacks", "false"});
    while (!ended) {
      run({{"git", "repack", "-adq"}, repository.path()});
      run({{"git", "gc", "--quiet", "--prune=20.seconds.ago"}, repository.path()});
      ++rounds;
    }
  }

  std::atomic<int> late_ones_{0};  // that were accepted of those who do not know the server
};

TEST_P(Collected, EveryEventBringsWhatItsPushBrought) {
  const auto [servers, format] = GetParam();
  host_.start();
  std::vector<Repository> repositories;
  for (int i = 0; i < servers; ++i) {
    repositories.emplace_back(host_, "r" + std::to_string(i) + ".git", false, format);
    // Single commits arrive loose, and what is sent again in a pack: only so it is there twice.
    repositories.back().git({"config", "receive.unpackLimit", "4"});
  }
  std::vector<Pusher> pushers;
  for (int i = 0; i < kPushers; ++i) {
    const std::string name = "p" + std::to_string(i);
    pushers.push_back(
        {Clone(temp_, name, repositories[static_cast<std::size_t>(i % servers)]),
         Clone(temp_, "late-" + name, repositories[static_cast<std::size_t>(i % servers)]), name});
    pushers.back().clone.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
    pushers.back().clone.commit("first of " + name);
    ASSERT_EQ(pushers.back().clone.push({"HEAD:refs/heads/" + name}).status, 0);
    pushers.back().base = pushers.back().clone.id();
  }
  const std::size_t before = records().size();
  std::atomic<bool> ended{false};
  std::atomic<int> rounds{0};
  std::vector<std::thread> collectors;
  for (const Repository& one : repositories) {
    collectors.emplace_back([&] { collect_until(one, ended, rounds); });
  }
  std::vector<std::thread> pushing;
  const Clock::time_point began = Clock::now();
  for (Pusher& one : pushers) {
    pushing.emplace_back([&] {
      try {
        push_from(one, began);
      } catch (const std::exception& thrown) {
        ADD_FAILURE() << thrown.what();
      }
    });
  }
  for (std::thread& one : pushing) one.join();
  ended = true;
  for (std::thread& one : collectors) one.join();

  std::map<std::string, std::set<std::string>> brought;
  std::set<std::string> accepted;
  for (const Pusher& one : pushers) {
    brought.insert(one.brought.begin(), one.brought.end());
    accepted.insert(one.accepted.begin(), one.accepted.end());
    for (const std::string& why : one.refused) EXPECT_THAT(why, Not(HasSubstr("rcx: "))) << why;
  }
  const std::vector<Record> all = records();
  std::map<std::string, int> seen;
  for (std::size_t i = before; i < all.size(); ++i) {
    const Record& event = all[i];
    ASSERT_THAT(event.refs, SizeIs(1));
    const std::string& id = event.refs[0].new_id;
    EXPECT_THAT(ids(event.commits), ::testing::UnorderedElementsAreArray(brought[id]))
        << event.kind << " of " << event.refs[0].name;
    ++seen[event.kind + " " + id];
  }
  for (const std::string& id : accepted) {
    EXPECT_EQ(seen["pre_push " + id], 1);
    EXPECT_EQ(seen["push " + id], 1);
  }
  EXPECT_GE(accepted.size(), 4U);
  EXPECT_GE(late_ones_, 1);
  EXPECT_GE(rounds, 1);
  RecordProperty("accepted", static_cast<int>(accepted.size()));
  RecordProperty("rounds", rounds);
  const std::string log = host_.log();
  EXPECT_THAT(log, Not(HasSubstr(" error ["))) << log;
  EXPECT_THAT(log, Not(HasSubstr("failed"))) << log;
  EXPECT_EQ(host_.workers_lost(), 0);
}

INSTANTIATE_TEST_SUITE_P(Repositories, Collected,
                         ::testing::Values(Servers{1, "sha1"}, Servers{16, "sha1"},
                                           Servers{1, "sha256"}),
                         [](const auto& tested) {
                           return std::to_string(tested.param.count) + "_" + tested.param.format;
                         });

}  // namespace
}  // namespace rcx::test
