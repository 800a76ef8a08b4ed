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
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>
#include <rcx/value.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace rcx::testing {

// ---- What came of a call ------------------------------------------------------------------------

// One call of reject or reject_ref. The same reason given twice is here twice, as the pusher would
// read it.
struct Objection {
  // Index of the reference; none: an objection to the whole push.
  std::optional<std::uint64_t> ref;
  // The reason as the extension gave it; empty where the host would say "no reason given".
  std::string text;
};

// What `create` or the handlers of one event did. Where several handlers take the same event, all
// run, in the order of the table; `status` and `failure` are those of the first that failed, the
// lists are joined. A copy of everything: it stays when host and push are gone.
struct Outcome {
  // Not the verdict: a handler that objects returns RCX_OK. What the C++ layer returns for an
  // exception is RCX_FAILED, and for an rcx::Error its status, so that a test can tell the host's
  // failures from the extension's own. Look at it in every test: a handler that failed at once has
  // objected to nothing, which else looks like consent.
  rcx_status status = RCX_OK;
  // What it said with rcx_host.fail, in the C++ layer the what() of the exception. Empty where it
  // failed without a reason, and meaningless where `status` is RCX_OK.
  std::string failure;
  // One element for each call of say, for the person who waits. What queued handlers say is in
  // FakeHost::log().
  std::vector<std::string> said;
  // In the order they were made.
  std::vector<Objection> objections;
  // Rules of the contract that were broken, such as "say on another thread"; should be empty.
  // Through the C++ layer a wrong thread gives two entries, its own and that of asking for the
  // reason. What is done after the handlers have returned comes too late for this list, and shows
  // as RCX_MISUSED only.
  std::vector<std::string> misuses;
  // Whether the push would pass: all did their work, and nobody objected.
  bool passed() const { return status == RCX_OK && objections.empty(); }
  // How many handlers were called. 0 tells a mask or an event that does not fit from a handler that
  // had nothing to say. Always 0 for created().
  int handlers = 0;
};

// One call of rcx_host.log, or of say in a queued handler, which logs at RCX_LOG_INFO.
struct LogLine {
  std::uint32_t level;  // RCX_LOG_*
  std::string text;
};

// ---- One call -----------------------------------------------------------------------------------

namespace detail {

// A copy, NUL bytes and all; what is recorded must not point into the extension, whose library may
// be closed before the Outcome is read.
inline std::string text_of(rcx_bytes bytes) {
  return std::string(rcx::detail::view(bytes));
}

// The log of one FakeHost, levels and texts as they came; whether the operator of a host would have
// such lines kept is not asked. Its address is what the extension sees as rcx_extension, so it
// outlives every call and may be written by any thread.
struct Log {
  std::mutex mutex;
  std::vector<LogLine> lines;
  void add(std::uint32_t level, std::string text) {
    const std::lock_guard<std::mutex> lock(mutex);
    lines.push_back({level, std::move(text)});
  }
};

// What is running. It decides where reject and say are a misuse.
enum class Stage { kCreate, kPrePush, kPush };

// What the extension sees as rcx_call; the base is what it gets, the rest is found again by a cast.
// Outlives the call, until the FakeHost goes, so that using it too late is noticed and not
// undefined. Members that change are mutable, because the contract hands out a const rcx_call.
struct CallState : rcx_call {
  CallState(const rcx_call& call, Stage at, const FrozenPush* data, bool nobody_waits)
      : rcx_call(call), stage(at), push(data), queued(nobody_waits) {}

  static const CallState& of(const rcx_call* call) { return *static_cast<const CallState*>(call); }

