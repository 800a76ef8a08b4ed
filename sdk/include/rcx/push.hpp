// Pushes: before references move, and after. Included by rcx/plugin.hpp; the head of rcx/event.hpp
// says what holds here too.
//
//     void before(const rcx::PrePush& push) {
//       for (const rcx::RefUpdate& ref : push.refs())
//         if (ref.deleted()) push.reject(ref, "nothing is deleted here");
//     }
#ifndef RCX_PUSH_HPP
#define RCX_PUSH_HPP

#include <rcx/abi.h>
#include <rcx/commit.hpp>
#include <rcx/event.hpp>
#include <rcx/reading.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rcx {

// The references of a push, never none, in the order in which the client sent them.
using Refs = Array<RefUpdate, rcx_ref_update>;
using Commits = Stream<Commit, detail::CommitSource>;

// What can be asked of a push before and after references have moved alike. Ids are hexadecimal
// text of commits, or of tags of commits, that are in the repository or in the push; an object that
// is in neither throws Error(RCX_GONE).
class PushEvent : public Event {
 public:
  using Event::Event;

  // The repository had no reference before this push: somebody imports a history, perhaps a huge
  // one, that others have made long ago. A policy may want to let that pass.
  bool is_initial() const {
    std::uint32_t flags = 0;
    detail::check(call_, reading()->facts(call_, &flags));
    return (flags & RCX_PUSH_INITIAL) != 0;
  }
  // That of `git push --signed`; none where the push was not signed, or the repository asks for no
  // certificates (receive.certNonceSeed).
  std::optional<PushCertificate> certificate() const {
    const rcx_push_certificate* found = nullptr;
    const rcx_status status = reading()->certificate(call_, &found);
    if (status == RCX_END) return std::nullopt;
    detail::check(call_, status);
    return PushCertificate(*found);
  }
  // The id that a reference (`refs/heads/main`, `HEAD`) points at now, in a pre_push before it
  // moves; empty where there is no such reference.
  std::string_view resolve(std::string_view name) const {
    rcx_bytes id{nullptr, 0};
    const rcx_status status = reading()->resolve(call_, detail::bytes(name), &id);
    if (status == RCX_GONE) return {};
    detail::check(call_, status);
    return detail::view(id);
  }
  // Whether `to` is `from` or one of its ancestors.
  bool reaches(std::string_view from, std::string_view to) const {
    std::uint32_t reached = 0;
    detail::check(call_,
                  reading()->reaches(call_, detail::bytes(from), detail::bytes(to), &reached));
    return reached != 0;
  }
  // What lies at `path` in the commit `id`; none where nothing does. With resolve(), a policy can
  // lie in the repository that it is for:
  //
  //     const auto head = push.resolve("HEAD");
  //     const auto owners = head.empty() ? std::nullopt : push.find(head, "CODEOWNERS");
  //     if (owners) read(owners->content());
  //
  // Mind that whoever may change that file may change the policy.
  std::optional<Entry> find(std::string_view id, std::string_view path) const {
    const rcx_entry* found = nullptr;
    const rcx_status status =
        reading()->find(call_, detail::bytes(id), detail::bytes(path), &found);
    if (status == RCX_END) return std::nullopt;
    detail::check(call_, status);
    return Entry(call_, *found);
  }
  // As Commit::entries, of any commit.
  Stream<Entry, detail::TreeSource> entries(std::string_view id, std::string_view directory) const {
    return Stream<Entry, detail::TreeSource>(
        {call_, reading(), std::string(id), std::string(directory)});
  }
  // Of Subversion, where Event::action is `revision_property`: what becomes of it. After the event
  // its new value is what it is by the time of this call. Nothing for all other events.
  std::optional<PropertyChange> revision_property() const {
    const rcx_subversion* table = detail::subversion_service(call_);
    const rcx_svn_property* found = nullptr;
    const rcx_status status =
        table == nullptr ? RCX_UNAVAILABLE : table->revision_property(call_, &found);
    if (status == RCX_UNAVAILABLE) return std::nullopt;
    detail::check(call_, status);
    return PropertyChange(*found);
  }
  // Of Subversion, where Event::action is `lock` or `unlock`: the lock of that reference. Nothing
  // for all other events, and after an unlock, of which svn tells the path alone. Throws
  // Error(RCX_GONE) where a lock that was made is there no more.
  std::optional<Lock> lock(const RefUpdate& ref) const {
    const rcx_subversion* table = detail::subversion_service(call_);
    const rcx_svn_lock* found = nullptr;
    const rcx_status status =
        table == nullptr ? RCX_UNAVAILABLE : table->lock(call_, ref.index(), &found);
    if (status == RCX_UNAVAILABLE) return std::nullopt;
    detail::check(call_, status);
    return Lock(*found);
  }
  // Ids of the commits that a forced update takes away from its branch, newest first, and those
  // that nothing reaches any more once a reference is deleted. At most 100 000, else
  // Error(RCX_LIMIT).
  Stream<std::string_view, detail::LostSource> lost(const RefUpdate& ref) const {
    return Stream<std::string_view, detail::LostSource>({call_, reading(), ref.index()});
  }

