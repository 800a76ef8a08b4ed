#include "host/recorder/ingest.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>

namespace rcx::host {
namespace {

// Of one transaction.
constexpr std::uint64_t kBatchBytes = std::uint64_t{1} * 1024 * 1024;
constexpr std::size_t kShown = 80;

}  // namespace

Result<void> Ingest::run(std::int64_t oldest_ns) {
  const Result<std::vector<JournalFile>> files = list_journal(directory_);
  if (!files) return files.error();
  for (const JournalFile& file : *files) {
    if (Result<void> moved = move_file(file, oldest_ns); !moved) return moved;
  }
  return store_.forget_marks(*files);
}

void Ingest::take(std::string_view line, const std::string& name) {
  Result<StoredRecord> record = parse_record(line);
  if (record) {
    batch_.push_back(std::move(*record));
    return;
  }
  ++skipped_;
  log("recorder")
      .warn("{}: skipped a line of {} bytes ({} since the start), {}: {}", name, line.size(),
            skipped_, record.error().message, shortened(printable(line.substr(0, kShown)), kShown));
}

Result<void> Ingest::move_lines(int fd, JournalMark& mark, Tail tail) {
  while (true) {
    batch_.clear();
    const Result<std::uint64_t> end =
        read_journal(fd, mark.position, tail, kBatchBytes,
                     [&](std::string_view line) { take(line, mark.name); });
    if (!end) return end.error();
    if (*end == mark.position) return {};
    mark.position = *end;
    if (Result<void> put = store_.put(batch_, mark, false); !put) return put;
    records_ += batch_.size();
  }
}

Result<void> Ingest::move_file(const JournalFile& file, std::int64_t oldest_ns) {
  const fs::path path = directory_ / file.name;
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return {};
  if (!fd) return system_error("cannot read " + path.string(), errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_error("cannot inspect a journal", errno);
  Result<JournalMark> mark = store_.mark(file.name, status.st_ino);
  if (!mark) return mark.error();
  if (mark->position > static_cast<std::uint64_t>(status.st_size)) mark->position = 0;
  if (Result<void> moved = move_lines(fd.get(), *mark, Tail::kLeave); !moved) return moved;
  const bool free = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
  if (!free && file.changed_ns >= oldest_ns) return {};
  // Nobody appends from here on: whoever opens it next finds that it has no name.
  if (Result<void> moved = move_lines(fd.get(), *mark, Tail::kTake); !moved) return moved;
  if (Result<void> put = store_.put({}, *mark, true); !put) return put;
  // The mark first: where this process ends here, the lines are read again and found to be there.
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return system_error("cannot remove " + path.string(), errno);
  }
  return {};
}

}  // namespace rcx::host