  // Whether the calling thread may use a [handler-thread] function now; records it where not, under
  // the lock, because the thread that is recorded is then not the one that owns the call.
  // Everything else is written by the handler's thread alone.
  bool usable(const char* function) const {
    if (mine()) {
      if (!error().empty()) errors.emplace_back();
      return true;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    outcome.misuses.push_back(std::string(function) +
                              (open ? " on another thread" : " after the call returned"));
    return false;
  }
  const std::string& error() const { return errors.back(); }
  bool mine() const { return open && std::this_thread::get_id() == thread; }
  // Records a rule that was broken on the right thread, and makes it what rcx_host.error tells: the
  // C++ layer throws it, and uncaught it comes back as Outcome::failure.
  rcx_status misused(std::string why) const {
    const std::lock_guard<std::mutex> lock(mutex);
    errors.back() = why;
    outcome.misuses.push_back(std::move(why));
    return RCX_MISUSED;
  }

  Stage stage;
  // What the services answer from. Null in `create`, and again once the call has returned, when the
  // push is freed.
  const FrozenPush* push;
  // A handler of push with RCX_QUEUED: nobody waits, and say goes to the log.
  bool queued;
  std::thread::id thread = std::this_thread::get_id();
  // False once the extension has returned. Atomic, since it is what threads that outlive the call
  // look at.
  std::atomic<bool> open{true};
  mutable std::mutex mutex;
  // How often cancelled or remaining was asked, for FakePush::cancel_after. From any thread.
  mutable std::atomic<std::uint64_t> cancel_questions{0};
  // What rcx_host.error tells: of the last function alone, so empty after one that worked.
  // The older ones stay, because an extension may hand one on, as in `fail(call, reason)`.
  mutable std::deque<std::string> errors{1};
  mutable Outcome outcome;
};

// The way back from the opaque handle to the log of the FakeHost that gave it out.
inline Log& log_of(const rcx_extension* extension) {
  return *reinterpret_cast<Log*>(const_cast<rcx_extension*>(extension));
}

// ---- The table of the host ----------------------------------------------------------------------

// Any thread, and needs no call. Levels are not checked; the host takes one that it does not know
// for the nearest.
inline void host_log(const rcx_extension* extension, std::uint32_t level, rcx_bytes text) {
  log_of(extension).add(level, text_of(text));
}

// The functions below stand in the tables that an extension finds. Each first asks usable(), so
// that a wrong thread is recorded under the function's name, and then answers from the FrozenPush.
// None throws except for want of memory, which ends a test anyway.
inline rcx_status host_say(const rcx_call* call, rcx_bytes text) {
  const CallState& state = CallState::of(call);
  if (!state.usable("say")) return RCX_MISUSED;
  if (state.stage == Stage::kCreate) return state.misused("say in create");
  if (state.queued) {
    log_of(call->extension).add(RCX_LOG_INFO, text_of(text));
  } else {
    state.outcome.said.push_back(text_of(text));
  }
  return RCX_OK;
}

// reject and reject_ref. An objection that is RCX_MISUSED, in a push event or to a reference that
// is not there, is among the misuses and not among the objections.
inline rcx_status object(const rcx_call* call, std::optional<std::uint64_t> ref, rcx_bytes reason) {
  const CallState& state = CallState::of(call);
  if (!state.usable("reject")) return RCX_MISUSED;
  if (state.stage != Stage::kPrePush) return state.misused("reject where there is no veto");
  if (ref && *ref >= state.push->ref_count()) {
    return state.misused("reject_ref of reference " + std::to_string(*ref) + " of " +
                         std::to_string(state.push->ref_count()));
  }
  state.outcome.objections.push_back({ref, text_of(reason)});
  return RCX_OK;
}

inline rcx_status host_reject(const rcx_call* call, rcx_bytes reason) {
  return object(call, std::nullopt, reason);
}

inline rcx_status host_reject_ref(const rcx_call* call, std::uint64_t ref, rcx_bytes reason) {
  return object(call, ref, reason);
}

// The last text counts. A handler that says it and returns RCX_OK has not failed, here and there.
inline void host_fail(const rcx_call* call, rcx_bytes reason) {
  const CallState& state = CallState::of(call);
  if (state.usable("fail")) state.outcome.failure = text_of(reason);
}

// From a wrong thread the reason is a fixed text and nothing of the call, which may be in use.
inline void host_error(const rcx_call* call, rcx_bytes* reason) {
  const CallState& state = CallState::of(call);
  if (state.mine()) {
    *reason = bytes_of(state.error());
    return;
  }
  state.usable("error");
  *reason = bytes_of("not in a call");
}

// A second, as long as the call is not cancelled. It asks cancelled and so counts as one of its
// questions.
inline std::uint64_t host_remaining(const rcx_call* call) {
  return call->host->cancelled(call) != 0 ? 0 : 1'000'000'000;
}

// Never in `create`. Counts for each call of a handler anew, so that the place where a check stops
// does not depend on the handlers before it.
inline std::uint32_t host_cancelled(const rcx_call* call) {
  const CallState& state = CallState::of(call);
  return state.push != nullptr && state.cancel_questions++ >= state.push->from().cancel_after ? 1
                                                                                              : 0;
}

// FakePush::fail_at comes before the end of the list: a `fail_at` equal to the number of commits
// makes the host fail where it should say RCX_END.
inline rcx_status commits_get(const rcx_call* call, std::uint64_t index,
                              const rcx_commit** commit) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.commits/1 get")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.commits/1 in create");
  if (index >= state.push->from().fail_at) {
    state.errors.back() = state.push->from().fail_reason;
    return state.push->from().fail_status;
  }
  if (index >= state.push->commits().size()) return RCX_END;
  *commit = &state.push->commits()[static_cast<std::size_t>(index)].raw.raw;
  return RCX_OK;
}

