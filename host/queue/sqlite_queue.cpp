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
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kPatienceMilliseconds);
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
    return std::unique_ptr<Queue>(std::move(queue));
  });
}

Result<std::unique_ptr<Queue>> SqliteQueue::open_to_read(const fs::path& directory) {
  const std::string path = file(directory).string();
  boost::system::error_code ignored;
  if (!fs::exists(path, ignored)) return std::unique_ptr<Queue>();
  return guarded<std::unique_ptr<Queue>>(path, [&]() -> Result<std::unique_ptr<Queue>> {
    auto database =
        std::make_unique<SQLite::Database>(path, SQLite::OPEN_READONLY, kPatienceMilliseconds);
    const Result<int> version = known_version(*database, queue_schema_steps());
    if (!version) return version.error();
    if (*version == 0) return std::unique_ptr<Queue>();
    return std::unique_ptr<Queue>(new SqliteQueue(path, std::move(database)));
  });
}

Prepared SqliteQueue::sql(const std::string& text) {
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
  sql("UPDATE lanes SET next_ns = 0 WHERE next_ns = ?").with(kNever).run();
  sql("UPDATE deliveries SET state = 0, next_ns = 0 WHERE state = 1 AND state <> 2").run();
  transaction.commit();
}

void SqliteQueue::open_lane(const std::string& handler, const std::string& path,
                            std::int64_t next_ns) {
  sql("INSERT INTO lanes VALUES (?, ?, ?) ON CONFLICT (handler, path) DO UPDATE"
      " SET next_ns = min(next_ns, excluded.next_ns) WHERE next_ns <> 9223372036854775807")
      .with(handler, path, next_ns)
      .run();
}

void SqliteQueue::put(const NewEvent& event, std::int64_t now_ns) {
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
    sql("INSERT OR IGNORE INTO deliveries (event, handler, path, time_ns, next_ns, changed_ns)"
        " VALUES (?, ?, ?, ?, ?, ?)")
        .with(number, handler, event.path, event.time_ns, now_ns, now_ns)
        .run();
    open_lane(handler, event.path, now_ns);
  }
}

Result<void> SqliteQueue::enqueue(const std::vector<NewEvent>& events, std::int64_t now_ns) {
  return guarded<void>(file_, [&]() -> Result<void> {
    wait_for_disk(true);
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const NewEvent& event : events) put(event, now_ns);
    transaction.commit();
    return {};
  });
}

std::vector<std::string> SqliteQueue::handlers_with_lanes() {
  std::vector<std::string> all;
  std::string last;
  while (true) {
    Prepared next = sql("SELECT handler FROM lanes WHERE handler > ? ORDER BY handler LIMIT 1");
    next.with(last);
    if (!next.step()) break;
    last = next.text(0);
    all.push_back(last);
  }
  // Those whose only deliveries were overtaken have no lane.
  last.clear();
  while (true) {
    Prepared next =
        sql("SELECT handler FROM deliveries WHERE state = 0 AND overtaken = 1 AND handler > ?"
            " ORDER BY handler LIMIT 1");
    next.with(last);
    if (!next.step()) break;
    last = next.text(0);
    if (std::find(all.begin(), all.end(), last) == all.end()) all.push_back(last);
  }
  return all;
}

std::int64_t SqliteQueue::next_of_lane(const std::string& handler, const std::string& path,
                                       const LeaseTerms& terms, std::int64_t now_ns) {
  while (true) {
    std::int64_t event = 0;
    std::int64_t next = 0;
    std::int64_t failed = 0;
    {
      Prepared head =
          sql("SELECT event, next_ns, failed_ns FROM deliveries WHERE handler = ? AND path = ?"
              " AND state < 2 AND overtaken = 0 ORDER BY time_ns, event LIMIT 1");
      head.with(handler, path);
      if (!head.step()) {
        sql("DELETE FROM lanes WHERE handler = ? AND path = ?").with(handler, path).run();
        return 0;
      }
      event = head.integer(0);
      next = head.integer(1);
      failed = head.integer(2);
    }
    if (next <= now_ns) {
      sql("UPDATE lanes SET next_ns = ? WHERE handler = ? AND path = ?")
          .with(kNever, handler, path)
          .run();
      return event;
    }
    const std::int64_t held_until = failed == 0 ? kNever : failed + terms.order_hold_ns;
    if (held_until > now_ns) {
      sql("UPDATE lanes SET next_ns = ? WHERE handler = ? AND path = ?")
          .with(std::min(next, held_until), handler, path)
          .run();
      return 0;
    }
    sql("UPDATE deliveries SET overtaken = 1 WHERE event = ? AND handler = ?")
        .with(event, handler)
        .run();
  }
}

Lease SqliteQueue::take(std::int64_t event, const std::string& handler, std::int64_t now_ns) {
  sql("UPDATE deliveries SET state = 1, attempts = attempts + 1, changed_ns = ?"
      " WHERE event = ? AND handler = ?")
      .with(now_ns, event, handler)
      .run();
  Prepared row =
      sql("SELECT e.id, e.repository, d.attempts, e.call, e.context FROM events e JOIN deliveries d"
          " ON d.event = e.number WHERE e.number = ? AND d.handler = ?");
  row.with(event, handler);
  Lease lease;
  lease.event = event;
  lease.handler = handler;
  if (!row.step()) return lease;
  lease.id = row.text(0);
  lease.repository = row.text(1);
  lease.attempt = static_cast<std::uint32_t>(row.integer(2));
  lease.call = row.text(3);
  lease.context = row.text(4);
  return lease;
}

