// Commits of a push: who made them, what they changed, and what their trees hold. Included by
// rcx/event.hpp, whose head says what holds here too: every class is a view that lives until the
// method that received the event returns, and a std::string_view is bytes.
//
//     for (const rcx::Commit& commit : push.commits())
//       for (const rcx::Change& change : commit.changes())
//         if (change.new_size() > most) push.reject(std::string(change.path()) + ": too large");
//
// What a rule looks at decides what it costs: ids and messages are read as a loop gets there, paths
// cost a comparison of trees for each commit, sizes a look at each content's header, and added
// lines and contents (rcx/reading.hpp) the contents themselves. Ask in that order, and stop early.
//
// All of it only on the thread that received the event. What may ask the repository and so may fail
// or take time is not noexcept: lists, sizes and Commit::reached_by; all else is there already.
#ifndef RCX_COMMIT_HPP
#define RCX_COMMIT_HPP

#include <rcx/abi.h>
#include <rcx/mercurial.hpp>
#include <rcx/reading.hpp>
#include <rcx/stream.hpp>
#include <rcx/subversion.hpp>
#include <rcx/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rcx {

// Author or committer of a commit. All of it was chosen by whoever made the commit, and says
// nothing about who pushes: that is Event::caller.
class Person {
 public:
  explicit Person(const rcx_person& raw) noexcept : raw_(&raw) {}
  // Bytes, in any encoding, perhaps empty.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  std::string_view email() const noexcept { return detail::view(raw_->email); }
  // Seconds since 1970-01-01 UTC, as the committer's clock had it, and the zone's minutes east of
  // UTC (-450 for -0730). Do not sort by it, because clocks are wrong: commits() has parents first.
  std::int64_t time() const noexcept { return raw_->time; }
  int offset_minutes() const noexcept { return raw_->offset_minutes; }

 private:
  const rcx_person* raw_;
};

namespace detail {

inline const rcx_commits* commits_service(const rcx_call* call) {
  return service<rcx_commits>(call, RCX_SERVICE_COMMITS_1);
}

inline const rcx_files* files_service(const rcx_call* call) {
  return service<rcx_files>(call, RCX_SERVICE_FILES_1);
}

// Bytes of the content `id` of an entry with that mode. Directories and submodules have no content
// of their own in the repository, and count 0 without asking.
inline std::uint64_t content_size(const rcx_call* call, const rcx_bytes& id, std::uint32_t mode) {
  constexpr std::uint32_t kDirectory = 0040000;
  constexpr std::uint32_t kSubmodule = 0160000;
  std::uint64_t bytes = 0;
  if (id.size == 0 || mode == kSubmodule || mode == kDirectory) return bytes;
  check(call, files_service(call)->size_of(call, id, &bytes));
  return bytes;
}

}  // namespace detail

