#include "host/recorder/schema.hpp"

namespace rcx::host {

const std::vector<std::string>& schema_steps() {
  static const std::vector<std::string> kSteps = {R"sql(
    CREATE TABLE records (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      time_ns INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      kind TEXT NOT NULL,
      repository TEXT NOT NULL,
      caller TEXT NOT NULL,
      refused INTEGER NOT NULL,
      line TEXT NOT NULL
    );
    CREATE INDEX records_by_time ON records (time_ns);
    CREATE TABLE asked (
      extension TEXT NOT NULL,
      record INTEGER NOT NULL,
      PRIMARY KEY (extension, record)
    ) WITHOUT ROWID;
    CREATE INDEX asked_by_record ON asked (record);
    CREATE TRIGGER records_deleted AFTER DELETE ON records BEGIN
      DELETE FROM asked WHERE record = old.number;
    END;
    CREATE TABLE journal (
      name TEXT PRIMARY KEY,
      inode INTEGER NOT NULL,
      position INTEGER NOT NULL
    ) WITHOUT ROWID;
  )sql"};
  return kSteps;
}

}  // namespace rcx::host
