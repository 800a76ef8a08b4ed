// One call of the strict host, and its table of functions. Used by strict_host.cpp,
// strict_table.cpp and strict_reading.cpp alone.
#pragma once

#include <new>
#include <unordered_map>
#include <unordered_set>

#include "host/trial/strict_host.hpp"

namespace rcx::host {

struct StrictHost::Call {
  Call(Stage at, const rcx::testing::FrozenPush* of) : stage(at), push(of) {}

  Stage stage;
  const rcx::testing::FrozenPush* push;  // null in create, and once the handler has returned
  std::thread::id thread = std::this_thread::get_id();
  bool open = true;
  std::int64_t deadline_ns = 0;
  std::uint64_t questions = 0;  // of cancelled, for FakePush::cancel_after
  Arena arena;
  const rcx_call* raw = nullptr;
  std::unordered_map<const void*, const void*> copies;  // given out, by what they are copies of
  std::unordered_set<const void*> commits;              // those of them that are commits
  Loan content;                                         // what rcx_reading.content gave last
  Loan changed;                                         // what rcx_reading.changed gave last
  std::string error;
  StrictOutcome outcome;
};

struct StrictHost::Table {
  static const rcx_host& functions();
  static StrictHost* host;  // NOLINT: the contract's functions have no other way

  static void log(const rcx_extension* extension, std::uint32_t level, rcx_bytes text) noexcept;
  static rcx_status say(const rcx_call* raw, rcx_bytes text) noexcept;
  static rcx_status reject(const rcx_call* raw, rcx_bytes reason) noexcept;
  static rcx_status reject_ref(const rcx_call* raw, std::uint64_t ref, rcx_bytes reason) noexcept;
  static void fail(const rcx_call* raw, rcx_bytes reason) noexcept;
  static void error(const rcx_call* raw, rcx_bytes* reason) noexcept;
  static std::uint64_t remaining(const rcx_call* raw) noexcept;
  static std::uint32_t cancelled(const rcx_call* raw) noexcept;
  static const void* service(const char* id) noexcept;

  static rcx_status get(const rcx_call* raw, std::uint64_t index, const rcx_commit** out) noexcept;
  static rcx_status change(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                           const rcx_change** out) noexcept;
  static rcx_status reached_by(const rcx_call* raw, const rcx_commit* commit, std::uint64_t ref,
                               std::uint32_t* out) noexcept;
  static rcx_status size_of(const rcx_call* raw, rcx_bytes id, std::uint64_t* out) noexcept;
  static rcx_status entry(const rcx_call* raw, const rcx_commit* commit, rcx_bytes directory,
                          std::uint64_t index, const rcx_entry** out) noexcept;
  static rcx_status variable(const rcx_call* raw, rcx_bytes name, rcx_bytes* out) noexcept;
  static rcx_status changeset(const rcx_call* raw, const rcx_commit* commit,
                              const rcx_hg_changeset** out) noexcept;
  static rcx_status svn_path(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                             const rcx_svn_path** out) noexcept;
  static rcx_status svn_property(const rcx_call* raw, const rcx_commit* commit, std::uint64_t path,
                                 std::uint64_t index, const rcx_svn_property** out) noexcept;
  static rcx_status svn_revision_property(const rcx_call* raw,
                                          const rcx_svn_property** out) noexcept;
  static rcx_status svn_lock(const rcx_call* raw, std::uint64_t ref,
                             const rcx_svn_lock** out) noexcept;
  static rcx_status json(const rcx_call* raw, rcx_bytes* out) noexcept;
  static rcx_status give(const rcx_call* raw, std::uint32_t kind, rcx_bytes content) noexcept;
  static const rcx_reading& reading();

 private:
  struct Reading;  // rcx.repository/1

  // The call where a service may answer, else null.
  static Call* asking(const rcx_call* raw, const char* function);
  // Whether the call is for a pull, which has no commits; the answer is made.
  static bool without_commits(Call& call);
  // Whether `commit` is one that `call` was given.
  static bool known(Call& call, const rcx_commit* commit, const char* function);
  // What the extension gets to see of `original`: one copy, however often it asks.
  template <class T>
  static const T* shown(Call& call, const T& original,
                        const T* (*copy)(Arena& arena, const T& original)) {
    const void*& place = call.copies[&original];
    if (place == nullptr) place = copy(call.arena, original);
    return static_cast<const T*>(place);
  }
  static rcx_status answer(Call& call, rcx_status status, std::string reason);
  // Runs `function`. What the memory of one call cannot hold is a limit, as with the host.
  template <class Function>
  static rcx_status bounded(Call& call, const Function& function) noexcept {
    try {
      function();
      return RCX_OK;
    } catch (const std::bad_alloc&) {
      call.outcome.limited = true;
      return answer(call, RCX_LIMIT, "this call has asked for more than the host keeps");
    }
  }
};

}  // namespace rcx::host