 private:
  const rcx_reading* reading() const { return detail::reading_service(call_); }
};

// After references have moved. Nothing can be refused any more; what fails here is logged, and told
// to the pusher if the handler is inline.
//
// It may come more than once: after a worker was lost, the same event comes again with the same
// id() and a higher attempt(), except to the extension that took the worker down. So make what a
// handler does repeatable, or keep the ids of what is done. It may also never come: where no host
// runs after a push, or when three workers were lost over it, the push stands and nobody hears of
// it.
class Push : public PushEvent {
 public:
  using Raw = rcx_push;
  static constexpr std::uint32_t kKind = RCX_EVENT_PUSH;
  Push(const rcx_call* call, const rcx_push* raw) noexcept
      : PushEvent(call, raw->event), raw_(raw) {}
  // Those that moved, without those that git refused after pre_push.
  Refs refs() const noexcept { return {raw_->refs, raw_->ref_count, raw_->ref_stride}; }
  // The commits that no reference reached before this push, each once, parents before children,
  // read as you go. What pre_push found is used again, so both see the same list. Where no pre_push
  // ran (only post-receive is installed), it is made from the references as they stand now, and a
  // commit that another push brought at the same moment may be missing.
  Commits commits() const { return Commits({call_, detail::commits_service(call_)}); }

 private:
  const rcx_push* raw_;
};

// Before references move: a handler may object. It must not act on the world, because another
// extension or git may still refuse the push, and because it may be called again after a worker was
// lost. An extension that took the worker down itself is not: its `fail` policy speaks for it.
class PrePush : public PushEvent {
 public:
  using Raw = rcx_pre_push;
  static constexpr std::uint32_t kKind = RCX_EVENT_PRE_PUSH;
  PrePush(const rcx_call* call, const rcx_pre_push* raw) noexcept
      : PushEvent(call, raw->event), raw_(raw) {}
  // All that the client asks for; see RefUpdate for what is only claimed.
  Refs refs() const noexcept { return {raw_->refs, raw_->ref_count, raw_->ref_stride}; }
  // As Push::commits; the objects are still in quarantine, and readable. Commits that become
  // reachable by another name are not new.
  Commits commits() const { return Commits({call_, detail::commits_service(call_)}); }

  // Objects to the whole push, and returns: the method goes on, so that all faults can be named at
  // once. `reason` is copied. Begin with what is wrong and what to do; one line reads best, at most
  // ten are shown and each is cut at `output.line_length` bytes. Empty becomes "no reason given".
  // The host adds the extension's id.
  //
  // An objection counts even if the method throws afterwards; in `mode: observe` it is only logged.
  // The pusher reads the first `output.objections` of all extensions together (20 unless set), the
  // log has more, and those behind the thousandth of one call are counted without their reasons.
  void reject(std::string_view reason) const {
    detail::check(call_, call_->host->reject(call_, detail::bytes(reason)));
  }
  // Objects to one reference, by its index. Its name is put before the reason. The push is refused
  // as a whole, unless rcx.yaml says `partial: true` for the repository: then the others pass, but
  // for those that bring a commit whose Commit::ref this is, where this extension has asked for
  // commits. So objecting to commit.ref() is enough. Throws Error(RCX_MISUSED), and objects to
  // nothing, when the push has no such reference.
  void reject(std::uint64_t ref, std::string_view reason) const {
    detail::check(call_, call_->host->reject_ref(call_, ref, detail::bytes(reason)));
  }
  // `ref` must be of this push, since only its index is looked at.
  void reject(const RefUpdate& ref, std::string_view reason) const { reject(ref.index(), reason); }

 private:
  const rcx_pre_push* raw_;
};

}  // namespace rcx

#endif  // RCX_PUSH_HPP
