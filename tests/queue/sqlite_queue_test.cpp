// What is special of SqliteQueue: full disks, damaged files and other releases.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <csignal>

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

// A question of `lease` that reads more with a longer queue would show here.
TEST_F(SqliteQueueTest, EveryQuestionOfTheWayIsAnsweredByAnIndex) {
  static_cast<void>(*SqliteQueue::open(directory()));
  SQLite::Database database(file().string(), SQLite::OPEN_READONLY);
  for (const char* sql :
       {"SELECT event, next_ns FROM deliveries WHERE handler = 'a' AND path = 'b' AND state < 2"
        " AND overtaken = 0 ORDER BY time_ns, event LIMIT 1",
        "SELECT event FROM deliveries WHERE handler = 'a' AND state = 0 AND overtaken = 1 AND"
        " next_ns <= 1 ORDER BY next_ns LIMIT 1",
        "SELECT path FROM lanes WHERE handler = 'a' AND next_ns <= 1 ORDER BY next_ns LIMIT 1",
        "SELECT count(*) FROM deliveries WHERE state = 1 AND state <> 2 AND handler = 'a'",
        "SELECT handler FROM lanes WHERE handler > 'a' ORDER BY handler LIMIT 1"}) {
    SQLite::Statement plan(database, std::string("EXPLAIN QUERY PLAN ") + sql);
    while (plan.executeStep()) {
      const std::string step = plan.getColumn(3).getString();
      EXPECT_THAT(step, testing::StartsWith("SEARCH")) << sql;
    }
  }
}

}  // namespace
}  // namespace rcx::host
