#include "host/vcs/git/references.hpp"

#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>

namespace rcx::host::git {
namespace {

constexpr std::size_t kLongestLooseRef = 4096;
constexpr std::string_view kSymbolic = "ref: ";
constexpr int kMostSteps = 10;
constexpr int kDeepest = 64;

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, text.find('\n', at) - at);
}

// The first word of a line, as an id.
std::optional<ObjectId> leading_id(std::string_view line) {
  return ObjectId::parse(line.substr(0, line.find(' ')));
}

}  // namespace

Tips::Tips(std::vector<ObjectId> ids) : ids_(std::move(ids)) {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

bool Tips::contains(const ObjectId& id) const noexcept {
  return std::binary_search(ids_.begin(), ids_.end(), id);
}

std::optional<ObjectId> References::current(const std::string& name) const {
  std::string next = name;
  for (int step = 0; step < kMostSteps; ++step) {
    const Result<std::string> file = read_file(path_ + "/" + next, kLongestLooseRef);
    if (!file) {
      // Where it was packed, an empty directory may stand.
      boost::system::error_code failed;
      const bool gone =
          file.error().code == Code::kNotFound || fs::is_directory(path_ + "/" + next, failed);
      return gone ? packed(next) : std::nullopt;
    }
    const std::string_view line = line_at(*file, 0);
    if (!line.starts_with(kSymbolic)) return ObjectId::parse(line);
    next = line.substr(kSymbolic.size());
    // git follows nothing else either.
    if (!next.starts_with("refs/") || next.find("..") != std::string::npos) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<ObjectId> References::packed(std::string_view name) const {
  const Result<MappedFile> file = MappedFile::open(path_ + "/packed-refs");
  if (!file) return std::nullopt;
  const std::string_view text = file->bytes();
  const auto name_at = [&](std::size_t at) {
    const std::string_view line = line_at(text, at);
    const std::size_t space = line.find(' ');
    return space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  };
  std::size_t low = 0;
  const std::string_view head = line_at(text, 0);
  const bool sorted = head.starts_with('#') && head.find(" sorted") != std::string_view::npos;
  if (head.starts_with('#')) low = std::min(text.size(), head.size() + 1);
  std::size_t high = text.size();
  while (sorted && low < high) {
    // The line that holds the middle; one that tells what the tag before it stands for belongs to
    // that.
    std::size_t middle = low + (high - low) / 2;
    const auto begin = [&](std::size_t at) {
      const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
      return before == std::string_view::npos ? 0 : before + 1;
    };
    middle = std::max(low, begin(middle));
    while (middle > low && text[middle] == '^') middle = std::max(low, begin(middle - 1));
    const std::string_view found = name_at(middle);
    if (found == name) return leading_id(line_at(text, middle));
    if (found < name) {
      low = std::min(text.size(), middle + line_at(text, middle).size() + 1);
      while (low < high && text[low] == '^') {
        low = std::min(text.size(), low + line_at(text, low).size() + 1);
      }
    } else {
      high = middle;
    }
  }
  for (std::size_t at = low; !sorted && at < text.size(); at += line_at(text, at).size() + 1) {
    if (text[at] != '^' && name_at(at) == name) return leading_id(line_at(text, at));
  }
  return std::nullopt;
}

const Tips& References::tips() {
  if (!tips_ || !whole_ || !stamps_.unchanged()) read_all();
  return *tips_;
}

void References::read_all() {
  ++readings_;
  stamps_ = Stamps();
  whole_ = true;
  std::vector<ObjectId> ids;
  std::unordered_set<std::string> loose;
  stamps_.note(path_ + "/HEAD");
  if (const auto head = current("HEAD")) ids.push_back(*head);
  // Loose ones first: packing moves them the other way, and so none is missed.
  read_directory(path_ + "/refs", 0, ids, loose);
  stamps_.note(path_ + "/packed-refs");
  const Result<MappedFile> packed = MappedFile::open(path_ + "/packed-refs");
  if (!packed && packed.error().code != Code::kNotFound) whole_ = packed.error();
  const std::string_view text = packed ? packed->bytes() : std::string_view();
  bool counts = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = line_at(text, at);
    at += line.size() + 1;
    const bool peeled = line.starts_with('^');
    // What moves after it was packed keeps its old line.
    if (!peeled) counts = !loose.contains(std::string(line.substr(line.find(' ') + 1)));
    const auto id = peeled ? ObjectId::parse(line.substr(1)) : leading_id(line);
    if (id && counts) ids.push_back(*id);
  }
  tips_.emplace(std::move(ids));
}

void References::read_directory(const std::string& directory, int depth,
                                std::vector<ObjectId>& into,
                                std::unordered_set<std::string>& names) {
  stamps_.note(directory);
  boost::system::error_code failed;
  for (fs::directory_iterator entry(directory, failed);
       !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    boost::system::error_code ignored;
    const std::string path = entry->path().string();
    if (entry->symlink_status(ignored).type() == fs::directory_file) {
      if (depth < kDeepest) read_directory(path, depth + 1, into, names);
      if (depth == kDeepest && whole_) whole_ = false;
      continue;
    }
    if (path.ends_with(".lock")) continue;
    const Result<std::string> file = read_file(path, kLongestLooseRef);
    if (!file && file.error().code == Code::kNotFound) continue;  // packed meanwhile
    names.insert(path.substr(path_.size() + 1));
    if (!file && whole_) whole_ = false;
    if (!file) continue;
    // What a symbolic one stands for is among the others.
    if (const auto id = ObjectId::parse(line_at(*file, 0))) into.push_back(*id);
  }
  if (failed && failed.value() != ENOENT) {
    whole_ = system_error("cannot list " + printable(directory), failed.value());
  }
}

}  // namespace rcx::host::git
