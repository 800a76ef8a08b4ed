// What rcx_files and rcx_reading ask of a push.
#include <sys/stat.h>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/hg/commits.hpp"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

Result<void> check_id(const std::string& id) {
  if (is_node_text(id)) return {};
  return Error{Code::kUnavailable, "wanted an id of 40 hexadecimal digits, got '" +
                                       shortened(printable(id), 100) + "'"};
}

}  // namespace

Result<std::string> HgCommits::path_of(const std::string& id) const {
  if (Result<void> valid = check_id(id); !valid) return valid.error();
  const auto found = paths_.find(id);
  if (found != paths_.end()) return found->second;
  return Error{Code::kNotFound, "the repository has no content " + id +
                                    " that a change or an entry of this event has named"};
}

Result<std::uint64_t> HgCommits::size_of(const std::string& id) {
  const Result<std::string> path = path_of(id);
  if (!path) return path.error();
  const Result<std::string> answer = reader_->ask({"size", *path, id});
  if (!answer) return answer.error();
  return number(*answer);
}

Result<std::string> HgCommits::ask_content(const std::string& path, const std::string& id) {
  const Result<std::string> size = reader_->ask({"size", path, id});
  if (!size) return size.error();
  const Result<std::uint64_t> bytes = number(*size);
  if (!bytes) return bytes.error();
  if (Result<void> allowed = check_content(id, *bytes); !allowed) return allowed.error();
  return reader_->ask({"content", path, id});
}

Result<std::string> HgCommits::read_content(const std::string& id) {
  const Result<std::string> path = path_of(id);
  if (!path) return path.error();
  return ask_content(*path, id);
}

Result<AddedLines> HgCommits::added(std::size_t index, std::size_t change) {
  const Result<const std::vector<Change>*> all = changes(index);
  if (!all) return all.error();
  const Change& changed = (**all)[change];
  const std::string id(changed.new_id);
  if (id.empty() || changed.old_id == changed.new_id) return AddedLines();
  Result<std::string> after = ask_content(changed.path, id);
  if (!after) return after.error();
  std::vector<std::string> before;
  const auto& parents = all_[index]->commit.parents;
  for (std::size_t parent = 0; parent < parents.size(); ++parent) {
    std::string old(parent == 0 ? std::string_view(changed.old_id) : std::string_view());
    if (parent > 0) {
      const Result<std::optional<Entry>> entry = find(std::string(parents[parent]), changed.path);
      if (!entry) return entry.error();
      if (*entry && (*entry)->mode != S_IFDIR) old = (*entry)->id;
    }
    if (old.empty()) {
      before.emplace_back();
      continue;
    }
    Result<std::string> content = ask_content(changed.path, old);
    if (!content) return content.error();
    before.push_back(std::move(*content));
  }
  Result<AddedLines> lines = added_lines({before.begin(), before.end()}, *after);
  if (!lines) return lines;
  if (Result<void> taken = take_lines(*lines); !taken) return taken.error();
  return lines;
}

Result<std::string> HgCommits::resolve(const std::string& name) {
  const std::string& whole = name == "HEAD" ? "refs/heads/default" : name;
  if (name == "HEAD") {
    Result<std::string> main = resolve("refs/bookmarks/@");
    if (main || main.error().code != Code::kNotFound) return main;
  }
  for (const RefUpdate& ref : message_.refs) {
    if (ref.name != whole) continue;
    const std::string& id = pre_ ? ref.old_id : ref.new_id;
    if (!id.empty()) return id;
    return Error{Code::kNotFound,
                 "the repository has no reference " + shortened(printable(whole), 200)};
  }
  return reader_->ask({"resolve", whole});
}

Result<bool> HgCommits::reaches(const std::string& from, const std::string& to) {
  for (const std::string* id : {&from, &to}) {
    if (Result<void> valid = check_id(*id); !valid) return valid.error();
  }
  const Result<std::string> answer = reader_->ask({"reaches", from, to});
  if (!answer) return answer.error();
  return *answer == "1";
}

Result<std::optional<Entry>> HgCommits::find(const std::string& id, const std::string& path) {
  if (Result<void> valid = check_id(id); !valid) return valid.error();
  const Result<std::string> answer = reader_->ask({"find", id, path});
  if (!answer) return answer.error();
  const Result<std::vector<std::string_view>> parts = unpack(*answer, 2);
  if (!parts) return parts.error();
  if (parts->size() < 2) return std::optional<Entry>();
  Entry entry{mode_of((*parts)[0]), path.substr(path.rfind('/') + 1), std::string((*parts)[1])};
  if (!entry.id.empty()) paths_.emplace(entry.id, path);
  return std::optional(std::move(entry));
}

Result<std::vector<Entry>> HgCommits::read_entries(const std::string& id,
                                                   const std::string& directory) {
  const Result<std::string> answer = reader_->ask({"list", id, directory});
  if (!answer) return answer.error();
  const Result<std::vector<std::string_view>> items = unpack(*answer);
  if (!items) return items.error();
  std::vector<Entry> entries;
  for (const std::string_view item : *items) {
    const Result<std::vector<std::string_view>> parts = unpack_exactly(item, 3);
    if (!parts) return parts.error();
    Entry entry{mode_of((*parts)[1]), std::string((*parts)[0]), std::string((*parts)[2])};
    if (Result<void> taken = take_entry(); !taken) return taken.error();
    if (!entry.id.empty()) {
      paths_.emplace(entry.id, directory.empty() ? entry.name : directory + "/" + entry.name);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::vector<Entry>> HgCommits::entries(std::size_t index, const std::string& directory) {
  return read_entries(std::string(all_[index]->commit.id), directory);
}

Result<std::vector<Entry>> HgCommits::list(const std::string& id, const std::string& directory) {
  if (Result<void> valid = check_id(id); !valid) return valid.error();
  return read_entries(id, directory);
}

// A branch loses nothing: the heads that it had are still there.
Result<std::vector<std::string>> HgCommits::lost(std::size_t ref) {
  const RefUpdate& update = message_.refs[ref];
  std::vector<std::string> ids;
  if (update.kind == RCX_REF_BRANCH || !update.forced) return ids;
  const Result<std::string> answer = reader_->ask({"lost", update.old_id, update.new_id});
  if (!answer) return answer.error();
  for (const std::string_view id : split(*answer, '\0')) {
    if (!id.empty()) ids.emplace_back(id);
  }
  return ids;
}

}  // namespace rcx::host::hg
