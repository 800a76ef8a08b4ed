#include <boost/json.hpp>

#include "host/event/abi_event.hpp"
#include "host/trial/strict_call.hpp"

namespace rcx::host {
namespace {

constexpr const char* kNotSubversion = "it is no event of Subversion";

}  // namespace

StrictHost* StrictHost::Table::host = nullptr;

void StrictHost::Table::log(const rcx_extension* extension, std::uint32_t level,
                            rcx_bytes text) noexcept {
  const std::lock_guard<std::mutex> lock(host->mutex_);
  if (reinterpret_cast<const StrictHost*>(extension) != host) {
    host->report_(true, "calls log with an rcx_extension that is not its own");
  } else if (host->destroyed_) {
    host->report_(true, "calls log after destroy; end its threads in destroy");
  } else if (level < RCX_LOG_DEBUG || level > RCX_LOG_ERROR) {
    host->report_(false, fmt::format("calls log with level {}, wanted RCX_LOG_DEBUG to "
                                     "RCX_LOG_ERROR",
                                     level));
  }
  if (!host->destroyed_) host->check_text(text, "log");
}

rcx_status StrictHost::Table::say(const rcx_call* raw, rcx_bytes text) noexcept {
  Call* call = host->usable(raw, "say");
  if (call == nullptr) return RCX_MISUSED;
  if (call->stage == Stage::kCreate) {
    return host->misused("calls say in create, where nobody listens; use rcx_host.log");
  }
  host->check_text(text, "say");
  return RCX_OK;
}

rcx_status StrictHost::Table::reject(const rcx_call* raw, rcx_bytes reason) noexcept {
  return host->object(raw, nullptr, reason);
}

rcx_status StrictHost::Table::reject_ref(const rcx_call* raw, std::uint64_t ref,
                                         rcx_bytes reason) noexcept {
  return host->object(raw, &ref, reason);
}

void StrictHost::Table::fail(const rcx_call* raw, rcx_bytes reason) noexcept {
  Call* call = host->usable(raw, "fail");
  if (call != nullptr) call->outcome.failure = std::string(abi_view(reason));
}

void StrictHost::Table::error(const rcx_call* raw, rcx_bytes* reason) noexcept {
  const Call* call = host->usable(raw, "error");
  *reason = call == nullptr ? rcx_bytes{"", 0} : abi_bytes(call->error);
}

std::uint64_t StrictHost::Table::remaining(const rcx_call* raw) noexcept {
  if (cancelled(raw) != 0) return 0;
  const std::lock_guard<std::mutex> lock(host->mutex_);
  const auto found = host->calls_.find(raw);
  const std::int64_t left = found->second->deadline_ns - monotonic_ns();
  return left > 0 ? static_cast<std::uint64_t>(left) : 0;
}

std::uint32_t StrictHost::Table::cancelled(const rcx_call* raw) noexcept {
  const std::lock_guard<std::mutex> lock(host->mutex_);
  const auto found = host->calls_.find(raw);
  if (found == host->calls_.end() || !found->second->open) {
    host->report_(true, "asks remaining or cancelled of a call that has returned");
    return 1;
  }
  Call& call = *found->second;
  const bool asked = call.push != nullptr && call.questions++ >= call.push->from().cancel_after;
  return asked || monotonic_ns() >= call.deadline_ns ? 1 : 0;
}

StrictHost::Call* StrictHost::Table::asking(const rcx_call* raw, const char* function) {
  Call* call = host->usable(raw, function);
  if (call == nullptr || call->stage != Stage::kCreate) return call;
  host->misused(fmt::format("calls {} in create, where no push is", function));
  return nullptr;
}

bool StrictHost::Table::without_commits(Call& call) {
  const bool bare = call.stage != Stage::kPrePush && call.stage != Stage::kPush;
  if (bare) call.error = "this event has no commits";
  return bare;
}

bool StrictHost::Table::known(Call& call, const rcx_commit* commit, const char* function) {
  if (call.commits.contains(commit)) return true;
  host->misused(
      fmt::format("gives {} a commit that is not one of this event; use the pointer that "
                  "get gave, while the handler runs",
                  function));
  return false;
}

rcx_status StrictHost::Table::answer(Call& call, rcx_status status, std::string reason) {
  call.error = std::move(reason);
  return status;
}

rcx_status StrictHost::Table::get(const rcx_call* raw, std::uint64_t index,
                                  const rcx_commit** out) noexcept {
  Call* call = asking(raw, "rcx_commits.get");
  if (call == nullptr) return RCX_MISUSED;
  if (without_commits(*call)) return RCX_UNAVAILABLE;
  const rcx::testing::FakePush& from = call->push->from();
  if (index >= from.fail_at) {
    call->outcome.read_failed = true;
    return answer(*call, from.fail_status, from.fail_reason);
  }
  if (index >= call->push->commits().size()) return RCX_END;
  return bounded(*call, [&] {
    *out = shown(*call, call->push->commits()[index].raw.raw, &copy_commit);
    call->commits.insert(*out);
  });
}

rcx_status StrictHost::Table::change(const rcx_call* raw, const rcx_commit* commit,
                                     std::uint64_t index, const rcx_change** out) noexcept {
  Call* call = asking(raw, "rcx_commits.change");
  if (call == nullptr || !known(*call, commit, "rcx_commits.change")) return RCX_MISUSED;
  const auto& changes = call->push->commits()[commit->index].changes;
  if (index >= changes.size()) return RCX_END;
  return bounded(*call, [&] { *out = shown(*call, changes[index].raw, &copy_change); });
}

rcx_status StrictHost::Table::reached_by(const rcx_call* raw, const rcx_commit* commit,
                                         std::uint64_t ref, std::uint32_t* out) noexcept {
  Call* call = asking(raw, "rcx_commits.reached_by");
  if (call == nullptr || !known(*call, commit, "rcx_commits.reached_by")) return RCX_MISUSED;
  if (ref >= call->push->ref_count()) {
    return host->misused(
        "asks whether a reference that the push does not have reaches a commit; its index begins "
        "at "
        "0 and ends below ref_count");
  }
  *out = commit->ref == ref ? 1 : 0;
  return RCX_OK;
}

rcx_status StrictHost::Table::size_of(const rcx_call* raw, rcx_bytes id,
                                      std::uint64_t* out) noexcept {
  Call* call = asking(raw, "rcx_files.size_of");
  if (call == nullptr) return RCX_MISUSED;
  if (without_commits(*call)) return RCX_UNAVAILABLE;
  const std::optional<std::uint64_t> size = call->push->size_of(abi_view(id));
  if (!size) return answer(*call, RCX_GONE, "the repository has no object of that id");
  *out = *size;
  return RCX_OK;
}

rcx_status StrictHost::Table::entry(const rcx_call* raw, const rcx_commit* commit,
                                    rcx_bytes directory, std::uint64_t index,
                                    const rcx_entry** out) noexcept {
  Call* call = asking(raw, "rcx_files.entry");
  if (call == nullptr || !known(*call, commit, "rcx_files.entry")) return RCX_MISUSED;
  const auto& entries = call->push->entries(commit->index, std::string(abi_view(directory)));
  if (index >= entries.size()) return RCX_END;
  return bounded(*call, [&] { *out = shown(*call, entries[index].raw, &copy_entry); });
}

rcx_status StrictHost::Table::variable(const rcx_call* raw, rcx_bytes name,
                                       rcx_bytes* out) noexcept {
  Call* call = asking(raw, "rcx_hook.variable");
  if (call == nullptr) return RCX_MISUSED;
  const auto& all = call->push->from().hook_variables;
  const auto found = all.find(std::string(abi_view(name)));
  if (found == all.end()) return answer(*call, RCX_UNAVAILABLE, "it was not set");
  return bounded(*call, [&] { *out = call->arena.copy(abi_bytes(found->second)); });
}

rcx_status StrictHost::Table::changeset(const rcx_call* raw, const rcx_commit* commit,
                                        const rcx_hg_changeset** /*out*/) noexcept {
  Call* call = asking(raw, "rcx_mercurial.changeset");
  if (call == nullptr || !known(*call, commit, "rcx_mercurial.changeset")) return RCX_MISUSED;
  return answer(*call, RCX_UNAVAILABLE, "it is no changeset of Mercurial");
}

rcx_status StrictHost::Table::svn_path(const rcx_call* raw, const rcx_commit* commit,
                                       std::uint64_t /*index*/,
                                       const rcx_svn_path** /*out*/) noexcept {
  Call* call = asking(raw, "rcx_subversion.path");
  if (call == nullptr || !known(*call, commit, "rcx_subversion.path")) return RCX_MISUSED;
  return answer(*call, RCX_UNAVAILABLE, kNotSubversion);
}

rcx_status StrictHost::Table::svn_property(const rcx_call* raw, const rcx_commit* commit,
                                           std::uint64_t /*path*/, std::uint64_t /*index*/,
                                           const rcx_svn_property** /*out*/) noexcept {
  Call* call = asking(raw, "rcx_subversion.property");
  if (call == nullptr || !known(*call, commit, "rcx_subversion.property")) return RCX_MISUSED;
  return answer(*call, RCX_UNAVAILABLE, kNotSubversion);
}

rcx_status StrictHost::Table::svn_revision_property(const rcx_call* raw,
                                                    const rcx_svn_property** /*out*/) noexcept {
  Call* call = asking(raw, "rcx_subversion.revision_property");
  return call == nullptr ? RCX_MISUSED : answer(*call, RCX_UNAVAILABLE, kNotSubversion);
}

rcx_status StrictHost::Table::svn_lock(const rcx_call* raw, std::uint64_t /*ref*/,
                                       const rcx_svn_lock** /*out*/) noexcept {
  Call* call = asking(raw, "rcx_subversion.lock");
  return call == nullptr ? RCX_MISUSED : answer(*call, RCX_UNAVAILABLE, kNotSubversion);
}

rcx_status StrictHost::Table::json(const rcx_call* raw, rcx_bytes* out) noexcept {
  Call* call = asking(raw, "rcx_event_json.text");
  if (call == nullptr) return RCX_MISUSED;
  return bounded(*call, [&] { *out = call->arena.copy(abi_bytes(call->push->from().json)); });
}

rcx_status StrictHost::Table::give(const rcx_call* raw, std::uint32_t kind,
                                   rcx_bytes content) noexcept {
  Call* call = asking(raw, "rcx_answer.give");
  if (call == nullptr) return RCX_MISUSED;
  if (call->stage != Stage::kCalled) {
    return host->misused("calls rcx_answer.give where no hook is called by name");
  }
  if (kind != RCX_ANSWER_BYTES && kind != RCX_ANSWER_JSON) {
    return host->misused(fmt::format("answers with kind {}, wanted RCX_ANSWER_*", kind));
  }
  if (content.size > kLongestHookAnswer) {
    return answer(*call, RCX_LIMIT, "an answer is longer than the host takes");
  }
  if (kind == RCX_ANSWER_JSON) {
    boost::json::error_code failed;
    boost::json::parse({content.data, static_cast<std::size_t>(content.size)}, failed);
    if (failed) return host->misused("answers with what is no JSON (" + failed.message() + ")");
  }
  return RCX_OK;
}

const void* StrictHost::Table::service(const char* id) noexcept {
  static constexpr rcx_commits kCommits = {sizeof(rcx_commits), 0, &get, &change, &reached_by};
  static constexpr rcx_files kFiles = {sizeof(rcx_files), 0, &size_of, &entry};
  static constexpr rcx_hook kHook = {sizeof(rcx_hook), 0, &variable};
  static constexpr rcx_mercurial kMercurial = {sizeof(rcx_mercurial), 0, &changeset};
  static constexpr rcx_subversion kSubversion = {
      sizeof(rcx_subversion), 0, &svn_path, &svn_property, &svn_revision_property, &svn_lock};
  static constexpr rcx_event_json kJson = {sizeof(rcx_event_json), 0, &json};
  static constexpr rcx_answer kAnswer = {sizeof(rcx_answer), 0, &give};
  const std::string_view wanted = id == nullptr ? "" : id;
  if (wanted == RCX_SERVICE_COMMITS_1) return &kCommits;
  if (wanted == RCX_SERVICE_FILES_1) return &kFiles;
  if (wanted == RCX_SERVICE_HOOK_1) return &kHook;
  if (wanted == RCX_SERVICE_EVENT_JSON_1) return &kJson;
  if (wanted == RCX_SERVICE_ANSWER_1) return &kAnswer;
  if (wanted == RCX_SERVICE_REPOSITORY_1) return &reading();
  if (wanted == RCX_SERVICE_MERCURIAL_1) return &kMercurial;
  if (wanted == RCX_SERVICE_SUBVERSION_1) return &kSubversion;
  return nullptr;
}

const rcx_host& StrictHost::Table::functions() {
  static constexpr std::string_view kVersion = RCX_HOST_VERSION;
  static constexpr rcx_host kHost = {sizeof(rcx_host),
                                     RCX_ABI_MINOR,
                                     {kVersion.data(), kVersion.size()},
                                     &log,
                                     &say,
                                     &reject,
                                     &reject_ref,
                                     &fail,
                                     &error,
                                     &remaining,
                                     &cancelled,
                                     &service};
  return kHost;
}

}  // namespace rcx::host