// Changes come as the test has listed them. Commits are known by their index, where the host knows
// them by address: a copied rcx_commit is not noticed here and is RCX_MISUSED there.
inline rcx_status commits_change(const rcx_call* call, const rcx_commit* commit,
                                 std::uint64_t index, const rcx_change** change) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.commits/1 change")) return RCX_MISUSED;
  if (state.push == nullptr || commit->index >= state.push->commits().size()) {
    return state.misused("rcx.commits/1 change of a commit that is none of this push");
  }
  const auto& all = state.push->commits()[static_cast<std::size_t>(commit->index)].changes;
  if (index >= all.size()) return RCX_END;
  *change = &all[static_cast<std::size_t>(index)].raw;
  return RCX_OK;
}

// From FakeCommit::ref and other_refs; parents are not followed, so a test may say of each commit
// what it likes. A reference or a commit beyond the push is a misuse.
inline rcx_status commits_reached_by(const rcx_call* call, const rcx_commit* commit,
                                     std::uint64_t ref, std::uint32_t* reached) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.commits/1 reached_by")) return RCX_MISUSED;
  if (state.push == nullptr || commit->index >= state.push->commits().size() ||
      ref >= state.push->ref_count()) {
    return state.misused("rcx.commits/1 reached_by of what is none of this push");
  }
  const FakeCommit& from = state.push->from().commits[static_cast<std::size_t>(commit->index)];
  const auto& others = from.other_refs;
  const bool found = from.ref == ref || std::count(others.begin(), others.end(), ref) > 0;
  *reached = found ? 1 : 0;
  return RCX_OK;
}

// Knows the sizes of contents that the changes and files of the push name; anything else is
// RCX_GONE, as an object is that the repository does not hold.
inline rcx_status files_size_of(const rcx_call* call, rcx_bytes id, std::uint64_t* size) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.files/1 size_of")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.files/1 in create");
  const std::optional<std::uint64_t> found = state.push->size_of(rcx::detail::view(id));
  if (!found) {
    state.errors.back() = "no change of this push has the content " + text_of(id);
    return RCX_GONE;
  }
  *size = *found;
  return RCX_OK;
}

