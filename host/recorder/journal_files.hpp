// The journal on disk: files of records that are not yet in the database.
//
// Workers append to the newest file; the recorder moves lines into the database and removes files.
// Who appends holds a shared lock (flock) on the file for as long as it has it open, so a file that
// can be locked exclusively gets no more lines and may go. Each write begins and ends with a
// newline: one that was torn spoils no other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// Where an instance keeps its records.
fs::path records_directory(const fs::path& state);

// What is kept. The recorder applies it to the database; who begins a journal file, to the journal,
// so that it is bounded where no recorder runs.
struct RecordLimits {
  std::int64_t keep_ns = 0;
  std::uint64_t bytes = 0;
};

struct JournalFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::int64_t changed_ns = 0;  // wall clock
};

// In the order in which they were begun; none where the directory is not there.
Result<std::vector<JournalFile>> list_journal(const fs::path& directory);

// The name of a file that comes after all of `files`. Names grow with time and do not come back.
std::string next_journal_name(const std::vector<JournalFile>& files);

// Removes what `limits` do not keep. Whoever still appends there notices.
void prune_journal(const fs::path& directory, std::vector<JournalFile> files,
                   const RecordLimits& limits);

enum class Tail {
  kLeave,  // a last line without its newline may still be being written
  kTake,   // nobody writes any more
};

// Reads whole lines of the file behind `fd` from `offset` on, calls `use` for each that is not
// empty, and stops after about `most` bytes. Returns the offset behind what was read. A line longer
// than 64 MiB is handed over cut.
Result<std::uint64_t> read_journal(int fd, std::uint64_t offset, Tail tail, std::uint64_t most,
                                   const std::function<void(std::string_view)>& use);

}  // namespace rcx::host
