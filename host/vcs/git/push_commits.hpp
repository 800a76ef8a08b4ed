// What one push brought, read through a repository that belongs to the thread of the event.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/vcs/git/changes_ahead.hpp"
#include "host/vcs/git/new_commits.hpp"
#include "host/vcs/git/objects/quarantine.hpp"
#include "host/vcs/git/store_cache.hpp"
#include "host/vcs/kept.hpp"

namespace rcx::host::git {

class PushCommits : public CommitSource {
 public:
  // Of the repository at `path`, opened through `stores` when something is asked. `held` is empty
  // where nothing is held back any more; `moved`: the references have moved.
  PushCommits(StoreCache& stores, std::string path, Held held, bool moved)
      : stores_(&stores), path_(std::move(path)), held_(std::move(held)), moved_(moved) {
    set_reading({}, {});
  }

  // A push that lies in the history of `store`, which must outlive this: it brings `ids`, parents
  // before children, and loses none.
  PushCommits(Store& store, std::vector<ObjectId> ids)
      : moved_(true), known_(std::move(ids)), store_(&store) {
    set_reading({}, {});
  }

  // Before anything else is asked.
  void set_refs(std::vector<RefUpdate> refs) { refs_ = std::move(refs); }
  // How much may be read, and by whose keys signatures are checked.
  void set_reading(const ReadingConfig& reading, SignaturesConfig signatures);
  // What pre_push found before the references moved, where it was asked.
  void set_kept(std::optional<KeptCommits> kept) { kept_ = std::move(kept); }

  Result<void> complete(Event& event) override;
  Result<const Commit*> commit(std::size_t index) override;
  Result<const std::vector<Change>*> changes(std::size_t index) override;
  Result<std::vector<IdText>> ids() override;
  Result<bool> reached_by(std::size_t index, std::size_t ref) override;
  Result<std::uint64_t> size_of(const std::string& id) override;
  Result<std::vector<Entry>> entries(std::size_t index, const std::string& directory) override;
  Result<Content> content(const std::string& id) override;
  Result<AddedLines> added(std::size_t index, std::size_t change) override;
  Result<ChangedPart> changed(std::size_t index, std::size_t change) override;
  Result<std::vector<Trailer>> trailers(std::size_t index) override;
  Result<std::string> signature(std::size_t index) override;
  Result<const Signature*> verify(std::size_t index) override;
  Result<std::string> resolve(const std::string& name) override;
  Result<bool> reaches(const std::string& from, const std::string& to) override;
  Result<std::optional<Entry>> find(const std::string& id, const std::string& path) override;
  Result<std::vector<Entry>> list(const std::string& id, const std::string& directory) override;
  Result<std::vector<std::string>> lost(std::size_t ref) override;
  Result<bool> initial() override;

 private:
  Result<void> open();
  // Where the history of the push ends, if git says that apart.
  Result<void> read_ends();
  // Whether one reaches the other, however far that is.
  Result<bool> descends(const ObjectId& from, const ObjectId& to);
  // `id`, opened; kNotFound where it is not there.
  Result<ObjectId> known_object(const std::string& id);
  // Has a second thread read what commits behind this one changed, where it seems that somebody
  // will ask.
  void read_ahead(std::size_t index);
  // Takes over what that thread read of this commit.
  Result<void> take_ahead(std::size_t index);
  // An Error where a reference is to be deleted that stands elsewhere than the client says.
  Result<void> check_deletions();
  // Whether this update of a branch loses commits that it had.
  Result<bool> loses_commits(const RefUpdate& ref);
  // Finds which commits are new, once.
  Result<void> list();
  Result<std::vector<NewCommit>> find_new();

  StoreCache* stores_ = nullptr;
  std::string path_;
  Held held_;
  bool moved_;
  std::vector<RefUpdate> refs_;
  std::optional<KeptCommits> kept_;
  std::optional<std::vector<ObjectId>> known_;

  // Opened by the first question, in this order.
  StoreCache::Lease lease_;
  Store* store_ = nullptr;  // that one, or one of somebody else
  std::unique_ptr<Quarantine> quarantine_;
  std::optional<EventObjects> objects_;
  Ids ends_;  // commits without parents; used where held_ names a file of them
  std::optional<CommitGraph> graph_;
  std::optional<FileContents> contents_;
  std::optional<NewCommits> found_;  // none where it is known without looking

  bool listed_ = false;
  SignaturesConfig signatures_;
  std::uint64_t message_budget_ = 0;
  std::uint64_t largest_content_ = 0;
  std::uint64_t line_budget_ = 0;
  PathBudget budget_;        // of changed paths
  PathBudget entry_budget_;  // of directories
  std::vector<NewCommit> new_;
  ById<std::size_t> places_;                    // of ids in new_, filled when asked for
  std::vector<std::vector<bool>> reached_;      // by each reference, filled when asked for
  std::pmr::monotonic_buffer_resource memory_;  // of read_
  std::pmr::deque<Commit> read_{&memory_};      // in the order in which they were asked for
  std::vector<const Commit*> commits_;          // of read_
  std::vector<std::unique_ptr<std::vector<Change>>> changes_;
  std::vector<std::unique_ptr<Signature>> verified_;
  ById<std::uint64_t> sizes_;  // of contents, as far as they were asked for
  // By commit: taken over, not asked for.
  std::map<std::size_t, std::vector<std::optional<AddedLines>>> lines_;
  // Of the commit that was taken over last.
  std::size_t parts_of_ = 0;
  std::vector<std::optional<ChangedPart>> parts_;
  std::size_t asked_changes_ = 0;  // of how many commits
  std::size_t told_changes_ = 0;   // how many these have
  std::size_t asked_parts_ = 0;    // of how many of them
  std::size_t asked_lines_ = 0;    // of how many changes, since a part of one was asked for
  ChangesAhead::What reads_ahead_ = ChangesAhead::What::kNothing;
  std::size_t ahead_from_ = 0;  // the first commit of ahead_
  std::unique_ptr<ChangesAhead> ahead_;
};

}  // namespace rcx::host::git
