#include "host/recorder/schema.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

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

Result<int> known_version(SQLite::Database& database, const std::vector<std::string>& steps) {
  const int version = database.execAndGet("PRAGMA user_version").getInt();
  if (version >= 0 && version <= static_cast<int>(steps.size())) return version;
  return Error{Code::kUnavailable,
               fmt::format("{} was written by a later release of rcx: wanted at most version {} of "
                           "its tables, got {}; use that release, or move the file away",
                           database.getFilename(), steps.size(), version)};
}

Result<void> migrate(SQLite::Database& database, const std::vector<std::string>& steps) {
  const Result<int> version = known_version(database, steps);
  if (!version) return version.error();
  for (auto step = static_cast<std::size_t>(*version); step < steps.size(); ++step) {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(steps[step]);
    database.exec("PRAGMA user_version = " + std::to_string(step + 1));
    transaction.commit();
  }
  return {};
}

Error store_error(const SQLite::Exception& failed, const std::string& file) {
  const int code = failed.getErrorCode() & 0xFF;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    return {Code::kInvalid, file + " is damaged: " + failed.what()};
  }
  if (code == SQLITE_FULL) return {Code::kIo, "the disk of " + file + " is full"};
  if (code == SQLITE_CANTOPEN || code == SQLITE_PERM || code == SQLITE_READONLY) {
    return {Code::kDenied, fmt::format("cannot open {}: {}; use it as its owner, or as root", file,
                                       failed.what())};
  }
  return {Code::kIo, file + ": " + failed.what()};
}

}  // namespace rcx::host
