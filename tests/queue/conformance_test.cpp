// What every engine of the queue must do, written against the interface alone.
#include "tests/queue/conformance.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TYPED_TEST_SUITE(QueueConformance, Engines);

TYPED_TEST(QueueConformance, HandsOutWhatWasPutIn) {
  this->put(event_of(1));
  const std::vector<Lease> leases = this->lease();
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_EQ(leases[0].id, event_id(1));
  EXPECT_EQ(leases[0].handler, "mail");
  EXPECT_EQ(leases[0].repository, "app");
  EXPECT_EQ(leases[0].attempt, 1U);
  EXPECT_EQ(leases[0].call, std::string("call\0 1", 7));
  EXPECT_EQ(leases[0].context, "context 1");
  EXPECT_THAT(this->lease(), IsEmpty()) << "it is running";
  this->settle(leases[0], End::kDone);
  EXPECT_THAT(this->lease(), IsEmpty());
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail done 1"));
}

TYPED_TEST(QueueConformance, TheSameIdIsQueuedOnce) {
  NewEvent other = event_of(1, {"mail", "chat"});
  other.call = "another";
  this->put(event_of(1));
  this->put(other);
  ASSERT_TRUE(this->queue_->enqueue({event_of(2), event_of(2)}, kNow));
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail waiting 0", "0002 mail waiting 0"));
  EXPECT_EQ(this->lease()[0].call, std::string("call\0 1", 7));
}

TYPED_TEST(QueueConformance, BytesAreKept) {
  NewEvent event = event_of(1, {"mail"}, "caf\xe9\n'");
  event.caller = "\xff";
  event.call = std::string(3'000'000, '\0') + "\xff";
  this->put(event);
  EXPECT_EQ(this->lease()[0].call, event.call);
  std::string caller;
  ASSERT_TRUE(this->queue_->list({}, Sort::kOldestFirst, [&](const EventView& view) {
    caller = view.caller + view.repository;
    return true;
  }));
  EXPECT_EQ(caller,
            "\xff"
            "caf\xe9\n'");
}

TYPED_TEST(QueueConformance, EachHandlerGoesOnByItself) {
  this->put(event_of(1, {"mail", "chat"}));
  this->put(event_of(2, {"mail", "chat"}));
  const std::vector<Lease> first = this->lease();
  EXPECT_THAT(names(first), testing::UnorderedElementsAre("0001 mail", "0001 chat"));
  for (const Lease& lease : first) {
    if (lease.handler == "chat") this->settle(lease, End::kDone);
  }
  EXPECT_THAT(names(this->lease()), ElementsAre("0002 chat"));
}

TYPED_TEST(QueueConformance, OrderIsPerRepositoryByTimeAndNotByArrival) {
  this->put(event_of(5));
  this->put(event_of(4));
  this->put(event_of(6, {"mail"}, "other"));
  std::vector<Lease> leases = this->lease();
  EXPECT_THAT(names(leases), testing::UnorderedElementsAre("0004 mail", "0006 mail"));
  for (const Lease& lease : leases) this->settle(lease, End::kDone);
  EXPECT_THAT(names(this->lease()), ElementsAre("0005 mail"));
}

TYPED_TEST(QueueConformance, NoMoreThanAskedFor) {
  for (unsigned i = 0; i < 6; ++i) {
    this->put(event_of(i, {"mail", "chat"}, "r" + std::to_string(i)));
  }
  EXPECT_THAT(this->lease(kNow, {3, 2, kSecond, {}}), SizeIs(3));
  EXPECT_THAT(this->lease(kNow, {9, 2, kSecond, {}}), SizeIs(1)) << "two each";
  EXPECT_THAT(this->lease(kNow, {9, 9, kSecond, {"chat"}}), SizeIs(4)) << "chat sleeps";
}

// One busy handler does not keep others from their turn.
TYPED_TEST(QueueConformance, HandlersTakeTurns) {
  for (unsigned i = 0; i < 9; ++i) {
    this->put(event_of(i, {"a", "b", "c"}, "r" + std::to_string(i)));
  }
  std::map<std::string, int> given;
  for (int i = 0; i < 9; ++i) {
    const std::vector<Lease> leases = this->lease(kNow, {1, 9, kSecond, {}});
    ASSERT_THAT(leases, SizeIs(1));
    ++given[leases[0].handler];
  }
  EXPECT_EQ(given["a"], 3);
  EXPECT_EQ(given["b"], 3);
  EXPECT_EQ(given["c"], 3);
}

