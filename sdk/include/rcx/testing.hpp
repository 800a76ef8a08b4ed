// A fake host: runs an extension inside a unit test, without a daemon and without a repository.
// Header-only C++17, for any test framework; needs nothing but the SDK.
//
//     #include <rcx/testing.hpp>
//     using namespace rcx::testing;
//
//     FakeHost host(rcx_plugin_entry, map({{"max_length", 72}}));
//     FakePush push;
//     push.ref("refs/heads/main");
//     push.commit(std::string(80, 'x'));
//     const Outcome outcome = host.pre_push(push);
//     assert(outcome.status == RCX_OK && outcome.objections.size() == 1);
//
// What to ask of an extension, beside what it is there for. That a wrong setting keeps it out and
// says where:
//
//     FakeHost host(plugin, map({{"max_lenght", 72}}));
//     EXPECT_EQ(host.created().failure,
//               "rcx.yaml:2:1: max_lenght: unknown setting; known: max_length");
//
// That a check which cannot finish fails instead of letting the rest pass:
//
//     push.fail_at = 1;                                    // the second commit is unreadable
//     EXPECT_NE(host.pre_push(push).status, RCX_OK);
//     push.fail_at = UINT64_MAX;
//     push.cancel_after = 0;                               // out of time at once
//     EXPECT_NE(host.pre_push(push).status, RCX_OK);
//
// And that bytes which are no UTF-8, empty messages, deleted references and tags do no harm,
// because people push all of them.
//
// Where the descriptor comes from: link the extension's sources into the test and pass
// `rcx_plugin_entry`, or open the built library with dlopen and pass what dlsym(library,
// RCX_ENTRY_NAME) returns, so that what is tested is what ships:
//
//     void* library = dlopen("./no_fridays.so", RTLD_NOW | RTLD_LOCAL);
//     FakeHost host(*static_cast<const rcx_plugin*>(dlsym(library, RCX_ENTRY_NAME)));
//
// Close such a library after the FakeHost is gone, or never, as the functions of the extension lie
// in it.
//
// What the fake does as the host does: it hands out everything for the duration of one call only
// (run the tests under AddressSanitizer and a pointer kept too long is found), spaces arrays wider
// than their structs, calls only the handlers whose mask holds the event's action, answers
// RCX_MISUSED to a call that breaks a rule of rcx/abi.h, and logs what a queued handler says.
//
// What it does not:
//
//  - Deadlines, retries, processes, the queueing of post events: it runs what you ask for at once,
//    on your thread. What `attempt` and cancelled() say is up to the FakePush.
//  - Bounds and cleaning of text: what was said, objected and logged is recorded byte for byte,
//    also what the host would cut, and say() never answers RCX_LIMIT.
//  - The `fail` policy, `mode` and `repositories` of rcx.yaml: an Outcome is what the extension
//    did, and not what becomes of the push.
//  - Catching exceptions: one that leaves a handler written against the C interface comes out of
//    pre_push() or push(). The C++ layer lets none out.
//  - The order of extensions and what one says to another: there is one extension.
//  - In `create`, services answer RCX_MISUSED where the host answers RCX_UNAVAILABLE. Either way
//    there is nothing to be had.
//
// Threads: a FakeHost may be used by several threads at once when the extension is RCX_CONCURRENT;
// otherwise by one at a time, as the contract has it. The host makes a second thread wait; here
// nothing does, so that a test which breaks this is a race for ThreadSanitizer to find.
#ifndef RCX_TESTING_HPP
#define RCX_TESTING_HPP

#include <rcx/abi.h>
#include <rcx/testing_call.hpp>
#include <rcx/testing_emit.hpp>
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>
#include <rcx/testing_hook.hpp>
#include <rcx/testing_pull.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcx::testing {