// One path that a commit changed, compared with the commit's first parent; for a merge, only what
// differs from every parent, that is what the merge itself did. A rename is a deletion and an
// addition with the same id.
class Change {
 public:
  // `index` is its place among the changes of `commit`.
  Change(const rcx_call* call, const rcx_change& raw, const rcx_commit* commit,
         std::uint64_t index) noexcept
      : call_(call), raw_(&raw), commit_(commit), index_(index) {}
  // Bytes: from the top of the repository, separated by `/`, without a leading one. May hold
  // newlines, quotes and bytes that are no UTF-8, and is not quoted.
  std::string_view path() const noexcept { return detail::view(raw_->path); }
  // Exactly one is true. A mere change of the executable bit is `modified`, with equal ids;
  // `retyped` is a file, symbolic link or submodule that became another of these.
  bool added() const noexcept { return raw_->kind == RCX_PATH_ADDED; }
  bool modified() const noexcept { return raw_->kind == RCX_PATH_MODIFIED; }
  bool deleted() const noexcept { return raw_->kind == RCX_PATH_DELETED; }
  bool retyped() const noexcept { return raw_->kind == RCX_PATH_RETYPED; }
  // `added`, `modified`, `deleted` or `retyped`.
  std::string_view kind() const noexcept {
    return added() ? "added" : modified() ? "modified" : deleted() ? "deleted" : "retyped";
  }
  // As git has it: 0100644 a file, 0100755 executable, 0120000 a symbolic link, 0160000 a
  // submodule; 0 on the side where the path does not exist. Old repositories hold other permission
  // bits: the type is `mode & 0170000`.
  std::uint32_t old_mode() const noexcept { return raw_->old_mode; }
  std::uint32_t new_mode() const noexcept { return raw_->new_mode; }
  // Text: ids of the content before and after, empty where old_mode or new_mode is 0. Equal ids are
  // equal bytes, but where one side is a submodule: that has no content here, and may bear any id.
  std::string_view old_id() const noexcept { return detail::view(raw_->old_id); }
  std::string_view new_id() const noexcept { return detail::view(raw_->new_id); }
  // Bytes of the content before and after. It is not read for that, so asking is cheap even for
  // large files. 0 where there is none, and for a submodule. Throws Error(RCX_GONE) where the
  // repository does not hold the object.
  std::uint64_t old_size() const { return detail::content_size(call_, raw_->old_id, old_mode()); }
  std::uint64_t new_size() const { return detail::content_size(call_, raw_->new_id, new_mode()); }
  // The content before and after, or `most` bytes of it from `offset` on; empty where there is
  // none. Of a symbolic link it is what it points at. A copy, read as a whole whatever part is
  // asked for: look at new_size() first where it may be large. Throws as new_size does, and
  // Error(RCX_LIMIT) above `reading.content` of rcx.yaml.
  std::string old_content(std::uint64_t offset = 0, std::uint64_t most = kWhole) const {
    return is_submodule(old_mode()) ? "" : detail::content(call_, raw_->old_id, offset, most);
  }
  std::string new_content(std::uint64_t offset = 0, std::uint64_t most = kWhole) const {
    return is_submodule(new_mode()) ? "" : detail::content(call_, raw_->new_id, offset, most);
  }
  // Lines that the commit added to it, for rules about what comes in, such as secrets or conflict
  // markers: what was there before is nobody's fault now. Comparing the contents takes some
  // microseconds for each path, once for all extensions, and is done when this is called. Nothing
  // for a path that was deleted, a submodule and a mere change of mode.
  AddedLines added_lines() const {
    const rcx_added* found = nullptr;
    detail::check(call_, detail::reading_service(call_)->added(call_, commit_, index_, &found));
    return AddedLines(found);
  }
  // The same with lines between them that were there before, for a fraction of what added_lines
  // costs: to search for what is rare. What is found in it may be old: ask added_lines() then.
  // Throws as added_lines does, and Error(RCX_UNAVAILABLE) on a host older than this.
  ChangedPart changed_part() const {
    const rcx_reading* const table = detail::reading_service(call_);
    if (!RCX_HAS(table, rcx_reading, changed)) {
      throw Error(RCX_UNAVAILABLE, "this host does not tell the changed part of a content");
    }
    std::uint32_t flags = 0;
    rcx_bytes part{nullptr, 0};
    detail::check(call_, table->changed(call_, commit_, index_, &flags, &part));
    return {flags, part};
  }
  // What the new content points at, if it is a pointer of Git LFS; none for anything else. Reads it
  // only where it is small enough to be one, so a loop over all changes is cheap: the rule "large
  // files go to LFS" asks new_size() first, and this for the small ones.
  std::optional<LfsPointer> lfs() const {
    constexpr std::uint64_t kLongest = 1024;
    const std::uint64_t size = new_size();
    if (size == 0 || size > kLongest) return std::nullopt;
    return lfs_pointer(new_content());
  }

 private:
  static bool is_submodule(std::uint32_t mode) noexcept { return (mode & 0170000) == 0160000; }
  const rcx_call* call_;
  const rcx_change* raw_;
  const rcx_commit* commit_;
  std::uint64_t index_;
};

// One entry of a directory, as a commit has it. Directories are not walked into: ask
// Commit::entries for the next one with the joined path.
class Entry {
 public:
  Entry(const rcx_call* call, const rcx_entry& raw) noexcept : call_(call), raw_(&raw) {}
  // Bytes: without the directory it lies in; never empty, never with a slash.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // As git has it: what Change::new_mode may be, and 0040000 for a directory. Other permission bits
  // occur in old trees as well: ask is_directory.
  std::uint32_t mode() const noexcept { return raw_->mode; }
  bool is_directory() const noexcept { return raw_->mode == 0040000; }
  // Text: of the content, of a directory's tree, or of a submodule's commit in its own repository.
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // Bytes of the content, which is not read for it. 0 for a directory and for a submodule. Throws
  // as Change::new_size does.
  std::uint64_t size() const { return detail::content_size(call_, raw_->id, raw_->mode); }
  // The content, as Change::new_content; empty for a directory and a submodule. So a policy file of
  // the repository is read, or whatever a rule about a whole tree must see.
  std::string content(std::uint64_t offset = 0, std::uint64_t most = kWhole) const {
    const std::uint32_t type = raw_->mode & 0170000;
    const bool none = type == 0040000 || type == 0160000;
    return none ? std::string() : detail::content(call_, raw_->id, offset, most);
  }

