#include "host/vcs/hg/changeset.hpp"

#include <sys/stat.h>

#include <charconv>
#include <cmath>
#include <map>

#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

constexpr std::size_t kIdDigits = 40;
constexpr std::uint32_t kFile = 0100644;
constexpr std::uint32_t kExecutable = 0100755;

Error damaged(std::string_view id, const std::string& what) {
  return {Code::kInvalid, "changeset " + std::string(id) + " is damaged: " + what};
}

// The part before the next newline, which goes too.
std::string_view cut_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// `Name <email>`; hg lets a user be any text.
Person person_of(std::string_view user) {
  Person person;
  const std::size_t open = user.find('<');
  const std::size_t close = open == std::string_view::npos ? open : user.find('>', open);
  if (close == std::string_view::npos) {
    const bool email = user.find('@') != std::string_view::npos;
    person.name = user;
    if (email) person.email = user;
    return person;
  }
  std::string_view name = user.substr(0, open);
  while (name.ends_with(' ')) name.remove_suffix(1);
  person.name = name;
  person.email = user.substr(open + 1, close - open - 1);
  return person;
}

// As hg escapes them in extras.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] != '\\' || std::string_view("\\nr0").find(next) == std::string_view::npos) {
      out += text[i];
      continue;
    }
    ++i;
    out += next == 'n' ? '\n' : next == 'r' ? '\r' : next == '0' ? '\0' : '\\';
  }
  return out;
}

void read_extras(std::string_view text, Changeset& changeset) {
  changeset.facts.branch = "default";
  for (std::string_view rest = text; !rest.empty();) {
    const std::string one = unescaped(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(std::min(rest.size(), rest.find('\0') == std::string_view::npos
                                                 ? rest.size()
                                                 : rest.find('\0') + 1));
    const std::size_t colon = one.find(':');
    if (colon == std::string::npos) continue;
    const std::string key = one.substr(0, colon);
    if (key == "branch") {
      changeset.facts.branch = one.substr(colon + 1);
      continue;
    }
    changeset.facts.closes_branch = changeset.facts.closes_branch || key == "close";
    changeset.facts.extras.emplace_back(key, one.substr(colon + 1));
  }
}

// `SECONDS ZONE EXTRAS`: the zone is in seconds west of UTC.
Result<void> read_date(std::string_view line, Changeset& changeset) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return damaged(changeset.commit.id, "it has no date");
  const std::size_t second = line.find(' ', first + 1);
  const std::string_view zone =
      line.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
  double seconds = 0;
  std::int32_t west = 0;
  const auto time = std::from_chars(line.data(), line.data() + first, seconds);
  const auto offset = std::from_chars(zone.data(), zone.data() + zone.size(), west);
  constexpr double kMost = 1e15;
  if (time.ec != std::errc() || offset.ec != std::errc() || !(std::abs(seconds) < kMost)) {
    return damaged(changeset.commit.id, "its date cannot be read");
  }
  Person& author = changeset.commit.author;
  author.time = static_cast<std::int64_t>(std::floor(seconds));
  author.offset_minutes = -(west / 60);
  read_extras(second == std::string_view::npos ? "" : line.substr(second + 1), changeset);
  return {};
}

struct File {
  std::string_view id;
  std::uint32_t mode = 0;
};
using Files = std::map<std::string_view, File>;

// Lines of `PATH NUL ID FLAGS`.
Result<Files> read_lines(std::string_view lines) {
  Files files;
  while (!lines.empty()) {
    const std::string_view line = cut_line(lines);
    const std::size_t end = line.find('\0');
    if (end == std::string_view::npos || line.size() < end + 1 + kIdDigits) {
      return Error{Code::kInvalid, "a manifest is damaged: a line without an id"};
    }
    const std::string_view id = line.substr(end + 1, kIdDigits);
    if (!is_node_text(id)) return Error{Code::kInvalid, "a manifest is damaged: no id in a line"};
    files[line.substr(0, end)] = {id, mode_of(line.substr(end + 1 + kIdDigits))};
  }
  return files;
}