// One instance of an extension and the host around it: from `create` in the constructor to
// `destroy` in the destructor. Make one for each test; several may live side by side, also of the
// same extension, which then share what it keeps in globals.
class FakeHost {
 public:
  // Checks the descriptor and calls `create`; created() tells how that went. Throws
  // std::invalid_argument for a descriptor that no host would load; a `create` that fails does not
  // throw, so that its reason can be looked at. The extension keeps the call's thread rules from
  // here on: `create` runs on the thread that makes the FakeHost.
  //
  // `plugin` is not copied and must outlive the FakeHost. `settings` should be a map, as `settings`
  // in rcx.yaml always is. `data_directory` is handed on as it is and not made: give the path of an
  // existing temporary directory where the extension writes.
  explicit FakeHost(const rcx_plugin& plugin, const Setting& settings = map({}),
                    std::string data_directory = "/nonexistent")
      : plugin_(&plugin), settings_(settings), data_directory_(std::move(data_directory)) {
    check_descriptor();
    detail::CallState& state = begin(detail::Stage::kCreate, nullptr, false);
    try {
      if (plugin_->create != nullptr) state.outcome.status = plugin_->create(&state, &instance_);
    } catch (...) {
      state.outcome.status = RCX_FAILED;
      state.outcome.failure = "it threw an exception through the C interface";
    }
    state.open = false;
    created_ = state.outcome;
  }
  // Calls `destroy`, where `create` worked, with what it made (null where the extension has no
  // `create`). The last chance for AddressSanitizer to see what the instance leaks.
  ~FakeHost() {
    if (created_.status == RCX_OK && plugin_->destroy != nullptr) plugin_->destroy(instance_);
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // What `create` did. Where its status is not RCX_OK, no handler can be called, and `failure` is
  // what `rcx extensions list` would show behind `create failed:`. The reference is valid as long
  // as the FakeHost.
  const Outcome& created() const { return created_; }

  // Call the handlers of pre_push, or of push, and return when they have. The push is copied for
  // each handler and the copy freed after it: nothing that a handler was given is valid any longer,
  // and the test may change its FakePush and call again. Throws std::logic_error where `create`
  // failed.
  //
  //     host.pre_push(push);
  //     push.attempt = 2;                                    // as after a lost worker
  //     EXPECT_EQ(host.push(push).handlers, 1);
  //
  // `id` is handed on as the FakePush has it. The host has another one in a push event than in its
  // pre_push.
  Outcome pre_push(const FakePush& push) {
    return run<rcx_pre_push>(detail::Stage::kPrePush, RCX_EVENT_PRE_PUSH, push,
                             [](const rcx_handler& handler) { return handler.call.pre_push; });
  }
  Outcome push(const FakePush& push) {
    return run<rcx_push>(detail::Stage::kPush, RCX_EVENT_PUSH, push,
                         [](const rcx_handler& handler) { return handler.call.push; });
  }
  // The same for fetches and clones; see rcx/testing_pull.hpp.
  Outcome pre_pull(const FakePull& pull) {
    return run<rcx_pre_pull>(detail::Stage::kPrePull, RCX_EVENT_PRE_PULL, pull,
                             [](const rcx_handler& handler) { return handler.call.pre_pull; });
  }
  Outcome pull(const FakePull& pull) {
    return run<rcx_pull>(detail::Stage::kPull, RCX_EVENT_PULL, pull,
                         [](const rcx_handler& handler) { return handler.call.pull; });
  }

  // The same for what forges emit; see rcx/testing_emit.hpp. Throws std::invalid_argument for an
  // event or a field that there is not.
  Outcome emit(const FakeEvent& event) {
    // Also where nobody handles it: a mistake of the test is told in any case.
    const rcx::catalogue::EventType& type = FrozenEvent(event).type();
    return each_handler(type.veto ? detail::Stage::kPreEmitted : detail::Stage::kEmitted,
                        type.number, event.action, RCX_ACTION_EMITTED | RCX_ACTION_PERFORMED,
                        [&](const rcx_handler& handler, const auto& call) {
                          const FrozenEvent frozen(event);
                          call(frozen.common(), [&](const rcx_call* state) {
                            return type.call(handler, instance_, state, frozen.raw());
                          });
                        });
  }

  // The same for a hook that people call by name; see rcx/testing_hook.hpp. Throws
  // std::invalid_argument for a hook that there is not, and for what the host would not let
  // through.
  Outcome call(const FakeCall& fake) {
    bool found = false;
    Outcome outcome = each_handler(
        detail::Stage::kCalled, RCX_EVENT_CALL, fake.action, RCX_ACTION_CALLED,
        [&](const rcx_handler& handler, const auto& call) {
          const rcx_named_hook& hook = *handler.call.hook;
          if (hook.name != fake.hook) return;
          found = true;
          const FrozenCall frozen(fake, hook);
          const rcx_called raw = frozen.raw();
          call(frozen.common(),
               [&](const rcx_call* state) { return hook.call(instance_, state, &raw); });
        });
    if (!found) throw std::invalid_argument("it has no hook " + fake.hook);
    return outcome;
  }

  // What the extension logged so far, from any thread, and what its queued handlers said; a copy.
  // It is not emptied between calls, so a test that looks at one call remembers how long it was
  // before.
  std::vector<LogLine> log() {
    const std::lock_guard<std::mutex> lock(log_.mutex);
    return log_.lines;
  }

 private:
  // The host's own checks, and one more: name, version and license must be there. Strides and null
  // functions in the table of handlers are not looked at, as the macros of the C++ layer get them
  // right.
  void check_descriptor() const {
    const auto require = [](bool holds, const char* what) {
      if (!holds) throw std::invalid_argument(std::string("rcx_plugin: ") + what);
    };
    require(plugin_->size >= sizeof(rcx_plugin), "size is too small");
    require(plugin_->magic == RCX_ABI_MAGIC, "magic is not RCX_ABI_MAGIC");
    require(plugin_->abi_major == RCX_ABI_MAJOR, "abi_major is not RCX_ABI_MAJOR");
    require(plugin_->abi_required <= RCX_ABI_MINOR, "abi_required is newer than this SDK");
    require(plugin_->id != nullptr && plugin_->name != nullptr && plugin_->version != nullptr &&
                plugin_->license != nullptr,
            "id, name, version and license must be set");
    const std::string_view id = plugin_->id;
    require(!id.empty() && id.size() <= 63 &&
                id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == id.npos,
            "id must be 1 to 63 of a-z, 0-9, `_` and `-`");
    require(plugin_->handlers != nullptr && plugin_->handler_count > 0, "it handles nothing");
  }

  // A call begins on the thread that makes it, which is then the only one that may use it. The lock
  // is for extensions that are RCX_CONCURRENT. Kept until the end of the FakeHost, all of them;
  // that is what CallState::usable needs.
  detail::CallState& begin(detail::Stage stage, const FrozenPush* push, bool queued) {
    rcx_call call{};
    call.size = sizeof call;
    call.host = &detail::host_table();
    call.extension = reinterpret_cast<const rcx_extension*>(&log_);
    call.settings = settings_.root();
    call.data_directory = bytes_of(data_directory_);
    const std::lock_guard<std::mutex> lock(calls_mutex_);
    return *calls_.emplace_back(std::make_unique<detail::CallState>(call, stage, push, queued));
  }

  // What the functions of the fake host answer from.
  static const FrozenPush& common(const FrozenPush& push) { return push; }
  static const FrozenPush& common(const FrozenPull& pull) { return pull.common(); }

  // One frozen event for each handler, on the stack: AddressSanitizer tells who looks at it
  // afterwards.
  template <class Raw, class Fake, class Choose>
  Outcome run(detail::Stage stage, std::uint32_t event, const Fake& fake, Choose choose) {
    using Frozen = std::conditional_t<std::is_same_v<Fake, FakePull>, FrozenPull, FrozenPush>;
    const bool pull = std::is_same_v<Fake, FakePull>;
    return each_handler(stage, event, fake.action, pull ? RCX_ACTION_PULL : RCX_ACTION_PUSH,
                        [&](const rcx_handler& handler, const auto& call) {
                          const Frozen frozen(fake, event);
                          const Raw raw = frozen.template raw<Raw>();
                          call(common(frozen), [&](const rcx_call* state) {
                            return choose(handler)(instance_, state, &raw);
                          });
                        });
  }

  // Calls `use(handler, call)` for each handler of `event` that handles `action`, or `own` where it
  // names none; and that calls `call` with what it has frozen and with what calls the handler. A
  // handler that fails does not keep the next from running, as with the host.
  template <class Use>
  Outcome each_handler(detail::Stage stage, std::uint32_t event, std::uint32_t action,
                       std::uint32_t own, const Use& use) {
    Outcome total;
    if (created_.status != RCX_OK) throw std::logic_error("create failed: " + created_.failure);
    const bool after = stage == detail::Stage::kPush || stage == detail::Stage::kPull ||
                       stage == detail::Stage::kEmitted;
    for (std::uint32_t i = 0; i < plugin_->handler_count; ++i) {
      const rcx_handler& handler = *rcx::detail::at(plugin_->handlers, plugin_->handler_stride, i);
      const std::uint32_t actions = handler.actions == 0 ? own : handler.actions;
      if (handler.event != event || (actions & action) == 0) continue;
      use(handler, [&](const FrozenPush& push, const auto& function) {
        detail::CallState& state = begin(stage, &push, after && handler.delivery == RCX_QUEUED);
        try {
          state.outcome.status = function(&state);
        } catch (...) {
          state.outcome.status = RCX_FAILED;
          state.outcome.failure = "it threw an exception through the C interface";
        }
        state.open = false;
        state.push = nullptr;
        const std::lock_guard<std::mutex> lock(state.mutex);
        add(total, state.outcome);
      });
    }
    return total;
  }

  // Joins the outcome of one handler to that of the event: the first failure stays, also when a
  // later handler works.
  static void add(Outcome& total, const Outcome& one) {
    ++total.handlers;
    if (total.status == RCX_OK) {
      total.status = one.status;
      total.failure = one.failure;
    }
    if (one.answer_kind != 0) {
      total.answer_kind = one.answer_kind;
      total.answer = one.answer;
    }
    total.said.insert(total.said.end(), one.said.begin(), one.said.end());
    total.objections.insert(total.objections.end(), one.objections.begin(), one.objections.end());
    total.misuses.insert(total.misuses.end(), one.misuses.begin(), one.misuses.end());
  }

  const rcx_plugin* plugin_;
  SettingTree settings_;
  std::string data_directory_;
  detail::Log log_;
  std::mutex calls_mutex_;
  std::deque<std::unique_ptr<detail::CallState>> calls_;
  void* instance_ = nullptr;
  Outcome created_;
};

}  // namespace rcx::testing

#endif  // RCX_TESTING_HPP
