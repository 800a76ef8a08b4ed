#include "host/recorder/history.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <map>

namespace rcx::host {
namespace {

constexpr std::size_t kLeastDigits = 6;

// By id, because a record may stand in both places, and one of a later attempt counts.
using Found = std::map<std::string, StoredRecord>;

// Ids come from clients: nobody's record is replaced by another person's.
bool replaces(const Record& newer, const Record& older) {
  return newer.attempts >= older.attempts && newer.kind == older.kind &&
         newer.repository == older.repository && newer.caller.name == older.caller.name;
}

void add(Found& found, StoredRecord stored) {
  const auto there = found.find(stored.record.id);
  if (there == found.end()) {
    std::string id = stored.record.id;
    found.emplace(std::move(id), std::move(stored));
  } else if (belong_together(there->second.record, stored.record)) {
    there->second.record = joined(std::move(there->second.record), std::move(stored.record));
    there->second.line = record_line(there->second.record);
  } else if (replaces(stored.record, there->second.record)) {
    there->second = std::move(stored);
  }
}

Result<void> read_file_of_journal(const fs::path& path, const std::string& name,
                                  std::optional<Store>& store, Found& found) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  // The recorder was faster: by now the database has it.
  if (!fd && errno == ENOENT) return {};
  if (!fd) return system_error("cannot read " + path.string(), errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot inspect a journal", errno);
  std::uint64_t position = 0;
  if (store) {
    const Result<JournalMark> mark = store->mark(name, status.st_ino);
    if (!mark) return mark.error();
    position = mark->position;
  }
  if (position > static_cast<std::uint64_t>(status.st_size)) position = 0;
  const Result<std::uint64_t> read =
      read_journal(fd.get(), position, Tail::kLeave, std::numeric_limits<std::uint64_t>::max(),
                   [&](std::string_view line) {
                     Result<StoredRecord> stored = parse_record(line);
                     if (stored) add(found, std::move(*stored));
                   });
  if (!read) return read.error();
  return {};
}

// What the journal holds beyond the database. Read before the database is: records move from the
// one to the other, so none is missed.
Result<Found> read_journals(const fs::path& directory, std::optional<Store>& store) {
  Found found;
  const Result<std::vector<JournalFile>> files = list_journal(directory);
  if (!files) return files.error();
  for (const JournalFile& file : *files) {
    Result<void> read = read_file_of_journal(directory / file.name, file.name, store, found);
    if (!read) return read.error();
  }
  return found;
}

template <class Use>
Result<void> with_history(const Config& config, const Use& use) {
  const fs::path directory = records_directory(config.state);
  Result<std::optional<Store>> store = Store::open_to_read(directory);
  if (!store) return store.error();
  Result<Found> found = read_journals(directory, *store);
  if (!found) return found.error();
  if (!*store) {
    // Made meanwhile, and the journal moved there?
    store = Store::open_to_read(directory);
    if (!store) return store.error();
  }
  return use(*store, *found);
}

}  // namespace

Result<std::string> read_id_prefix(std::string_view text, std::string_view what) {
  const Error wrong{Code::kInvalid,
                    "wanted " + std::string(what) +
                        ", or at least 6 hexadecimal digits that it begins with, got '" +
                        shortened(printable(text), 80) + "'"};
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    const char small = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool digit = (small >= '0' && small <= '9') || (small >= 'a' && small <= 'f');
    if (!digit || digits.size() == 32) return wrong;
    digits += small;
  }
  if (digits.size() < kLeastDigits) return wrong;
  for (const std::size_t place : {8U, 13U, 18U, 23U}) {
    if (digits.size() > place) digits.insert(place, "-");
  }
  return digits;
}

Result<std::vector<StoredRecord>> find_records(const Config& config, std::string_view prefix,
                                               std::size_t most) {
  const Result<std::string> wanted = read_id_prefix(prefix, "the id of a decision");
  if (!wanted) return wanted.error();
  std::vector<StoredRecord> records;
  Result<void> read = with_history(config, [&](std::optional<Store>& store, Found& found) {
    if (store) {
      Result<std::vector<StoredRecord>> stored = store->find(*wanted, most);
      if (!stored) return Result<void>(stored.error());
      for (StoredRecord& one : *stored) add(found, std::move(one));
    }
    for (auto& [id, stored] : found) {
      if (id.starts_with(*wanted) && records.size() < most) records.push_back(std::move(stored));
    }
    return Result<void>();
  });
  if (!read) return read.error();
  return records;
}

Result<std::vector<StoredRecord>> list_records(const Config& config, const RecordQuery& query,
                                               std::size_t most) {
  std::vector<StoredRecord> records;
  Result<void> read = with_history(config, [&](std::optional<Store>& store, Found& found) {
    Found listed;
    if (store) {
      std::size_t room = most;
      Result<void> done = store->list(query, [&](StoredRecord stored) {
        const auto newer = found.find(stored.record.id);
        if (newer != found.end() && belong_together(newer->second.record, stored.record)) {
          // Listed with the rest of the journal.
          add(found, std::move(stored));
          return true;
        }
        const bool replaced = newer != found.end() && replaces(newer->second.record, stored.record);
        if (!replaced) add(listed, std::move(stored));
        return replaced || --room > 0;
      });
      if (!done) return done;
    }
    for (auto& [id, stored] : found) {
      if (query.matches(stored.record)) add(listed, std::move(stored));
    }
    for (auto& [id, stored] : listed) records.push_back(std::move(stored));
    return Result<void>();
  });
  if (!read) return read.error();
  std::stable_sort(
      records.begin(), records.end(), [](const StoredRecord& a, const StoredRecord& b) {
        return std::tie(b.record.time_ns, b.record.id) < std::tie(a.record.time_ns, a.record.id);
      });
  if (records.size() > most) records.resize(most);
  return records;
}

}  // namespace rcx::host
