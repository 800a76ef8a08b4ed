#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/filesystem/operations.hpp>

#include "host/database/database.hpp"
#include "host/recorder/schema.hpp"
#include "tests/recorder/records.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kHourNs = 3'600'000'000'000;

class StoreTest : public RecordsTest {
 protected:
  Store open() { return *Store::open(directory_); }
  // All in one commit.
  void put_all(Store& store, const std::vector<Record>& records) {
    std::vector<StoredRecord> all;
    for (const Record& record : records) all.push_back(stored(record));
    EXPECT_TRUE(store.put(all, {"j", 1, 10}, false));
  }
  void put(Store& store, const Record& record, bool finished = false) {
    const Result<void> done = store.put({stored(record)}, {"j", 1, 10}, finished);
    EXPECT_TRUE(done) << done.error().message;
  }
  std::string file() const { return Store::file(directory_).string(); }
  std::vector<std::string> listed(const RecordQuery& query) {
    std::vector<std::string> found;
    for (const StoredRecord& one : *list_records(config_, query, 100))
      found.push_back(one.record.id);
    return found;
  }
};

TEST_F(StoreTest, KeepsWhatWasPut) {
  {
    Store store = open();
    put(store, record_of(1));
  }
  EXPECT_THAT(ids(), ElementsAre(id_of(1)));
  EXPECT_EQ((*find_records(config_, id_of(1), 2)).at(0).line, record_line(record_of(1)));
}

TEST_F(StoreTest, AnEventHasOneRecordThatOfItsLastAttempt) {
  Store store = open();
  Record record = record_of(1);
  record.attempts = 2;
  put(store, record);
  record.attempts = 1;
  record.verdict = "refused";
  put(store, record);
  EXPECT_THAT(listed({}), SizeIs(1));
  EXPECT_EQ(all()[0].record.attempts, 2U);
  record.attempts = 3;
  record.extensions.push_back({"late", "", "", "enforce", "closed", "agreed", "", 0, {}, 0});
  put(store, record);
  EXPECT_EQ(all()[0].record.attempts, 3U);
  EXPECT_EQ(all()[0].record.verdict, "refused");
  RecordQuery query;
  query.extension = "late";
  EXPECT_THAT(listed(query), SizeIs(1));
}

TEST_F(StoreTest, FiltersAddUp) {
  Store store = open();
  Record record = record_of(1);
  put(store, record);
  record = record_of(2);
  record.repository = "team/web";
  record.verdict = "refused";
  record.caller.name = "bob";
  record.kind = "push";
  record.extensions.push_back({"x", "1", "", "enforce", "closed", "agreed", "", 0, {}, 0});
  put(store, record);
  const auto query = [](auto set) {
    RecordQuery made;
    set(made);
    return made;
  };
  EXPECT_THAT(listed({}), ElementsAre(id_of(2), id_of(1)));
  EXPECT_THAT(listed(query([](auto& q) { q.repository = "*/app"; })), ElementsAre(id_of(1)));
  EXPECT_THAT(listed(query([](auto& q) { q.refused = true; })), ElementsAre(id_of(2)));
  EXPECT_THAT(listed(query([](auto& q) { q.caller = "ada"; })), ElementsAre(id_of(1)));
  EXPECT_THAT(listed(query([](auto& q) { q.extension = "x"; })), ElementsAre(id_of(2)));
  EXPECT_THAT(listed(query([](auto& q) { q.kind = "push"; })), ElementsAre(id_of(2)));
  EXPECT_THAT(listed(query([](auto& q) { q.since_ns = kFirstTimeNs + 120'000'000'000; })),
              ElementsAre(id_of(2)));
  EXPECT_THAT(listed(query([](auto& q) {
                q.refused = true;
                q.caller = "ada";
              })),
              IsEmpty());
  EXPECT_THAT(*list_records(config_, {}, 1), SizeIs(1));
}

TEST_F(StoreTest, AMarkIsOfOneFile) {
  Store store = open();
  put(store, record_of(1));
  EXPECT_EQ(store.mark("j", 1)->position, 10U);
  EXPECT_EQ(store.mark("j", 2)->position, 0U) << "another file of that name";
  EXPECT_TRUE(store.forget_marks({{"j", 0, 0}}));
  EXPECT_EQ(store.mark("j", 1)->position, 10U);
  EXPECT_TRUE(store.forget_marks({}));
  EXPECT_EQ(store.mark("j", 1)->position, 0U);
  put(store, record_of(2));
  put(store, record_of(3), true);
  EXPECT_EQ(store.mark("j", 1)->position, 0U);
}

TEST_F(StoreTest, OldRecordsGo) {
  Store store = open();
  const std::int64_t now = wall_ns();
  std::vector<Record> old;
  for (unsigned i = 0; i < 1300; ++i) old.push_back(record_of(i, now - 2 * kHourNs));
  put_all(store, old);
  put(store, record_of(5000, now));
  EXPECT_EQ(*store.trim({kHourNs, kKeepAll.bytes}), 1300U);
  EXPECT_THAT(listed({}), ElementsAre(id_of(5000)));
  EXPECT_EQ(*store.trim({kHourNs, kKeepAll.bytes}), 0U);
}

TEST_F(StoreTest, TheOldestGoWhereThereIsNoRoom) {
  Store store = open();
  std::vector<Record> large;
  for (unsigned i = 0; i < 2000; ++i) {
    large.push_back(record_of(i));
    large.back().reason = std::string(2000, 'x');
  }
  put_all(store, large);
  constexpr std::uint64_t kMegabyte = std::uint64_t{1024} * 1024;
  EXPECT_GT(*store.trim({kHourNs, 3 * kMegabyte}), 0U);
  EXPECT_LE(fs::file_size(file()), 3 * kMegabyte) << "room is given back to the disk";
  EXPECT_THAT(listed({}), SizeIs(100));
  EXPECT_EQ(listed({})[0], id_of(1999));
}

TEST_F(StoreTest, AnOlderDatabaseIsBroughtToTheNextVersion) {
  {
    Store store = open();
    put(store, record_of(1));
  }
  std::vector<std::string> steps = schema_steps();
  steps.emplace_back("ALTER TABLE records ADD COLUMN more TEXT; UPDATE records SET more = id;");
  SQLite::Database database(file(), SQLite::OPEN_READWRITE);
  ASSERT_TRUE(migrate(database, steps));
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), static_cast<int>(steps.size()));
  EXPECT_EQ(database.execAndGet("SELECT more FROM records").getString(), id_of(1));
  ASSERT_TRUE(migrate(database, steps)) << "twice changes nothing";
}

TEST_F(StoreTest, AStepThatFailsLeavesTheOlderVersion) {
  open();
  std::vector<std::string> steps = schema_steps();
  steps.emplace_back("CREATE TABLE good (a); CREATE TABLE records (a);");
  SQLite::Database database(file(), SQLite::OPEN_READWRITE);
  EXPECT_THROW(static_cast<void>(migrate(database, steps)), SQLite::Exception);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(),
            static_cast<int>(schema_steps().size()));
  EXPECT_FALSE(database.tableExists("good"));
}

