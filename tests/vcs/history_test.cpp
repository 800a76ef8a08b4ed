#include "host/vcs/history.hpp"

#include <limits>

#include "tests/vcs/store_fixture.hpp"

namespace rcx::host::git {
namespace {

class HistoryTest : public StoreTest {
 protected:
  // The time of the only push of the branch.
  std::int64_t time_of_push() const {
    HistoryRange range;
    range.range = "main";
    const Result<std::unique_ptr<History>> history = open_history(top_.string(), range, Config());
    if (!history) throw std::runtime_error(history.error().message);
    const Result<HookEvent> push = (*history)->push(0, RCX_EVENT_PRE_PUSH);
    if (!push) throw std::runtime_error(push.error().message);
    return push->event->time_ns;
  }

  // Committed then, as seconds since 1970.
  void commit_at(const std::string& seconds) const {
    const std::string who = " a <a@b> " + seconds + " +0000\n";
    const std::string text = "tree " + tree_ + "\nauthor" + who + "committer" + who + "\n";
    set_branch("main", git({"hash-object", "-w", "-t", "commit", "--stdin"}, false, text));
  }
};

TEST_P(HistoryTest, APushIsAtTheTimeOfItsLastCommit) {
  commit_at("1700000000");
  EXPECT_EQ(time_of_push(), 1'700'000'000'000'000'000);
}

// Anybody may write any date, also one that nanoseconds cannot say.
TEST_P(HistoryTest, ACommitOfAFarDateIsAsLateAsCanBeSaid) {
  constexpr std::int64_t kLastSecond = 9'223'372'035;
  for (const char* seconds : {"99999999999", "9223372036854775807"}) {
    commit_at(seconds);
    EXPECT_EQ(time_of_push() / 1'000'000'000, kLastSecond) << seconds;
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, HistoryTest, testing::Values(kBest, kBestSha256), kind_name);

}  // namespace
}  // namespace rcx::host::git
