// One call of an extension, and the functions that the host offers to it (rcx_host).
#pragma once

#include <rcx/abi.h>

#include <atomic>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "host/dispatch/extension.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/event/abi_event.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

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
  // Whether the descriptor that leads to the person is still the one it was: extensions have been
  // seen to close all that they find.
  virtual bool intact() const = 0;
};

// What all calls for one event share. Used by the event's thread.
struct EventRun {
  EventRun(const Event& of, CommitSource* source, Listener& to, const Config& configured)
      : event(of), abi(of), commits(source), listener(to), config(configured) {}

  const Event& event;
  AbiEvent abi;
  CommitSource* commits;  // null for events without commits
  Listener& listener;
  const Config& config;
  std::deque<AbiCommit> seen;  // the commits that somebody asked for, from index 0 on
  std::int64_t deadline_ns = 0;
};

// An rcx_call with what the host keeps beside it. The extension sees the base.
class Call : public rcx_call {
 public:
  // `run` is null while `create` runs.
  Call(Extension& callee, EventRun* run, Slot& slot, std::int64_t deadline_ns);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  Call(Call&&) = delete;
  Call& operator=(Call&&) = delete;
  ~Call() = default;

  static Call& from(const rcx_call* raw) noexcept {
    return *const_cast<Call*>(static_cast<const Call*>(raw));
  }

  // After this the extension's functions are misused.
  void end() noexcept { active_.store(false, std::memory_order_release); }
  // Whether the caller may use a [handler-thread] function.
  bool mine() const noexcept { return active_.load() && std::this_thread::get_id() == thread_; }

  void set_queued(bool queued) noexcept { queued_ = queued; }
  const std::string& failure() const noexcept { return failure_; }
  std::vector<Objection>& objections() noexcept { return objections_; }

  // rcx_host and rcx_commits.
  rcx_status say(std::string_view text);
  rcx_status object(std::optional<std::size_t> ref, std::string_view reason);
  void fail(std::string_view reason);
  std::string_view error() const noexcept { return error_; }
  void forget_error() noexcept { error_.clear(); }
  std::uint64_t remaining() const noexcept;
  bool cancelled() const noexcept;
  rcx_status commit(std::uint64_t index, const rcx_commit** out);
  rcx_status change(const rcx_commit* commit, std::uint64_t index, const rcx_change** out);
  rcx_status reached_by(const rcx_commit* commit, std::uint64_t ref, std::uint32_t* out);
  rcx_status size_of(std::string_view id, std::uint64_t* out);
  rcx_status entry(const rcx_commit* commit, std::string_view directory, std::uint64_t index,
                   const rcx_entry** out);
  rcx_status variable(std::string_view name, rcx_bytes* out);

 private:
  rcx_status failed(rcx_status status, std::string reason);
  // Whether `commit` is one that `commit` gave out.
  bool knows(const rcx_commit* commit) const noexcept;
  // Marks the time until it ends as the host's, not the extension's.
  class InService;

  Extension& extension_;
  EventRun* run_;
  Slot& slot_;
  std::atomic<std::int64_t> deadline_ns_;
  std::atomic<bool> active_{true};
  std::thread::id thread_ = std::this_thread::get_id();
  bool queued_ = false;
  int lines_said_ = 0;
  std::string failure_;
  std::string error_;
  std::vector<Objection> objections_;
};

// The table that every call carries.
const rcx_host& host_table() noexcept;

}  // namespace rcx::host
