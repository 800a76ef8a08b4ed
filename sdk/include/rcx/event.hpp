// Events and what they are made of: callers, repositories, references, commits, changed paths.
// Included by rcx/plugin.hpp, whose head states the rules of lifetimes and threads.
#ifndef RCX_EVENT_HPP
#define RCX_EVENT_HPP

#include <rcx/abi.h>
#include <rcx/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace rcx {

// ---- What events are made of --------------------------------------------------------------------

// Who caused the event. See rcx_caller for each field.
class Caller {
 public:
  explicit Caller(const rcx_caller& raw) noexcept : raw_(&raw) {}
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // True when a variable that a trusted user set gave the name, false when the uid did.
  bool named_by_variable() const noexcept { return raw_->name_from == RCX_CALLER_FROM_VARIABLE; }
  // Where the name was read from: `uid 1000`, `REMOTE_USER`.
  std::string_view source() const noexcept { return detail::view(raw_->source); }
  std::string_view ip() const noexcept { return detail::view(raw_->ip); }
  std::string_view user_agent() const noexcept { return detail::view(raw_->user_agent); }
  std::string_view auth_method() const noexcept { return detail::view(raw_->auth_method); }
  std::uint32_t uid() const noexcept { return raw_->uid; }

 private:
  const rcx_caller* raw_;
};

// One extra field of a repository.
class Field {
 public:
  Field(const rcx_field& raw, std::uint64_t) noexcept : raw_(&raw) {}
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  std::string_view label() const noexcept { return detail::view(raw_->label); }
  std::string_view description() const noexcept { return detail::view(raw_->description); }
  Value value() const {
    return {raw_->value, std::string(key()), std::string(detail::view(raw_->value->where))};
  }

 private:
  const rcx_field* raw_;
};

class Repository {
 public:
  explicit Repository(const rcx_repository& raw) noexcept : raw_(&raw) {}
  // Bytes: groups separated by `/`, without a final `.git`.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Bytes: absolute path on the server.
  std::string_view path() const noexcept { return detail::view(raw_->path); }
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // `git`, `hg`, `svn` or `none`.
  std::string_view vcs() const noexcept {
    switch (raw_->vcs) {
      case RCX_VCS_GIT:
        return "git";
      case RCX_VCS_MERCURIAL:
        return "hg";
      case RCX_VCS_SUBVERSION:
        return "svn";
      default:
        return "none";
    }
  }
  Array<Field, rcx_field> fields() const noexcept {
    return {raw_->fields, raw_->field_count, raw_->field_stride};
  }
  // The extra field `key`, with typed access; absent where the operator defined none.
  Value field(std::string_view key) const {
    for (const Field& field : fields()) {
      if (field.key() == key) return field.value();
    }
    return {nullptr, std::string(key), ""};
  }

 private:
  const rcx_repository* raw_;
};

// One reference of a push.
class RefUpdate {
 public:
  RefUpdate(const rcx_ref_update& raw, std::uint64_t index) noexcept : raw_(&raw), index_(index) {}
  // Bytes: `refs/heads/main`.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Bytes: `main`.
  std::string_view short_name() const noexcept { return detail::view(raw_->short_name); }
  // Text, empty when there is none.
  std::string_view old_id() const noexcept { return detail::view(raw_->old_id); }
  std::string_view new_id() const noexcept { return detail::view(raw_->new_id); }
  bool is_branch() const noexcept { return raw_->kind == RCX_REF_BRANCH; }
  bool is_tag() const noexcept { return raw_->kind == RCX_REF_TAG; }
  bool created() const noexcept { return raw_->change == RCX_CHANGE_CREATE; }
  bool updated() const noexcept { return raw_->change == RCX_CHANGE_UPDATE; }
  bool deleted() const noexcept { return raw_->change == RCX_CHANGE_DELETE; }
  // An update of a branch that loses commits it had.
  bool forced() const noexcept { return (raw_->flags & RCX_REF_FORCED) != 0; }
  // Its place in the push.
  std::uint64_t index() const noexcept { return index_; }
  // `branch`, `tag` or `other`; `create`, `update` or `delete`.
  std::string_view kind() const noexcept {
    return is_branch() ? "branch" : is_tag() ? "tag" : "other";
  }
  std::string_view change() const noexcept {
    return created() ? "create" : updated() ? "update" : "delete";
  }

