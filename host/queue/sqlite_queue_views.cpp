// What people ask of the queue, and what is no longer kept.
#include <SQLiteCpp/SQLiteCpp.h>

#include "host/database/database.hpp"
#include "host/database/statements.hpp"
#include "host/queue/sqlite_queue.hpp"

namespace rcx::host {
namespace {

constexpr std::int64_t kRemovedAtOnce = 500;

// Binds what `conditions` names.
void bind(Prepared& prepared, const EventQuery& query) {
  SQLite::Statement& raw = prepared.raw();
  if (!query.id.empty()) raw.bind(":id", query.id);
  if (!query.repository.empty()) raw.bind(":repository", query.repository);
  if (!query.kind.empty()) raw.bind(":kind", query.kind);
  if (!query.handler.empty()) raw.bind(":handler", query.handler);
  raw.bind(":since", query.since_ns);
  raw.bind(":above", query.above);
}

// The state as a number of the text: SQLite then knows which index holds it.
std::string of_deliveries(const EventQuery& query) {
  std::string text;
  if (query.state) text += " AND d.state = " + std::to_string(static_cast<int>(*query.state));
  if (query.state && *query.state != DeliveryState::kDone) text += " AND d.state <> 2";
  if (!query.handler.empty()) text += " AND d.handler = :handler";
  return text;
}

std::string of_events(const EventQuery& query) {
  std::string text = " e.number > :above AND e.time_ns >= :since";
  // `g` comes after every digit of an id.
  if (!query.id.empty()) text += " AND e.id >= :id AND e.id < :id || 'g'";
  if (!query.repository.empty()) text += " AND matches_glob(:repository, e.repository)";
  if (!query.kind.empty()) text += " AND e.kind = :kind";
  return text;
}

}  // namespace

std::vector<DeliveryView> SqliteQueue::deliveries_of(std::int64_t event) {
  std::vector<DeliveryView> all;
  Prepared rows =
      sql("SELECT handler, state, attempts, next_ns, changed_ns, overtaken, error FROM deliveries"
          " WHERE event = ? ORDER BY handler");
  rows.with(event);
  while (rows.step()) {
    all.push_back({rows.text(0), static_cast<DeliveryState>(rows.integer(1)),
                   static_cast<std::uint32_t>(rows.integer(2)), rows.integer(3), rows.integer(4),
                   rows.integer(5) != 0, rows.text(6)});
  }
  return all;
}

Result<void> SqliteQueue::list(const EventQuery& query, Sort sort,
                               const std::function<bool(EventView)>& use) {
  return guarded<void>(file_, [&]() -> Result<void> {
    std::string text =
        "SELECT number, id, kind, repository, path, caller, time_ns, queued_ns, bytes"
        " FROM events e WHERE" +
        of_events(query);
    if (query.state && *query.state != DeliveryState::kDone) {
      text +=
          " AND e.number IN (SELECT d.event FROM deliveries d WHERE 1" + of_deliveries(query) + ")";
    } else if (query.state || !query.handler.empty()) {
      text += " AND EXISTS (SELECT 1 FROM deliveries d WHERE d.event = e.number" +
              of_deliveries(query) + ")";
    }
    text += sort == Sort::kOldestFirst ? " ORDER BY e.number" : " ORDER BY e.number DESC";
    Prepared rows = sql(text);
    bind(rows, query);
    while (rows.step()) {
      EventView view{rows.integer(0),
                     rows.text(1),
                     rows.text(2),
                     rows.text(3),
                     rows.text(4),
                     rows.text(5),
                     rows.integer(6),
                     rows.integer(7),
                     static_cast<std::uint64_t>(rows.integer(8)),
                     {}};
      view.deliveries = deliveries_of(view.number);
      if (!use(std::move(view))) break;
    }
    return {};
  });
}

Result<QueueCounts> SqliteQueue::counts() {
  return guarded<QueueCounts>(file_, [&]() -> Result<QueueCounts> {
    QueueCounts counts;
    {
      Prepared rows = sql("SELECT state, count(*) FROM deliveries WHERE state <> 2 GROUP BY state");
      while (rows.step()) {
        const auto state = static_cast<DeliveryState>(rows.integer(0));
        const auto count = static_cast<std::uint64_t>(rows.integer(1));
        if (state == DeliveryState::kWaiting) counts.waiting = count;
        if (state == DeliveryState::kRunning) counts.running = count;
        if (state == DeliveryState::kDead) counts.dead = count;
      }
    }
    Prepared oldest =
        sql("SELECT e.queued_ns FROM events e WHERE e.number = (SELECT min(event) FROM ("
            "SELECT min(event) AS event FROM deliveries WHERE state = 0 AND state <> 2 UNION ALL "
            "SELECT min(event) FROM deliveries WHERE state = 1 AND state <> 2))");
    if (oldest.step()) counts.oldest_ns = oldest.integer(0);
    counts.bytes = size();
    return counts;
  });
}

Result<std::uint64_t> SqliteQueue::bytes() {
  return guarded<std::uint64_t>(file_, [&]() -> Result<std::uint64_t> { return size(); });
}

std::uint64_t SqliteQueue::size() {
  const auto pragma = [this](const char* name) {
    return database_->execAndGet(std::string("PRAGMA ") + name).getInt64();
  };
  return static_cast<std::uint64_t>((pragma("page_count") - pragma("freelist_count")) *
                                    pragma("page_size"));
}

std::vector<Schedule::Delivery> SqliteQueue::matching(const EventQuery& query) {
  std::vector<Schedule::Delivery> found;
  Prepared rows =
      sql("SELECT d.event, d.handler, d.path, d.time_ns FROM events e JOIN deliveries d"
          " ON d.event = e.number WHERE" +
          of_events(query) + of_deliveries(query) + " AND d.state <> 1 ORDER BY d.event");
  bind(rows, query);
  while (rows.step()) {
    found.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.integer(3)});
  }
  return found;
}

