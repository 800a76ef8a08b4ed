// Fetches and clones: what a handler for pre_pull or pull receives. Included by rcx/plugin.hpp,
// whose head states the rules of lifetimes and threads; rcx/event.hpp has what all events offer.
//
//     struct NoFullClones {
//       void check(const rcx::PrePull& pull) {
//         if (pull.is_clone() && !pull.filtered()) pull.reject("clone with --filter=blob:none");
//       }
//     };
//     RCX_PLUGIN(NoFullClones, "no_full_clones", "No full clones", "1.0.0", "MIT",
//                rcx::on<&NoFullClones::check>())
//
// One fetch may ask PrePull several times. Where rcx stands before git, in front of ssh or a web
// server, it asks before the client has said anything: told() is false then, and only the caller
// and the repository are known. Every pack is asked about with told(). So a rule about people and
// repositories answers each time, at best before a client has learnt the names of references; a
// rule about clones, filters or branches, as the one above, waits until it is told by itself,
// because everything is false and empty before. rcx/abi_pull.h says more, also what nobody can see.
//
// An extension that handles pulls is loaded by older hosts as well, which never call it: where that
// would be a hole, write the descriptor by hand, with `abi_required` 1.
#ifndef RCX_PULL_HPP
#define RCX_PULL_HPP

#include <rcx/abi.h>
#include <rcx/event.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <string_view>

namespace rcx {

// One object that the client wants, with the name of a reference that points at it. The name comes
// from the repository, when the event was made: clients ask for ids, and nothing tells which of
// several names for one object they mean. Each is listed, so a rule about one branch sees it
// whatever else points there. It keeps nobody out who knows an id: with version 2 of the protocol,
// which clients speak unless told otherwise, git hands out any object that the repository has, and
// the name of one that no reference points at is empty. So a veto by name objects to empty names as
// well. That refuses more: what partial clones leave out and fetch later, commits that are asked
// for by id, as of submodules, who fetches while a reference moves, and every fetch where names
// cannot be read (`reftable`).
class Wanted {
 public:
  Wanted(const rcx_wanted& raw, std::uint64_t) noexcept : raw_(&raw) {}
  // Text: hexadecimal digits, 40 for SHA-1. May be the id of an annotated tag.
  std::string_view id() const noexcept { return detail::view(raw_->id); }
  // Bytes: the whole name, such as `refs/heads/main`. Empty where no reference points at it, and
  // `HEAD` is never listed, as it stands for a branch.
  std::string_view name() const noexcept { return detail::view(raw_->name); }
  // Bytes: `main`. Without `refs/heads/` or `refs/tags/`; the same as name() for others.
  std::string_view short_name() const noexcept { return detail::view(raw_->short_name); }
  // By name alone.
  bool is_branch() const noexcept { return raw_->kind == RCX_REF_BRANCH; }
  bool is_tag() const noexcept { return raw_->kind == RCX_REF_TAG; }

 private:
  const rcx_wanted* raw_;
};

// In the order in which the client asked, names of one object by bytes.
using WantedList = Array<Wanted, rcx_wanted>;

// After a pack was sent. Nothing can be refused any more; what fails here is logged, and told to
// the person if the handler is inline. It may come more than once, with the same id(), and never,
// as Push says. A fetch that finds nothing new sends no pack.
class Pull : public Event {
 public:
  using Raw = rcx_pull;
  static constexpr std::uint32_t kKind = RCX_EVENT_PULL;
  Pull(const rcx_call* call, const rcx_pull* raw) noexcept : Event(call, raw->event), raw_(raw) {}
  // True for a clone, and for a first fetch into an empty repository, which is the same to a
  // server: the client named nothing that it has in common with this repository. False for a
  // partial clone that asks for contents which it left out, without naming what it has.
  bool is_clone() const noexcept { return raw_->is_clone != 0; }
  // The client keeps, or asked for, a history that is cut off, as with `--depth` and
  // `--shallow-since`.
  bool shallow() const noexcept { return (raw_->flags & RCX_PULL_SHALLOW) != 0; }
  // It leaves objects out, to ask for them later: a partial clone, and each fetch into one.
  bool filtered() const noexcept { return (raw_->flags & RCX_PULL_FILTERED) != 0; }
  // Text: which, as git has it, such as `blob:none` or `blob:limit=1048576`. Empty for none.
  std::string_view filter() const noexcept { return detail::view(raw_->filter); }
  // Never empty.
  WantedList wanted() const noexcept {
    return {raw_->wanted, raw_->wanted_count, raw_->wanted_stride};
  }

 private:
  const rcx_pull* raw_;
};

// Before git sends anything: a handler may object. It must not act on the world, since others may
// still refuse the pull, and because it may be called several times for one fetch.
class PrePull : public Event {
 public:
  using Raw = rcx_pre_pull;
  static constexpr std::uint32_t kKind = RCX_EVENT_PRE_PULL;
  PrePull(const rcx_call* call, const rcx_pre_pull* raw) noexcept
      : Event(call, raw->event), raw_(raw) {}
  // Whether the client has said what it wants. Where it has not, only caller() and repository() are
  // known, and what follows is false and empty; it is asked again when it has.
  bool told() const noexcept { return (raw_->flags & RCX_PULL_TOLD) != 0; }
  // As those of Pull.
  bool is_clone() const noexcept { return raw_->is_clone != 0; }
  bool shallow() const noexcept { return (raw_->flags & RCX_PULL_SHALLOW) != 0; }
  bool filtered() const noexcept { return (raw_->flags & RCX_PULL_FILTERED) != 0; }
  std::string_view filter() const noexcept { return detail::view(raw_->filter); }
  WantedList wanted() const noexcept {
    return {raw_->wanted, raw_->wanted_count, raw_->wanted_stride};
  }

  // Objects to the pull, and returns; see PrePush::reject, all of which holds here. The person
  // reads the reason as `remote: ` lines before what git says of an end that hung up, or, before
  // the advertisement, as `fatal: remote error: ` and nothing else.
  void reject(std::string_view reason) const {
    detail::check(call_, call_->host->reject(call_, detail::bytes(reason)));
  }

 private:
  const rcx_pre_pull* raw_;
};

}  // namespace rcx

#endif  // RCX_PULL_HPP
