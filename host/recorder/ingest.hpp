// Moves records from the journal into the database.
#pragma once

#include "host/recorder/store.hpp"

namespace rcx::host {

// One thread.
class Ingest {
 public:
  Ingest(fs::path directory, Store& store) : directory_(std::move(directory)), store_(store) {}

  // Moves all that stands in the journal now, and removes files that nobody appends to any more.
  // Lines and marks are committed together, so that being killed at any time neither loses a record
  // nor doubles one. Files older than `oldest_ns` go even where somebody holds them.
  Result<void> run(std::int64_t oldest_ns);

  std::uint64_t records() const noexcept { return records_; }
  // Lines that were no records: torn by a full disk or a killed worker, or not from a worker.
  std::uint64_t skipped() const noexcept { return skipped_; }

 private:
  Result<void> move_file(const JournalFile& file, std::int64_t oldest_ns);
  // Moves what is there up to the end of the file.
  Result<void> move_lines(int fd, JournalMark& mark, Tail tail);
  void take(std::string_view line, const std::string& name);

  fs::path directory_;
  Store& store_;
  std::vector<StoredRecord> batch_;
  std::uint64_t records_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace rcx::host
