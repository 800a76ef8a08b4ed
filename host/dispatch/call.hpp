// One call of an extension, and the functions that the host offers to it (rcx_host).
#pragma once

#include <rcx/abi.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory_resource>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "host/dispatch/extension.hpp"
#include "host/dispatch/reading.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/event/abi_event.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// What is kept of what one call of a handler says: bytes of a reason, and objections. Those beyond
// are counted by one more.
inline constexpr std::size_t kLongestReason = std::size_t{16} * 1024;
inline constexpr std::size_t kMostObjections = 1000;

// The person at the other end, as far as handlers can tell.
class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;
  virtual ~Listener() = default;

  // Shows whole lines at once. Owner's thread.
  virtual void say(std::string_view lines) = 0;
  // Whether nobody waits any more. Any thread.
  virtual bool gone() const = 0;
  // What extensions did to the descriptors of the process that makes it useless: 0, or a fault of
  // scoreboard.hpp. They have been seen to close all that they find, so that the one that leads to
  // the person is another one; and to leave none that can be opened.
  virtual std::uint32_t harm() const = 0;
};

// What all calls for one event share. Used by the event's thread.
struct EventRun {
  EventRun(const Event& of, CommitSource* source, Listener& to, const Config& configured)
      : event(of), abi(of), commits(source), listener(to), config(configured) {
    if (source != nullptr) reading.emplace(of, *source);
  }

  const Event& event;
  AbiEvent abi;
  CommitSource* commits;  // null for events without commits
  Listener& listener;
  const Config& config;
  std::optional<Reading> reading;              // where there are commits
  std::pmr::monotonic_buffer_resource memory;  // of `seen`
  std::pmr::deque<AbiCommit> seen{&memory};    // commits, from index 0 on: what somebody asked for
  std::set<const Extension*> readers;          // who has asked for commits, or what they hold
  std::optional<std::string> json;             // once somebody has asked for it
  std::int64_t deadline_ns = 0;
};

class Call;

// The rcx_call that an extension sees. Each thread of the host has one, which serves all its calls,
// one after the other, so that an extension that uses a call after its end finds that it ended, and
// not memory that something else lives in.
class CallHandle : public rcx_call {
 public:
  // The calling thread's.
  static CallHandle& own();
  static CallHandle& from(const rcx_call* raw) noexcept {
    return *const_cast<CallHandle*>(static_cast<const CallHandle*>(raw));
  }

  void begin(const rcx_call& base, Call& call) noexcept {
    static_cast<rcx_call&>(*this) = base;
    live_.store(&call, std::memory_order_release);
  }
  void end() noexcept { live_.store(nullptr, std::memory_order_release); }

  // The call that runs; null when it has ended.
  Call* live() const noexcept { return live_.load(std::memory_order_acquire); }
  // The same, for a [handler-thread] function: null for other threads as well.
  Call* mine() const noexcept { return std::this_thread::get_id() == thread_ ? live() : nullptr; }

 private:
  CallHandle() = default;
  std::atomic<Call*> live_{nullptr};
  const std::thread::id thread_ = std::this_thread::get_id();
};

// What the host keeps of one call. Lives on the stack of the thread that calls.
class Call {
 public:
  // `run` is null while `create` runs.
  Call(Extension& callee, EventRun* run, Slot& slot, std::int64_t deadline_ns);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  Call(Call&&) = delete;
  Call& operator=(Call&&) = delete;
  ~Call() { end(); }

  const rcx_call* raw() const noexcept { return &handle_; }
  // After this the extension's functions are misused.
  void end() noexcept { handle_.end(); }

  void set_queued(bool queued) noexcept { queued_ = queued; }
  const std::string& failure() const noexcept { return failure_; }
  // Whether it may have failed by no fault of its own: with what the host said of an event that it
  // cannot read, or not to its end; since the host told it to stop; or since the host itself
  // failed, without memory, say. Whoever pushes can bring about each.
  bool excused() const noexcept {
    return told_to_stop_ || host_failed_ ||
           (!unread_.empty() && failure_.find(unread_) != std::string::npos);
  }
  std::vector<Objection>& objections() noexcept { return objections_; }
  HookAnswer& answer() noexcept { return answer_; }

  // rcx_host and rcx_commits.
  rcx_status say(std::string_view text);
  rcx_status object(std::optional<std::size_t> ref, std::string_view reason);
  void fail(std::string_view reason);
  std::string_view error() const noexcept { return error_; }
  void forget_error() noexcept { error_.clear(); }
  // What a function of the host returns that has thrown this.
  rcx_status host_failed(const char* what) noexcept;
  std::uint64_t remaining() const noexcept;
  bool cancelled() const noexcept;
  rcx_status commit(std::uint64_t index, const rcx_commit** out);
  rcx_status change(const rcx_commit* commit, std::uint64_t index, const rcx_change** out);
  rcx_status reached_by(const rcx_commit* commit, std::uint64_t ref, std::uint32_t* out);
  rcx_status size_of(std::string_view id, std::uint64_t* out);
  rcx_status entry(const rcx_commit* commit, std::string_view directory, std::uint64_t index,
                   const rcx_entry** out);
  rcx_status variable(std::string_view name, rcx_bytes* out);
  rcx_status json(rcx_bytes* out);
  rcx_status give(std::uint32_t kind, std::string_view content);

  // rcx_reading. `ask` is false where there is no such one.
  rcx_status read(const std::function<Result<bool>(Reading&)>& ask);
  // The same about a commit that `commit` gave out, by its index.
  rcx_status read_of(const rcx_commit* commit,
                     const std::function<Result<bool>(Reading&, std::size_t)>& ask);
  // RCX_OK where the push has a reference of that index.
  rcx_status check_ref(std::uint64_t ref);

 private:
  rcx_status failed(rcx_status status, std::string reason);
  // The repository or the push is at fault, and not the extension.
  rcx_status unread(const Error& error);
  // The same of what the extension has named itself, and that may never have been there, unless it
  // has that from the event: a branch may be pushed that is to point at a content.
  rcx_status unread_by_name(const Error& error);
  // Reads commits up to `index`, and a few more.
  rcx_status read_commits(std::uint64_t index);
  // Whether `commit` is one that `commit` gave out.
  bool knows(const rcx_commit* commit) const noexcept;
  // Counts one whose reason is not kept, by the last of objections_.
  void count_objection(std::optional<std::size_t> ref);
  // Whether nobody waits for the answer any more; looks now and then.
  bool deserted() const noexcept;
  // Marks the time until it ends as the host's, not the extension's.
  class InService;

  Extension& extension_;
  EventRun* run_;
  Slot& slot_;
  std::atomic<std::int64_t> deadline_ns_;
  CallHandle& handle_ = CallHandle::own();
  bool queued_ = false;
  int lines_said_ = 0;
  std::string failure_;
  std::string error_;
  std::string unread_;  // the last such error
  bool host_failed_ = false;
  mutable std::atomic<bool> told_to_stop_{false};
  mutable std::atomic<bool> deserted_{false};
  mutable std::atomic<std::int64_t> look_next_ns_{0};
  std::vector<Objection> objections_;
  std::uint64_t not_kept_ = 0;  // objections beyond those that are kept
  HookAnswer answer_;
};

// The table that every call carries.
const rcx_host& host_table() noexcept;

}  // namespace rcx::host
