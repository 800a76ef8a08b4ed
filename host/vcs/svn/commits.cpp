#include "host/vcs/svn/commits.hpp"

#include "host/vcs/svn/adapter.hpp"
#include "host/vcs/svn/changed_paths.hpp"

namespace rcx::host::svn {
namespace {

std::string property(const std::map<std::string, std::string>& all, const char* name) {
  const auto found = all.find(name);
  return found == all.end() ? std::string() : found->second;
}

}  // namespace

SvnCommits::SvnCommits(Opened opened, std::vector<RefUpdate> refs, bool pre,
                       const ReadingConfig& reading, ToldAction told)
    : BoundedCommits(adapter(), "signatures of revisions", reading),
      opened_(std::move(opened)),
      refs_(std::move(refs)),
      pre_(pre),
      facts_(opened_, std::move(told), pre, reading) {}

Result<const Commit*> SvnCommits::commit(std::size_t index) {
  if (index > 0 || !opened_.after) return nullptr;
  if (commit_) return &*commit_;
  return guarded<const Commit*>([&]() -> Result<const Commit*> {
    const auto properties = opened_.after->properties();
    Commit commit;
    commit.id = IdText(opened_.after_id);
    if (!opened_.before_id.empty()) commit.parents.emplace_back(opened_.before_id);
    commit.message = property(properties, "svn:log");
    if (Result<void> taken = take_message(commit.message.size()); !taken) return taken.error();
    commit.author.name = property(properties, "svn:author");
    commit.author.time = opened_.module->seconds(property(properties, "svn:date"));
    commit.committer = commit.author;
    commit_ = std::move(commit);
    return &*commit_;
  });
}

Result<std::vector<IdText>> SvnCommits::ids() {
  std::vector<IdText> ids;
  if (opened_.after) ids.emplace_back(opened_.after_id);
  return ids;
}

Result<void> SvnCommits::read_changes() {
  Result<std::vector<Change>> read =
      changed_files(*opened_.before, *opened_.after, paths_left_, path_bytes_left_);
  if (!read) return read.error();
  paths_left_ -= read->size();
  for (const Change& change : *read) {
    if (change.old_mode != 0) {
      places_.try_emplace(std::string(std::string_view(change.old_id)),
                          Place{opened_.before.get(), change.path});
    }
    if (change.new_mode != 0) {
      places_.try_emplace(std::string(std::string_view(change.new_id)),
                          Place{opened_.after.get(), change.path});
    }
  }
  changes_ = std::move(*read);
  return {};
}

Result<const std::vector<Change>*> SvnCommits::changes(std::size_t /*index*/) {
  if (changes_) return &*changes_;
  const Result<void> read = guarded<void>([&] { return read_changes(); });
  if (!read) return read.error();
  return &*changes_;
}

// A commit is one step of all that it touches.
Result<bool> SvnCommits::reached_by(std::size_t /*index*/, std::size_t /*ref*/) {
  return true;
}

// Revisions stay where they are, even those of a branch that was replaced.
Result<std::vector<std::string>> SvnCommits::lost(std::size_t /*ref*/) {
  return std::vector<std::string>();
}

}  // namespace rcx::host::svn
