// What one commit brings to a Subversion repository: a transaction, or the revision of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// What a call of a hook is about, opened. In order of destruction.
struct Opened {
  const Module* module = nullptr;
  std::unique_ptr<Repository> repository;
  std::unique_ptr<Tree> before;  // what the commit stands on
  std::unique_ptr<Tree> after;   // the same as `before` where nothing is committed: null
  std::string before_id;         // empty: nothing, it is the first
  std::string after_id;
};

class SvnCommits : public CommitSource {
 public:
  SvnCommits(Opened opened, std::vector<RefUpdate> refs, bool pre, const ReadingConfig& reading);

  Result<void> complete(Event& event) override;
  Result<const Commit*> commit(std::size_t index) override;
  Result<std::vector<IdText>> ids() override;
  Result<const std::vector<Change>*> changes(std::size_t index) override;
  Result<bool> reached_by(std::size_t index, std::size_t ref) override;
  Result<std::uint64_t> size_of(const std::string& id) override;
  Result<std::vector<Entry>> entries(std::size_t index, const std::string& directory) override;
  Result<std::shared_ptr<const std::string>> content(const std::string& id) override;
  Result<AddedLines> added(std::size_t index, std::size_t change) override;
  Result<std::vector<Trailer>> trailers(std::size_t index) override;
  Result<std::string> signature(std::size_t index) override;
  Result<const Signature*> verify(std::size_t index) override;
  Result<std::string> resolve(const std::string& name) override;
  Result<bool> reaches(const std::string& from, const std::string& to) override;
  Result<std::optional<Entry>> find(const std::string& id, const std::string& path) override;
  Result<std::vector<Entry>> list(const std::string& id, const std::string& directory) override;
  Result<std::vector<std::string>> lost(std::size_t ref) override;
  Result<bool> initial() override { return opened_.before_id.empty(); }

 private:
  // Where a content was named.
  struct Place {
    Tree* tree = nullptr;
    std::string path;
  };

  Tree& now() { return opened_.after ? *opened_.after : *opened_.before; }
  // Of a revision, or of the transaction of this event.
  Result<Tree*> tree_of(const std::string& id);
  Result<Place> place_of(const std::string& id) const;
  Result<std::string> read(const Place& place, const std::string& id);
  Result<std::vector<Entry>> read_entries(Tree& tree, const std::string& directory);
  Entry entry_of(Tree& tree, const std::string& path, std::string name);
  Result<void> read_changes();

  Opened opened_;
  std::vector<RefUpdate> refs_;
  bool pre_;
  ReadingConfig reading_;
  std::uint64_t line_budget_;
  std::uint64_t path_budget_;
  std::optional<Commit> commit_;
  std::optional<std::vector<Change>> changes_;
  std::map<std::string, Place, std::less<>> places_;  // of contents, by id
  std::map<std::uint64_t, std::unique_ptr<Tree>> revisions_;
  std::string last_id_;
  std::shared_ptr<const std::string> last_content_;
};

// The same error for people, whose cause libsvn names.
Error error_of(const Failure& failure);

// What `act` answers, or why libsvn does not.
template <class Answer, class Act>
Result<Answer> guarded(const Act& act) {
  try {
    return act();
  } catch (const Failure& failure) {
    return error_of(failure);
  }
}

}  // namespace rcx::host::svn
