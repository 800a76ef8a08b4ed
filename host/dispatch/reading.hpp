// What handlers of one event have read through rcx_reading, kept for those that come after.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/event/abi_event.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// One event; its thread. None is "no such one": RCX_END. Pointers are valid as long as this, unless
// it is said otherwise. Commits are given by their index.
class Reading {
 public:
  Reading(const Event& event, CommitSource& source) : event_(event), source_(source) {}
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  Reading(Reading&&) = delete;
  Reading& operator=(Reading&&) = delete;
  ~Reading() = default;

  template <class T>
  using Found = Result<std::optional<T>>;

  // Valid until it is called again.
  Found<rcx_bytes> content(std::string_view id, std::uint64_t offset, std::uint64_t most);
  Found<const rcx_added*> added(std::size_t commit, std::uint64_t change);
  // Valid until it is called again.
  Found<const ChangedPart*> changed(std::size_t commit, std::uint64_t change);
  Found<const rcx_trailer*> trailer(std::size_t commit, std::uint64_t index);
  Found<rcx_bytes> signature(std::size_t commit);
  Found<const rcx_signature*> verify(std::size_t commit);
  Found<rcx_bytes> resolve(std::string_view name);
  Found<std::uint32_t> reaches(std::string_view from, std::string_view to);
  Found<const rcx_entry*> find(std::string_view id, std::string_view path);
  Found<const rcx_entry*> list(std::string_view id, std::string_view directory,
                               std::uint64_t index);
  Found<rcx_bytes> lost(std::uint64_t ref, std::uint64_t index);
  Found<std::uint32_t> facts();
  Found<const rcx_push_certificate*> certificate();
  Found<const rcx_hg_changeset*> mercurial(std::size_t commit);
  // Of rcx.subversion/1; each event has one commit at most.
  Found<const rcx_svn_path*> svn_path(std::uint64_t index);
  Found<const rcx_svn_property*> svn_property(std::uint64_t path, std::uint64_t index);
  Found<const rcx_svn_property*> svn_revision_property();
  Found<const rcx_svn_lock*> svn_lock(std::uint64_t ref);

 private:
  // Number `index` of `raw`; none past the last.
  template <class Raw>
  static std::optional<const Raw*> at(const std::vector<Raw>& raw, std::uint64_t index) {
    if (index >= raw.size()) return std::nullopt;
    return &raw[static_cast<std::size_t>(index)];
  }

  // From the lines that were added, where these cost no more.
  Result<ChangedPart> changed_from_added(std::size_t commit, std::size_t change);

  struct Added {
    AddedLines lines;
    std::vector<rcx_line_run> runs;
    rcx_added raw{};
  };
  struct Trailers {
    std::vector<Trailer> all;
    std::vector<rcx_trailer> raw;
  };
  struct Changeset {
    std::vector<rcx_bytes> bookmarks;
    std::vector<rcx_hg_extra> extras;
    rcx_hg_changeset raw{};
  };
  using Place = std::pair<std::string, std::string>;  // an id, and a path in its tree

  const Event& event_;
  CommitSource& source_;
  std::shared_ptr<const std::string> content_;
  std::map<std::pair<std::size_t, std::uint64_t>, Added> added_;
  ChangedPart changed_;
  std::map<std::size_t, Trailers> trailers_;
  std::map<std::size_t, std::string> signatures_;
  std::map<std::size_t, rcx_signature> verified_;
  std::map<std::string, std::string, std::less<>> resolved_;
  std::map<Place, AbiDirectory> found_;
  std::map<Place, AbiDirectory> lists_;
  std::map<std::uint64_t, std::vector<std::string>> lost_;
  std::optional<std::uint32_t> facts_;
  rcx_push_certificate certificate_{};
  std::map<std::size_t, Changeset> changesets_;
  std::optional<std::vector<rcx_svn_path>> svn_paths_;
  std::map<std::uint64_t, std::vector<rcx_svn_property>> svn_properties_;
  rcx_svn_property svn_revision_property_{};
  std::map<std::uint64_t, rcx_svn_lock> svn_locks_;
};

}  // namespace rcx::host
