// The database of records: SQLite, in WAL mode. Written by the recorder alone; readers open it
// read-only and neither wait for it nor hinder it. Never opened where extensions are loaded.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/recorder/journal_files.hpp"
#include "host/recorder/record.hpp"

namespace rcx::host {

// How far one journal file has been moved into the database.
struct JournalMark {
  std::string name;
  std::uint64_t inode = 0;
  std::uint64_t position = 0;  // bytes
};

// What an operator asks for. Empty texts and 0 mean all.
struct RecordQuery {
  std::string repository;  // glob
  std::string extension;   // that was asked, or was missing
  std::string caller;
  std::string kind;
  std::int64_t since_ns = 0;
  bool refused = false;

  bool matches(const Record& record) const;
};

// Move-only; one thread. Errors: kInvalid where the file is damaged, kUnavailable where a later
// release wrote it, kDenied where it cannot be opened, kIo for the rest.
class Store {
 public:
  // `records.db` of that directory, made or brought to this release's version where needed.
  static Result<Store> open(const fs::path& directory);
  // The same for reading; nothing where no recorder has made one yet.
  static Result<std::optional<Store>> open_to_read(const fs::path& directory);
  // Where the database of that directory is; `-wal` and `-shm` stand beside it.
  static fs::path file(const fs::path& directory);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  // The mark of a journal file; position 0 where it has none, or is another file by now.
  Result<JournalMark> mark(const std::string& name, std::uint64_t inode);
  // Adds `records` and moves the mark, both or neither. A record whose event is there already
  // replaces it, unless it is of an earlier attempt. `finished`: the file goes, and its mark.
  Result<void> put(const std::vector<StoredRecord>& records, const JournalMark& mark,
                   bool finished);
  // Forgets marks of files that are gone.
  Result<void> forget_marks(const std::vector<JournalFile>& there);
  // Removes what `limits` do not keep; returns how many records.
  Result<std::size_t> trim(const RecordLimits& limits);

  // Those whose id begins with `prefix`, oldest first, at most `most`.
  Result<std::vector<StoredRecord>> find(const std::string& prefix, std::size_t most);
  // Those that `query` asks for, newest first, until `use` returns false.
  Result<void> list(const RecordQuery& query, const std::function<bool(StoredRecord)>& use);

 private:
  struct Connection;
  explicit Store(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace rcx::host
