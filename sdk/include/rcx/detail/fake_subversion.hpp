// What a FakePush says of Subversion, and the functions of rcx.subversion/1 that answer it.
// Included by rcx/testing_frozen.hpp; a test needs nothing from here, and what is here may change
// with any release.
//
//     FakePush push;
//     FakeCommit& commit = push.commit("Copy it");
//     commit.subversion.emplace();                       // Commit::subversion
//     FakeNode& node = commit.subversion->emplace_back();
//     node.path = "branches/b";                          // NodeChange::path
//     node.properties = {{"svn:externals", {}, "x"}};    // NodeChange::properties
//     push.revision_property = {"svn:log", "a", "b"};    // PushEvent::revision_property
//     push.locks[0].comment = "mine";                    // PushEvent::lock
#ifndef RCX_DETAIL_FAKE_SUBVERSION_HPP
#define RCX_DETAIL_FAKE_SUBVERSION_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_settings.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rcx::testing {

// The structs of one push, for one handler. Points into the FakePush, which must outlive it and no
// longer change.
class FrozenSubversion {
 public:
  struct Node {
    Padded<rcx_svn_path> raw;
    std::vector<Padded<rcx_svn_property>> properties;
  };
  // In a deque, so that they stay where they are; none where the test gave the commit none.
  using Nodes = std::optional<std::deque<Node>>;

  explicit FrozenSubversion(const FakePush& from) {
    for (const FakeCommit& commit : from.commits) {
      Nodes& nodes = commits_.emplace_back();
      if (!commit.subversion) continue;
      nodes.emplace();
      for (const FakeNode& node : *commit.subversion) freeze(node, nodes->emplace_back());
    }
    if (from.revision_property) freeze(*from.revision_property, revision_property_.emplace());
    for (const auto& [ref, lock] : from.locks) {
      Padded<rcx_svn_lock>& made = locks_[ref];
      made.raw = {sizeof made, lock.forced ? RCX_SVN_FORCED : 0U, bytes_of(lock.comment),
                  bytes_of(lock.holder)};
    }
  }
  FrozenSubversion(const FrozenSubversion&) = delete;
  FrozenSubversion& operator=(const FrozenSubversion&) = delete;
  ~FrozenSubversion() = default;

  const Nodes& nodes(std::size_t commit) const { return commits_[commit]; }
  // Null where the test gave none.
  const rcx_svn_property* revision_property() const {
    return revision_property_ ? &revision_property_->raw : nullptr;
  }
  const rcx_svn_lock* lock(std::uint64_t ref) const {
    const auto found = locks_.find(ref);
    return found == locks_.end() ? nullptr : &found->second.raw;
  }

 private:
  static void freeze(const FakeProperty& from, Padded<rcx_svn_property>& made) {
    made.raw = {sizeof made,
                !from.old_value   ? RCX_CHANGE_CREATE
                : !from.new_value ? RCX_CHANGE_DELETE
                                  : RCX_CHANGE_UPDATE,
                bytes_of(from.name),
                from.old_value ? bytes_of(*from.old_value) : rcx_bytes{nullptr, 0},
                from.new_value ? bytes_of(*from.new_value) : rcx_bytes{nullptr, 0}};
  }
  static void freeze(const FakeNode& from, Node& made) {
    made.raw.raw = {sizeof made.raw,     from.kind,
                    from.flags,          0,
                    bytes_of(from.path), bytes_of(from.copied_from),
                    from.copied_revision};
    made.properties.resize(from.properties.size());
    for (std::size_t i = 0; i < made.properties.size(); ++i) {
      freeze(from.properties[i], made.properties[i]);
    }
  }

  std::deque<Nodes> commits_;
  std::optional<Padded<rcx_svn_property>> revision_property_;
  std::map<std::uint64_t, Padded<rcx_svn_lock>> locks_;
};

namespace detail {

// As ReadingTable of rcx/testing_reading_table.hpp: functions without a state of their own. What
// the test gave decides alone: neither FakePush's system nor its action is looked at.
template <class State>
struct SubversionTable {
  static const rcx_subversion& table() {
    static const rcx_subversion kTable{sizeof(rcx_subversion), 0,    &path, &property,
                                       &revision_property,     &lock};
    return kTable;
  }

 private:
  static const State* asking(const rcx_call* call, const char* function) {
    const State& state = State::of(call);
    const std::string whole = std::string("rcx.subversion/1 ") + function;
    if (!state.usable(whole.c_str())) return nullptr;
    if (state.push != nullptr) return &state;
    state.misused(whole + " in create");
    return nullptr;
  }
  static rcx_status without(const State& state, const char* why) {
    state.errors.back() = why;
    return RCX_UNAVAILABLE;
  }
  // RCX_OK, and its nodes; else the answer.
  static rcx_status nodes_of(const rcx_call* call, const rcx_commit* commit, const char* function,
                             const FrozenSubversion::Nodes** nodes) {
    const State* state = asking(call, function);
    if (state == nullptr) return RCX_MISUSED;
    if (commit->index >= state->push->commits().size()) {
      return state->misused(std::string("rcx.subversion/1 ") + function +
                            " of a commit that is none of this push");
    }
    *nodes = &state->push->subversion().nodes(static_cast<std::size_t>(commit->index));
    return **nodes ? RCX_OK : without(*state, "it is no commit of Subversion");
  }

  // From FakeCommit::subversion.
  static rcx_status path(const rcx_call* call, const rcx_commit* commit, std::uint64_t index,
                         const rcx_svn_path** out) {
    const FrozenSubversion::Nodes* nodes = nullptr;
    const rcx_status status = nodes_of(call, commit, "path", &nodes);
    if (status != RCX_OK) return status;
    if (index >= (*nodes)->size()) return RCX_END;
    *out = &(**nodes)[static_cast<std::size_t>(index)].raw.raw;
    return RCX_OK;
  }
  // From FakeNode::properties, also of a path that was deleted.
  static rcx_status property(const rcx_call* call, const rcx_commit* commit, std::uint64_t path,
                             std::uint64_t index, const rcx_svn_property** out) {
    const FrozenSubversion::Nodes* nodes = nullptr;
    const rcx_status status = nodes_of(call, commit, "property", &nodes);
    if (status != RCX_OK) return status;
    if (path >= (*nodes)->size()) return RCX_END;
    const auto& all = (**nodes)[static_cast<std::size_t>(path)].properties;
    if (index >= all.size()) return RCX_END;
    *out = &all[static_cast<std::size_t>(index)].raw;
    return RCX_OK;
  }
  // From FakePush::revision_property.
  static rcx_status revision_property(const rcx_call* call, const rcx_svn_property** out) {
    const State* state = asking(call, "revision_property");
    if (state == nullptr) return RCX_MISUSED;
    *out = state->push->subversion().revision_property();
    return *out != nullptr ? RCX_OK : without(*state, "no property of a revision changes here");
  }
  // From FakePush::locks.
  static rcx_status lock(const rcx_call* call, std::uint64_t ref, const rcx_svn_lock** out) {
    const State* state = asking(call, "lock");
    if (state == nullptr) return RCX_MISUSED;
    if (ref >= state->push->ref_count()) {
      return state->misused("rcx.subversion/1 lock of a reference that is none of this push");
    }
    *out = state->push->subversion().lock(ref);
    return *out != nullptr ? RCX_OK : without(*state, "nothing is locked or unlocked here");
  }
};

}  // namespace detail

}  // namespace rcx::testing

#endif  // RCX_DETAIL_FAKE_SUBVERSION_HPP
