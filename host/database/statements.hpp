// Statements of one database, compiled once each.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>
#include <string_view>

namespace rcx::host {

// A statement while it is used: afterwards it reads nothing any more, which would hold up others.
class Prepared {
 public:
  explicit Prepared(SQLite::Statement& statement) : statement_(statement) {}
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  Prepared(Prepared&&) = delete;
  Prepared& operator=(Prepared&&) = delete;
  ~Prepared() {
    statement_.tryReset();
    statement_.clearBindings();
  }

  // Binds all of `values`, in order.
  template <class... Values>
  Prepared& with(const Values&... values) {
    int place = 0;
    (statement_.bind(++place, values), ...);
    return *this;
  }
  // Runs it to its end; how many rows have changed.
  int run() { return statement_.exec(); }
  bool step() { return statement_.executeStep(); }
  std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
  std::string text(int column) const { return statement_.getColumn(column).getString(); }
  SQLite::Statement& raw() { return statement_; }

 private:
  SQLite::Statement& statement_;
};

// Belongs to one thread; must be gone before its database.
class Statements {
 public:
  explicit Statements(SQLite::Database& database) : database_(database) {}
  // Not while another use of the same text lives.
  Prepared use(std::string_view sql) {
    auto found = all_.find(sql);
    if (found == all_.end()) {
      std::string text(sql);
      found = all_.try_emplace(text, database_, text).first;
    }
    return Prepared(found->second);
  }

 private:
  SQLite::Database& database_;
  std::map<std::string, SQLite::Statement, std::less<>> all_;
};

}  // namespace rcx::host
