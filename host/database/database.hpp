// SQLite as the processes of the host use it: versions of tables, and what errors mean. Never in a
// process that loads extensions.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

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

// Moves a damaged database of that name away, with what stands beside it: to NAME.damaged-TIME.
// Returns where it is now.
Result<std::string> set_aside(const fs::path& file);

}  // namespace rcx::host
