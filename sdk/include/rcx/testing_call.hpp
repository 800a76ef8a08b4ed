// One call of a handler, as the fake host of rcx/testing.hpp sees it: what came of it, and the
// table of functions through which the extension did that. A test needs Objection, Outcome and
// LogLine; what is in `detail` may change with any release. Included by rcx/testing.hpp.
//
// How a call goes, for whoever reads a failing test to the bottom:
//
//  1. FakeHost freezes the push and makes a CallState, whose base is the rcx_call that the handler
//     gets. It names the table of this header, so every function of the contract ends up here.
//  2. A function first asks whether this thread may use the call now. Where not, it answers
//     RCX_MISUSED and notes that: a test of an extension with threads of its own looks at
//     Outcome::misuses, because the extension itself may never look at a status.
//  3. What the extension says and objects goes into the Outcome as it came, neither bounded nor
//     cleaned; what it asks is answered from the frozen push. Nothing is remembered between two
//     functions but the reason of the last failure, which rcx_host.error tells.
//  4. When the handler returns, the call is closed, the push is freed, and the Outcome is copied.
//     The CallState stays, so that a later use is answered and does not read freed memory.
//
// Where an answer differs from the host's, the function says so. They differ where the host would
// need a repository, a clock or a second process to tell.
#ifndef RCX_TESTING_CALL_HPP
#define RCX_TESTING_CALL_HPP

#include <rcx/abi.h>
#include <rcx/testing_event.hpp>
#include <rcx/testing_frozen.hpp>
#include <rcx/testing_reading_table.hpp>
#include <rcx/value.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
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
//
//     const Outcome outcome = host.pre_push(push);
//     ASSERT_EQ(outcome.status, RCX_OK) << outcome.failure;
//     ASSERT_EQ(outcome.handlers, 1);
//     EXPECT_EQ(outcome.objections.at(0).text, "refs/heads/main is closed on Fridays");
//     EXPECT_TRUE(outcome.misuses.empty());
//
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
  // What a hook that was called by name answered last: RCX_ANSWER_*, 0 for nothing, and the
  // content, whatever became of the call; the host shows none of one that failed or was refused.
  // Always 0 and empty for other events, which have nobody to answer to; a test that calls a hook
  // should look at it, since a hook may well forget to answer.
  std::uint32_t answer_kind = 0;
  std::string answer;
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
  // RCX_LOG_*, or whatever number the extension gave instead.
  std::uint32_t level;
  // As it was given, newlines and all, where the host would make one clean line of it.
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

