// What is special of SqliteQueue: full disks, damaged files and other releases.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <csignal>

#include "host/queue/queue_schema.hpp"
#include "tests/queue/engines.hpp"

namespace rcx::host {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SqliteQueueTest : public testing::Test {
 protected:
  fs::path directory() const { return temp_.path().string(); }
  fs::path file() const { return SqliteQueue::file(directory()); }
  NewEvent large(unsigned number) const {
    NewEvent event = event_of(number);
    event.call.resize(100'000, 'x');
    return event;
  }
  test::TempDir temp_;
};

TEST_F(SqliteQueueTest, AFullOneSaysSoAndKeepsWhatItHas) {
  std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory(), 100));
  unsigned stored = 0;
  Result<void> put{};
  while (stored < 100 && (put = queue->enqueue({large(stored)}, kNow))) ++stored;
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, Code::kLimit) << put.error().message;
  EXPECT_THAT(put.error().message, HasSubstr("queue.db is full"));
  EXPECT_GT(stored, 1U);
  EXPECT_THAT(states(*queue), SizeIs(stored));
  queue.reset();
  queue = std::move(*SqliteQueue::open(directory(), 110));
  const std::vector<Lease> leases = *queue->lease(many(), kNow);
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_TRUE(queue->settle({end_of(leases[0], Settlement::End::kDone)}, kNow));
  EXPECT_EQ(*queue->trim({0, 0, 0}, kNow + 1), 1U);
  EXPECT_TRUE(queue->enqueue({large(200)}, kNow)) << "there is room again";
}

// The whole batch, as it says.
TEST_F(SqliteQueueTest, WhatDoesNotFitAsAWholeIsNotStored) {
  const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory(), 60));
  EXPECT_FALSE(queue->enqueue({large(1), large(2), large(3)}, kNow));
  EXPECT_THAT(states(*queue), IsEmpty());
  EXPECT_TRUE(queue->enqueue({large(1)}, kNow));
}

// A write that the system refuses in the middle.
TEST_F(SqliteQueueTest, AWriteThatFailsChangesNothing) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory()));
    if (!queue->enqueue({large(1)}, kNow)) ::_exit(1);
    const rlimit limit{300'000, 300'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    NewEvent huge = event_of(2);
    huge.call.resize(1'000'000, 'x');
    if (queue->enqueue({huge}, kNow)) ::_exit(2);
    if (!queue->enqueue({event_of(3)}, kNow)) ::_exit(3);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory()));
  EXPECT_THAT(states(*queue), testing::ElementsAre("0001 mail waiting 0", "0003 mail waiting 0"));
}

// One that is not stored is as if it never was.
TEST_F(SqliteQueueTest, AHandOutThatFailsIsDoneAgain) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory()));
    if (!queue->enqueue({event_of(1), event_of(2)}, kNow)) ::_exit(1);
    const std::vector<Lease> first = *queue->lease(many(), kNow);
    if (names(first) != std::vector<std::string>{"0001 mail"}) ::_exit(2);
    rlimit limit{1, RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (queue->hand_out({end_of(first[0], Settlement::End::kDone)}, many(), kNow)) ::_exit(3);
    limit.rlim_cur = RLIM_INFINITY;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!queue->lease(many(), kNow)->empty()) ::_exit(4);
    const auto next = queue->hand_out({end_of(first[0], Settlement::End::kDone)}, many(), kNow);
    ::_exit(next && names(*next) == std::vector<std::string>{"0002 mail"} ? 0 : 5);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(SqliteQueueTest, ADamagedFileIsSaidToBeDamaged) {
  test::write_file(file().string(), std::string(8192, 'x'));
  const auto opened = SqliteQueue::open(directory());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kInvalid);
  EXPECT_THAT(opened.error().message, HasSubstr("queue.db is damaged"));
}

TEST_F(SqliteQueueTest, AQueueOfALaterReleaseIsLeftAlone) {
  static_cast<void>(*SqliteQueue::open(directory()));
  SQLite::Database(file().string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  for (const auto& opened :
       {SqliteQueue::open(directory()), SqliteQueue::open_to_read(directory())}) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kUnavailable);
    EXPECT_THAT(opened.error().message, HasSubstr("later release of rcx"));
  }
}

// The tables of its first version, with what they held of an order.
TEST_F(SqliteQueueTest, AQueueOfAnEarlierReleaseGoesOn) {
  {
    SQLite::Database old(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    old.exec(queue_schema_steps()[0]);
    old.exec("PRAGMA user_version = 1");
    old.exec(
        "INSERT INTO events (id, kind, repository, path, caller, time_ns, queued_ns, bytes, open,"
        " context, call) VALUES ('0001', 'push', 'app', '/app', 'ada', 7, 7, 1, 1, '', 'x')");
    old.exec("INSERT INTO deliveries VALUES (1, 'mail', '/app', 7, 1, 0, 2, 0, 0, 7, '')");
    old.exec("INSERT INTO lanes VALUES ('mail', '/app', 9223372036854775807)");
  }
  const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory()));
  const std::vector<Lease> leases = *queue->lease(many(), kNow);
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_EQ(leases[0].id, "0001");
  EXPECT_EQ(leases[0].attempt, 3U);
}

TEST_F(SqliteQueueTest, ReadersSeeItWhileItIsWritten) {
  EXPECT_EQ(*SqliteQueue::open_to_read(directory()), nullptr);
  const std::unique_ptr<Queue> queue = std::move(*SqliteQueue::open(directory()));
  ASSERT_TRUE(queue->enqueue({event_of(1)}, kNow));
  const std::unique_ptr<Queue> reader = std::move(*SqliteQueue::open_to_read(directory()));
  EXPECT_THAT(states(*reader), SizeIs(1));
  ASSERT_TRUE(queue->enqueue({event_of(2)}, kNow));
  EXPECT_THAT(states(*reader), SizeIs(2));
  EXPECT_FALSE(reader->enqueue({event_of(3)}, kNow));
}

// A question that reads more with a longer queue, or where more is done, would show here.
TEST_F(SqliteQueueTest, EveryQuestionOfTheWayIsAnsweredByAnIndex) {
  static_cast<void>(*SqliteQueue::open(directory()));
  SQLite::Database database(file().string(), SQLite::OPEN_READONLY);
  for (const char* sql :
       {"SELECT event FROM deliveries WHERE state IN (0, 1) AND state <> 2",
        "SELECT call FROM events e JOIN deliveries d ON d.event = e.number WHERE e.number = 1 AND"
        " d.handler = 'a'",
        "SELECT count(*) FROM deliveries WHERE event = 1 AND state < 2",
        "SELECT number FROM events WHERE open = 0 AND (dead > 0) = 0 AND closed_ns < 1 ORDER BY"
        " closed_ns LIMIT 1"}) {
    SQLite::Statement plan(database, std::string("EXPLAIN QUERY PLAN ") + sql);
    while (plan.executeStep()) {
      const std::string step = plan.getColumn(3).getString();
      EXPECT_THAT(step, testing::StartsWith("SEARCH")) << sql;
    }
  }
}

}  // namespace
}  // namespace rcx::host
