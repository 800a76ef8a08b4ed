// What is handed out next, by what is remembered and by what is read again.
#include <boost/filesystem/operations.hpp>
#include <random>

#include "tests/queue/engines.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> due(const Schedule::Turn& turn) {
  std::vector<std::string> all;
  for (const Schedule::Due& one : turn.due) {
    all.push_back(std::to_string(one.event) + " " + one.handler);
  }
  return all;
}

TEST(Schedule, TheEarlierOneGoesFirstEvenIfItComesWhileAnotherRuns) {
  Schedule schedule;
  schedule.add({1, "mail", "app", 10}, 0);
  EXPECT_THAT(due(schedule.hand_out(many(), 0)), ElementsAre("1 mail"));
  schedule.add({2, "mail", "app", 30}, 0);
  schedule.add({3, "mail", "app", 5}, 0);
  EXPECT_THAT(due(schedule.hand_out(many(), 0)), IsEmpty()) << "one at a time";
  EXPECT_EQ(schedule.next_due({}), kNever);
  schedule.end(1, "mail", 1);
  EXPECT_THAT(due(schedule.hand_out(many(), 1)), ElementsAre("3 mail"));
  schedule.end(3, "mail", 2);
  EXPECT_THAT(due(schedule.hand_out(many(), 2)), ElementsAre("2 mail"));
  schedule.end(2, "mail", 3);
  EXPECT_EQ(schedule.next_due({}), kNever);
}

TEST(Schedule, RepositoriesTakeTurns) {
  Schedule schedule;
  for (std::int64_t event = 1; event <= 6; ++event) {
    schedule.add({event, "mail", event % 2 == 0 ? "app" : "tool", event}, 0);
  }
  std::vector<std::string> order;
  for (std::int64_t now = 1; now <= 6; ++now) {
    const Schedule::Turn turn = schedule.hand_out({1, 1, 0, {}}, now);
    ASSERT_THAT(turn.due, testing::SizeIs(1));
    order.push_back(std::to_string(turn.due[0].event));
    schedule.end(turn.due[0].event, "mail", now);
  }
  EXPECT_THAT(order, ElementsAre("2", "1", "4", "3", "6", "5"));
}

TEST(Schedule, WhatIsRemovedHoldsUpNobody) {
  Schedule schedule;
  schedule.restore({1, "mail", "app", 10}, {.next_ns = 1000, .failed_ns = 5});
  schedule.restore({2, "mail", "app", 20}, {});
  EXPECT_THAT(due(schedule.hand_out(many(), 10)), IsEmpty());
  schedule.remove({1, "mail", "app", 10});
  EXPECT_THAT(due(schedule.hand_out(many(), 10)), ElementsAre("2 mail"));
  // Of those that were overtaken, too.
  schedule.restore({3, "mail", "tool", 30}, {.next_ns = 1000, .failed_ns = 5, .overtaken = true});
  EXPECT_EQ(schedule.next_due({}), 1000);
  schedule.remove({3, "mail", "tool", 30});
  EXPECT_EQ(schedule.next_due({}), kNever);
  schedule.remove({9, "nobody", "app", 1});
}

// Any sequence of operations: a queue that is opened anew hands out what the other one does.
class ScheduleProperty : public testing::TestWithParam<unsigned> {
 protected:
  std::unique_ptr<Queue> open(const char* name) const {
    const fs::path directory = (temp_.path() / name).string();
    fs::create_directories(directory);
    return SqliteEngine::open(directory);
  }
  test::TempDir temp_;
};

TEST_P(ScheduleProperty, IsWhatIsStored) {
  std::mt19937 random(GetParam());
  const auto one_of = [&](unsigned count) { return static_cast<unsigned>(random() % count); };
  std::unique_ptr<Queue> kept = open("kept");
  std::unique_ptr<Queue> reopened = open("reopened");
  std::int64_t now = kNow;
  std::size_t handed_out = 0;
  for (unsigned step = 0; step < 300; ++step) {
    now += one_of(3) * kSecond;
    const auto both = [&](const auto& work) {
      work(*kept);
      work(*reopened);
    };
    switch (one_of(5)) {
      case 0:
      case 1: {
        const NewEvent event = event_of(one_of(1000), {"mail", "ci"}, one_of(2) ? "app" : "tool");
        both([&](Queue& queue) { ASSERT_TRUE(queue.enqueue({event}, now)); });
        break;
      }
      case 2: {
        const EventQuery query{.id = event_id(one_of(1000)).substr(0, 7)};
        const bool again = one_of(2) == 0;
        both([&](Queue& queue) {
          ASSERT_TRUE(again ? queue.replay(query, now) : queue.drop(query));
        });
        break;
      }
      default: {
        reopened.reset();
        reopened = open("reopened");
        // All that is due: whose turn it is when not all of it is, nobody stores.
        const std::vector<Lease> leases = *kept->lease(many(4 * kSecond), now);
        const std::vector<Lease> again = *reopened->lease(many(4 * kSecond), now);
        ASSERT_THAT(names(again), testing::UnorderedElementsAreArray(names(leases)))
            << "step " << step;
        std::vector<Settlement> ends;
        for (const Lease& lease : leases) {
          const auto end = static_cast<Settlement::End>(one_of(4));
          ends.push_back(end_of(lease, end, now + one_of(6) * kSecond));
        }
        handed_out += leases.size();
        both([&](Queue& queue) { ASSERT_TRUE(queue.settle(ends, now)); });
      }
    }
    ASSERT_EQ(states(*kept), states(*reopened)) << "step " << step;
  }
  EXPECT_GT(handed_out, 50U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScheduleProperty, testing::Range(1U, 6U));

}  // namespace
}  // namespace rcx::host
