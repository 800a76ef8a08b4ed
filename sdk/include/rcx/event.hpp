// Events and what they are made of: callers, repositories, references. Pushes are in rcx/push.hpp,
// fetches and clones in rcx/pull.hpp, commits in rcx/commit.hpp, what forges tell in
// rcx/repo_events.hpp, rcx/user_events.hpp and rcx/review_events.hpp.
// Included by rcx/plugin.hpp, whose head states the rules of lifetimes and threads.
//
// Every class here is a view of a few pointers into the host's memory: copy it freely, but let
// nothing of it outlive the method that received the event, no std::string_view either. What must
// be kept goes into a std::string.
//
// A std::string_view here is bytes, as the version-control system has them, unless it is said to be
// text, which is UTF-8. Bytes may hold anything and do not end with a NUL: never pass data() to a
// function that wants a C string. say(), reject() and the log take them as they are and show them
// safely.
#ifndef RCX_EVENT_HPP
#define RCX_EVENT_HPP

#include <rcx/abi.h>
#include <rcx/reading.hpp>
#include <rcx/setup.hpp>
#include <rcx/value.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace rcx {

// ---- What events are made of --------------------------------------------------------------------

// Who caused the event, as far as the host could find out. The process that ran the hook is known
// for certain, from the kernel; everything else comes from environment variables of that process,
// which count only when rcx.yaml trusts its user (`identity.trusted_users`).
class Caller {
 public:
  explicit Caller(const rcx_caller& raw) noexcept : raw_(&raw) {}
  // Bytes: the name that policies should go by. The user name of uid() in the system's user
  // database, `uid:1234` where it has none, or the value of a trusted variable such as REMOTE_USER.
  // Never empty.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // True when a variable that a trusted user set gave the name, false when the uid did.
  bool named_by_variable() const noexcept { return raw_->name_from == RCX_CALLER_FROM_VARIABLE; }
  // Text: where the name was read from, `uid 1000` or `REMOTE_USER`.
  std::string_view source() const noexcept { return detail::view(raw_->source); }
  // Text from REMOTE_ADDR or SSH_CONNECTION, not checked to be an address. Empty for local pushes,
  // and where the user who ran the hook is not trusted, and so is the next.
  std::string_view ip() const noexcept { return detail::view(raw_->ip); }
  // Bytes that the pusher's git chose: no evidence of anything.
  std::string_view user_agent() const noexcept { return detail::view(raw_->user_agent); }
  // Text: `http` or `ssh` by the variable that ip() is read from, else `local`.
  std::string_view auth_method() const noexcept { return detail::view(raw_->auth_method); }
  // Of the process that ran the hook. Behind a web server it is the server's for everybody.
  std::uint32_t uid() const noexcept { return raw_->uid; }

 private:
  const rcx_caller* raw_;
};

// One extra field of a repository: a question that the operator declared below `fields:` in
// rcx.yaml and answered for the repositories that match. It tells an extension what is special
// here.
class Field {
 public:
  Field(const rcx_field& raw, std::uint64_t) noexcept : raw_(&raw) {}
  // All three are text; label and description are for people and may be empty.
  std::string_view key() const noexcept { return detail::view(raw_->key); }
  std::string_view label() const noexcept { return detail::view(raw_->label); }
  std::string_view description() const noexcept { return detail::view(raw_->description); }
  // The value with typed access. Its path in messages is the key of the field.
  Value value() const {
    return {raw_->value, std::string(key()), std::string(detail::view(raw_->value->where))};
  }

 private:
  const rcx_field* raw_;
};

