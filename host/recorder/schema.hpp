// The tables of the database of records, and how an older database becomes a newer one.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

#include "host/core/result.hpp"

namespace rcx::host {

// One SQL script for each version, from nothing to the newest. A released one never changes; a new
// release appends.
const std::vector<std::string>& schema_steps();

// Brings the database to version steps.size() (PRAGMA user_version), each step in a transaction of
// its own. kUnavailable, and nothing changed, where it is of a later version.
Result<void> migrate(SQLite::Database& database, const std::vector<std::string>& steps);

// The version of a database; an Error (kUnavailable) where this release does not know it.
Result<int> known_version(SQLite::Database& database, const std::vector<std::string>& steps);

// What an exception of SQLite means. kInvalid: the file is damaged, or no database.
Error store_error(const SQLite::Exception& failed, const std::string& file);

}  // namespace rcx::host