TYPED_TEST(QueueConformance, FailsThreeTimesAndThenSucceeds) {
  this->put(event_of(1));
  std::int64_t now = kNow;
  for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
    const std::vector<Lease> leases = this->lease(now);
    ASSERT_THAT(leases, SizeIs(1));
    EXPECT_EQ(leases[0].attempt, attempt);
    this->settle(leases[0], End::kRetry, now, now + 10 * kSecond);
    EXPECT_THAT(this->lease(now + 9 * kSecond), IsEmpty());
    EXPECT_EQ(*this->queue_->next_due({}), now + 10 * kSecond);
    now += 10 * kSecond;
  }
  const std::vector<Lease> last = this->lease(now);
  ASSERT_THAT(last, SizeIs(1));
  EXPECT_EQ(last[0].attempt, 4U);
  this->settle(last[0], End::kDone, now);
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail done 4"));
  EXPECT_THAT(this->lease(now), IsEmpty());
  EXPECT_EQ(*this->queue_->next_due({}), kNever);
}

TYPED_TEST(QueueConformance, AFailingOneHoldsUpItsLaneForAWhileOnly) {
  this->put(event_of(1));
  this->put(event_of(2));
  this->put(event_of(3));
  const LeaseTerms terms = many(30 * kSecond);
  const Lease failing = this->lease(kNow, terms)[0];
  this->settle(failing, End::kRetry, kNow, kNow + 100 * kSecond);
  EXPECT_THAT(this->lease(kNow + 29 * kSecond, terms), IsEmpty());
  EXPECT_EQ(*this->queue_->next_due({}), kNow + 30 * kSecond);
  std::vector<Lease> overtaking = this->lease(kNow + 30 * kSecond, terms);
  ASSERT_THAT(names(overtaking), ElementsAre("0002 mail"));
  this->settle(overtaking[0], End::kDone, kNow + 31 * kSecond);
  EXPECT_THAT(names(this->lease(kNow + 31 * kSecond, terms)), ElementsAre("0003 mail"));
  std::vector<Lease> late = this->lease(kNow + 100 * kSecond, terms);
  ASSERT_THAT(names(late), ElementsAre("0001 mail")) << "tried on, for itself";
  EXPECT_EQ(late[0].attempt, 2U);
  this->settle(late[0], End::kRetry, kNow + 100 * kSecond, kNow + 120 * kSecond);
  EXPECT_EQ(*this->queue_->next_due({}), kNow + 120 * kSecond);
  late = this->lease(kNow + 120 * kSecond, terms);
  EXPECT_THAT(names(late), ElementsAre("0001 mail"));
}

// The first failure counts, not the last.
TYPED_TEST(QueueConformance, TriesMeanwhileDoNotProlongTheHold) {
  this->put(event_of(1));
  this->put(event_of(2));
  const LeaseTerms terms = many(30 * kSecond);
  for (int second = 0; second < 30; second += 10) {
    const std::vector<Lease> leases = this->lease(kNow + second * kSecond, terms);
    ASSERT_THAT(names(leases), ElementsAre("0001 mail"));
    this->settle(leases[0], End::kRetry, kNow + second * kSecond, kNow + (second + 10) * kSecond);
  }
  const std::vector<Lease> leases = this->lease(kNow + 30 * kSecond, terms);
  ASSERT_THAT(names(leases), ElementsAre("0001 mail")) << "it is due itself";
  this->settle(leases[0], End::kRetry, kNow + 30 * kSecond, kNow + 40 * kSecond);
  EXPECT_THAT(names(this->lease(kNow + 31 * kSecond, terms)), ElementsAre("0002 mail"));
}

