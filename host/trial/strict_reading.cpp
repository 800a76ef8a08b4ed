// rcx.repository/1 of the strict host.
#include <algorithm>

#include "host/event/abi_event.hpp"
#include "host/trial/strict_call.hpp"

namespace rcx::host {

struct StrictHost::Table::Reading {
  using Frozen = rcx::testing::FrozenReading;

  static const Frozen& of(const Call& call) { return call.push->reading(); }

  static rcx_status gone(Call& call, const std::string& what) {
    return answer(call, RCX_GONE, "there is no " + what);
  }

  // One copy of these bytes, however often they are asked for.
  static rcx_status show(Call& call, std::string_view bytes, rcx_bytes* out) {
    return bounded(call, [&] {
      const void*& place = call.copies[bytes.data()];
      if (place == nullptr) place = call.arena.copy(abi_bytes(bytes)).data;
      *out = {static_cast<const char*>(place), bytes.size()};
    });
  }

  static rcx_status content(const rcx_call* raw, rcx_bytes id, std::uint64_t offset,
                            std::uint64_t most, rcx_bytes* out) noexcept {
    Call* call = asking(raw, "rcx_reading.content");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    std::string_view whole;
    const rcx_status status = of(*call).content(abi_view(id), &whole);
    if (status == RCX_LIMIT) {
      call->outcome.limited = true;
      return answer(*call, status, "the content is larger than reading.content allows");
    }
    if (status != RCX_OK) return gone(*call, "content of that id");
    whole.remove_prefix(std::min<std::uint64_t>(offset, whole.size()));
    return bounded(*call, [&] { *out = call->content.give(whole.substr(0, most)); });
  }

  static rcx_status added(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                          const rcx_added** out) noexcept {
    Call* call = asking(raw, "rcx_reading.added");
    if (call == nullptr || !known(*call, commit, "rcx_reading.added")) return RCX_MISUSED;
    if (index >= call->push->commits()[commit->index].changes.size()) return RCX_END;
    return bounded(
        *call, [&] { *out = shown(*call, of(*call).added(commit->index, index), &copy_added); });
  }

  static rcx_status changed(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                            std::uint32_t* flags, rcx_bytes* part) noexcept {
    Call* call = asking(raw, "rcx_reading.changed");
    if (call == nullptr || !known(*call, commit, "rcx_reading.changed")) return RCX_MISUSED;
    if (index >= call->push->commits()[commit->index].changes.size()) return RCX_END;
    return bounded(*call, [&] {
      const auto found = of(*call).changed(commit->index, index);
      *part = call->changed.give(found.value_or(std::string_view()));
      *flags = found ? 0 : RCX_CHANGED_BINARY;
    });
  }

  static rcx_status trailer(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                            const rcx_trailer** out) noexcept {
    Call* call = asking(raw, "rcx_reading.trailer");
    if (call == nullptr || !known(*call, commit, "rcx_reading.trailer")) return RCX_MISUSED;
    const auto& all = of(*call).trailers(commit->index);
    if (index >= all.size()) return RCX_END;
    return bounded(*call, [&] { *out = shown(*call, all[index].raw, &copy_trailer); });
  }

  static rcx_status signature(const rcx_call* raw, const rcx_commit* commit,
                              rcx_bytes* block) noexcept {
    Call* call = asking(raw, "rcx_reading.signature");
    if (call == nullptr || !known(*call, commit, "rcx_reading.signature")) return RCX_MISUSED;
    return show(*call, of(*call).block(commit->index), block);
  }

  static rcx_status verify(const rcx_call* raw, const rcx_commit* commit,
                           const rcx_signature** out) noexcept {
    Call* call = asking(raw, "rcx_reading.verify");
    if (call == nullptr || !known(*call, commit, "rcx_reading.verify")) return RCX_MISUSED;
    return bounded(
        *call, [&] { *out = shown(*call, of(*call).signature(commit->index), &copy_signature); });
  }

  static rcx_status resolve(const rcx_call* raw, rcx_bytes name, rcx_bytes* id) noexcept {
    Call* call = asking(raw, "rcx_reading.resolve");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    const std::optional<std::string_view> found = of(*call).resolve(abi_view(name));
    return found ? show(*call, *found, id) : gone(*call, "reference of that name");
  }

  static rcx_status reaches(const rcx_call* raw, rcx_bytes from, rcx_bytes to,
                            std::uint32_t* out) noexcept {
    Call* call = asking(raw, "rcx_reading.reaches");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    const std::optional<bool> found =
        of(*call).reaches(std::string(abi_view(from)), std::string(abi_view(to)));
    if (!found) return gone(*call, "commit of one of these ids");
    *out = *found ? 1 : 0;
    return RCX_OK;
  }

  static rcx_status find(const rcx_call* raw, rcx_bytes id, rcx_bytes path,
                         const rcx_entry** out) noexcept {
    Call* call = asking(raw, "rcx_reading.find");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    const rcx::testing::FrozenTree* tree = of(*call).tree(std::string(abi_view(id)));
    if (tree == nullptr) return gone(*call, "commit of that id");
    const rcx_entry* found = tree->find(std::string(abi_view(path)));
    if (found == nullptr) return RCX_END;
    return bounded(*call, [&] { *out = shown(*call, *found, &copy_entry); });
  }

  static rcx_status list(const rcx_call* raw, rcx_bytes id, rcx_bytes directory,
                         std::uint64_t index, const rcx_entry** out) noexcept {
    Call* call = asking(raw, "rcx_reading.list");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    const rcx::testing::FrozenTree* tree = of(*call).tree(std::string(abi_view(id)));
    if (tree == nullptr) return gone(*call, "commit of that id");
    const auto& all = tree->directory(std::string(abi_view(directory)));
    if (index >= all.size()) return RCX_END;
    return bounded(*call, [&] { *out = shown(*call, all[index].raw, &copy_entry); });
  }

  static rcx_status lost(const rcx_call* raw, std::uint64_t ref, std::uint64_t index,
                         rcx_bytes* id) noexcept {
    Call* call = asking(raw, "rcx_reading.lost");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    if (ref >= call->push->ref_count()) {
      return host->misused(
          "asks what a reference loses that the push does not have; its index begins at 0 and ends "
          "below ref_count");
    }
    const auto& all = of(*call).lost(ref);
    return index < all.size() ? show(*call, all[index], id) : RCX_END;
  }

  static rcx_status facts(const rcx_call* raw, std::uint32_t* flags) noexcept {
    Call* call = asking(raw, "rcx_reading.facts");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    *flags = of(*call).facts();
    return RCX_OK;
  }

  static rcx_status certificate(const rcx_call* raw, const rcx_push_certificate** out) noexcept {
    Call* call = asking(raw, "rcx_reading.certificate");
    if (call == nullptr) return RCX_MISUSED;
    if (without_commits(*call)) return RCX_UNAVAILABLE;
    const rcx_push_certificate* found = of(*call).certificate();
    if (found == nullptr) return RCX_END;
    return bounded(*call, [&] { *out = shown(*call, *found, &copy_certificate); });
  }
};

const rcx_reading& StrictHost::Table::reading() {
  static constexpr rcx_reading kReading = {sizeof(rcx_reading), 0,
                                           &Reading::content,   &Reading::added,
                                           &Reading::trailer,   &Reading::signature,
                                           &Reading::verify,    &Reading::resolve,
                                           &Reading::reaches,   &Reading::find,
                                           &Reading::list,      &Reading::lost,
                                           &Reading::facts,     &Reading::certificate,
                                           &Reading::changed};
  return kReading;
}

}  // namespace rcx::host
