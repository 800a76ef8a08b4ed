#include "host/recorder/journal_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstdlib>

#include "host/core/date.hpp"

namespace rcx::host {
namespace {

constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kDigits = 16;
constexpr std::size_t kChunk = std::size_t{256} * 1024;
constexpr std::size_t kLongestLine = std::size_t{64} * 1024 * 1024;

bool is_journal_name(const std::string& name) {
  return name.size() == kDigits + kSuffix.size() && name.ends_with(kSuffix) &&
         name.find_first_not_of("0123456789") == kDigits;
}

}  // namespace

fs::path records_directory(const fs::path& state) {
  return state / "records";
}

Result<std::vector<JournalFile>> list_journal(const fs::path& directory) {
  std::vector<JournalFile> files;
  boost::system::error_code failed;
  fs::directory_iterator entry(directory, failed);
  if (failed == boost::system::errc::no_such_file_or_directory) return files;
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    struct stat status {};
    if (!is_journal_name(name) || ::lstat(entry->path().c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode)) {
      continue;
    }
    files.push_back({name, static_cast<std::uint64_t>(status.st_size),
                     date_ns(status.st_mtim.tv_sec, status.st_mtim.tv_nsec)});
  }
  if (failed == boost::system::errc::permission_denied) {
    return Error{Code::kDenied, "cannot read the records in " + directory.string() +
                                    ": Permission denied; ask as the user of the host, or as root"};
  }
  if (failed) return system_error("cannot list " + directory.string(), failed.value());
  std::sort(files.begin(), files.end(),
            [](const JournalFile& a, const JournalFile& b) { return a.name < b.name; });
  return files;
}

std::string next_journal_name(const std::vector<JournalFile>& files) {
  auto number = static_cast<unsigned long long>(wall_ns() / 1'000'000);
  if (!files.empty()) {
    number = std::max(number, std::strtoull(files.back().name.c_str(), nullptr, 10) + 1);
  }
  return fmt::format("{:016}{}", number, kSuffix);
}

void prune_journal(const fs::path& directory, std::vector<JournalFile> files,
                   const RecordLimits& limits) {
  const std::int64_t oldest = wall_ns() - limits.keep_ns;
  std::uint64_t bytes = 0;
  // From the newest, which stays in any case.
  std::reverse(files.begin(), files.end());
  for (std::size_t i = 0; i < files.size(); ++i) {
    bytes += files[i].bytes;
    if (i == 0 || (files[i].changed_ns >= oldest && bytes <= limits.bytes)) continue;
    boost::system::error_code ignored;
    fs::remove(directory / files[i].name, ignored);
  }
}

Result<std::uint64_t> read_journal(int fd, std::uint64_t offset, Tail tail, std::uint64_t most,
                                   const std::function<void(std::string_view)>& use) {
  const std::uint64_t began = offset;
  std::string pending;
  std::string chunk(kChunk, '\0');
  while (offset - began < most) {
    const ssize_t got =
        ::pread(fd, chunk.data(), chunk.size(), static_cast<off_t>(offset + pending.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read a journal", errno);
    if (got == 0) break;
    pending.append(chunk, 0, static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = pending.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      if (end > begin) use(std::string_view(pending).substr(begin, end - begin));
    }
    if (begin == 0 && pending.size() > kLongestLine) {
      use(pending);
      begin = pending.size();
    }
    pending.erase(0, begin);
    offset += begin;
  }
  if (tail == Tail::kTake && offset - began < most && !pending.empty()) {
    use(pending);
    offset += pending.size();
  }
  return offset;
}

}  // namespace rcx::host