// `git`, `hg`, `svn`, or `none` for any other RCX_VCS_*.
inline std::string_view vcs_name(std::uint32_t vcs) noexcept {
  switch (vcs) {
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

// The repository that the event is about. Where it is about none (groups of repositories, users),
// all of it is empty.
class Repository {
 public:
  explicit Repository(const rcx_repository& raw) noexcept : raw_(&raw) {}
  // Bytes: path below its root, groups separated by `/`, without a final `.git` or `/.git`, such as
  // `team/app`. What rcx.yaml and people call it; it changes when the directory is moved.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Bytes: absolute path of the git directory on the server, links followed. Programs started there
  // see what a pre_push brings only with the variables of Event::hook_variable. Empty where no hook
  // tells of the event and no such repository lies below a root of rcx.yaml.
  std::string_view path() const noexcept { return detail::view(raw_->path); }
  // Text: an id that survives a rename. Always empty in this release: fall back to name().
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // `git`, `hg`, `svn`, or `none` for any other, and where the event is about no repository.
  std::string_view vcs() const noexcept { return vcs_name(raw_->vcs); }
  // The fields that have a value for this repository, in the order in which rcx.yaml declares them.
  Array<Field, rcx_field> fields() const noexcept {
    return {raw_->fields, raw_->field_count, raw_->field_stride};
  }
  // The extra field `key`, with typed access; absent where it has no value, so that a fallback does
  // the rest:
  //
  //     if (push.repository().field("frozen").as<bool>(false)) push.reject("it is frozen");
  //
  // A field of the wrong kind throws SettingError out of the method: the `fail` policy answers, and
  // the reason names the line in rcx.yaml.
  Value field(std::string_view key) const {
    for (const Field& field : fields()) {
      if (field.key() == key) return field.value();
    }
    return {nullptr, std::string(key), ""};
  }

 private:
  const rcx_repository* raw_;
};

// One reference of a push: where it stood, and where it is to stand.
//
// In a pre_push these are the client's claims. git checks a claimed old id only when it moves the
// reference, after the handlers, and refuses the push then if it was wrong; so an old id may name
// an object that is not there. Those of the new id are there, and complete.
class RefUpdate {
 public:
  RefUpdate(const rcx_ref_update& raw, std::uint64_t index) noexcept : raw_(&raw), index_(index) {}
  // Bytes: the whole name, such as `refs/heads/main`. Always below `refs/` and a name that git
  // allows: no NUL, newline or other control character, no `..`.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Bytes: `main`. Without `refs/heads/` or `refs/tags/`; the same as name() for others, such as
  // `refs/notes/commits`.
  std::string_view short_name() const noexcept { return detail::view(raw_->short_name); }
  // Text: hexadecimal digits, 40 for SHA-1, in lower case. Empty, never zeros, are the old one of a
  // created reference and the new one of a deleted. It may be the id of an annotated tag, or,
  // outside of branches, of any object; commits() follows tags for you.
  std::string_view old_id() const noexcept { return detail::view(raw_->old_id); }
  std::string_view new_id() const noexcept { return detail::view(raw_->new_id); }
  // By name alone; both false for anything but `refs/heads/` and `refs/tags/`.
  bool is_branch() const noexcept { return raw_->kind == RCX_REF_BRANCH; }
  bool is_tag() const noexcept { return raw_->kind == RCX_REF_TAG; }
  // Exactly one of the three is true.
  bool created() const noexcept { return raw_->change == RCX_CHANGE_CREATE; }
  bool updated() const noexcept { return raw_->change == RCX_CHANGE_UPDATE; }
  bool deleted() const noexcept { return raw_->change == RCX_CHANGE_DELETE; }
  // An update of a branch whose new commit does not descend from the old one. Always false for
  // tags, and for a branch that is deleted, though it loses them all.
  bool forced() const noexcept { return (raw_->flags & RCX_REF_FORCED) != 0; }
  // Its place in the push, counted from 0: for Commit::ref and PrePush::reject.
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

// ---- Events -------------------------------------------------------------------------------------

// What every event offers. Take it by const reference, and never store it.
class Event {
 public:
  Event(const rcx_call* call, const rcx_event* event) noexcept : call_(call), event_(event) {}

  // Text: a UUID of 36 characters, the same for each attempt and each handler. An idempotency key
  // for what the handler does outside, and the decision id that the person reads.
  std::string_view id() const noexcept { return detail::view(event_->id_text); }
  // Text: the same for the pre_push and the push of one push, whose id() differ, and for the
  // pre_pull and the pull of one pack. The key for what one leaves for the other in the data
  // directory. The second need not follow: another extension, or git, may still refuse.
  std::string_view push_id() const noexcept { return detail::view(event_->push_id); }
  // 1, and one more each time a worker was lost. Above 1, this handler may have run before.
  std::uint32_t attempt() const noexcept { return event_->attempt; }
  // 0, and one more for an event that a handler caused. Always 0 in this release.
  std::uint32_t depth() const noexcept { return event_->depth; }
  // When the hook was called, by the server's clock, the same for each attempt; time_ns() in
  // nanoseconds since 1970-01-01 UTC.
  std::chrono::system_clock::time_point time() const {
    return std::chrono::system_clock::time_point(
        std::chrono::duration_cast<std::chrono::system_clock::duration>(
            std::chrono::nanoseconds(event_->time_ns)));
  }
  std::int64_t time_ns() const noexcept { return event_->time_ns; }
  // `push`, `pull`, `push_local`, `emitted` (a forge tells of an action of its own), `performed`
  // (rcx acts itself), `called` (a hook is called by name), of Subversion `revision_property`,
  // `lock` and `unlock`, or `other`.
  std::string_view action() const noexcept {
    switch (event_->action) {
      case RCX_ACTION_PUSH:
        return "push";
      case RCX_ACTION_PULL:
        return "pull";
      case RCX_ACTION_PUSH_LOCAL:
        return "push_local";
      case RCX_ACTION_REVISION_PROPERTY:
        return "revision_property";
      case RCX_ACTION_LOCK:
        return "lock";
      case RCX_ACTION_UNLOCK:
        return "unlock";
      case RCX_ACTION_EMITTED:
        return "emitted";
      case RCX_ACTION_PERFORMED:
        return "performed";
      case RCX_ACTION_CALLED:
        return "called";
      default:
        return "other";
    }
  }
  // Text: the raw hook: `pre_receive` or `post_receive` for pushes; for pulls `pack_objects`, or
  // one of those in rcx/abi_pull.h; `emit` for what a forge tells; `call` for a hook that is called
  // by name.
  std::string_view hook_type() const noexcept { return detail::view(event_->hook_type); }
  // Text: from rcx.yaml as it stands there, for links in messages. Empty where not set.
  std::string_view server_url() const noexcept { return detail::view(event_->server_url); }
  Caller caller() const noexcept { return Caller(*event_->caller); }
  Repository repository() const noexcept { return Repository(*event_->repository); }
  // Bytes: `git push -o`, in order, each as it was given, perhaps empty. A push with more than 1000
  // is refused.
  BytesList push_options() const noexcept {
    return {event_->push_options, event_->push_option_count, event_->push_option_stride};
  }

  // An environment variable that the version-control system gave to the raw hook, one of those that
  // rcx_hook hands on; empty for any other, and where it was not set, as they are once references
  // have moved. A program that shall read pushed objects in a pre_push needs all three. Set them
  // for the child only: setenv() would change the environment of every thread of the worker. Throws
  // Error(RCX_MISUSED) on another thread, RCX_UNAVAILABLE where the host has no such service.
  std::string_view hook_variable(std::string_view name) const {
    const auto* hook = detail::service<rcx_hook>(call_, RCX_SERVICE_HOOK_1);
    rcx_bytes value{nullptr, 0};
    const rcx_status status = hook->variable(call_, detail::bytes(name), &value);
    if (status == RCX_UNAVAILABLE) return {};
    detail::check(call_, status);
    return detail::view(value);
  }

  // The event as one line of JSON, as the host writes it; rcx/abi_json.h lists the members. For
  // extensions that hand events on. Throws Error where the repository cannot be read,
  // RCX_UNAVAILABLE where the host has no such service. Valid until the method returns.
  std::string_view json() const {
    const auto* service = detail::service<rcx_event_json>(call_, RCX_SERVICE_EVENT_JSON_1);
    rcx_bytes text{nullptr, 0};
    detail::check(call_, service->text(call_, &text));
    return detail::view(text);
  }

  // Shows lines to the person who waits, at once, while the method still runs. In queued handlers
  // it goes to the log. Empty lines are dropped, long ones shortened, control characters (a NUL
  // among them) removed.
  //
  // What goes beyond `output.lines` of rcx.yaml (100 unless set) is dropped, since talking too much
  // is no reason to refuse a push; rcx_host.say tells. That nobody reads any more is no error.
  void say(std::string_view text) const {
    const rcx_status status = call_->host->say(call_, detail::bytes(text));
    if (status != RCX_LIMIT) detail::check(call_, status);
  }
  // What is left of this call's budget, 0 when it is spent. The budget is the extension's
  // `deadline` or `budget.extension` of rcx.yaml, and never more than what is left of
  // `budget.event` for all handlers together. Time in which the host reads commits, changes and
  // entries is given back within the latter; waiting in say() is not.
  //
  // A method that runs on is not interrupted. A quarter of a second after its budget the whole
  // worker is killed; the extension counts as failed, and events that other threads of the worker
  // had in hand are asked again elsewhere. Any thread may ask while the method runs.
  std::chrono::nanoseconds remaining() const noexcept {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(call_->host->remaining(call_)));
  }
  // True once the host would like this call to end: the budget is spent, or the person who waited
  // for a pre_push has gone. Ask it in every loop that may be long. Then fail, as a check that
  // returns early has let pass what it did not see. Any thread may ask while the method runs.
  bool cancelled() const noexcept { return call_->host->cancelled(call_) != 0; }
  Logger logger() const noexcept { return Logger(call_); }
  // For functions of rcx/abi.h that this layer does not wrap. Until the method returns.
  const rcx_call* call() const noexcept { return call_; }

 protected:
  const rcx_call* call_;
  const rcx_event* event_;
};

}  // namespace rcx

#endif  // RCX_EVENT_HPP