// What is running. It decides where reject and say are a misuse: nobody waits for what `create`
// says, and a push or pull that has happened cannot be refused. Where commits can be asked for
// follows from it as well.
enum class Stage { kCreate, kPrePush, kPush, kPrePull, kPull, kPreEmitted, kEmitted, kCalled };

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

  // Whether it is a call for something else than a push. That has neither references nor commits,
  // although the frozen push behind it has one reference, as every push does: functions ask here
  // before they look.
  bool bare() const {
    return stage != Stage::kCreate && stage != Stage::kPrePush && stage != Stage::kPush;
  }
  // The answer of rcx.commits/1 and rcx.files/1 then. No misuse: an extension may try, as it may
  // with any repository that the host cannot read, and goes on without.
  rcx_status without_commits() const {
    errors.back() = "this event has no commits";
    return RCX_UNAVAILABLE;
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
  // What rcx.repository/1 gave last as the bytes of a content, and as the changed part of one:
  // each valid until it is asked for again, and then freed, as all else is when the call has
  // returned.
  mutable std::unique_ptr<const std::vector<char>> content;
  mutable std::unique_ptr<const std::vector<char>> changed;
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

// reject and reject_ref. An objection that is RCX_MISUSED, in a push or pull event or to a
// reference that is not there (a pull has none), is among the misuses and not among the objections.
inline rcx_status object(const rcx_call* call, std::optional<std::uint64_t> ref, rcx_bytes reason) {
  const CallState& state = CallState::of(call);
  if (!state.usable("reject")) return RCX_MISUSED;
  if (state.stage != Stage::kPrePush && state.stage != Stage::kPrePull &&
      state.stage != Stage::kPreEmitted && state.stage != Stage::kCalled) {
    return state.misused("reject where there is no veto");
  }
  if (ref && state.bare()) return state.misused("reject_ref of an event without references");
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

// The last text counts, as Outcome::failure. A handler that says it and returns RCX_OK has not
// failed, here and there.
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
  if (state.bare()) return state.without_commits();
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
  if (state.bare()) return state.without_commits();
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

// Pushes, pulls, calls and what forges emit alike. What the test says in `json`, as it stands
// there: whether that is JSON, and whether it says the same as the rest of the event, is the test's
// business. The host makes it of the event itself; an extension that reads a member which no real
// event has passes here and fails there, so take the text for such a test from a real host.
inline rcx_status event_json_text(const rcx_call* call, rcx_bytes* json) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.event.json/1 text")) return RCX_MISUSED;
  if (state.push == nullptr) return state.misused("rcx.event.json/1 in create");
  *json = bytes_of(state.push->from().json);
  return RCX_OK;
}

// The last one counts, as with the host, whatever it holds: that JSON is JSON is not looked at,
// since a header has no parser to do it. A kind that is none of the two, an answer in `create` or
// to an event that nobody called for, and one on a wrong thread are misuses. An answer of 16 MiB
// and more bytes is refused with RCX_LIMIT, which the C++ layer throws as an Error; the handler
// then has failed, unless it catches that and answers less. A hook that rejects may have answered
// before: both are in the Outcome, and the host shows the reason alone.
inline rcx_status answer_give(const rcx_call* call, std::uint32_t kind, rcx_bytes content) {
  const CallState& state = CallState::of(call);
  if (!state.usable("rcx.answer/1 give")) return RCX_MISUSED;
  if (state.stage != Stage::kCalled) return state.misused("rcx.answer/1 where no hook is called");
  if (kind != RCX_ANSWER_BYTES && kind != RCX_ANSWER_JSON) {
    return state.misused("rcx.answer/1 with a kind that is none of RCX_ANSWER_*");
  }
  constexpr std::uint64_t kMost = 16 * 1024 * 1024;
  if (content.size > kMost) {
    state.errors.back() = "an answer is longer than 16 MiB";
    return RCX_LIMIT;
  }
  state.outcome.answer_kind = kind;
  state.outcome.answer = text_of(content);
  return RCX_OK;
}

// Offers what this SDK knows, all of it always, so the answer of an older host, null, cannot be had
// here. Any thread, also in `create`; what it finds there cannot be used before a call of a
// handler. What a push is not about, such as Mercurial in one of git, has its service as well, and
// that says so.
inline const void* host_service(const char* id) {
  static const rcx_commits kCommits{sizeof(rcx_commits), 0, &commits_get, &commits_change,
                                    &commits_reached_by};
  static const rcx_files kFiles{sizeof(rcx_files), 0, &files_size_of, &files_entry};
  static const rcx_hook kHook{sizeof(rcx_hook), 0, &hook_variable};
  static const rcx_event_json kJson{sizeof(rcx_event_json), 0, &event_json_text};
  static const rcx_answer kAnswer{sizeof(rcx_answer), 0, &answer_give};
  const std::string_view wanted(id);
  if (wanted == RCX_SERVICE_COMMITS_1) return &kCommits;
  if (wanted == RCX_SERVICE_FILES_1) return &kFiles;
  if (wanted == RCX_SERVICE_HOOK_1) return &kHook;
  if (wanted == RCX_SERVICE_EVENT_JSON_1) return &kJson;
  if (wanted == RCX_SERVICE_ANSWER_1) return &kAnswer;
  if (wanted == RCX_SERVICE_REPOSITORY_1) return &ReadingTable<CallState>::table();
  if (wanted == RCX_SERVICE_MERCURIAL_1) return &ReadingTable<CallState>::mercurial_table();
  if (wanted == RCX_SERVICE_SUBVERSION_1) return &SubversionTable<CallState>::table();
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

}  // namespace rcx::testing

#endif  // RCX_TESTING_CALL_HPP
