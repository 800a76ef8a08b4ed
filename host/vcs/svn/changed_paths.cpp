#include "host/vcs/svn/changed_paths.hpp"

#include <sys/stat.h>

#include <map>

#include "host/vcs/svn/failure.hpp"
#include "host/vcs/svn/layout.hpp"

namespace rcx::host::svn {
namespace {

// A file that may differ, and what Subversion has said of it.
struct Candidate {
  bool named = false;  // by itself, so that it differs though its bytes may not
  bool added = false;  // and was not there before
};

class Collection {
 public:
  Collection(std::uint64_t most, std::uint64_t most_bytes) : most_(most), bytes_(most_bytes) {}

  Result<void> add(const std::string& path, Candidate candidate) {
    const auto [at, is_new] = all_.try_emplace(path, candidate);
    if (!is_new) {
      at->second.named = at->second.named || candidate.named;
      at->second.added = at->second.added && candidate.added;
      return {};
    }
    if (all_.size() > most_ || path.size() > bytes_) {
      return too_many_paths();
    }
    bytes_ -= path.size();
    return {};
  }

  Result<void> add_below(Tree& tree, const std::string& directory) {
    for (const auto& [name, is_directory] : tree.list(directory)) {
      std::string path = directory;
      path += '/';
      path += name;
      Result<void> done = is_directory ? add_below(tree, path) : add(path, {});
      if (!done) return done;
    }
    return {};
  }

  const std::map<std::string, Candidate>& all() const { return all_; }

 private:
  std::map<std::string, Candidate> all_;
  std::uint64_t most_;
  std::uint64_t bytes_;
};

// A branch or tag that comes or goes has no changed files, as in git; references tell of it.
bool is_whole_line(const std::string& path) {
  return path.empty() || holds_lines(path) || line_of(path, true).directory == path;
}

Result<void> collect(const PathChange& change, Tree& before, Tree& after, Collection& files) {
  if (!change.directory) {
    const bool added = change.kind == ChangeKind::kAdded;
    return files.add(change.path, {true, added});
  }
  if (change.kind == ChangeKind::kModified || is_whole_line(change.path)) return {};
  Result<void> done;
  if (change.kind != ChangeKind::kAdded) done = files.add_below(before, change.path);
  if (done && change.kind != ChangeKind::kDeleted && change.copied) {
    done = files.add_below(after, change.path);
  }
  return done;
}

bool is_file(const Node& node) {
  return node.mode != 0 && node.mode != S_IFDIR;
}

}  // namespace

Result<std::vector<Change>> changed_files(Tree& before, Tree& after, std::uint64_t most,
                                          std::uint64_t most_bytes) {
  Collection files(most, most_bytes);
  for (const PathChange& change : after.changes()) {
    if (Result<void> done = collect(change, before, after, files); !done) return done.error();
  }
  std::vector<Change> all;
  for (const auto& [path, candidate] : files.all()) {
    const Node old = candidate.added ? Node() : before.node(path);
    const Node now = after.node(path);
    const bool was = is_file(old);
    const bool is = is_file(now);
    if (!was && !is) continue;
    if (was && is && !candidate.named && old.mode == now.mode && old.sha1 == now.sha1) continue;
    Change change;
    change.kind = !was ? RCX_PATH_ADDED : !is ? RCX_PATH_DELETED : RCX_PATH_MODIFIED;
    change.path = path;
    if (was) change.old_mode = old.mode;
    if (was) change.old_id = IdText(old.sha1);
    if (is) change.new_mode = now.mode;
    if (is) change.new_id = IdText(now.sha1);
    all.push_back(std::move(change));
  }
  return all;
}

}  // namespace rcx::host::svn
