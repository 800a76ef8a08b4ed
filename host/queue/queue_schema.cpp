#include "host/queue/queue_schema.hpp"

namespace rcx::host {

// States are those of DeliveryState: 0 waiting, 1 running, 2 done, 3 dead. What is handed out next
// is known to Schedule. Where a long queue has its events of one repository far from each other,
// every index by repository costs each delivery a page of its own: so there is none.
const std::vector<std::string>& queue_schema_steps() {
  static const std::vector<std::string> kSteps = {R"sql(
    CREATE TABLE events (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      repository TEXT NOT NULL,
      path TEXT NOT NULL,
      caller TEXT NOT NULL,
      time_ns INTEGER NOT NULL,
      queued_ns INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      open INTEGER NOT NULL,
      dead INTEGER NOT NULL DEFAULT 0,
      closed_ns INTEGER NOT NULL DEFAULT 0,
      context BLOB NOT NULL,
      call BLOB NOT NULL
    );
    CREATE INDEX events_closed ON events (dead > 0, closed_ns) WHERE open = 0;
    CREATE TABLE deliveries (
      event INTEGER NOT NULL,
      handler TEXT NOT NULL,
      path TEXT NOT NULL,
      time_ns INTEGER NOT NULL,
      state INTEGER NOT NULL DEFAULT 0,
      overtaken INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0,
      next_ns INTEGER NOT NULL,
      failed_ns INTEGER NOT NULL DEFAULT 0,
      changed_ns INTEGER NOT NULL,
      error TEXT NOT NULL DEFAULT '',
      PRIMARY KEY (event, handler)
    ) WITHOUT ROWID;
    CREATE INDEX deliveries_lane ON deliveries (handler, path, time_ns, event)
      WHERE state < 2 AND overtaken = 0;
    CREATE INDEX deliveries_late ON deliveries (handler, next_ns) WHERE state = 0 AND overtaken = 1;
    CREATE INDEX deliveries_state ON deliveries (state, event) WHERE state <> 2;
    CREATE TABLE lanes (
      handler TEXT NOT NULL,
      path TEXT NOT NULL,
      next_ns INTEGER NOT NULL,
      PRIMARY KEY (handler, path)
    ) WITHOUT ROWID;
    CREATE INDEX lanes_due ON lanes (handler, next_ns);
    CREATE TRIGGER events_deleted AFTER DELETE ON events BEGIN
      DELETE FROM deliveries WHERE event = old.number;
    END;
  )sql",
                                                  R"sql(
    DROP TABLE lanes;
    DROP INDEX deliveries_lane;
    DROP INDEX deliveries_late;
  )sql"};
  return kSteps;
}

}  // namespace rcx::host
