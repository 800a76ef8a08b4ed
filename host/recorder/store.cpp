#include "host/recorder/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>

#include "host/database/database.hpp"
#include "host/recorder/schema.hpp"

namespace rcx::host {
namespace {

constexpr int kPatienceMilliseconds = 5000;
constexpr int kTrimmedAtOnce = 500;

std::int64_t as_integer(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

}  // namespace

struct Store::Connection {
  Connection(std::string path, SQLite::Database opened)
      : file(std::move(path)), database(std::move(opened)) {}

  std::int64_t pragma(const std::string& name) {
    return database.execAndGet("PRAGMA " + name).getInt64();
  }
  StoredRecord with_earlier(const StoredRecord& stored) const;
  void put(const StoredRecord& one) const;
  int remove_oldest(std::int64_t before_ns) const;

  std::string file;
  SQLite::Database database;
};

Store::Store(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

bool RecordQuery::matches(const Record& record) const {
  const auto& asked = record.extensions;
  return record.time_ns >= since_ns && (!refused || record.refused()) &&
         (kind.empty() || record.kind == kind) &&
         (caller.empty() || record.caller.name == caller) &&
         (repository.empty() || glob_matches(repository, record.repository)) &&
         (extension.empty() ||
          std::any_of(asked.begin(), asked.end(),
                      [&](const RecordedExtension& one) { return one.id == extension; }));
}

fs::path Store::file(const fs::path& directory) {
  return directory / "records.db";
}

Result<Store> Store::open(const fs::path& directory) {
  const std::string path = file(directory).string();
  return guarded<Store>(path, [&]() -> Result<Store> {
    auto connection = std::make_unique<Connection>(
        path, SQLite::Database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                               kPatienceMilliseconds));
    SQLite::Database& database = connection->database;
    database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    database.exec("PRAGMA journal_mode = WAL");
    // Journal files are removed after a commit, so a commit must outlive a loss of power.
    database.exec("PRAGMA synchronous = FULL");
    if (Result<void> migrated = migrate(database, schema_steps()); !migrated) {
      return migrated.error();
    }
    return Store(std::move(connection));
  });
}

Result<std::optional<Store>> Store::open_to_read(const fs::path& directory) {
  const std::string path = file(directory).string();
  Result<std::optional<SQLite::Database>> database =
      host::open_to_read(path, schema_steps(), kPatienceMilliseconds);
  if (!database) return database.error();
  if (!*database) return std::optional<Store>();
  return std::optional<Store>(Store(std::make_unique<Connection>(path, std::move(**database))));
}

Result<JournalMark> Store::mark(const std::string& name, std::uint64_t inode) {
  return guarded<JournalMark>(connection_->file, [&] {
    SQLite::Statement find(connection_->database,
                           "SELECT position FROM journal WHERE name = ? AND inode = ?");
    find.bind(1, name);
    find.bind(2, as_integer(inode));
    const bool found = find.executeStep();
    return JournalMark{name, inode,
                       found ? static_cast<std::uint64_t>(find.getColumn(0).getInt64()) : 0};
  });
}

// With what stands there of the same post event.
StoredRecord Store::Connection::with_earlier(const StoredRecord& stored) const {
  SQLite::Statement find(database, "SELECT line FROM records WHERE id = ?");
  find.bind(1, stored.record.id);
  if (!find.executeStep()) return stored;
  const Result<StoredRecord> earlier = parse_record(find.getColumn(0).getString());
  if (!earlier || !belong_together(earlier->record, stored.record)) return stored;
  StoredRecord both{joined(earlier->record, stored.record), {}};
  both.line = record_line(both.record);
  return both;
}

void Store::Connection::put(const StoredRecord& one) const {
  const StoredRecord stored = with_earlier(one);
  const Record& record = stored.record;
  SQLite::Statement insert(
      database,
      "INSERT INTO records (id, time_ns, attempts, kind, repository, caller, refused, line)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET time_ns = excluded.time_ns,"
      " attempts = excluded.attempts, kind = excluded.kind, repository = excluded.repository,"
      " caller = excluded.caller, refused = excluded.refused, line = excluded.line"
      " WHERE excluded.attempts >= attempts AND excluded.kind = kind"
      " AND excluded.repository = repository AND excluded.caller = caller RETURNING number");
  insert.bind(1, record.id);
  insert.bind(2, record.time_ns);
  insert.bind(3, record.attempts);
  insert.bind(4, record.kind);
  insert.bind(5, record.repository);
  insert.bind(6, record.caller.name);
  insert.bind(7, record.refused() ? 1 : 0);
  insert.bind(8, stored.line);
  if (!insert.executeStep()) return;
  const std::int64_t number = insert.getColumn(0).getInt64();
  while (insert.executeStep()) {
  }
  SQLite::Statement forget(database, "DELETE FROM asked WHERE record = ?");
  forget.bind(1, number);
  forget.exec();
  for (const RecordedExtension& extension : record.extensions) {
    SQLite::Statement asked(database, "INSERT OR IGNORE INTO asked VALUES (?, ?)");
    asked.bind(1, extension.id);
    asked.bind(2, number);
    asked.exec();
  }
}

Result<void> Store::put(const std::vector<StoredRecord>& records, const JournalMark& mark,
                        bool finished) {
  return guarded<void>(connection_->file, [&]() -> Result<void> {
    SQLite::Transaction transaction(connection_->database, SQLite::TransactionBehavior::IMMEDIATE);
    for (const StoredRecord& stored : records) connection_->put(stored);
    SQLite::Statement move(connection_->database,
                           finished ? "DELETE FROM journal WHERE name = ?1"
                                    : "INSERT OR REPLACE INTO journal VALUES (?1, ?2, ?3)");
    move.bind(1, mark.name);
    if (!finished) {
      move.bind(2, as_integer(mark.inode));
      move.bind(3, as_integer(mark.position));
    }
    move.exec();
    transaction.commit();
    return {};
  });
}

Result<void> Store::forget_marks(const std::vector<JournalFile>& there) {
  return guarded<void>(connection_->file, [&]() -> Result<void> {
    std::vector<std::string> gone;
    SQLite::Statement all(connection_->database, "SELECT name FROM journal");
    while (all.executeStep()) {
      const std::string name = all.getColumn(0).getString();
      if (std::none_of(there.begin(), there.end(),
                       [&](const JournalFile& file) { return file.name == name; })) {
        gone.push_back(name);
      }
    }
    all.reset();
    for (const std::string& name : gone) {
      SQLite::Statement forget(connection_->database, "DELETE FROM journal WHERE name = ?");
      forget.bind(1, name);
      forget.exec();
    }
    return {};
  });
}

int Store::Connection::remove_oldest(std::int64_t before_ns) const {
  SQLite::Statement remove(database,
                           "DELETE FROM records WHERE number IN (SELECT number FROM records"
                           " WHERE time_ns < ? ORDER BY time_ns LIMIT ?)");
  remove.bind(1, before_ns);
  remove.bind(2, kTrimmedAtOnce);
  return remove.exec();
}

Result<std::size_t> Store::trim(const RecordLimits& limits) {
  return guarded<std::size_t>(connection_->file, [&]() -> Result<std::size_t> {
    std::size_t removed = 0;
    int step = 0;
    const std::int64_t oldest = wall_ns() - limits.keep_ns;
    while ((step = connection_->remove_oldest(oldest)) > 0)
      removed += static_cast<std::size_t>(step);
    const std::int64_t page = connection_->pragma("page_size");
    const auto too_large = [&] {
      return (connection_->pragma("page_count") - connection_->pragma("freelist_count")) * page >
             as_integer(limits.bytes);
    };
    while (too_large() && (step = connection_->remove_oldest(INT64_MAX)) > 0) {
      removed += static_cast<std::size_t>(step);
    }
    if (removed > 0) {
      connection_->database.exec("PRAGMA incremental_vacuum");
      connection_->database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    return removed;
  });
}

Result<std::vector<StoredRecord>> Store::find(const std::string& prefix, std::size_t most) {
  return guarded<std::vector<StoredRecord>>(connection_->file, [&] {
    std::vector<StoredRecord> found;
    // `g` comes after every digit of an id.
    SQLite::Statement select(
        connection_->database,
        "SELECT line FROM records WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT ?2");
    select.bind(1, prefix);
    select.bind(2, static_cast<std::int64_t>(most));
    while (select.executeStep()) {
      Result<StoredRecord> stored = parse_record(select.getColumn(0).getString());
      if (stored) found.push_back(std::move(*stored));
    }
    return found;
  });
}

Result<void> Store::list(const RecordQuery& query, const std::function<bool(StoredRecord)>& use) {
  return guarded<void>(connection_->file, [&]() -> Result<void> {
    std::string sql = "SELECT line FROM records WHERE time_ns >= ?1";
    if (query.refused) sql += " AND refused = 1";
    if (!query.caller.empty()) sql += " AND caller = ?2";
    if (!query.kind.empty()) sql += " AND kind = ?3";
    if (!query.extension.empty()) {
      sql += " AND number IN (SELECT record FROM asked WHERE extension = ?4)";
    }
    SQLite::Statement select(connection_->database, sql + " ORDER BY time_ns DESC, id DESC");
    select.bind(1, query.since_ns);
    if (!query.caller.empty()) select.bind(2, query.caller);
    if (!query.kind.empty()) select.bind(3, query.kind);
    if (!query.extension.empty()) select.bind(4, query.extension);
    while (select.executeStep()) {
      Result<StoredRecord> stored = parse_record(select.getColumn(0).getString());
      if (stored && query.matches(stored->record) && !use(std::move(*stored))) return {};
    }
    return {};
  });
}

}  // namespace rcx::host
