#include "host/queue/sqlite_queue.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>

#include "host/database/database.hpp"
#include "host/database/statements.hpp"
#include "host/queue/queue_schema.hpp"

namespace rcx::host {
namespace {

constexpr int kPatienceMilliseconds = 5000;
constexpr std::int64_t kLargestLog = std::int64_t{64} * 1024 * 1024;

std::string view_text(sqlite3_value* value) {
  const void* bytes = sqlite3_value_blob(value);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

// Globs as rcx.yaml has them, which are not SQLite's.
void matches_glob(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  sqlite3_result_int(context, glob_matches(view_text(values[0]), view_text(values[1])) ? 1 : 0);
}

}  // namespace

fs::path SqliteQueue::file(const fs::path& directory) {
  return directory / "queue.db";
}

SqliteQueue::SqliteQueue(std::string file, std::unique_ptr<SQLite::Database> database)
    : file_(std::move(file)),
      database_(std::move(database)),
      statements_(std::make_unique<Statements>(*database_)) {
  database_->createFunction("matches_glob", 2, true, nullptr, &matches_glob);
}

SqliteQueue::~SqliteQueue() = default;

Result<std::unique_ptr<Queue>> SqliteQueue::open(const fs::path& directory, int most_pages) {
  const std::string path = file(directory).string();
  return guarded<std::unique_ptr<Queue>>(path, [&]() -> Result<std::unique_ptr<Queue>> {
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX,
        kPatienceMilliseconds);
    database->exec("PRAGMA auto_vacuum = INCREMENTAL");
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = FULL");
    database->exec("PRAGMA journal_size_limit = " + std::to_string(kLargestLog));
    if (Result<void> migrated = migrate(*database, queue_schema_steps()); !migrated) {
      return migrated.error();
    }
    if (most_pages > 0) database->exec("PRAGMA max_page_count = " + std::to_string(most_pages));
    std::unique_ptr<SqliteQueue> queue(new SqliteQueue(path, std::move(database)));
    queue->recover();
    queue->load();
    return std::unique_ptr<Queue>(std::move(queue));
  });
}

Result<std::unique_ptr<Queue>> SqliteQueue::open_to_read(const fs::path& directory) {
  const std::string path = file(directory).string();
  Result<std::optional<SQLite::Database>> database =
      host::open_to_read(path, queue_schema_steps(), kPatienceMilliseconds);
  if (!database) return database.error();
  if (!*database) return std::unique_ptr<Queue>();
  return std::unique_ptr<Queue>(
      new SqliteQueue(path, std::make_unique<SQLite::Database>(std::move(**database))));
}

Prepared SqliteQueue::sql(std::string_view text) {
  return statements_->use(text);
}

void SqliteQueue::wait_for_disk(bool wait) {
  if (wait == waits_) return;
  database_->exec(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  waits_ = wait;
}

// Nobody has them any more.
void SqliteQueue::recover() {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  sql("UPDATE deliveries SET state = 0, next_ns = 0 WHERE state = 1 AND state <> 2").run();
  transaction.commit();
}

// Brings the schedule to what is stored, where it may differ.
void SqliteQueue::load() {
  if (loaded_) return;
  schedule_.clear();
  Prepared rows =
      sql("SELECT event, handler, path, time_ns, next_ns, failed_ns, overtaken, state, changed_ns"
          " FROM deliveries WHERE state IN (0, 1) AND state <> 2");
  while (rows.step()) {
    Schedule::Place place{rows.integer(4), rows.integer(5), rows.integer(6) != 0,
                          rows.integer(7) == 1};
    // Never tried, and nothing to wait for.
    if (place.failed_ns == 0 && place.next_ns <= rows.integer(8)) place.next_ns = 0;
    schedule_.restore({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3)}, place);
  }
  loaded_ = true;
}

void SqliteQueue::change(bool wait, const std::function<void()>& work,
                         const std::function<void()>& keep) {
  load();
  wait_for_disk(wait);
  loaded_ = false;  // where one of them throws
  {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    work();
    transaction.commit();
  }
  keep();
  loaded_ = true;
}

void SqliteQueue::put(const NewEvent& event, std::int64_t now_ns,
                      std::vector<Schedule::Delivery>& put) {
  Prepared insert =
      sql("INSERT INTO events (id, kind, repository, path, caller, time_ns, queued_ns, bytes, open,"
          " context, call) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
  insert.with(event.id, event.kind, event.repository, event.path, event.caller, event.time_ns,
              now_ns, static_cast<std::int64_t>(event.call.size() + event.context.size()),
              static_cast<std::int64_t>(event.handlers.size()));
  constexpr int kContext = 10;
  insert.raw().bindNoCopy(kContext, event.context.data(), static_cast<int>(event.context.size()));
  insert.raw().bindNoCopy(kContext + 1, event.call.data(), static_cast<int>(event.call.size()));
  if (insert.run() == 0) return;
  const std::int64_t number = database_->getLastInsertRowid();
  for (const std::string& handler : event.handlers) {
    Prepared one =
        sql("INSERT OR IGNORE INTO deliveries (event, handler, path, time_ns, next_ns, changed_ns)"
            " VALUES (?, ?, ?, ?, ?, ?)");
    one.with(number, handler, event.path, event.time_ns, now_ns, now_ns);
    if (one.run() != 0) put.push_back({number, handler, event.path, event.time_ns});
  }
}

Result<void> SqliteQueue::enqueue(const std::vector<NewEvent>& events, std::int64_t now_ns) {
  return guarded<void>(file_, [&]() -> Result<void> {
    std::vector<Schedule::Delivery> added;
    change(
        true,
        [&] {
          for (const NewEvent& event : events) put(event, now_ns, added);
        },
        [&] {
          for (const Schedule::Delivery& one : added) schedule_.add(one, now_ns);
        });
    return {};
  });
}

Lease SqliteQueue::take(const Schedule::Due& due, std::int64_t now_ns) {
  sql("UPDATE deliveries SET state = 1, attempts = attempts + 1, changed_ns = ?"
      " WHERE event = ? AND handler = ?")
      .with(now_ns, due.event, due.handler)
      .run();
  Prepared row =
      sql("SELECT e.id, e.repository, d.attempts, e.call, e.context FROM events e JOIN deliveries d"
          " ON d.event = e.number WHERE e.number = ? AND d.handler = ?");
  row.with(due.event, due.handler);
  Lease lease;
  lease.event = due.event;
  lease.handler = due.handler;
  if (!row.step()) return lease;
  lease.id = row.text(0);
  lease.repository = row.text(1);
  lease.attempt = static_cast<std::uint32_t>(row.integer(2));
  lease.call = row.text(3);
  lease.context = row.text(4);
  return lease;
}

Result<std::vector<Lease>> SqliteQueue::hand_out(const std::vector<Settlement>& settlements,
                                                 const LeaseTerms& terms, std::int64_t now_ns) {
  return guarded<std::vector<Lease>>(file_, [&]() -> Result<std::vector<Lease>> {
    std::vector<Lease> leases;
    // What is settled here may make room for what is handed out: the schedule goes along.
    const auto work = [&] {
      for (const Settlement& settlement : settlements) settle_one(settlement, now_ns);
      if (terms.most == 0) return;
      const Schedule::Turn turn = schedule_.hand_out(terms, now_ns);
      for (const Schedule::Due& one : turn.overtaken) {
        sql("UPDATE deliveries SET overtaken = 1 WHERE event = ? AND handler = ?")
            .with(one.event, one.handler)
            .run();
      }
      for (const Schedule::Due& one : turn.due) leases.push_back(take(one, now_ns));
    };
    change(false, work, [] {});
    return leases;
  });
}

Result<std::int64_t> SqliteQueue::next_due(const std::set<std::string>& asleep) {
  return guarded<std::int64_t>(file_, [&]() -> Result<std::int64_t> {
    load();
    return schedule_.next_due(asleep);
  });
}

void SqliteQueue::settle_one(const Settlement& settlement, std::int64_t now_ns) {
  using End = Settlement::End;
  const bool over = settlement.end == End::kDone || settlement.end == End::kDead;
  const auto state = settlement.end == End::kDone   ? DeliveryState::kDone
                     : settlement.end == End::kDead ? DeliveryState::kDead
                                                    : DeliveryState::kWaiting;
  const bool failed = settlement.end == End::kRetry || settlement.end == End::kDead;
  const int settled = sql("UPDATE deliveries SET state = ?1, next_ns = ?2, changed_ns = ?3,"
                          " attempts = attempts - ?4, error = CASE WHEN ?5 THEN ?6 ELSE error END,"
                          " failed_ns = CASE WHEN ?5 AND failed_ns = 0 THEN ?3 ELSE failed_ns END"
                          " WHERE event = ?7 AND handler = ?8 AND state = 1")
                          .with(static_cast<int>(state), settlement.next_ns, now_ns,
                                settlement.end == End::kReturned ? 1 : 0, failed ? 1 : 0,
                                settlement.error, settlement.event, settlement.handler)
                          .run();
  if (settled == 0) return;
  if (over) {
    schedule_.end(settlement.event, settlement.handler, now_ns);
    recount(settlement.event, now_ns);
  } else {
    schedule_.wait_again(settlement.event, settlement.handler, settlement.next_ns, failed, now_ns);
  }
}

void SqliteQueue::recount(std::int64_t event, std::int64_t now_ns) {
  sql("UPDATE events SET closed_ns = max(closed_ns, queued_ns, ?2),"
      " open = (SELECT count(*) FROM deliveries WHERE event = ?1 AND state < 2),"
      " dead = (SELECT count(*) FROM deliveries WHERE event = ?1 AND state = 3)"
      " WHERE number = ?1")
      .with(event, now_ns)
      .run();
}

}  // namespace rcx::host