 private:
  const rcx_ref_update* raw_;
  std::uint64_t index_;
};

class Person {
 public:
  explicit Person(const rcx_person& raw) noexcept : raw_(&raw) {}
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  std::string_view email() const noexcept { return detail::view(raw_->email); }
  // Seconds since 1970-01-01 UTC, and the zone's minutes east of UTC.
  std::int64_t time() const noexcept { return raw_->time; }
  int offset_minutes() const noexcept { return raw_->offset_minutes; }

 private:
  const rcx_person* raw_;
};

namespace detail {

// The table of the service `id`; throws where this host has none.
template <class Table>
const Table* service(const rcx_call* call, const char* id) {
  const void* table = call->host->service(id);
  if (table == nullptr) {
    throw Error(RCX_UNAVAILABLE, std::string("this host does not offer ") + id);
  }
  return static_cast<const Table*>(table);
}

inline const rcx_commits* commits_service(const rcx_call* call) {
  return service<rcx_commits>(call, RCX_SERVICE_COMMITS_1);
}

inline const rcx_files* files_service(const rcx_call* call) {
  return service<rcx_files>(call, RCX_SERVICE_FILES_1);
}

// Bytes of the content `id` of an entry with that mode.
inline std::uint64_t content_size(const rcx_call* call, const rcx_bytes& id, std::uint32_t mode) {
  constexpr std::uint32_t kDirectory = 0040000;
  constexpr std::uint32_t kSubmodule = 0160000;
  std::uint64_t bytes = 0;
  if (id.size == 0 || mode == kSubmodule || mode == kDirectory) return bytes;
  check(call, files_service(call)->size_of(call, id, &bytes));
  return bytes;
}

}  // namespace detail

// One path that a commit changed. See rcx_commits.change for what it is compared with.
class Change {
 public:
  Change(const rcx_call* call, const rcx_change& raw) noexcept : call_(call), raw_(&raw) {}
  std::string_view path() const noexcept { return detail::view(raw_->path); }
  bool added() const noexcept { return raw_->kind == RCX_PATH_ADDED; }
  bool modified() const noexcept { return raw_->kind == RCX_PATH_MODIFIED; }
  bool deleted() const noexcept { return raw_->kind == RCX_PATH_DELETED; }
  bool retyped() const noexcept { return raw_->kind == RCX_PATH_RETYPED; }
  // `added`, `modified`, `deleted` or `retyped`.
  std::string_view kind() const noexcept {
    return added() ? "added" : modified() ? "modified" : deleted() ? "deleted" : "retyped";
  }
  std::uint32_t old_mode() const noexcept { return raw_->old_mode; }
  std::uint32_t new_mode() const noexcept { return raw_->new_mode; }
  std::string_view old_id() const noexcept { return detail::view(raw_->old_id); }
  std::string_view new_id() const noexcept { return detail::view(raw_->new_id); }
  // Bytes of the content before and after, which is not read for it. 0 where there is none, and for
  // a submodule.
  std::uint64_t old_size() const { return detail::content_size(call_, raw_->old_id, old_mode()); }
  std::uint64_t new_size() const { return detail::content_size(call_, raw_->new_id, new_mode()); }

 private:
  const rcx_call* call_;
  const rcx_change* raw_;
};

// One entry of a directory, as a commit has it.
class Entry {
 public:
  Entry(const rcx_call* call, const rcx_entry& raw) noexcept : call_(call), raw_(&raw) {}
  // Bytes: without the directory it lies in.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  std::uint32_t mode() const noexcept { return raw_->mode; }
  bool is_directory() const noexcept { return raw_->mode == 0040000; }
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // Bytes of the content, which is not read for it. 0 for a directory and for a submodule.
  std::uint64_t size() const { return detail::content_size(call_, raw_->id, raw_->mode); }

 private:
  const rcx_call* call_;
  const rcx_entry* raw_;
};

