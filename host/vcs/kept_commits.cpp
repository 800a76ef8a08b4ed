// What pre_push found out, one file for each push, between its two events. Of git lines of `commit
// ID`, `forced NAME` and `initial`; the last one is `end`, which tells a whole file from one cut
// short.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <ctime>

#include "host/vcs/adapter.hpp"
#include "host/vcs/kept.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargest = std::size_t{512} * 1024 * 1024;
constexpr std::time_t kOldSeconds = 3600;

fs::path directory(const Config& config) {
  return config.state / "pushes";
}

}  // namespace

Result<void> keep_commits(const HookEvent& accepted, const Config& config) {
  const Adapter* adapter = adapter_of(accepted.event->repository.vcs);
  if (adapter == nullptr) return {};
  const Result<std::string> text = adapter->text_to_keep(accepted);
  if (!text) return text.error();
  if (text->empty()) return {};
  const fs::path file = directory(config) / accepted.event->push_id;
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return system_error("cannot write " + file.string(), errno);
  return write_all(fd.get(), *text, file.string());
}

Result<std::string> kept_lines(const HookEvent& accepted) {
  const Result<std::vector<IdText>> ids = accepted.commits->ids();
  if (!ids) return ids.error();
  std::string lines;
  lines.reserve(ids->size() * (IdText::kMost + 8));
  for (const IdText& commit : *ids) lines.append("commit ").append(commit).append("\n");
  for (const RefUpdate& ref : accepted.event->refs) {
    if (ref.forced) lines += "forced " + ref.name + "\n";
  }
  const Result<bool> initial = accepted.commits->initial();
  if (!initial) return initial.error();
  if (*initial) lines += "initial\n";
  return lines + "end\n";
}

std::optional<KeptCommits> kept_commits(const std::string& push_id, const Config& config) {
  const Result<std::string> text = read_file(directory(config) / push_id, kLargest);
  return text ? parse_kept(*text) : std::nullopt;
}

std::optional<std::string> kept_text(const Event& event, const Config& config) {
  Result<std::string> text = read_file(directory(config) / event.push_id, kLargest);
  if (!text) return std::nullopt;
  return std::move(*text);
}

std::optional<KeptCommits> parse_kept(std::string_view text) {
  if (!text.ends_with("end\n")) return std::nullopt;
  KeptCommits kept;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view value = line.substr(std::min<std::size_t>(line.size(), 7));
    if (line.starts_with("commit ")) kept.ids.emplace_back(value);
    if (line.starts_with("forced ")) kept.forced.emplace(value);
    if (line == "initial") kept.initial = true;
  }
  return kept;
}

void forget_commits(const Event& event, const Config& config) {
  ::unlink((directory(config) / event.push_id).c_str());
}

void forget_old_commits(const Config& config) {
  boost::system::error_code failed;
  for (fs::directory_iterator entry(directory(config), failed);
       !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    boost::system::error_code ignored;
    const std::time_t written = fs::last_write_time(entry->path(), ignored);
    if (!ignored && std::time(nullptr) - written > kOldSeconds) fs::remove(entry->path(), ignored);
  }
}

}  // namespace rcx::host