TYPED_TEST(QueueConformance, DeadOnesStayUntilTheyAreReplayed) {
  this->put(event_of(1, {"mail", "chat"}));
  for (const Lease& lease : this->lease()) {
    this->settle(lease, lease.handler == "mail" ? End::kDead : End::kDone, kNow, 0, "no server");
  }
  EXPECT_THAT(this->lease(kNow + 1'000'000 * kSecond), IsEmpty());
  EXPECT_EQ(this->queue_->counts()->dead, 1U);
  EXPECT_THAT(states(*this->queue_, {.state = DeliveryState::kDead}),
              ElementsAre("0001 mail dead 1"));
  EXPECT_EQ(*this->queue_->replay({.state = DeliveryState::kDead}, kNow), 1U);
  EXPECT_EQ(this->queue_->counts()->dead, 0U);
  const std::vector<Lease> leases = this->lease();
  EXPECT_THAT(names(leases), ElementsAre("0001 mail"));
  EXPECT_EQ(leases[0].attempt, 1U) << "as if it had never been tried";
  this->settle(leases[0], End::kDone);
  EXPECT_EQ(*this->queue_->replay({.id = event_id(1), .handler = "chat"}, kNow), 1U);
  EXPECT_THAT(names(this->lease()), ElementsAre("0001 chat")) << "also what is done";
  EXPECT_EQ(*this->queue_->replay({.id = event_id(1), .handler = "chat"}, kNow), 0U)
      << "but not what runs";
}

TYPED_TEST(QueueConformance, ADeadOneLetsTheNextOneThrough) {
  this->put(event_of(1));
  this->put(event_of(2));
  this->settle(this->lease()[0], End::kDead);
  EXPECT_THAT(names(this->lease()), ElementsAre("0002 mail"));
}

TYPED_TEST(QueueConformance, WhatIsReturnedIsNotCounted) {
  this->put(event_of(1));
  this->put(event_of(2));
  this->settle(this->lease()[0], End::kReturned, kNow, kNow + 5 * kSecond);
  EXPECT_THAT(this->lease(kNow + 4 * kSecond, many(0)), IsEmpty()) << "nor overtaken";
  const std::vector<Lease> leases = this->lease(kNow + 5 * kSecond);
  EXPECT_THAT(names(leases), ElementsAre("0001 mail"));
  EXPECT_EQ(leases[0].attempt, 1U);
}

TYPED_TEST(QueueConformance, SettlingWhatDoesNotRunChangesNothing) {
  this->put(event_of(1));
  const Lease lease = this->lease()[0];
  this->settle(lease, End::kDone);
  this->settle(lease, End::kDead);
  this->settle({99, "mail", {}, {}, 1, {}, {}}, End::kDead);
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 mail done 1"));
}

TYPED_TEST(QueueConformance, DropForgetsButNotWhatRuns) {
  this->put(event_of(1, {"mail", "chat"}));
  this->put(event_of(2));
  for (const Lease& lease : this->lease()) {
    if (lease.handler == "mail") this->settle(lease, End::kRetry, kNow, kNow + 50 * kSecond);
  }
  EXPECT_EQ(*this->queue_->drop({.id = event_id(1)}), 1U) << "chat runs";
  EXPECT_THAT(states(*this->queue_), ElementsAre("0001 chat running 1", "0002 mail waiting 0"));
  EXPECT_THAT(names(this->lease()), ElementsAre("0002 mail")) << "nothing is in front of it";
  EXPECT_EQ(*this->queue_->drop({.id = event_id(7)}), 0U);
}

TYPED_TEST(QueueConformance, ListsWhatIsAskedFor) {
  this->put(event_of(1, {"mail"}, "team/app"));
  this->put(event_of(2, {"chat"}, "team/web"));
  NewEvent pull = event_of(3, {"chat"}, "other");
  pull.kind = "pull";
  this->put(pull);
  Queue& queue = *this->queue_;
  EXPECT_THAT(states(queue, {.repository = "team/*"}), SizeIs(2));
  EXPECT_THAT(states(queue, {.repository = "team/[aw]*"}), IsEmpty());
  EXPECT_THAT(states(queue, {.kind = "pull"}), ElementsAre("0003 chat waiting 0"));
  EXPECT_THAT(states(queue, {.handler = "chat"}), SizeIs(2));
  EXPECT_THAT(states(queue, {.repository = "team/*", .handler = "chat"}),
              ElementsAre("0002 chat waiting 0"));
  EXPECT_THAT(states(queue, {.id = event_id(2).substr(0, 8)}), ElementsAre("0002 chat waiting 0"));
  EXPECT_THAT(states(queue, {.since_ns = kNow + 3 * kSecond}), SizeIs(1));
  EXPECT_THAT(states(queue, {.state = DeliveryState::kDone}), IsEmpty());
  std::vector<std::string> newest;
  std::int64_t number = 0;
  ASSERT_TRUE(queue.list({}, Sort::kNewestFirst, [&](const EventView& event) {
    newest.push_back(event.id.substr(4, 4));
    number = event.number;
    return newest.size() < 2;
  }));
  EXPECT_THAT(newest, ElementsAre("0003", "0002"));
  EXPECT_THAT(states(queue, {.above = number}), SizeIs(1)) << "those that came later";
}

