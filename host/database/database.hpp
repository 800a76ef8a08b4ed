// SQLite as the processes of the host use it: versions of tables, and what errors mean. Never in a
// process that loads extensions.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// Brings the database to version steps.size() (PRAGMA user_version), each step in a transaction of
// its own: one SQL script for each version, from nothing to the newest. A released step never
// changes; a new release appends. kUnavailable, and nothing changed, where the database is of a
// later version.
Result<void> migrate(SQLite::Database& database, const std::vector<std::string>& steps);

// The version of a database; an Error (kUnavailable) where this release does not know it.
Result<int> known_version(SQLite::Database& database, const std::vector<std::string>& steps);

// What an exception of SQLite means. kInvalid: the file is damaged, or no database; kLimit: its
// disk is full; kDenied: it cannot be opened; kIo: the rest.
Error store_error(const SQLite::Exception& failed, const std::string& file);

// Runs `work`, which returns a Result<Value>; what SQLite throws becomes an Error about `file`.
template <class Value, class Work>
Result<Value> guarded(const std::string& file, const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& failed) {
    return store_error(failed, file);
  }
}

// Opens, for reading, what another process writes to; a lock is waited for as long as it says. What
// a process that was killed left half-written is rolled back first. None where there is no such
// file, and where its tables were not made yet; otherwise the errors of known_version() and of
// store_error().
Result<std::optional<SQLite::Database>> open_to_read(const std::string& file,
                                                     const std::vector<std::string>& steps,
                                                     int patience_milliseconds);

// Moves a damaged database of that name away, with what stands beside it: to NAME.damaged-TIME.
// Returns where it is now.
Result<std::string> set_aside(const fs::path& file);

}  // namespace rcx::host
