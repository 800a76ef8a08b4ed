// The catalogue of events, as the host holds them. The front of host/event; abi_event.hpp shows the
// same to extensions, hook_call.hpp is what arrives from a hook.
#pragma once

#include <rcx/abi.h>
#include <rcx/catalogue.hpp>

#include <algorithm>
#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"
#include "host/event/subversion.hpp"

namespace rcx::host {

// What the host knows of each kind of event.
struct EventKind {
  std::uint32_t number;   // RCX_EVENT_*
  std::string_view name;  // as in rcx.yaml and the log
  bool veto;              // handlers may object
  std::uint32_t action;   // RCX_ACTION_*: what handlers handle that name none
  std::string_view what;  // in words for people: what is refused
  // What forges tell of it; null for one that comes from a hook.
  const catalogue::EventType* told = nullptr;
};

// The longest answer of a hook.
inline constexpr std::size_t kLongestHookAnswer = std::size_t{16} * 1024 * 1024;

// All of them.
const std::vector<EventKind>& event_kinds();

// The kind with this number, or null.
const EventKind* event_kind(std::uint32_t number);
// The kind that a call of the hook `hook` stands for (wire.h), or null; also of what is emitted,
// which hook_call.hpp tells.
const EventKind* event_kind_of(std::string_view hook);

// Who caused an event; see rcx_caller.
struct Caller {
  std::string name;
  std::uint32_t name_from = RCX_CALLER_FROM_UID;
  std::string source;
  std::string ip;
  std::string user_agent;
  std::string auth_method;
  std::uint32_t uid = 0;
};

// One extra field with its value; `value` points into a tree that `Event::values` keeps.
struct FieldValue {
  std::string key;
  std::string label;
  std::string description;
  const rcx_value* value = nullptr;
};

struct RepositoryInfo {
  std::uint32_t vcs = RCX_VCS_NONE;
  std::string name;
  std::string path;
  std::string id;
  std::vector<FieldValue> fields;
};

// `main` of `refs/heads/main`; see rcx_ref_update.
std::string_view short_name_of(std::string_view name);

struct RefUpdate {
  std::string name;
  std::string old_id;  // empty when created
  std::string new_id;  // empty when deleted
  std::uint32_t kind = RCX_REF_OTHER;
  std::uint32_t change = RCX_CHANGE_UPDATE;
  bool forced = false;

  std::string_view short_name() const;
};

// See rcx_push_certificate.
struct PushCertificate {
  std::uint32_t result = RCX_SIGNATURE_NONE;
  std::string id;
  std::string key;
  std::string signer;
  std::string nonce;
  std::string nonce_status;
};

// An object that a client wants, and a reference that points at it, where there is one.
struct Wanted {
  std::string id;
  std::string name;
  std::uint32_t kind = 0;  // RCX_REF_*, where there is a name
};

// What a client has said it wants; see rcx_pre_pull.
struct PullRequest {
  bool told = false;
  bool is_clone = false;
  bool shallow = false;
  std::string filter;  // empty: none
  std::vector<Wanted> wanted;
};

class Told;
class JsonTree;

// A hook that somebody calls by name.
struct CalledHook {
  std::string extension;
  std::string hook;
  std::shared_ptr<const JsonTree> arguments;  // a map, of the kinds that its parameters have
};

// What a hook answers; see rcx_answer.
struct HookAnswer {
  std::uint32_t kind = 0;  // RCX_ANSWER_*
  std::string content;
};

// One event. Immutable once made.
struct Event {
  const EventKind* kind = nullptr;
  Uuid id{};
  std::string id_text;
  std::string push_id;
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 0;
  std::uint32_t action = RCX_ACTION_PUSH;
  std::string hook_type;
  std::string server_url;
  Caller caller;
  RepositoryInfo repository;
  std::vector<std::string> push_options;
  std::vector<std::pair<std::string, std::string>> hook_variables;  // those of rcx_hook.variable
  std::vector<RefUpdate> refs;                                      // of pushes
  std::optional<PushCertificate> certificate;                       // of signed pushes
  PullRequest pull;                                                 // of pulls
  std::shared_ptr<const Told> told;                                 // of what a forge emits
  std::optional<CalledHook> called;                                 // of calls by name
  // Of what a forge emits: what it is about (a repository, group or user), and a second name of the
  // same. Of a call: the hook, with its extension.
  std::string subject;
  std::string second;
  std::vector<std::shared_ptr<const void>> values;  // keeps what FieldValue::value points into
};

struct Person {
  std::string name;
  std::string email;
  std::int64_t time = 0;
  std::int32_t offset_minutes = 0;
};

// An object id in hexadecimal digits, or nothing, without memory of its own: a push has many.
class IdText {
 public:
  static constexpr std::size_t kMost = 64;

  IdText() = default;
  // Longer text is cut.
  explicit IdText(std::string_view text) noexcept
      : size_(static_cast<std::uint8_t>(std::min(text.size(), kMost))) {
    std::copy_n(text.data(), size_, text_.begin());
  }
  operator std::string_view() const noexcept { return {text_.data(), size_}; }
  friend bool operator==(const IdText& a, const IdText& b) noexcept {
    return std::string_view(a) == std::string_view(b);
  }