// A range that asks the host for one element after the other. Advancing throws rcx::Error when the
// host fails; leaving the loop early costs nothing further.
template <class Element, class Source>
class Stream {
 public:
  struct sentinel {};
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = const Element*;
    using reference = Element;

    explicit iterator(const Source& source) : source_(source) { load(); }
    Element operator*() const { return Element(source_.call, *current_); }
    iterator& operator++() {
      ++index_;
      load();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(sentinel) const noexcept { return current_ == nullptr; }
    bool operator!=(sentinel) const noexcept { return current_ != nullptr; }

   private:
    void load() {
      current_ = nullptr;
      const rcx_status status = source_.get(index_, &current_);
      if (status == RCX_END) {
        current_ = nullptr;
        return;
      }
      detail::check(source_.call, status);
    }
    Source source_;
    std::uint64_t index_ = 0;
    typename Source::Raw const* current_ = nullptr;
  };

  explicit Stream(const Source& source) : source_(source) {}
  iterator begin() const { return iterator(source_); }
  sentinel end() const noexcept { return {}; }

 private:
  Source source_;
};

namespace detail {

struct ChangeSource {
  using Raw = rcx_change;
  const rcx_call* call;
  const rcx_commits* service;
  const rcx_commit* commit;
  rcx_status get(std::uint64_t index, const rcx_change** out) const {
    return service->change(call, commit, index, out);
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
};

struct CommitSource {
  using Raw = rcx_commit;
  const rcx_call* call;
  const rcx_commits* service;
  rcx_status get(std::uint64_t index, const rcx_commit** out) const {
    return service->get(call, index, out);
  }
};

}  // namespace detail

// One new commit of a push.
class Commit {
 public:
  Commit(const rcx_call* call, const rcx_commit& raw) noexcept : call_(call), raw_(&raw) {}
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // The first ten digits, for messages to people.
  std::string_view short_id() const noexcept { return id().substr(0, 10); }
  BytesList parents() const noexcept {
    return {raw_->parents, raw_->parent_count, raw_->parent_stride};
  }
  bool is_merge() const noexcept { return raw_->parent_count > 1; }
  Person author() const noexcept { return Person(*raw_->author); }
  Person committer() const noexcept { return Person(*raw_->committer); }
  // Bytes: the whole message; its first line.
  std::string_view message() const noexcept { return detail::view(raw_->message); }
  std::string_view subject() const noexcept { return message().substr(0, message().find('\n')); }
  // Index of the first reference of the push that brings this commit, for PrePush::reject.
  std::uint64_t ref() const noexcept { return raw_->ref; }
  // Whether reference number `ref` of the push reaches this commit. Several may.
  bool reached_by(std::uint64_t ref) const {
    std::uint32_t reached = 0;
    detail::check(call_, detail::commits_service(call_)->reached_by(call_, raw_, ref, &reached));
    return reached != 0;
  }
  std::uint64_t index() const noexcept { return raw_->index; }
  // Paths it changed, in order of path, read when iterated.
  Stream<Change, detail::ChangeSource> changes() const {
    return Stream<Change, detail::ChangeSource>({call_, detail::commits_service(call_), raw_});
  }
  // What lies in `directory` (empty: the root) in this commit, whether it changed it or not;
  // nothing where there is no such directory.
  Stream<Entry, detail::EntrySource> entries(std::string_view directory) const {
    return Stream<Entry, detail::EntrySource>(
        {call_, detail::files_service(call_), raw_, std::string(directory)});
  }

 private:
  const rcx_call* call_;
  const rcx_commit* raw_;
};

// ---- Events -------------------------------------------------------------------------------------

// What every event offers.
class Event {
 public:
  Event(const rcx_call* call, const rcx_event* event) noexcept : call_(call), event_(event) {}