TYPED_TEST(QueueConformance, Counts) {
  QueueCounts counts = *this->queue_->counts();
  EXPECT_EQ(counts.waiting + counts.running + counts.dead, 0U);
  EXPECT_EQ(counts.oldest_ns, 0);
  ASSERT_TRUE(this->queue_->enqueue({event_of(1)}, kNow - 9));
  ASSERT_TRUE(this->queue_->enqueue({event_of(2, {"a", "b", "mail"})}, kNow));
  const std::vector<Lease> leases = this->lease(kNow, {1, 1, 0, {"a", "b"}});
  counts = *this->queue_->counts();
  EXPECT_EQ(counts.waiting, 3U);
  EXPECT_EQ(counts.running, 1U);
  EXPECT_EQ(counts.oldest_ns, kNow - 9);
  this->settle(leases[0], End::kDead);
  counts = *this->queue_->counts();
  EXPECT_EQ(counts.dead, 1U);
  EXPECT_EQ(counts.oldest_ns, kNow);
  EXPECT_GT(counts.bytes, 0U);
}

TYPED_TEST(QueueConformance, TrimRemovesWhatIsDoneAndOld) {
  for (unsigned i = 1; i <= 3; ++i) this->put(event_of(i, {"mail"}, "r" + std::to_string(i)));
  for (const Lease& lease : this->lease()) {
    if (lease.id == event_id(1)) this->settle(lease, End::kDone, kNow);
    if (lease.id == event_id(2)) this->settle(lease, End::kDead, kNow);
  }
  const QueueLimits limits{10 * kSecond, 100 * kSecond, std::uint64_t{1} << 40U};
  EXPECT_EQ(*this->queue_->trim(limits, kNow + 9 * kSecond), 0U);
  EXPECT_EQ(*this->queue_->trim(limits, kNow + 11 * kSecond), 1U);
  EXPECT_THAT(states(*this->queue_), ElementsAre("0002 mail dead 1", "0003 mail running 1"));
  EXPECT_EQ(*this->queue_->trim(limits, kNow + 101 * kSecond), 1U);
  EXPECT_EQ(*this->queue_->trim({0, 0, 0}, kNow + 1000 * kSecond), 0U) << "never what is open";
  EXPECT_THAT(states(*this->queue_), ElementsAre("0003 mail running 1"));
}

TYPED_TEST(QueueConformance, TrimBySizeTakesTheOldestThatAreDone) {
  std::vector<NewEvent> events;
  for (unsigned i = 1; i <= 1500; ++i) {
    events.push_back(event_of(i, {"mail"}, "r" + std::to_string(i)));
    events.back().call.resize(4000);
  }
  ASSERT_TRUE(this->queue_->enqueue(events, kNow));
  for (const Lease& lease : this->lease(kNow, {1000, 1000, 0, {}})) {
    this->settle(lease, End::kDone, kNow + lease.event);
  }
  const std::uint64_t before = this->queue_->counts()->bytes;
  EXPECT_GT(*this->queue_->trim({kNow, kNow, before * 3 / 4}, kNow), 300U);
  EXPECT_LE(this->queue_->counts()->bytes, before * 3 / 4);
  EXPECT_EQ(this->queue_->counts()->waiting, 500U);
  EXPECT_THAT(states(*this->queue_, {.state = DeliveryState::kDone}), Not(IsEmpty()));
}

}  // namespace
}  // namespace rcx::host
