#include "host/database/database.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdio>

namespace rcx::host {

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
  if (code == SQLITE_FULL) return {Code::kLimit, "the disk of " + file + " is full"};
  if (code == SQLITE_CANTOPEN || code == SQLITE_PERM || code == SQLITE_READONLY) {
    return {Code::kDenied, fmt::format("cannot open {}: {}; use it as its owner, or as root", file,
                                       failed.what())};
  }
  return {Code::kIo, file + ": " + failed.what()};
}

Result<std::optional<SQLite::Database>> open_to_read(const std::string& file,
                                                     const std::vector<std::string>& steps,
                                                     int patience_milliseconds) {
  using Found = std::optional<SQLite::Database>;
  boost::system::error_code ignored;
  if (!fs::exists(file, ignored)) return Found();
  const auto opened = [&]() -> Result<Found> {
    SQLite::Database database(file, SQLite::OPEN_READONLY, patience_milliseconds);
    const Result<int> version = known_version(database, steps);
    if (!version) return version.error();
    if (*version == 0) return Found();
    return Found(std::move(database));
  };
  return guarded<Found>(file, [&] {
    try {
      return opened();
    } catch (const SQLite::Exception& failed) {
      if (failed.getExtendedErrorCode() != SQLITE_READONLY_ROLLBACK) throw;
      SQLite::Database(file, SQLite::OPEN_READWRITE, patience_milliseconds)
          .execAndGet("PRAGMA user_version");
      return opened();
    }
  });
}

Result<std::string> set_aside(const fs::path& file) {
  const std::string& name = file.native();
  std::string aside = fmt::format("{}.damaged-{}", name, utc_text(wall_ns()));
  for (const char* part : {"", "-wal", "-shm"}) {
    if (::rename((name + part).c_str(), (aside + part).c_str()) != 0 && errno != ENOENT) {
      return system_error("cannot move " + name + part, errno);
    }
  }
  return aside;
}

}  // namespace rcx::host