  // The event's id as text, the same for each attempt and each handler: an idempotency key, and the
  // decision id that the person sees.
  std::string_view id() const noexcept { return detail::view(event_->id_text); }
  // The same for the pre_push and the push of one push.
  std::string_view push_id() const noexcept { return detail::view(event_->push_id); }
  // 1, and one more each time a worker was lost during this event.
  std::uint32_t attempt() const noexcept { return event_->attempt; }
  std::uint32_t depth() const noexcept { return event_->depth; }
  std::chrono::system_clock::time_point time() const {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::nanoseconds(event_->time_ns)));
  }
  std::int64_t time_ns() const noexcept { return event_->time_ns; }
  std::string_view action() const noexcept {
    switch (event_->action) {
      case RCX_ACTION_PUSH:
        return "push";
      case RCX_ACTION_PULL:
        return "pull";
      case RCX_ACTION_PUSH_LOCAL:
        return "push_local";
      default:
        return "other";
    }
  }
  std::string_view hook_type() const noexcept { return detail::view(event_->hook_type); }
  std::string_view server_url() const noexcept { return detail::view(event_->server_url); }
  Caller caller() const noexcept { return Caller(*event_->caller); }
  Repository repository() const noexcept { return Repository(*event_->repository); }
  // `git push -o`, in order.
  BytesList push_options() const noexcept {
    return {event_->push_options, event_->push_option_count, event_->push_option_stride};
  }

  // A variable that the version-control system gave to the raw hook, one of those that rcx_hook
  // hands on; empty where it was not set.
  std::string_view hook_variable(std::string_view name) const {
    const auto* hook = detail::service<rcx_hook>(call_, RCX_SERVICE_HOOK_1);
    rcx_bytes value{nullptr, 0};
    const rcx_status status = hook->variable(call_, detail::bytes(name), &value);
    if (status == RCX_UNAVAILABLE) return {};
    detail::check(call_, status);
    return detail::view(value);
  }

  // Shows a line to the person who waits, at once. In queued handlers it goes to the log.
  void say(std::string_view text) const {
    detail::check(call_, call_->host->say(call_, detail::bytes(text)));
  }
  // What is left of this call's budget; time inside functions of the host does not count.
  std::chrono::nanoseconds remaining() const noexcept {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(call_->host->remaining(call_)));
  }
  // True once the host would like this call to end.
  bool cancelled() const noexcept { return call_->host->cancelled(call_) != 0; }
  Logger logger() const noexcept { return Logger(call_); }
  const rcx_call* call() const noexcept { return call_; }

 protected:
  const rcx_call* call_;
  const rcx_event* event_;
};

using Refs = Array<RefUpdate, rcx_ref_update>;
using Commits = Stream<Commit, detail::CommitSource>;

// After references have moved.
class Push : public Event {
 public:
  using Raw = rcx_push;
  static constexpr std::uint32_t kKind = RCX_EVENT_PUSH;
  Push(const rcx_call* call, const rcx_push* raw) noexcept : Event(call, raw->event), raw_(raw) {}
  Refs refs() const noexcept { return {raw_->refs, raw_->ref_count, raw_->ref_stride}; }
  // The commits that no reference reached before this push, parents before children, read as you
  // go.
  Commits commits() const { return Commits({call_, detail::commits_service(call_)}); }

 private:
  const rcx_push* raw_;
};

// Before references move: a handler may object, and must not act on the world.
class PrePush : public Event {
 public:
  using Raw = rcx_pre_push;
  static constexpr std::uint32_t kKind = RCX_EVENT_PRE_PUSH;
  PrePush(const rcx_call* call, const rcx_pre_push* raw) noexcept
      : Event(call, raw->event), raw_(raw) {}
  Refs refs() const noexcept { return {raw_->refs, raw_->ref_count, raw_->ref_stride}; }
  // As Push::commits; the objects are still in quarantine and readable.
  Commits commits() const { return Commits({call_, detail::commits_service(call_)}); }

  // Objects to the whole push. The reason first; one line reads best.
  void reject(std::string_view reason) const {
    detail::check(call_, call_->host->reject(call_, detail::bytes(reason)));
  }
  // Objects to one reference, by its index.
  void reject(std::uint64_t ref, std::string_view reason) const {
    detail::check(call_, call_->host->reject_ref(call_, ref, detail::bytes(reason)));
  }
  void reject(const RefUpdate& ref, std::string_view reason) const { reject(ref.index(), reason); }

 private:
  const rcx_pre_push* raw_;
};

}  // namespace rcx

#endif  // RCX_EVENT_HPP