TEST_F(StoreTest, ADatabaseOfALaterReleaseIsLeftAlone) {
  open();
  SQLite::Database(file(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  const Result<Store> opened = Store::open(directory_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kUnavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("later release of rcx: wanted at most version 1"));
  const auto read = list_records(config_, {}, 1);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("got 99"));
}

// As where the recorder was killed while it made the database.
TEST_F(StoreTest, WhatWasLeftHalfWrittenIsRolledBackByWhoReads) {
  fs::create_directories(directory_);
  const std::string elsewhere = (temp_.path() / "elsewhere.db").string();
  SQLite::Database database(elsewhere, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("CREATE TABLE one (a)");
  database.exec("PRAGMA synchronous = OFF");  // the journal counts from its first byte
  database.exec("PRAGMA cache_size = 1");
  database.exec("BEGIN IMMEDIATE");
  database.exec(
      "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 1000)"
      " INSERT INTO one SELECT hex(randomblob(500)) FROM n");
  fs::copy_file(elsewhere, file());
  fs::copy_file(elsewhere + "-journal", file() + "-journal");
  const auto read = list_records(config_, {}, 1);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(*read, SizeIs(0));
  EXPECT_FALSE(fs::exists(file() + "-journal"));
}

TEST_F(StoreTest, ADamagedDatabaseIsSaidToBeDamaged) {
  test::write_file(file(), std::string(8192, 'x'));
  const Result<Store> opened = Store::open(directory_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kInvalid);
  const auto read = list_records(config_, {}, 1);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("records.db is damaged"));
}

TEST_F(StoreTest, IdsAreFoundByHowTheyBegin) {
  Store store = open();
  for (const char* id :
       {"0123abcd-0000-7000-8000-000000000001", "0123abcd-0000-7000-8000-000000000002"}) {
    Record record = record_of(1);
    record.id = id;
    put(store, record);
  }
  const auto count = [&](const char* prefix) { return find_records(config_, prefix, 9)->size(); };
  EXPECT_EQ(count("0123abcd-0000-7000-8000-000000000001"), 1U);
  EXPECT_EQ(count("0123ABCD000070008000000000000002"), 1U);
  EXPECT_EQ(count("0123ab"), 2U);
  EXPECT_EQ(count("0123abcd-"), 2U);
  EXPECT_EQ(count("0123abcd0"), 2U);
  EXPECT_EQ(count("0123abd"), 0U);
  for (const char* wrong : {"", "0123a", "0-1-2-3-a", "0123abcx", "%", "0123ab'",
                            "0123abcd-0000-7000-8000-0000000000011"}) {
    EXPECT_FALSE(find_records(config_, wrong, 9)) << wrong;
  }
}

}  // namespace
}  // namespace rcx::host
