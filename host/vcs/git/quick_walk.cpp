#include "host/vcs/git/quick_walk.hpp"

#include <boost/filesystem/operations.hpp>
#include <unordered_map>
#include <unordered_set>

namespace rcx::host::git {
namespace {

constexpr std::size_t kLongestLooseRef = 1024;

Handle<git_odb> open_store(const fs::path& directory) {
  git_odb* raw = nullptr;
  return Handle<git_odb>(git_odb_open(&raw, directory.c_str()) == 0 ? raw : nullptr);
}

bool holds(git_odb* store, const git_oid& id) {
  return git_odb_exists_ext(store, &id, GIT_ODB_LOOKUP_NO_REFRESH) == 1;
}

// One walk. Any doubt ends it with false.
class Walk {
 public:
  Walk(const fs::path& path, Handle<git_odb> own, Handle<git_odb> pushed,
       const std::vector<RefUpdate>& refs)
      : path_(path), own_(std::move(own)), pushed_(std::move(pushed)), refs_(refs) {}

  bool run() {
    git_repository* raw = nullptr;
    if (git_repository_wrap_odb(&raw, pushed_.get()) != 0) return false;
    result_.reader.reset(raw);
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      if (!refs_[i].old_id.empty()) named_.emplace(refs_[i].old_id, i);
    }
    for (std::size_t i = 0; i < refs_.size(); ++i) {
      if (!refs_[i].new_id.empty() && !from(i)) return false;
    }
    return true;
  }

  QuickWalk& result() { return result_; }

 private:
  // Walks from the new id of one reference.
  bool from(std::size_t ref) {
    const Result<git_oid> id = parse_id(refs_[ref].new_id);
    if (!id || !holds(pushed_.get(), *id)) return false;
    git_object* raw = nullptr;
    if (git_object_lookup(&raw, result_.reader.get(), &*id, GIT_OBJECT_ANY) != 0) return false;
    const Handle<git_object> object(raw);
    if (git_object_type(raw) != GIT_OBJECT_COMMIT) return false;
    return visit(*id, ref);
  }

  // Depth first without recursion: a commit is listed when all its parents are.
  bool visit(const git_oid& tip, std::size_t ref) {
    struct Step {
      git_oid id;
      std::vector<git_oid> parents;
      std::size_t next = 0;
    };
    std::vector<Step> path;
    const auto enter = [&](const git_oid& id) {
      git_commit* raw = nullptr;
      if (!seen_.insert(id_text(id)).second) return true;
      if (holds(own_.get(), id) || git_commit_lookup(&raw, result_.reader.get(), &id) != 0) {
        return false;
      }
      const Handle<git_commit> commit(raw);
      Step step{id, {}, 0};
      for (unsigned i = 0; i < git_commit_parentcount(raw); ++i) {
        step.parents.push_back(*git_commit_parent_id(raw, i));
      }
      path.push_back(std::move(step));
      return true;
    };
    if (!enter(tip)) return false;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == step.parents.size()) {
        result_.ids.push_back(step.id);
        path.pop_back();
        continue;
      }
      const git_oid parent = step.parents[step.next++];
      if (holds(pushed_.get(), parent) ? !enter(parent) : !known(parent, ref)) return false;
    }
    return true;
  }

  // Whether a pushed reference points at `id` now.
  bool known(const git_oid& id, std::size_t ref) {
    const std::string text = id_text(id);
    if (refs_[ref].old_id == text) result_.forwards.insert(ref);
    if (confirmed_.contains(text)) return true;
    const auto named = named_.find(text);
    if (named == named_.end()) return false;
    const fs::path file = path_ / refs_[named->second].name;
    boost::system::error_code failed;
    if (!fs::is_regular_file(fs::symlink_status(file, failed))) return false;
    const Result<std::string> content = read_file(file, kLongestLooseRef);
    if (!content || *content != text + "\n") return false;
    confirmed_.insert(text);
    return true;
  }

  const fs::path& path_;
  Handle<git_odb> own_;
  Handle<git_odb> pushed_;
  const std::vector<RefUpdate>& refs_;
  std::unordered_map<std::string, std::size_t> named_;  // old ids, as the client claims them
  std::unordered_set<std::string> confirmed_;
  std::unordered_set<std::string> seen_;
  QuickWalk result_;
};

}  // namespace

std::optional<QuickWalk> quick_walk(const std::string& path, const std::string& quarantine,
                                    const std::vector<RefUpdate>& refs) {
  boost::system::error_code failed;
  const fs::path top(path);
  const fs::path extra(quarantine);
  // The form in which git names it; others are looked at more closely by open_repository.
  if (quarantine.empty() || extra.parent_path().lexically_normal() != top / "objects" ||
      fs::is_symlink(fs::symlink_status(top / "objects", failed)) ||
      fs::is_symlink(fs::symlink_status(extra, failed)) || failed) {
    return std::nullopt;
  }
  Handle<git_odb> own = open_store(top / "objects");
  Handle<git_odb> pushed = open_store(extra);
  if (!own || !pushed) return std::nullopt;
  Walk walk(top, std::move(own), std::move(pushed), refs);
  if (!walk.run()) return std::nullopt;
  return std::move(walk.result());
}

}  // namespace rcx::host::git