// Directories are made from FakeCommit::files when first asked for, in order of name by bytes. An
// unknown directory has no entries.
inline rcx_status files_entry(const rcx_call* call, const rcx_commit* commit, rcx_bytes directory,
                              std::uint64_t index, const rcx_entry** entry) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.files/1 entry")) return RCX_MISUSED;
  if (state.push == nullptr || commit->index >= state.push->commits().size()) {
    return state.misused("rcx.files/1 entry of a commit that is none of this push");
  }
  const auto& all = state.push->entries(commit->index, text_of(directory));
  if (index >= all.size()) return RCX_END;
  *entry = &all[static_cast<std::size_t>(index)].raw;
  return RCX_OK;
}

// Every variable that the test has set, where the host hands on three: a test that passes with
// another one does not show that the host has it.
inline rcx_status hook_variable(const rcx_call* call, rcx_bytes name, rcx_bytes* value) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.hook/1 variable")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.hook/1 in create");
  const auto& all = state.push->from().hook_variables;
  const auto found = all.find(text_of(name));
  if (found == all.end()) {
    state.errors.back() = text_of(name) + " is not set";
    return RCX_UNAVAILABLE;
  }
  *value = bytes_of(found->second);
  return RCX_OK;
}

// Offers what this SDK knows, so the answer of an older host, null, cannot be had here. Any thread,
// also in `create`.
inline const void* host_service(const char* id) {
  static const rcx_commits kCommits{sizeof(rcx_commits), 0, &commits_get, &commits_change,
                                    &commits_reached_by};
  static const rcx_files kFiles{sizeof(rcx_files), 0, &files_size_of, &files_entry};
  static const rcx_hook kHook{sizeof(rcx_hook), 0, &hook_variable};
  const std::string_view wanted(id);
  if (wanted == RCX_SERVICE_COMMITS_1) return &kCommits;
  if (wanted == RCX_SERVICE_FILES_1) return &kFiles;
  if (wanted == RCX_SERVICE_HOOK_1) return &kHook;
  return nullptr;
}

// One table for all FakeHosts, as one process of the host has one. It speaks the minor release of
// this header. `version` is no release, so that nobody comes to depend on it.
inline const rcx_host& host_table() {
  static const rcx_host kTable{sizeof(rcx_host), RCX_ABI_MINOR,   bytes_of("0.0.0-fake"),
                               &host_log,        &host_say,       &host_reject,
                               &host_reject_ref, &host_fail,      &host_error,
                               &host_remaining,  &host_cancelled, &host_service};
  return kTable;
}

}  // namespace detail

// ---- The fake host ------------------------------------------------------------------------------

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

  // One frozen push for each handler, on the stack: AddressSanitizer tells who looks at it
  // afterwards. A handler that fails does not keep the next from running, as with the host.
  template <class Raw, class Choose>
  Outcome run(detail::Stage stage, std::uint32_t event, const FakePush& push, Choose choose) {
    Outcome total;
    if (created_.status != RCX_OK) throw std::logic_error("create failed: " + created_.failure);
    for (std::uint32_t i = 0; i < plugin_->handler_count; ++i) {
      const rcx_handler& handler = *rcx::detail::at(plugin_->handlers, plugin_->handler_stride, i);
      const std::uint32_t actions = handler.actions == 0 ? RCX_ACTION_PUSH : handler.actions;
      if (handler.event != event || (actions & push.action) == 0) continue;

      const FrozenPush frozen(push, event);
      const Raw raw = frozen.raw<Raw>();
      const bool queued = stage == detail::Stage::kPush && handler.delivery == RCX_QUEUED;
      detail::CallState& state = begin(stage, &frozen, queued);
      try {
        state.outcome.status = choose(handler)(instance_, &state, &raw);
      } catch (...) {
        state.outcome.status = RCX_FAILED;
        state.outcome.failure = "it threw an exception through the C interface";
      }
      state.open = false;
      state.push = nullptr;
      const std::lock_guard<std::mutex> lock(state.mutex);
      add(total, state.outcome);
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
