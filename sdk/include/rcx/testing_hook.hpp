// Calls of hooks by name, for the fake host of rcx/testing.hpp, which includes this.
//
//     FakeCall call("freeze", map({{"days", 3}}));
//     call.repository = {RCX_VCS_GIT, "team/app", "/srv/git/team/app.git", "", {}};
//     const Outcome outcome = host.call(call);
//     EXPECT_EQ(outcome.answer, "frozen for 3 days\n");
//
// Arguments have the kind that their parameter has: what people type after `key=` is converted and
// checked by the host, and so a call that no hook would see (an unknown hook or parameter, a
// missing one, one of another kind, no repository where the hook wants one) throws
// std::invalid_argument. Who may call is the host's business as well: a FakeCall may.
//
// What to ask of a hook, beside what it is there for. That it answers in each case, since nothing
// is an answer as well. That it refuses what it cannot do, with a reason, and fails when it could
// not look. That it may be called twice with one id, as after a lost worker. What an answer that
// says it is JSON holds is not looked at here; the real host does.
#ifndef RCX_TESTING_HOOK_HPP
#define RCX_TESTING_HOOK_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>
#include <rcx/testing_settings.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace rcx::testing {

// A call of a hook, for FakeHost::call. It is copied when it is used, so that one may serve for
// several calls, changed in between:
//
//     FakeCall call("freeze", map({{"days", 3}}));
//     EXPECT_NE(host.call(call).answer, "");
//     call.attempt = 2;                                    // as after a lost worker
//     EXPECT_EQ(host.call(call).status, RCX_OK);
struct FakeCall {
  // The hook's own name, without the extension's, and a map of its arguments.
  explicit FakeCall(std::string name, Setting given = map({}))
      : hook(std::move(name)), arguments(std::move(given)) {}

  // As the extension calls it. With the real host people may also say `EXTENSION.NAME`, and must
  // where two extensions have one of that name; here there is one extension.
  std::string hook;
  // A map. What is left out is not there: a hook that reads it needs a fallback, unless the
  // parameter is required.
  Setting arguments;
  // See FakePush for these. An empty `json` becomes the event's name and id, the names of caller
  // and repository: neither the hook nor its arguments are in it, as they are with the host.
  std::string id = "018f3c5e-7c1a-7abc-8def-0123456789ad";
  std::uint32_t attempt = 1;
  std::uint32_t depth = 0;
  std::int64_t time_ns = 1700000000123456789;
  std::uint32_t action = RCX_ACTION_CALLED;
  std::string server_url;
  // Whoever it is has the permission that the hook names: the host asks before, and tells the hook
  // only who it was.
  FakeCaller caller;
  // None, unless the test says which. A hook that is made for any repository is worth a test
  // without one, and one with a name that is no UTF-8.
  FakeRepository repository = {RCX_VCS_NONE, "", "", "", {}};
  std::string json;
  std::uint64_t cancel_after = UINT64_MAX;
};

// A FakeCall as the structs of the contract, for one handler; see rcx/testing_frozen.hpp for how
// and why. What all events carry is frozen as that of a push, whose references nobody gets to see.
class FrozenCall {
 public:
  FrozenCall(const FakeCall& from, const rcx_named_hook& hook)
      : hook_(hook), arguments_(from.arguments), common_(common_of(from), RCX_EVENT_CALL) {
    check(from);
  }
  FrozenCall(const FrozenCall&) = delete;
  FrozenCall& operator=(const FrozenCall&) = delete;
  ~FrozenCall() = default;

  // What the functions of the fake host answer from.
  const FrozenPush& common() const { return common_; }
  // The struct that the handler gets, by value: it points into this object.
  rcx_called raw() const {
    return {sizeof(rcx_called), 0, common_.event(), &hook_, arguments_.root()};
  }

 private:
  // Member by member, as of a pull: the rest of a FakePush is of no use here. `push_id` is empty,
  // as with the host, because no push is about to follow or has gone before.
  static FakePush common_of(const FakeCall& from) {
    FakePush push;
    push.id = from.id;
    push.push_id.clear();
    push.attempt = from.attempt;
    push.depth = from.depth;
    push.time_ns = from.time_ns;
    push.action = from.action;
    push.hook_type = "call";
    push.server_url = from.server_url;
    push.caller = from.caller;
    push.repository = from.repository;
    push.json = from.json;
    push.cancel_after = from.cancel_after;
    return push;
  }

  // Null for a name that the hook does not take. By the stride, since a later release may have more
  // to say of a parameter.
  const rcx_parameter* parameter(std::string_view name) const {
    for (std::uint32_t i = 0; i < hook_.parameter_count; ++i) {
      const rcx_parameter* one = rcx::detail::at(hook_.parameters, hook_.parameter_stride, i);
      if (one->name == name) return one;
    }
    return nullptr;
  }

  // An integer will do for a number, as with the host: `map({{"factor", 2}})` needs no 2.0. Nothing
  // else is converted here; the host makes text that somebody typed into what it says.
  static bool fits(const rcx_parameter& parameter, const rcx_value& value) {
    return value.kind == parameter.kind ||
           (value.kind == RCX_VALUE_INTEGER && parameter.kind == RCX_VALUE_NUMBER);
  }

  // Throws std::invalid_argument for what the host would answer by itself, without asking the
  // extension. So a test that gets here by mistake says what is wrong with it, and does not look as
  // if the hook had refused.
  void check(const FakeCall& from) const {
    const auto wrong = [&](const std::string& what) {
      throw std::invalid_argument(from.hook + ": " + what);
    };
    const bool somewhere = from.repository.vcs != RCX_VCS_NONE;
    if ((hook_.flags & RCX_HOOK_OF_REPOSITORY) != 0 && !somewhere) wrong("it wants a repository");
    const rcx_value& given = *arguments_.root();
    if (given.kind != RCX_VALUE_MAP) wrong("its arguments are a map");
    for (std::uint64_t i = 0; i < given.count; ++i) {
      const rcx_value* value = rcx::detail::at(given.items, given.stride, i);
      const std::string key(rcx::detail::view(value->key));
      const rcx_parameter* known = parameter(key);
      if (known == nullptr) wrong("it has no parameter " + key);
      if (!fits(*known, *value)) wrong("its parameter " + key + " is of another kind");
    }
    for (std::uint32_t i = 0; i < hook_.parameter_count; ++i) {
      const rcx_parameter* one = rcx::detail::at(hook_.parameters, hook_.parameter_stride, i);
      const bool needed = (one->flags & RCX_PARAMETER_REQUIRED) != 0;
      if (needed && rcx_value_get(&given, one->name) == nullptr) {
        wrong(std::string("it wants the parameter ") + one->name);
      }
    }
  }

  // Of the extension's table; the tree and the rest live as long as this, and are freed with it, so
  // that AddressSanitizer finds who keeps a pointer into the arguments.
  const rcx_named_hook& hook_;
  SettingTree arguments_;
  FrozenPush common_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_HOOK_HPP
