// What every engine of the queue must keep when its process is killed.
#include "tests/queue/conformance.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

template <class Engine>
class QueueKilled : public QueueConformance<Engine> {};
TYPED_TEST_SUITE(QueueKilled, Engines);

TYPED_TEST(QueueKilled, KilledAfterEnqueueItKeepsTheEvent) {
  this->in_killed_process([](Queue& queue) {
    if (!queue.enqueue({event_of(1), event_of(2)}, kNow)) ::_exit(1);
  });
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail waiting 0", "0002 mail waiting 0"));
}

TYPED_TEST(QueueKilled, KilledDuringDeliveryItIsDeliveredAgain) {
  this->in_killed_process([](Queue& queue) {
    if (!queue.enqueue({event_of(1), event_of(2)}, kNow)) ::_exit(1);
    if (queue.lease(many(), kNow)->size() != 1) ::_exit(1);
  });
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail waiting 1", "0002 mail waiting 0"));
  EXPECT_THAT(names(this->lease()), ElementsAre("0001 mail"));
}

TYPED_TEST(QueueKilled, KilledAfterSettlingItRemembers) {
  this->in_killed_process([](Queue& queue) {
    if (!queue.enqueue({event_of(1)}, kNow)) ::_exit(1);
    const std::vector<Lease> leases = *queue.lease(many(), kNow);
    if (!queue.settle({end_of(leases[0], End::kDone)}, kNow)) ::_exit(1);
  });
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail done 1"));
}

// Whatever moment it is killed at: what was confirmed is there, whole, and once.
TYPED_TEST(QueueKilled, KilledDuringCommitItLosesNothingThatWasConfirmed) {
  this->queue_.reset();
  unsigned confirmed = 0;
  for (unsigned round = 0; round < 20; ++round) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::unique_ptr<Queue> queue = TypeParam::open(this->temp_.path().string());
      for (unsigned i = confirmed;; ++i) {
        NewEvent event = event_of(i, {"mail", "chat"}, "r" + std::to_string(i));
        event.call.resize(20'000, 'x');
        if (!queue->enqueue({event}, kNow)) ::_exit(1);
        if (::write(told[1], &i, sizeof i) != sizeof i) ::_exit(1);
      }
    }
    ::close(told[1]);
    unsigned number = 0;
    const unsigned enough = confirmed + 3 + round % 5;
    while (confirmed < enough && ::read(told[0], &number, sizeof number) == sizeof number) {
      confirmed = number + 1;
    }
    ::usleep(round * 37 % 400);
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    // Told before it was killed, and not yet read.
    while (::read(told[0], &number, sizeof number) == sizeof number) confirmed = number + 1;
    ::close(told[0]);
    this->reopen();
    std::vector<std::string> ids;
    ASSERT_TRUE(this->queue_->list({}, Sort::kOldestFirst, [&](const EventView& event) {
      EXPECT_THAT(event.deliveries, SizeIs(2));
      ids.push_back(event.id);
      return true;
    }));
    ASSERT_GE(ids.size(), confirmed);
    ASSERT_LE(ids.size(), confirmed + 1) << "one may be there that nobody heard of";
    for (unsigned i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], event_id(i));
    confirmed = static_cast<unsigned>(ids.size());
    this->queue_.reset();
  }
  EXPECT_GT(confirmed, 60U);
}

}  // namespace
}  // namespace rcx::host
