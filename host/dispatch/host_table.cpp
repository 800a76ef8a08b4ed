// The C edge: each function checks the thread, keeps exceptions in, and hands over to Call.
#include "host/dispatch/guarded.hpp"

namespace rcx::host {
namespace {

void host_log(const rcx_extension* handle, std::uint32_t level, rcx_bytes text) noexcept {
  constexpr std::size_t kLongest = 4096;
  try {
    const auto severity = level >= RCX_LOG_ERROR     ? spdlog::level::err
                          : level == RCX_LOG_WARNING ? spdlog::level::warn
                          : level == RCX_LOG_INFO    ? spdlog::level::info
                                                     : spdlog::level::debug;
    log("extension")
        .log(severity, "{}: {}", Extension::from(handle).id(),
             printable(abi_view(text).substr(0, kLongest)));
  } catch (...) {
    return;
  }
}

rcx_status host_say(const rcx_call* raw, rcx_bytes text) noexcept {
  return guarded(raw, [&](Call& call) { return call.say(abi_view(text)); });
}

rcx_status host_reject(const rcx_call* raw, rcx_bytes reason) noexcept {
  return guarded(raw, [&](Call& call) { return call.object(std::nullopt, abi_view(reason)); });
}

rcx_status host_reject_ref(const rcx_call* raw, std::uint64_t ref, rcx_bytes reason) noexcept {
  return guarded(raw, [&](Call& call) {
    return call.object(static_cast<std::size_t>(ref), abi_view(reason));
  });
}

void host_fail(const rcx_call* raw, rcx_bytes reason) noexcept {
  guarded(raw, [&](Call& call) {
    call.fail(abi_view(reason));
    return RCX_OK;
  });
}

void host_error(const rcx_call* raw, rcx_bytes* reason) noexcept {
  const Call* call = CallHandle::from(raw).mine();
  *reason = call != nullptr ? abi_bytes(call->error()) : rcx_bytes{"", 0};
}

std::uint64_t host_remaining(const rcx_call* raw) noexcept {
  const Call* call = CallHandle::from(raw).live();
  return call != nullptr ? call->remaining() : 0;
}

std::uint32_t host_cancelled(const rcx_call* raw) noexcept {
  const Call* call = CallHandle::from(raw).live();
  return call == nullptr || call->cancelled() ? 1 : 0;
}

rcx_status commits_get(const rcx_call* raw, std::uint64_t index, const rcx_commit** out) noexcept {
  return guarded(raw, [&](Call& call) { return call.commit(index, out); });
}

rcx_status commits_change(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                          const rcx_change** out) noexcept {
  return guarded(raw, [&](Call& call) { return call.change(commit, index, out); });
}

rcx_status commits_reached_by(const rcx_call* raw, const rcx_commit* commit, std::uint64_t ref,
                              std::uint32_t* out) noexcept {
  return guarded(raw, [&](Call& call) { return call.reached_by(commit, ref, out); });
}

constexpr rcx_commits kCommits = {sizeof(rcx_commits), 0, &commits_get, &commits_change,
                                  &commits_reached_by};

rcx_status files_size_of(const rcx_call* raw, rcx_bytes id, std::uint64_t* out) noexcept {
  return guarded(raw, [&](Call& call) { return call.size_of(abi_view(id), out); });
}

rcx_status files_entry(const rcx_call* raw, const rcx_commit* commit, rcx_bytes directory,
                       std::uint64_t index, const rcx_entry** out) noexcept {
  return guarded(raw,
                 [&](Call& call) { return call.entry(commit, abi_view(directory), index, out); });
}

constexpr rcx_files kFiles = {sizeof(rcx_files), 0, &files_size_of, &files_entry};

rcx_status hook_variable(const rcx_call* raw, rcx_bytes name, rcx_bytes* out) noexcept {
  return guarded(raw, [&](Call& call) { return call.variable(abi_view(name), out); });
}

constexpr rcx_hook kHook = {sizeof(rcx_hook), 0, &hook_variable};

rcx_status json_text(const rcx_call* raw, rcx_bytes* out) noexcept {
  return guarded(raw, [&](Call& call) { return call.json(out); });
}

constexpr rcx_event_json kJson = {sizeof(rcx_event_json), 0, &json_text};

rcx_status answer_give(const rcx_call* raw, std::uint32_t kind, rcx_bytes content) noexcept {
  return guarded(raw, [&](Call& call) { return call.give(kind, abi_view(content)); });
}

constexpr rcx_answer kAnswer = {sizeof(rcx_answer), 0, &answer_give};

const void* host_service(const char* id) noexcept {
  const std::string_view wanted = id != nullptr ? id : "";
  if (wanted == RCX_SERVICE_COMMITS_1) return &kCommits;
  if (wanted == RCX_SERVICE_FILES_1) return &kFiles;
  if (wanted == RCX_SERVICE_HOOK_1) return &kHook;
  if (wanted == RCX_SERVICE_EVENT_JSON_1) return &kJson;
  if (wanted == RCX_SERVICE_ANSWER_1) return &kAnswer;
  if (wanted == RCX_SERVICE_REPOSITORY_1) return &reading_table();
  if (wanted == RCX_SERVICE_MERCURIAL_1) return &mercurial_table();
  if (wanted == RCX_SERVICE_SUBVERSION_1) return &subversion_table();
  return nullptr;
}

constexpr std::string_view kVersion = RCX_HOST_VERSION;

constexpr rcx_host kHost = {sizeof(rcx_host), RCX_ABI_MINOR,   {kVersion.data(), kVersion.size()},
                            &host_log,        &host_say,       &host_reject,
                            &host_reject_ref, &host_fail,      &host_error,
                            &host_remaining,  &host_cancelled, &host_service};

}  // namespace

const rcx_host& host_table() noexcept {
  return kHost;
}

}  // namespace rcx::host