 private:
  std::array<char, kMost> text_{};
  std::uint8_t size_ = 0;
};

// One new commit of a push.
struct Commit {
  IdText id;
  std::size_t ref = 0;  // index of the first reference update that brings it
  // Most have one.
  boost::container::small_vector<IdText, 1> parents;
  Person author;
  Person committer;
  std::string message;
};

struct Change {
  std::uint32_t kind = RCX_PATH_MODIFIED;
  std::string path;
  std::uint32_t old_mode = 0;
  std::uint32_t new_mode = 0;
  IdText old_id;
  IdText new_id;
};

// One entry of a directory.
struct Entry {
  std::uint32_t mode = 0;
  std::string name;
  std::string id;
};

// Lines that follow each other; see rcx_line_run.
struct LineRun {
  std::uint64_t number = 0;
  std::uint64_t count = 0;
  std::uint64_t offset = 0;
};

// See rcx_added.
struct AddedLines {
  bool binary = false;
  std::string text;
  std::vector<LineRun> runs;
};

// See rcx_reading.changed.
struct ChangedPart {
  bool binary = false;
  std::shared_ptr<const std::string> content;  // what `text` is part of
  std::string_view text;
};

struct Trailer {
  std::string key;
  std::string value;
};

// See rcx_signature.
struct Signature {
  std::uint32_t result = RCX_SIGNATURE_NONE;
  std::string key;
  std::string fingerprint;
  std::string signer;
};

// See rcx_hg_changeset.
struct HgFacts {
  std::string branch;
  std::uint32_t phase = RCX_PHASE_PUBLIC;
  bool closes_branch = false;
  bool obsolete = false;
  std::vector<std::string> bookmarks;
  std::vector<std::pair<std::string, std::string>> extras;
};

// The new commits of one push, and the repository that they came to, read when first asked for and
// kept until the event ends. Used by one thread. References stay valid as long as the source.
class CommitSource {
 public:
  CommitSource() = default;
  CommitSource(const CommitSource&) = delete;
  CommitSource& operator=(const CommitSource&) = delete;
  CommitSource(CommitSource&&) = delete;
  CommitSource& operator=(CommitSource&&) = delete;
  virtual ~CommitSource() = default;

  // Fills in what of `event` costs a look into the repository: RefUpdate::forced. Called once, and
  // only when somebody wants the event.
  virtual Result<void> complete(Event& event) = 0;
  // The commit number `index`, parents before children; null past the last one.
  virtual Result<const Commit*> commit(std::size_t index) = 0;
  // The ids of all of them, in that order.
  virtual Result<std::vector<IdText>> ids() = 0;
  // What that commit changed, in order of path. `index` is one that `commit` found.
  virtual Result<const std::vector<Change>*> changes(std::size_t index) = 0;
  // Whether reference update number `ref`, which the event has, reaches that commit.
  virtual Result<bool> reached_by(std::size_t index, std::size_t ref) = 0;
  // How many bytes the content `id` has; kNotFound where the repository does not hold it.
  virtual Result<std::uint64_t> size_of(const std::string& id) = 0;
  // What lies in `directory` (empty: the root) as that commit has it; nothing where there is none.
  // Not kept: the caller does that.
  virtual Result<std::vector<Entry>> entries(std::size_t index, const std::string& directory) = 0;

  // As the functions of rcx_reading, whose limits are kLimit and whose RCX_GONE is kNotFound here.
  // `index` is one that `commit` found. Not kept, unless it is said: the caller does that.
  // Some of the contents that were read last are kept.
  virtual Result<std::shared_ptr<const std::string>> content(const std::string& id) = 0;
  virtual Result<AddedLines> added(std::size_t index, std::size_t change) = 0;
  // kUnsupported where added() costs no more, which is to be asked then.
  virtual Result<ChangedPart> changed(std::size_t /*index*/, std::size_t /*change*/) {
    return Error{Code::kUnsupported, "unsupported: ask for the lines that were added"};
  }
  virtual Result<std::vector<Trailer>> trailers(std::size_t index) = 0;
  virtual Result<std::string> signature(std::size_t index) = 0;
  // Several are checked at once, and kept.
  virtual Result<const Signature*> verify(std::size_t index) = 0;
  virtual Result<std::string> resolve(const std::string& name) = 0;
  virtual Result<bool> reaches(const std::string& from, const std::string& to) = 0;
  virtual Result<std::optional<Entry>> find(const std::string& id, const std::string& path) = 0;
  virtual Result<std::vector<Entry>> list(const std::string& id, const std::string& directory) = 0;
  virtual Result<std::vector<std::string>> lost(std::size_t ref) = 0;
  // Whether the repository had no reference before.
  virtual Result<bool> initial() = 0;
  // What only Mercurial knows of that commit.
  virtual Result<const HgFacts*> mercurial(std::size_t /*index*/) {
    return Error{Code::kUnsupported,
                 "unsupported: only changesets of Mercurial have branches, phases and extras"};
  }
  // What only Subversion knows of this event.
  virtual Result<SvnFacts*> subversion() {
    return Error{Code::kUnsupported,
                 "unsupported: only Subversion has properties, copies and locks"};
  }
};

}  // namespace rcx::host
