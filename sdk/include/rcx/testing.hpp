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
// Where the descriptor comes from: link the extension's sources into the test and pass
// `rcx_plugin_entry`, or open the built library with dlopen and pass what
// dlsym(library, RCX_ENTRY_NAME) returns, so that what is tested is what ships. Close such a
// library after the FakeHost is gone.
//
// What the fake does as the host does: it hands out everything for the duration of one call only
// (run the tests under AddressSanitizer and a pointer kept too long is found), spaces arrays wider
// than their structs, calls only the handlers whose mask holds the event's action, answers
// RCX_MISUSED to a call that breaks a rule of rcx/abi.h, and logs what a queued handler says. What
// it does not: deadlines, retries, processes, the queueing of post events. It runs what you ask for
// at once, on your thread.
//
// Threads: a FakeHost may be used by several threads at once when the extension is RCX_CONCURRENT;
// otherwise by one at a time, as the contract has it.
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

struct Objection {
  std::optional<std::uint64_t> ref;  // index of the reference; none: to the whole push
  std::string text;
};

// What `create` or the handlers of one event did. Where several handlers take the same event, all
// run, in the order of the table; `status` and `failure` are those of the first that failed.
struct Outcome {
  rcx_status status = RCX_OK;
  std::string failure;                // what it said with rcx_host.fail
  std::vector<std::string> said;      // lines for the person who waits
  std::vector<Objection> objections;  // in the order they were made
  std::vector<std::string> misuses;   // rules of the contract that were broken; should be empty
  int handlers = 0;                   // how many were called
};

struct LogLine {
  std::uint32_t level;  // RCX_LOG_*
  std::string text;
};

// ---- One call -----------------------------------------------------------------------------------

namespace detail {

inline std::string text_of(rcx_bytes bytes) {
  return std::string(rcx::detail::view(bytes));
}

struct Log {
  std::mutex mutex;
  std::vector<LogLine> lines;
  void add(std::uint32_t level, std::string text) {
    const std::lock_guard<std::mutex> lock(mutex);
    lines.push_back({level, std::move(text)});
  }
};

enum class Stage { kCreate, kPrePush, kPush };

// What the extension sees as rcx_call. Outlives the call, so that using it too late is noticed.
struct CallState : rcx_call {
  CallState(const rcx_call& call, Stage at, const FrozenPush* data, bool nobody_waits)
      : rcx_call(call), stage(at), push(data), queued(nobody_waits) {}

  static const CallState& of(const rcx_call* call) { return *static_cast<const CallState*>(call); }

  // Whether the calling thread may use a [handler-thread] function now; records it where not.
  bool usable(const char* function) const {
    if (open && std::this_thread::get_id() == thread) return true;
    const std::lock_guard<std::mutex> lock(mutex);
    outcome.misuses.push_back(std::string(function) +
                              (open ? " on another thread" : " after the call returned"));
    return false;
  }
  rcx_status misused(std::string why) const {
    error = why;
    outcome.misuses.push_back(std::move(why));
    return RCX_MISUSED;
  }

  Stage stage;
  const FrozenPush* push;  // null in `create`
  bool queued;
  std::thread::id thread = std::this_thread::get_id();
  std::atomic<bool> open{true};
  mutable std::mutex mutex;
  mutable std::atomic<std::uint64_t> cancel_questions{0};
  mutable std::string error;
  mutable Outcome outcome;
};

inline Log& log_of(const rcx_extension* extension) {
  return *reinterpret_cast<Log*>(const_cast<rcx_extension*>(extension));
}

// ---- The table of the host ----------------------------------------------------------------------

inline void host_log(const rcx_extension* extension, std::uint32_t level, rcx_bytes text) {
  log_of(extension).add(level, text_of(text));
}

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

inline void host_fail(const rcx_call* call, rcx_bytes reason) {
  const CallState& state = CallState::of(call);
  if (state.usable("fail")) state.outcome.failure = text_of(reason);
}

inline void host_error(const rcx_call* call, rcx_bytes* reason) {
  const CallState& state = CallState::of(call);
  *reason = state.usable("error") ? bytes_of(state.error) : bytes_of("not in a call");
}

inline std::uint64_t host_remaining(const rcx_call* call) {
  return call->host->cancelled(call) != 0 ? 0 : 1'000'000'000;
}

inline std::uint32_t host_cancelled(const rcx_call* call) {
  const CallState& state = CallState::of(call);
  return state.push != nullptr && state.cancel_questions++ >= state.push->from().cancel_after ? 1
                                                                                              : 0;
}

inline rcx_status commits_get(const rcx_call* call, std::uint64_t index,
                              const rcx_commit** commit) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.commits/1 get")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.commits/1 in create");
  if (index >= state.push->from().fail_at) {
    state.error = state.push->from().fail_reason;
    return state.push->from().fail_status;
  }
  if (index >= state.push->commits().size()) return RCX_END;
  *commit = &state.push->commits()[static_cast<std::size_t>(index)].raw.raw;
  return RCX_OK;
}

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

