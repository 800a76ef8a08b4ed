// What one push brought to a Mercurial repository, asked of hg's own process.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/vcs/bounded_commits.hpp"
#include "host/vcs/hg/changeset.hpp"
#include "host/vcs/hg/reader.hpp"

namespace rcx::host::hg {

// What the input of a push says; see wire.hpp.
struct PushMessage {
  std::vector<RefUpdate> refs;
  std::uint64_t count = 0;
  bool initial = false;
  std::string first;
  std::vector<std::string> changesets;  // the first of them
  std::vector<std::string> paths;       // of these
};
Result<PushMessage> read_message(std::string_view input);

class HgCommits : public BoundedCommits {
 public:
  HgCommits(PushMessage message, bool pre, std::unique_ptr<Reader> reader,
            const ReadingConfig& reading);

  // What it was made from, where nobody else has that; empty unless it is set.
  void set_described(std::string text) { described_ = std::move(text); }
  const std::string& described() const noexcept { return described_; }

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
  Result<bool> initial() override { return message_.initial; }
  Result<const HgFacts*> mercurial(std::size_t index) override { return &all_[index]->facts; }

 protected:
  Result<std::string> read_content(const std::string& id) override;

 private:
  // Changesets up to number `index`, and their paths.
  Result<void> read_to(std::size_t index);
  Result<void> take_changesets(const std::vector<std::string_view>& items);
  Result<void> read_paths(std::size_t index);
  Result<void> take_paths(std::size_t first, const std::vector<std::string_view>& items);
  // The path of a content that this event has named; kNotFound for others.
  Result<std::string> path_of(const std::string& id) const;
  Result<std::string> ask_content(const std::string& path, const std::string& id);
  Result<std::vector<Entry>> read_entries(const std::string& id, const std::string& directory);
  std::size_t ref_of(const Changeset& changeset) const;

  PushMessage message_;
  bool pre_;
  std::string described_;
  std::unique_ptr<Reader> reader_;
  std::map<std::string, std::size_t, std::less<>> branches_;  // their references
  std::vector<std::unique_ptr<Changeset>> all_;
  std::vector<std::unique_ptr<std::vector<Change>>> changes_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of ids in all_
  std::map<std::string, std::string, std::less<>> paths_;   // of contents, by id
  std::vector<std::vector<bool>> reached_;                  // by each reference
};

}  // namespace rcx::host::hg
