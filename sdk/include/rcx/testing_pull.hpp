// Fetches and clones for the fake host of rcx/testing.hpp, which includes this.
//
//     FakePull pull;
//     pull.is_clone = true;
//     pull.want("refs/heads/main");
//     EXPECT_FALSE(host.pre_pull(pull).passed());
//     pull.told = false;                                   // as before the advertisement
//     EXPECT_TRUE(host.pre_pull(pull).passed());
//
// What to ask of an extension: that a rule about who may read a repository answers with `told` and
// without; that one about clones or branches lets pass what is not told yet, since it is asked
// again; and that wanted objects without a name, and names that are no UTF-8, do no harm.
//
// As with pushes, nothing is checked for sense, everything is handed out for one call only, and
// arrays are spaced wider than their structs. The services for commits and files answer
// RCX_UNAVAILABLE, as the host does: no pull has commits to read. An objection to a reference is a
// misuse, because a pack is refused whole or not.
#ifndef RCX_TESTING_PULL_HPP
#define RCX_TESTING_PULL_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rcx::testing {

// An object that the client wants, and the reference that points at it; an empty name for none.
// Kind and short name follow from the name, as with the host.
struct FakeWanted {
  std::string name = "refs/heads/main";
  std::string id = std::string(40, '2');
};

// A pull, for FakeHost::pre_pull and FakeHost::pull. One that is told and wants nothing gets
// `refs/heads/main`, because no pack is without an object that somebody asked for. It is copied
// when it is used, so that one may serve for several calls, changed in between.
struct FakePull {
  // See FakePush for these. An empty `hook_type` becomes `pack_objects`, or `upload_pack` where
  // nothing is told.
  std::string id = "018f3c5e-7c1a-7abc-8def-0123456789ac";
  std::string push_id = "pull-1";
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 1700000000123456789;
  std::uint32_t action = RCX_ACTION_PULL;
  std::string hook_type;
  std::string server_url;
  FakeCaller caller;
  FakeRepository repository;
  std::string json;
  // What the client has said. Where it has said nothing, what follows is not handed on, whatever it
  // is; a pull event of the host is always told.
  bool told = true;
  bool is_clone = false;
  bool shallow = false;
  // Not empty: RCX_PULL_FILTERED as well.
  std::string filter;
  // A deque, so that what want() returns stays valid as more are added.
  std::deque<FakeWanted> wanted;
  // As FakePush::cancel_after.
  std::uint64_t cancel_after = UINT64_MAX;

  // Adds one and returns it, to be filled in.
  FakeWanted& want(std::string name) {
    wanted.emplace_back();
    wanted.back().name = std::move(name);
    return wanted.back();
  }
};

// Pulls are simple beside pushes: there is nothing lazy about them, so nothing that the fake host
// could answer differently later. What a test can say wrong is a combination that no client sends,
// such as a clone that is not told; such a pull reaches the handler as the host would send it.
//
// A FakePull as the structs of the contract, for one handler; see rcx/testing_frozen.hpp for how
// and why. What all events carry is frozen as that of a push, whose references nobody gets to see.
class FrozenPull {
 public:
  // `event` is RCX_EVENT_PRE_PULL or RCX_EVENT_PULL.
  FrozenPull(FakePull from, std::uint32_t event)
      : from_(std::move(from)), common_(common_of(from_), event) {
    if (!from_.told) return;
    if (from_.wanted.empty()) from_.wanted.emplace_back();
    wanted_.resize(from_.wanted.size());
    for (std::size_t i = 0; i < wanted_.size(); ++i) freeze(from_.wanted[i], wanted_[i]);
  }
  FrozenPull(const FrozenPull&) = delete;
  FrozenPull& operator=(const FrozenPull&) = delete;
  ~FrozenPull() = default;

  // What the functions of the fake host answer from.
  const FrozenPush& common() const { return common_; }
  // The struct that the handler gets, by value: it points into this object. `Raw` is rcx_pre_pull
  // or rcx_pull, whose members are the same.
  template <class Raw>
  Raw raw() const {
    if (!from_.told) {
      return {sizeof(Raw), stride_of(wanted_), common_.event(), nullptr, 0, 0, 0, bytes_of("")};
    }
    const std::uint32_t flags = RCX_PULL_TOLD | (from_.shallow ? RCX_PULL_SHALLOW : 0u) |
                                (from_.filter.empty() ? 0u : RCX_PULL_FILTERED);
    return {sizeof(Raw),    stride_of(wanted_),       common_.event(), &wanted_[0].raw,
            wanted_.size(), from_.is_clone ? 1u : 0u, flags,           bytes_of(from_.filter)};
  }

 private:
  // Member by member, since a FakePull is no FakePush: a test of a pull that could name commits and
  // push options would test what never comes.
  static FakePush common_of(const FakePull& from) {
    FakePush push;
    push.id = from.id;
    push.push_id = from.push_id;
    push.attempt = from.attempt;
    push.depth = from.depth;
    push.time_ns = from.time_ns;
    push.action = from.action;
    push.hook_type = !from.hook_type.empty() ? from.hook_type
                     : from.told             ? "pack_objects"
                                             : "upload_pack";
    push.server_url = from.server_url;
    push.caller = from.caller;
    push.repository = from.repository;
    push.json = from.json;
    push.cancel_after = from.cancel_after;
    return push;
  }
  // The views point into the FakeWanted of the copy, which is why the argument is a reference to
  // it; a short name is a part of the same bytes.
  static void freeze(const FakeWanted& from, Padded<rcx_wanted>& made) {
    std::string_view short_name = from.name;
    std::uint32_t kind = from.name.empty() ? 0 : RCX_REF_OTHER;
    if (short_name.substr(0, 11) == "refs/heads/") {
      kind = RCX_REF_BRANCH;
      short_name.remove_prefix(11);
    } else if (short_name.substr(0, 10) == "refs/tags/") {
      kind = RCX_REF_TAG;
      short_name.remove_prefix(10);
    }
    made.raw = {sizeof made, kind, bytes_of(from.id), bytes_of(from.name), bytes_of(short_name)};
  }

  // First, because the array points into it.
  FakePull from_;
  FrozenPush common_;
  std::vector<Padded<rcx_wanted>> wanted_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_PULL_HPP