inline rcx_status files_size_of(const rcx_call* call, rcx_bytes id, std::uint64_t* size) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.files/1 size_of")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.files/1 in create");
  const std::optional<std::uint64_t> found = state.push->size_of(rcx::detail::view(id));
  if (!found) {
    state.error = "no change of this push has the content " + text_of(id);
    return RCX_GONE;
  }
  *size = *found;
  return RCX_OK;
}

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

inline rcx_status hook_variable(const rcx_call* call, rcx_bytes name, rcx_bytes* value) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.hook/1 variable")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.hook/1 in create");
  const auto& all = state.push->from().hook_variables;
  const auto found = all.find(text_of(name));
  if (found == all.end()) {
    state.error = text_of(name) + " is not set";
    return RCX_UNAVAILABLE;
  }
  *value = bytes_of(found->second);
  return RCX_OK;
}

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

inline const rcx_host& host_table() {
  static const rcx_host kTable{sizeof(rcx_host), RCX_ABI_MINOR,   bytes_of("0.0.0-fake"),
                               &host_log,        &host_say,       &host_reject,
                               &host_reject_ref, &host_fail,      &host_error,
                               &host_remaining,  &host_cancelled, &host_service};
  return kTable;
}

}  // namespace detail

// ---- The fake host ------------------------------------------------------------------------------

class FakeHost {
 public:
  // Checks the descriptor and calls `create`; created() tells how that went. `data_directory` is
  // handed on as it is: make one where the extension writes. Throws std::invalid_argument for a
  // descriptor that no host would load.
  explicit FakeHost(const rcx_plugin& plugin, const Setting& settings = map({}),
                    std::string data_directory = "/nonexistent")
      : plugin_(&plugin), settings_(settings), data_directory_(std::move(data_directory)) {
    check_descriptor();
    detail::CallState& state = begin(detail::Stage::kCreate, nullptr, false);
    if (plugin_->create != nullptr) state.outcome.status = plugin_->create(&state, &instance_);
    state.open = false;
    created_ = state.outcome;
  }
  // Calls `destroy`, where `create` worked.
  ~FakeHost() {
    if (created_.status == RCX_OK && plugin_->destroy != nullptr) plugin_->destroy(instance_);
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;

  // What `create` did. Where its status is not RCX_OK, no handler is ever called.
  const Outcome& created() const { return created_; }

  // Call the handlers of pre_push, or of push.
  Outcome pre_push(const FakePush& push) {
    return run<rcx_pre_push>(detail::Stage::kPrePush, RCX_EVENT_PRE_PUSH, push,
                             [](const rcx_handler& handler) { return handler.call.pre_push; });
  }
  Outcome push(const FakePush& push) {
    return run<rcx_push>(detail::Stage::kPush, RCX_EVENT_PUSH, push,
                         [](const rcx_handler& handler) { return handler.call.push; });
  }

  // What the extension logged so far, from any thread.
  std::vector<LogLine> log() {
    const std::lock_guard<std::mutex> lock(log_.mutex);
    return log_.lines;
  }

 private:
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
      state.outcome.status = choose(handler)(instance_, &state, &raw);
      state.open = false;
      state.push = nullptr;
      add(total, state.outcome);
    }
    return total;
  }

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