void SqliteQueue::lease_of(const std::string& handler, std::size_t most, const LeaseTerms& terms,
                           std::int64_t now_ns, std::vector<Lease>& leases) {
  std::vector<std::string> paths;
  const auto limit = static_cast<std::int64_t>(most);
  {
    Prepared due =
        sql("SELECT path FROM lanes WHERE handler = ? AND next_ns <= ? ORDER BY next_ns LIMIT ?");
    due.with(handler, now_ns, limit);
    while (due.step()) paths.push_back(due.text(0));
  }
  std::vector<std::int64_t> events;
  for (const std::string& path : paths) {
    const std::int64_t event = next_of_lane(handler, path, terms, now_ns);
    if (event != 0) events.push_back(event);
  }
  if (events.size() < most) {
    Prepared late =
        sql("SELECT event FROM deliveries WHERE handler = ? AND state = 0 AND overtaken = 1"
            " AND next_ns <= ? ORDER BY next_ns LIMIT ?");
    late.with(handler, now_ns, limit - static_cast<std::int64_t>(events.size()));
    while (late.step()) events.push_back(late.integer(0));
  }
  for (const std::int64_t event : events) leases.push_back(take(event, handler, now_ns));
}

void SqliteQueue::lease_all(const LeaseTerms& terms, std::int64_t now_ns,
                            std::vector<Lease>& leases) {
  std::vector<std::string> handlers = handlers_with_lanes();
  // Who had something last is asked last.
  std::rotate(handlers.begin(),
              std::find_if(handlers.begin(), handlers.end(),
                           [&](const std::string& handler) { return handler > served_last_; }),
              handlers.end());
  for (const std::string& handler : handlers) {
    if (leases.size() >= terms.most) break;
    if (terms.asleep.contains(handler)) continue;
    std::int64_t running = 0;
    {
      Prepared count =
          sql("SELECT count(*) FROM deliveries WHERE state = 1 AND state <> 2 AND handler = ?");
      count.with(handler);
      if (count.step()) running = count.integer(0);
    }
    const auto taken = static_cast<std::size_t>(running);
    if (taken >= terms.per_handler) continue;
    lease_of(handler, std::min(terms.per_handler - taken, terms.most - leases.size()), terms,
             now_ns, leases);
  }
}

Result<std::vector<Lease>> SqliteQueue::hand_out(const std::vector<Settlement>& settlements,
                                                 const LeaseTerms& terms, std::int64_t now_ns) {
  return guarded<std::vector<Lease>>(file_, [&]() -> Result<std::vector<Lease>> {
    std::vector<Lease> leases;
    wait_for_disk(false);
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const Settlement& settlement : settlements) settle_one(settlement, now_ns);
    if (terms.most > 0) lease_all(terms, now_ns, leases);
    transaction.commit();
    if (!leases.empty()) served_last_ = leases.back().handler;
    return leases;
  });
}

Result<std::int64_t> SqliteQueue::next_due(const std::set<std::string>& asleep) {
  return guarded<std::int64_t>(file_, [&]() -> Result<std::int64_t> {
    std::int64_t earliest = kNever;
    for (const std::string& handler : handlers_with_lanes()) {
      if (asleep.contains(handler)) continue;
      for (const char* first :
           {"SELECT next_ns FROM lanes WHERE handler = ? ORDER BY next_ns LIMIT 1",
            "SELECT next_ns FROM deliveries WHERE handler = ? AND state = 0 AND overtaken = 1"
            " ORDER BY next_ns LIMIT 1"}) {
        Prepared look = sql(first);
        look.with(handler);
        if (look.step()) earliest = std::min(earliest, look.integer(0));
      }
    }
    return earliest;
  });
}

void SqliteQueue::settle_one(const Settlement& settlement, std::int64_t now_ns) {
  using End = Settlement::End;
  std::string path;
  bool overtaken = false;
  {
    Prepared row =
        sql("SELECT path, overtaken FROM deliveries WHERE event = ? AND handler = ? AND state = 1");
    row.with(settlement.event, settlement.handler);
    if (!row.step()) return;
    path = row.text(0);
    overtaken = row.integer(1) != 0;
  }
  const auto state = settlement.end == End::kDone   ? DeliveryState::kDone
                     : settlement.end == End::kDead ? DeliveryState::kDead
                                                    : DeliveryState::kWaiting;
  const bool failed = settlement.end == End::kRetry || settlement.end == End::kDead;
  sql("UPDATE deliveries SET state = ?1, next_ns = ?2, changed_ns = ?3,"
      " attempts = attempts - ?4, error = CASE WHEN ?5 THEN ?6 ELSE error END,"
      " failed_ns = CASE WHEN ?5 AND failed_ns = 0 THEN ?3 ELSE failed_ns END"
      " WHERE event = ?7 AND handler = ?8")
      .with(static_cast<int>(state), settlement.next_ns, now_ns,
            settlement.end == End::kReturned ? 1 : 0, failed ? 1 : 0, settlement.error,
            settlement.event, settlement.handler)
      .run();
  if (!overtaken) {
    sql("UPDATE lanes SET next_ns = ? WHERE handler = ? AND path = ?")
        .with(now_ns, settlement.handler, path)
        .run();
  }
  if (state == DeliveryState::kDone || state == DeliveryState::kDead) {
    recount(settlement.event, now_ns);
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