Change change_of(std::string_view path, const File* before, const File* after) {
  Change change;
  change.path = path;
  if (before != nullptr) {
    change.old_mode = before->mode;
    change.old_id = IdText(before->id);
  }
  if (after != nullptr) {
    change.new_mode = after->mode;
    change.new_id = IdText(after->id);
  }
  change.kind = before == nullptr                                   ? RCX_PATH_ADDED
                : after == nullptr                                  ? RCX_PATH_DELETED
                : (before->mode & S_IFMT) != (after->mode & S_IFMT) ? RCX_PATH_RETYPED
                                                                    : RCX_PATH_MODIFIED;
  return change;
}

const File* find(const Files& files, std::string_view path) {
  const auto found = files.find(path);
  return found == files.end() ? nullptr : &found->second;
}

}  // namespace

std::uint32_t mode_of(std::string_view flags) {
  if (flags == "d" || flags == "t") return S_IFDIR;
  if (flags == "l") return S_IFLNK;
  return flags == "x" ? kExecutable : kFile;
}

Result<Changeset> read_changeset(std::string_view item) {
  const Result<std::vector<std::string_view>> parts = unpack_exactly(item, 7);
  if (!parts) return parts.error();
  Changeset changeset;
  Commit& commit = changeset.commit;
  const Result<std::string> id = node_text((*parts)[0]);
  if (!id) return id.error();
  commit.id = IdText(*id);
  for (const std::size_t parent : {1U, 2U}) {
    const Result<std::string> text = node_text((*parts)[parent]);
    if (!text) return text.error();
    if (!text->empty()) commit.parents.emplace_back(*text);
  }
  const Result<std::uint64_t> phase = number((*parts)[3]);
  if (!phase) return phase.error();
  changeset.facts.phase = static_cast<std::uint32_t>(*phase);
  changeset.facts.obsolete = (*parts)[4] == "o";
  for (const std::string_view one : split((*parts)[5], '\0')) {
    if (!one.empty()) changeset.facts.bookmarks.emplace_back(one);
  }
  std::string_view text = (*parts)[6];
  cut_line(text);  // the manifest
  const std::string_view user = cut_line(text);
  commit.author = person_of(user);
  if (Result<void> date = read_date(cut_line(text), changeset); !date) return date.error();
  commit.committer = commit.author;
  // Files, as far as whoever made it says; then an empty line.
  while (!text.empty() && !cut_line(text).empty()) {
  }
  commit.message = text.substr(0, text.find('\0'));
  return changeset;
}

Result<std::vector<Change>> read_changes(std::string_view item) {
  const Result<std::vector<std::string_view>> parts = unpack(item, 4);
  if (!parts) return parts.error();
  if (parts->size() != 2 && parts->size() != 4) {
    return Error{Code::kInvalid, "hg's process breaks the protocol: lines of no or three parents"};
  }
  std::vector<Files> files;
  for (const std::string_view lines : *parts) {
    Result<Files> read = read_lines(lines);
    if (!read) return read.error();
    files.push_back(std::move(*read));
  }
  std::vector<Change> changes;
  // Both are sorted: what only the old one has comes between.
  Files all = files[0];
  all.insert(files[1].begin(), files[1].end());
  for (const auto& [path, ignored] : all) {
    if (files.size() == 4 && find(files[2], path) == nullptr && find(files[3], path) == nullptr) {
      continue;
    }
    const File* before = find(files[0], path);
    const File* after = find(files[1], path);
    // A line may come in a hunk and be the same.
    if (before != nullptr && after != nullptr && before->id == after->id &&
        before->mode == after->mode) {
      continue;
    }
    if (files.size() == 4) {
      const File* other = find(files[2], path);
      const File* now = find(files[3], path);
      if (other != nullptr && now != nullptr && other->id == now->id && other->mode == now->mode) {
        continue;
      }
    }
    changes.push_back(change_of(path, before, after));
  }
  return changes;
}

}  // namespace rcx::host::hg