Result<std::uint64_t> SqliteQueue::replay(const EventQuery& query, std::int64_t now_ns) {
  return guarded<std::uint64_t>(file_, [&]() -> Result<std::uint64_t> {
    std::vector<Schedule::Delivery> found;
    const auto work = [&] {
      found = matching(query);
      for (const Schedule::Delivery& one : found) {
        sql("UPDATE deliveries SET state = 0, overtaken = 0, attempts = 0, next_ns = ?1,"
            " failed_ns = 0, changed_ns = ?1, error = '' WHERE event = ?2 AND handler = ?3")
            .with(now_ns, one.event, one.handler)
            .run();
        recount(one.event, now_ns);
      }
    };
    change(true, work, [&] {
      for (const Schedule::Delivery& one : found) {
        schedule_.remove(one);
        schedule_.add(one, now_ns);
      }
    });
    return found.size();
  });
}

Result<std::uint64_t> SqliteQueue::drop(const EventQuery& query) {
  return guarded<std::uint64_t>(file_, [&]() -> Result<std::uint64_t> {
    std::vector<Schedule::Delivery> found;
    const auto work = [&] {
      found = matching(query);
      for (const Schedule::Delivery& one : found) {
        sql("DELETE FROM deliveries WHERE event = ? AND handler = ?")
            .with(one.event, one.handler)
            .run();
        sql("DELETE FROM events WHERE number = ?1 AND NOT EXISTS"
            " (SELECT 1 FROM deliveries WHERE event = ?1)")
            .with(one.event)
            .run();
        recount(one.event, 0);
      }
    };
    change(true, work, [&] {
      for (const Schedule::Delivery& one : found) schedule_.remove(one);
    });
    return found.size();
  });
}

std::uint64_t SqliteQueue::remove_closed(const std::string& which, std::int64_t before_ns) {
  SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
  const int removed =
      sql("DELETE FROM events WHERE number IN (SELECT number FROM events WHERE open = 0 AND " +
          which + " AND closed_ns < ? ORDER BY closed_ns LIMIT ?)")
          .with(before_ns, kRemovedAtOnce)
          .run();
  transaction.commit();
  return static_cast<std::uint64_t>(removed);
}

Result<std::uint64_t> SqliteQueue::trim(const QueueLimits& limits, std::int64_t now_ns) {
  return guarded<std::uint64_t>(file_, [&]() -> Result<std::uint64_t> {
    wait_for_disk(false);
    const std::string done = "(dead > 0) = 0";
    const std::string dead = "(dead > 0) = 1";
    std::uint64_t removed = 0;
    std::uint64_t step = 0;
    while ((step = remove_closed(done, now_ns - limits.keep_ns)) > 0) removed += step;
    while ((step = remove_closed(dead, now_ns - limits.keep_dead_ns)) > 0) removed += step;
    while (size() > limits.bytes && (step = remove_closed(done, kNever)) > 0) removed += step;
    if (removed > 0) {
      database_->exec("PRAGMA incremental_vacuum");
      database_->exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    return removed;
  });
}

}  // namespace rcx::host
