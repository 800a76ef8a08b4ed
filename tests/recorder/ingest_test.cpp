#include "host/recorder/ingest.hpp"

#include <boost/filesystem/operations.hpp>

#include "tests/recorder/records.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

class IngestTest : public RecordsTest {
 protected:
  void append(Journal& journal, unsigned number) {
    ASSERT_TRUE(journal.append(record_line(record_of(number))));
  }
  void run(std::int64_t oldest_ns = 0) {
    const Result<void> done = ingest_.run(oldest_ns);
    ASSERT_TRUE(done) << done.error().message;
  }

  Store store_ = *Store::open(directory_);
  Ingest ingest_{directory_, store_};
};

TEST_F(IngestTest, MovesEachRecordOnceAndKeepsTheFileOfAnAppender) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  run();
  append(journal, 2);
  run();
  run();
  EXPECT_EQ(ingest_.records(), 2U);
  EXPECT_THAT(files(), SizeIs(1));
  EXPECT_THAT(ids(), ElementsAre(id_of(2), id_of(1)));
}

TEST_F(IngestTest, AFileThatNobodyHasOpenGoes) {
  {
    Journal journal(directory_, kKeepAll);
    append(journal, 1);
  }
  run();
  EXPECT_THAT(files(), SizeIs(0));
  EXPECT_THAT(ids(), SizeIs(1));
}

TEST_F(IngestTest, LinesThatAreNoRecordsAreSkippedAndCounted) {
  {
    Journal journal(directory_, kKeepAll);
    append(journal, 1);
  }
  append_raw(files()[0].name,
             "rubbish\n\n{\"format\":1}\n" + record_line(record_of(2)) + "\n{\"torn");
  run();
  EXPECT_EQ(ingest_.skipped(), 3U);
  EXPECT_THAT(ids(), ElementsAre(id_of(2), id_of(1)));
  EXPECT_THAT(files(), SizeIs(0));
}

TEST_F(IngestTest, ALineThatIsStillBeingWrittenWaits) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  const std::string line = record_line(record_of(2)) + "\n";
  append_raw(files()[0].name, line.substr(0, 50));
  run();
  EXPECT_EQ(ingest_.skipped(), 0U);
  append_raw(files()[0].name, line.substr(50));
  run();
  EXPECT_THAT(ids(), SizeIs(2));
}

// As after a kill between the commit and the removal of the file.
TEST_F(IngestTest, WhatIsReadTwiceCountsOnce) {
  {
    Journal journal(directory_, kKeepAll);
    append(journal, 1);
  }
  const std::string name = files()[0].name;
  const std::string bytes = test::read_file((directory_ / name).string());
  run();
  append_raw(name, bytes);
  run();
  EXPECT_THAT(ids(), ElementsAre(id_of(1)));
}

TEST_F(IngestTest, AFileOlderThanRecordsAreKeptGoesThoughSomebodyHoldsIt) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  run(wall_ns() + 1'000'000'000);
  EXPECT_THAT(files(), SizeIs(0));
  append(journal, 2);
  EXPECT_THAT(ids(), SizeIs(2)) << "who holds it has noticed";
}

TEST_F(IngestTest, ManyBatchesOfOneFile) {
  {
    Journal journal(directory_, kKeepAll, {}, std::uint64_t{1} << 40U);
    for (unsigned i = 0; i < 1000; ++i) {
      Record record = record_of(i);
      record.reason = std::string(4000, 'r');
      ASSERT_TRUE(journal.append(record_line(record)));
    }
  }
  run();
  EXPECT_THAT(ids(), SizeIs(1000));
}

}  // namespace
}  // namespace rcx::host
