// What rcx_files and rcx_reading ask of a commit.
#include <sys/stat.h>

#include <charconv>

#include "host/vcs/added_lines.hpp"
#include "host/vcs/svn/commits.hpp"
#include "host/vcs/svn/layout.hpp"

namespace rcx::host::svn {
namespace {

using Content = std::shared_ptr<const std::string>;

std::optional<std::uint64_t> number_of_revision(const std::string& id) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  if (id.empty() || read.ec != std::errc() || read.ptr != id.data() + id.size()) return {};
  return number;
}

Error no_revision(const std::string& id) {
  return {Code::kUnavailable,
          "wanted the number of a revision, or the transaction of this event, "
          "got '" +
              shortened(printable(id), 100) + "'"};
}

std::string below(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

}  // namespace

Result<Tree*> SvnCommits::tree_of(const std::string& id) {
  if (opened_.after && id == opened_.after_id) return opened_.after.get();
  if (id == opened_.before_id) return opened_.before.get();
  const std::optional<std::uint64_t> number = number_of_revision(id);
  if (!number) return no_revision(id);
  std::unique_ptr<Tree>& tree = revisions_[*number];
  if (!tree) tree = opened_.repository->revision(*number);
  return tree.get();
}

Result<SvnCommits::Place> SvnCommits::place_of(const std::string& id) const {
  const auto found = places_.find(id);
  if (found != places_.end()) return found->second;
  return Error{Code::kNotFound, "the repository has no content " + shortened(printable(id), 100) +
                                    " that a change or an entry of this event has named"};
}

Result<std::uint64_t> SvnCommits::size_of(const std::string& id) {
  const Result<Place> place = place_of(id);
  if (!place) return place.error();
  return guarded<std::uint64_t>(
      [&]() -> Result<std::uint64_t> { return place->tree->size(place->path); });
}

Result<std::string> SvnCommits::read(const Place& place, const std::string& id) {
  return guarded<std::string>([&]() -> Result<std::string> {
    const std::uint64_t bytes = place.tree->size(place.path);
    if (Result<void> allowed = check_content(id, bytes); !allowed) return allowed.error();
    return place.tree->content(place.path);
  });
}

Result<std::string> SvnCommits::read_content(const std::string& id) {
  const Result<Place> place = place_of(id);
  if (!place) return place.error();
  return read(*place, id);
}

Result<AddedLines> SvnCommits::added(std::size_t index, std::size_t change) {
  const Result<const std::vector<Change>*> all = changes(index);
  if (!all) return all.error();
  const Change& changed = (**all)[change];
  if (changed.new_mode == 0 || changed.old_id == changed.new_id) return AddedLines();
  const Result<Content> after = content(std::string(std::string_view(changed.new_id)));
  if (!after) return after.error();
  std::string before;
  if (changed.old_mode != 0) {
    Result<std::string> old = read({opened_.before.get(), changed.path}, changed.path);
    if (!old) return old.error();
    before = std::move(*old);
  }
  Result<AddedLines> lines = added_lines({before}, **after);
  if (!lines) return lines;
  if (Result<void> taken = take_lines(*lines); !taken) return taken.error();
  return lines;
}

Result<std::string> SvnCommits::resolve(const std::string& name) {
  for (const RefUpdate& ref : refs_) {
    const std::string& id = pre_ ? ref.old_id : ref.new_id;
    if (ref.name == name && !id.empty()) return id;
  }
  const std::string newest = pre_ ? opened_.before_id : opened_.after_id;
  const std::string directory = directory_of(name);
  return guarded<std::string>([&]() -> Result<std::string> {
    Tree& tree = pre_ ? *opened_.before : now();
    const bool whole = name == "HEAD" || name == kRest;
    if ((whole || (!directory.empty() && tree.node(directory).mode == S_IFDIR)) &&
        !newest.empty()) {
      return newest;
    }
    return Error{Code::kNotFound,
                 "the repository has no reference " + shortened(printable(name), 200)};
  });
}

// One revision stands on the next; the transaction is on top.
Result<bool> SvnCommits::reaches(const std::string& from, const std::string& to) {
  if (from == to) return true;
  const std::string pending = pre_ ? opened_.after_id : std::string();
  const std::optional<std::uint64_t> first = number_of_revision(from);
  const std::optional<std::uint64_t> second = number_of_revision(to);
  if (!first && from != pending) return no_revision(from);
  if (!second && to != pending) return no_revision(to);
  if (!first || !second) return !first;
  return *second <= *first;
}

Entry SvnCommits::entry_of(Tree& tree, const std::string& path, std::string name) {
  const Node node = tree.node(path);
  if (!node.sha1.empty()) places_.try_emplace(node.sha1, Place{&tree, path});
  return {node.mode, std::move(name), node.sha1};
}

Result<std::optional<Entry>> SvnCommits::find(const std::string& id, const std::string& path) {
  return guarded<std::optional<Entry>>([&]() -> Result<std::optional<Entry>> {
    const Result<Tree*> tree = tree_of(id);
    if (!tree) return tree.error();
    Entry entry = entry_of(**tree, path, path.substr(path.rfind('/') + 1));
    if (entry.mode == 0) return std::optional<Entry>();
    return std::optional(std::move(entry));
  });
}

Result<std::vector<Entry>> SvnCommits::read_entries(Tree& tree, const std::string& directory) {
  std::vector<Entry> entries;
  for (const auto& [name, is_directory] : tree.list(directory)) {
    if (Result<void> taken = take_entry(); !taken) return taken.error();
    entries.push_back(is_directory ? Entry{S_IFDIR, name, {}}
                                   : entry_of(tree, below(directory, name), name));
  }
  return entries;
}

Result<std::vector<Entry>> SvnCommits::entries(std::size_t /*index*/,
                                               const std::string& directory) {
  return guarded<std::vector<Entry>>([&] { return read_entries(now(), directory); });
}

Result<std::vector<Entry>> SvnCommits::list(const std::string& id, const std::string& directory) {
  return guarded<std::vector<Entry>>([&]() -> Result<std::vector<Entry>> {
    const Result<Tree*> tree = tree_of(id);
    if (!tree) return tree.error();
    return read_entries(**tree, directory);
  });
}

}  // namespace rcx::host::svn