 private:
  const rcx_call* call_;
  const rcx_entry* raw_;
};

namespace detail {

// What a Stream asks: `get` writes a pointer to element number `index`, and `element` makes of it
// what the loop sees. EntrySource owns its path, because the caller's may be a temporary. A source
// is copied into each iterator, so it holds no more than it needs to ask.
struct ChangeSource {
  using Raw = rcx_change;
  const rcx_call* call;
  const rcx_commits* service;
  const rcx_commit* commit;
  rcx_status get(std::uint64_t index, const rcx_change** out) const {
    return service->change(call, commit, index, out);
  }
  Change element(const rcx_change& raw, std::uint64_t index) const {
    return {call, raw, commit, index};
  }
};

struct EntrySource {
  using Raw = rcx_entry;
  const rcx_call* call;
  const rcx_files* service;
  const rcx_commit* commit;
  std::string directory;
  rcx_status get(std::uint64_t index, const rcx_entry** out) const {
    return service->entry(call, commit, bytes(directory), index, out);
  }
  Entry element(const rcx_entry& raw, std::uint64_t) const noexcept { return {call, raw}; }
};

// The same in the tree that an id names; it owns the id as well, for the same reason.
struct TreeSource {
  using Raw = rcx_entry;
  const rcx_call* call;
  const rcx_reading* service;
  std::string id;
  std::string directory;
  rcx_status get(std::uint64_t index, const rcx_entry** out) const {
    return service->list(call, bytes(id), bytes(directory), index, out);
  }
  Entry element(const rcx_entry& raw, std::uint64_t) const noexcept { return {call, raw}; }
};

// Trailers are found when the first is asked for, and kept by the host.
struct TrailerSource {
  using Raw = rcx_trailer;
  const rcx_call* call;
  const rcx_reading* service;
  const rcx_commit* commit;
  rcx_status get(std::uint64_t index, const rcx_trailer** out) const {
    return service->trailer(call, commit, index, out);
  }
  Trailer element(const rcx_trailer& raw, std::uint64_t) const noexcept { return {call, raw}; }
};

// Ids that one reference of the push loses. The host looks for all of them at the first question,
// which starts git; the next ones look into a list.
struct LostSource {
  using Raw = rcx_bytes;
  const rcx_call* call;
  const rcx_reading* service;
  std::uint64_t ref;
  // Kept here, because the host gives it by value.
  mutable rcx_bytes id{nullptr, 0};
  rcx_status get(std::uint64_t index, const rcx_bytes** out) const {
    const rcx_status status = service->lost(call, ref, index, &id);
    *out = &id;
    return status;
  }
  std::string_view element(const rcx_bytes&, std::uint64_t) const noexcept { return view(id); }
};

}  // namespace detail

