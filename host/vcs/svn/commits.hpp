// What one commit brings to a Subversion repository: a transaction, or the revision of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/bounded_commits.hpp"
#include "host/vcs/svn/facts.hpp"
#include "host/vcs/svn/failure.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

class SvnCommits : public BoundedCommits {
 public:
  SvnCommits(Opened opened, std::vector<RefUpdate> refs, bool pre, const ReadingConfig& reading,
             ToldAction told = {});

  Result<const Commit*> commit(std::size_t index) override;
  Result<std::vector<IdText>> ids() override;
  Result<const std::vector<Change>*> changes(std::size_t index) override;
  Result<bool> reached_by(std::size_t index, std::size_t ref) override;
  Result<std::uint64_t> size_of(const std::string& id) override;
  Result<std::vector<Entry>> entries(std::size_t index, const std::string& directory) override;
  Result<AddedLines> added(std::size_t index, std::size_t change) override;
  Result<std::string> resolve(const std::string& name) override;
  Result<bool> reaches(const std::string& from, const std::string& to) override;
  Result<std::optional<Entry>> find(const std::string& id, const std::string& path) override;
  Result<std::vector<Entry>> list(const std::string& id, const std::string& directory) override;
  Result<std::vector<std::string>> lost(std::size_t ref) override;
  Result<bool> initial() override { return opened_.before_id.empty(); }
  Result<SvnFacts*> subversion() override { return &facts_; }

 protected:
  Result<std::string> read_content(const std::string& id) override;

 private:
  // Where a content was named.
  struct Place {
    Tree* tree = nullptr;
    std::string path;
  };

  Tree& now() const { return opened_.after ? *opened_.after : *opened_.before; }
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
  Facts facts_;
  std::optional<Commit> commit_;
  std::optional<std::vector<Change>> changes_;
  std::map<std::string, Place, std::less<>> places_;  // of contents, by id
  std::map<std::uint64_t, std::unique_ptr<Tree>> revisions_;
};

}  // namespace rcx::host::svn
