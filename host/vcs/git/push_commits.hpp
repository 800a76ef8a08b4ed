// What one push brought, read through one handle that belongs to the thread of the event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "host/vcs/git/git.hpp"
#include "host/vcs/git/quick_walk.hpp"
#include "host/vcs/kept.hpp"

namespace rcx::host::git {

class PushCommits : public CommitSource {
 public:
  // `quarantine` is empty where the objects are in the repository already; `moved`: the references
  // have moved.
  PushCommits(std::string path, std::string quarantine, bool moved)
      : path_(std::move(path)), quarantine_(std::move(quarantine)), moved_(moved) {}

  // A push that lies in the history of `repository`, which must outlive this: it brings `ids`,
  // parents before children, and loses none.
  PushCommits(git_repository* repository, std::vector<git_oid> ids)
      : moved_(true), known_(std::move(ids)), opened_(repository) {}

  // Before anything else is asked.
  void set_refs(std::vector<RefUpdate> refs) { refs_ = std::move(refs); }
  // How much the messages of all commits may be, in bytes: a small pack can hold GBs.
  void limit_messages(std::size_t bytes) { message_budget_ = bytes; }
  // What pre_push found before the references moved, where it was asked.
  void set_kept(std::optional<KeptCommits> kept) { kept_ = std::move(kept); }

  Result<void> complete(Event& event) override;
  Result<const Commit*> commit(std::size_t index) override;
  Result<const std::vector<Change>*> changes(std::size_t index) override;
  Result<std::vector<std::string>> ids() override;
  Result<bool> reached_by(std::size_t index, std::size_t ref) override;
  Result<std::uint64_t> size_of(const std::string& id) override;
  Result<std::vector<Entry>> entries(std::size_t index, const std::string& directory) override;

 private:
  Result<void> open();
  // Whether this update of a branch loses commits that it had.
  Result<bool> loses_commits(const RefUpdate& ref);
  // What reads new commits: the quarantine alone where that is enough.
  git_repository* reader() const { return quick_ ? quick_->reader.get() : opened_; }
  // Finds which commits are new, once.
  Result<void> list();
  Result<std::vector<git_oid>> find() const;
  Result<void> find_first_refs();
  Result<Handle<git_commit>> lookup(std::size_t index) const;
  // Calls `visit` with the place of each new commit that reference number `ref` reaches, and goes
  // on to its parents where that returns true.
  template <class Visit>
  Result<void> walk(std::size_t ref, const Visit& visit) const;
  std::unique_ptr<Commit> read(git_commit* raw, std::size_t index) const;

  std::string path_;
  std::string quarantine_;
  bool moved_;
  std::vector<RefUpdate> refs_;
  std::optional<KeptCommits> kept_;
  std::optional<QuickWalk> quick_;
  std::optional<std::vector<git_oid>> known_;
  Handle<git_repository> repository_;
  git_repository* opened_ = nullptr;  // that one, or one of somebody else
  bool listed_ = false;
  std::size_t message_budget_ = std::size_t{1024} * 1024 * 1024;
  PathBudget budget_;        // of changed paths
  PathBudget entry_budget_;  // of directories
  std::vector<git_oid> ids_;
  std::unordered_map<std::string, std::size_t> places_;  // of ids, as text
  std::vector<std::size_t> first_ref_;
  std::vector<std::vector<bool>> reached_;  // by each reference, filled when asked for
  std::vector<std::unique_ptr<Commit>> commits_;
  std::vector<std::unique_ptr<std::vector<Change>>> changes_;
};

}  // namespace rcx::host::git