// One new commit of a push. Good until the method returns, past the iteration that gave it.
class Commit {
 public:
  Commit(const rcx_call* call, const rcx_commit& raw) noexcept : call_(call), raw_(&raw) {}
  // Text: hexadecimal digits in lower case, 40 for SHA-1.
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // The first ten digits, for messages to people. Not checked to be unique, so no key.
  std::string_view short_id() const noexcept { return id().substr(0, 10); }
  // Text: ids of the parents, in order. Empty for the first commit of a history. They may be
  // commits of this push or older ones, of which only the id is known here.
  BytesList parents() const noexcept {
    return {raw_->parents, raw_->parent_count, raw_->parent_stride};
  }
  bool is_merge() const noexcept { return raw_->parent_count > 1; }
  // Who wrote it and who recorded it; see Person for how little that proves.
  Person author() const noexcept { return Person(*raw_->author); }
  Person committer() const noexcept { return Person(*raw_->committer); }
  // Bytes: the message as stored, with blank lines and trailing newlines, not converted from the
  // encoding that the commit may name. It ends at the first NUL byte: what a crafted commit hides
  // behind one is not handed out. May be empty.
  std::string_view message() const noexcept { return detail::view(raw_->message); }
  // Bytes: what precedes the first newline. Empty for a message that begins with a blank line,
  // where `git log` would show the first line that is not; a final `\r` stays.
  std::string_view subject() const noexcept { return message().substr(0, message().find('\n')); }
  // Index of the first reference of the push that brings this commit, for PrePush::reject. A commit
  // that comes with several references names one only: a rule about one branch asks reached_by.
  std::uint64_t ref() const noexcept { return raw_->ref; }
  // Whether reference number `ref` of the push reaches this commit. Several may, a deleted one
  // never. The first question about a reference walks its new commits, further ones look into a
  // table. Throws Error(RCX_MISUSED) for an index that the push does not have.
  bool reached_by(std::uint64_t ref) const {
    std::uint32_t reached = 0;
    detail::check(call_, detail::commits_service(call_)->reached_by(call_, raw_, ref, &reached));
    return reached != 0;
  }
  std::uint64_t index() const noexcept { return raw_->index; }
  // What only Mercurial knows of it: branch, phase, bookmarks and such; nothing where the
  // repository is of another system, or the host older than this.
  std::optional<Changeset> mercurial() const {
    const auto* table =
        static_cast<const rcx_mercurial*>(call_->host->service(RCX_SERVICE_MERCURIAL_1));
    const rcx_hg_changeset* found = nullptr;
    const rcx_status status =
        table == nullptr ? RCX_UNAVAILABLE : table->changeset(call_, raw_, &found);
    if (status == RCX_UNAVAILABLE) return std::nullopt;
    detail::check(call_, status);
    return Changeset(*found);
  }
  // What only Subversion knows of it: directories, properties, what was copied from where; nothing
  // where the repository is of another system, or the host older than this. Asks for its paths, and
  // throws what that throws.
  std::optional<Revision> subversion() const {
    const rcx_subversion* table = detail::subversion_service(call_);
    const rcx_svn_path* first = nullptr;
    const rcx_status status =
        table == nullptr ? RCX_UNAVAILABLE : table->path(call_, raw_, 0, &first);
    if (status == RCX_UNAVAILABLE) return std::nullopt;
    if (status != RCX_END) detail::check(call_, status);
    return Revision(call_, raw_);
  }
  // `Key: value` lines of the last paragraph of the message, in order, as git-interpret-trailers(1)
  // finds them: several may have one key, and case is as it was written.
  //
  //     for (const rcx::Trailer& trailer : commit.trailers())
  //       if (trailer.key() == "Signed-off-by") return true;
  //
  Stream<Trailer, detail::TrailerSource> trailers() const {
    return Stream<Trailer, detail::TrailerSource>({call_, detail::reading_service(call_), raw_});
  }
  // Text: the signature as it stands in the commit, armoured; empty where there is none. That it is
  // there proves nothing: see signature().
  std::string_view signature_block() const {
    rcx_bytes block{nullptr, 0};
    detail::check(call_, detail::reading_service(call_)->signature(call_, raw_, &block));
    return detail::view(block);
  }
  // The signature, checked by git. Starts programs (git, and what checks each signature), for many
  // commits at once, within `budget.event` of rcx.yaml; a commit that is not signed costs nothing.
  // An expired or unknown key is no error: see Signature for what to make of the result.
  Signature signature() const {
    const rcx_signature* found = nullptr;
    detail::check(call_, detail::reading_service(call_)->verify(call_, raw_, &found));
    return Signature(*found);
  }
  // Paths it changed, in order of path by bytes. All of one commit's are read when the first is
  // asked for. Throws Error(RCX_LIMIT) when the commits looked at change more paths than the host
  // reads for one push (two million, or 256 MiB of them).
  Stream<Change, detail::ChangeSource> changes() const {
    return Stream<Change, detail::ChangeSource>({call_, detail::commits_service(call_), raw_});
  }
  // What lies in `directory` in this commit, changed or not, in git's order of names; nothing where
  // it has no such directory. `directory` is a path without slashes around it, empty for the root,
  // and is copied. The bound of changes() holds for entries as well, counted apart.
  Stream<Entry, detail::EntrySource> entries(std::string_view directory) const {
    return Stream<Entry, detail::EntrySource>(
        {call_, detail::files_service(call_), raw_, std::string(directory)});
  }

 private:
  const rcx_call* call_;
  const rcx_commit* raw_;
};

namespace detail {

// Behind Commit, which it hands out. The host reads a commit when its index is asked for, and those
// before it as well.
struct CommitSource {
  using Raw = rcx_commit;
  const rcx_call* call;
  const rcx_commits* service;
  rcx_status get(std::uint64_t index, const rcx_commit** out) const {
    return service->get(call, index, out);
  }
  Commit element(const rcx_commit& raw, std::uint64_t) const noexcept { return {call, raw}; }
};

}  // namespace detail

}  // namespace rcx

#endif  // RCX_COMMIT_HPP
