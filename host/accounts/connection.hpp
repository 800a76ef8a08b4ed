// The database of accounts, as the parts of it use it. Used by host/accounts alone.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "host/accounts/accounts.hpp"
#include "host/database/database.hpp"
#include "host/database/statements.hpp"

namespace rcx::host {

struct Accounts::Connection {
  explicit Connection(const std::string& path);
  void announce(const std::vector<Announcement>& told);

  std::string file;
  SQLite::Database database;
  Statements statements;
};

template <class Value>
Result<Value> Accounts::with(const std::function<Result<Value>(Connection&)>& work) {
  return guarded<Value>(connection_->file, [&] { return work(*connection_); });
}

template <class Value>
Result<Value> Accounts::change(const std::function<Result<Value>(Connection&)>& work) {
  return guarded<Value>(connection_->file, [&]() -> Result<Value> {
    SQLite::Transaction transaction(connection_->database, SQLite::TransactionBehavior::IMMEDIATE);
    Result<Value> done = work(*connection_);
    if (done) transaction.commit();
    return done;
  });
}

// Whether what SQLite threw means that something of that name is there already.
bool is_taken(const SQLite::Exception& failed);

// Lists of words in one column.
std::string joined(const std::vector<std::string>& words);
std::vector<std::string> words_of(const std::string& text);

const std::vector<std::string>& account_schema_steps();

}  // namespace rcx::host
