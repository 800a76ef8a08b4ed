// What only Subversion knows: paths of a commit with their properties and where they were copied
// from, values of properties of revisions, locks. Included by rcx/commit.hpp. As everywhere, a
// class is a view that lives until the method that received the event returns, and a
// std::string_view is bytes.
//
//     for (const rcx::Commit& commit : push.commits()) {
//       const std::optional<rcx::Revision> revision = commit.subversion();
//       if (!revision) continue;
//       for (const rcx::NodeChange& node : revision->nodes())
//         for (const rcx::PropertyChange& property : node.properties())
//           if (property.name() == "svn:externals") push.reject("externals are not used here");
//     }
#ifndef RCX_SUBVERSION_HPP
#define RCX_SUBVERSION_HPP

#include <rcx/abi.h>
#include <rcx/stream.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <string_view>

namespace rcx {

// One property that differs, of a path or of a revision. Subversion has those of its own, which
// begin with `svn:`, and those that people name as they like; it gives meaning to the first alone.
// A value is bytes: those of `svn:` properties are text in UTF-8 with `\n` at the end of lines, as
// svn sees to it, unless a client of another kind has made the commit.
class PropertyChange {
 public:
  explicit PropertyChange(const rcx_svn_property& raw) noexcept : raw_(&raw) {}
  // Bytes, such as `svn:mergeinfo`.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Exactly one is true.
  bool created() const noexcept { return raw_->change == RCX_CHANGE_CREATE; }
  bool updated() const noexcept { return raw_->change == RCX_CHANGE_UPDATE; }
  bool deleted() const noexcept { return raw_->change == RCX_CHANGE_DELETE; }
  // Bytes; empty where it was not, or is no more. A property may have an empty value as well.
  std::string_view old_value() const noexcept { return detail::view(raw_->old_value); }
  std::string_view new_value() const noexcept { return detail::view(raw_->new_value); }

 private:
  const rcx_svn_property* raw_;
};

// One lock that comes or goes: of a file that somebody keeps others from committing to. Each path
// is a reference of the event, `refs/locks/PATH`; svn asks once for each path before, and tells of
// several at once afterwards.
class Lock {
 public:
  explicit Lock(const rcx_svn_lock& raw) noexcept : raw_(&raw) {}
  // Asked for with `--force`, whoever else holds it. In a PrePush alone: later svn does not tell.
  bool forced() const noexcept { return (raw_->flags & RCX_SVN_FORCED) != 0; }
  // Bytes: `svn lock --message`, of the lock that comes or of the one that goes. May be empty.
  std::string_view comment() const noexcept { return detail::view(raw_->comment); }
  // Bytes: in a PrePush who holds it now, perhaps whoever asks; empty: nobody.
  std::string_view holder() const noexcept { return detail::view(raw_->holder); }

 private:
  const rcx_svn_lock* raw_;
};

namespace detail {

// The service, or null where this host is older than it.
inline const rcx_subversion* subversion_service(const rcx_call* call) {
  return static_cast<const rcx_subversion*>(call->host->service(RCX_SERVICE_SUBVERSION_1));
}

// Properties of one path are read when the first is asked for.
struct PropertySource {
  using Raw = rcx_svn_property;
  const rcx_call* call;
  const rcx_commit* commit;
  std::uint64_t path;
  rcx_status get(std::uint64_t index, const rcx_svn_property** out) const {
    return subversion_service(call)->property(call, commit, path, index, out);
  }
  PropertyChange element(const rcx_svn_property& raw, std::uint64_t) const noexcept {
    return PropertyChange(raw);
  }
};

}  // namespace detail

// One path of a commit, file or directory, as `svn log --verbose` has it: of a directory that was
// copied or deleted, nothing of what lies below but what the same commit changed there.
// Commit::changes has files, one by one, whatever they came with, and ids of their contents: a rule
// about names or contents of files asks that, and one about branches, properties or externals this.
class NodeChange {
 public:
  NodeChange(const rcx_call* call, const rcx_svn_path& raw, const rcx_commit* commit,
             std::uint64_t index) noexcept
      : call_(call), raw_(&raw), commit_(commit), index_(index) {}
  // Bytes: from the top of the repository, without a slash at either end; empty for the root.
  std::string_view path() const noexcept { return detail::view(raw_->path); }
  // Exactly one is true. `replaced`: what was there was deleted, and something else added.
  bool added() const noexcept { return raw_->kind == RCX_PATH_ADDED; }
  bool modified() const noexcept { return raw_->kind == RCX_PATH_MODIFIED; }
  bool deleted() const noexcept { return raw_->kind == RCX_PATH_DELETED; }
  bool replaced() const noexcept { return raw_->kind == RCX_SVN_REPLACED; }
  bool is_directory() const noexcept { return has(RCX_SVN_DIRECTORY); }
  // The content of a file was written; properties were. A directory has properties alone.
  bool content_changed() const noexcept { return has(RCX_SVN_CONTENT); }
  bool properties_changed() const noexcept { return has(RCX_SVN_PROPERTIES); }
  // Whether it is a copy: with its history, as of `svn copy`, `svn move` and a new branch. A move
  // is a copy, and in the same commit the deletion of what it was copied from.
  bool copied() const noexcept { return raw_->copied_revision != 0; }
  // Bytes: what it was copied from, as path(), and at which revision. Empty and 0 where it was not.
  std::string_view copied_from() const noexcept { return detail::view(raw_->copied_from); }
  std::uint64_t copied_revision() const noexcept { return raw_->copied_revision; }
  // Properties that differ from what the path had before, or had where it was copied from; in order
  // of name. None of a path that was deleted. Throws Error(RCX_LIMIT) for a value above
  // `reading.content` of rcx.yaml.
  Stream<PropertyChange, detail::PropertySource> properties() const {
    return Stream<PropertyChange, detail::PropertySource>({call_, commit_, index_});
  }

 private:
  bool has(std::uint32_t flag) const noexcept { return (raw_->flags & flag) != 0; }
  const rcx_call* call_;
  const rcx_svn_path* raw_;
  const rcx_commit* commit_;
  std::uint64_t index_;
};

namespace detail {

// All paths of a commit are read when the first is asked for, and no property of any of them yet.
struct NodeSource {
  using Raw = rcx_svn_path;
  const rcx_call* call;
  const rcx_commit* commit;
  rcx_status get(std::uint64_t index, const rcx_svn_path** out) const {
    return subversion_service(call)->path(call, commit, index, out);
  }
  NodeChange element(const rcx_svn_path& raw, std::uint64_t index) const noexcept {
    return {call, raw, commit, index};
  }
};

}  // namespace detail

// A commit, as Subversion has it. Whoever made it, the date and the message are those of the
// Commit, where they are properties of the revision as well: svn:author, svn:date and svn:log.
class Revision {
 public:
  Revision(const rcx_call* call, const rcx_commit* commit) noexcept
      : call_(call), commit_(commit) {}
  // In order of path. Throws Error(RCX_LIMIT) as Commit::changes does.
  Stream<NodeChange, detail::NodeSource> nodes() const {
    return Stream<NodeChange, detail::NodeSource>({call_, commit_});
  }

 private:
  const rcx_call* call_;
  const rcx_commit* commit_;
};

}  // namespace rcx

#endif  // RCX_SUBVERSION_HPP
