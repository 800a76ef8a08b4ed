// The C edge of rcx.repository/1, rcx.mercurial/1 and rcx.subversion/1.
#include "host/dispatch/guarded.hpp"

namespace rcx::host {
namespace {

// Writes what `ask` finds to `*out`.
template <class Out, class Ask>
rcx_status read(const rcx_call* raw, Out* out, const Ask& ask) noexcept {
  return guarded(raw, [&](Call& call) {
    return call.read([&](Reading& reading) -> Result<bool> {
      const auto found = ask(reading);
      if (!found) return found.error();
      if (!*found) return false;
      *out = **found;
      return true;
    });
  });
}

// The same about a commit, which must be one of this event.
template <class Out, class Ask>
rcx_status read_of(const rcx_call* raw, const rcx_commit* commit, Out* out,
                   const Ask& ask) noexcept {
  return guarded(raw, [&](Call& call) {
    return call.read_of(commit, [&](Reading& reading, std::size_t place) -> Result<bool> {
      const auto found = ask(reading, place);
      if (!found) return found.error();
      if (!*found) return false;
      *out = **found;
      return true;
    });
  });
}

rcx_status content(const rcx_call* raw, rcx_bytes id, std::uint64_t offset, std::uint64_t most,
                   rcx_bytes* bytes) noexcept {
  return read(raw, bytes,
              [&](Reading& reading) { return reading.content(abi_view(id), offset, most); });
}

rcx_status added(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                 const rcx_added** out) noexcept {
  return read_of(raw, commit, out,
                 [&](Reading& reading, std::size_t place) { return reading.added(place, index); });
}

rcx_status changed(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                   std::uint32_t* flags, rcx_bytes* part) noexcept {
  const ChangedPart* found = nullptr;
  const rcx_status status = read_of(raw, commit, &found, [&](Reading& reading, std::size_t place) {
    return reading.changed(place, index);
  });
  if (status != RCX_OK) return status;
  *flags = found->binary ? RCX_CHANGED_BINARY : 0;
  *part = abi_bytes(found->text);
  return RCX_OK;
}

rcx_status trailer(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                   const rcx_trailer** out) noexcept {
  return read_of(raw, commit, out, [&](Reading& reading, std::size_t place) {
    return reading.trailer(place, index);
  });
}

rcx_status signature(const rcx_call* raw, const rcx_commit* commit, rcx_bytes* block) noexcept {
  return read_of(raw, commit, block,
                 [](Reading& reading, std::size_t place) { return reading.signature(place); });
}

rcx_status verify(const rcx_call* raw, const rcx_commit* commit,
                  const rcx_signature** out) noexcept {
  return read_of(raw, commit, out,
                 [](Reading& reading, std::size_t place) { return reading.verify(place); });
}

rcx_status resolve(const rcx_call* raw, rcx_bytes name, rcx_bytes* id) noexcept {
  return read(raw, id, [&](Reading& reading) { return reading.resolve(abi_view(name)); });
}

rcx_status reaches(const rcx_call* raw, rcx_bytes from, rcx_bytes to,
                   std::uint32_t* reached) noexcept {
  return read(raw, reached,
              [&](Reading& reading) { return reading.reaches(abi_view(from), abi_view(to)); });
}

rcx_status find(const rcx_call* raw, rcx_bytes id, rcx_bytes path,
                const rcx_entry** entry) noexcept {
  return read(raw, entry,
              [&](Reading& reading) { return reading.find(abi_view(id), abi_view(path)); });
}

rcx_status list(const rcx_call* raw, rcx_bytes id, rcx_bytes directory, std::uint64_t index,
                const rcx_entry** entry) noexcept {
  return read(raw, entry, [&](Reading& reading) {
    return reading.list(abi_view(id), abi_view(directory), index);
  });
}

// The same about a reference, by its index.
template <class Out, class Ask>
rcx_status read_of_ref(const rcx_call* raw, std::uint64_t ref, Out* out, const Ask& ask) noexcept {
  return guarded(raw, [&](Call& call) {
    if (const rcx_status status = call.check_ref(ref); status != RCX_OK) return status;
    return read(raw, out, ask);
  });
}

rcx_status lost(const rcx_call* raw, std::uint64_t ref, std::uint64_t index,
                rcx_bytes* id) noexcept {
  return read_of_ref(raw, ref, id, [&](Reading& reading) { return reading.lost(ref, index); });
}

rcx_status facts(const rcx_call* raw, std::uint32_t* flags) noexcept {
  return read(raw, flags, [](Reading& reading) { return reading.facts(); });
}

rcx_status certificate(const rcx_call* raw, const rcx_push_certificate** out) noexcept {
  return read(raw, out, [](Reading& reading) { return reading.certificate(); });
}

constexpr rcx_reading kReading = {sizeof(rcx_reading),
                                  0,
                                  &content,
                                  &added,
                                  &trailer,
                                  &signature,
                                  &verify,
                                  &resolve,
                                  &reaches,
                                  &find,
                                  &list,
                                  &lost,
                                  &facts,
                                  &certificate,
                                  &changed};

rcx_status changeset(const rcx_call* raw, const rcx_commit* commit,
                     const rcx_hg_changeset** out) noexcept {
  return read_of(raw, commit, out,
                 [](Reading& reading, std::size_t place) { return reading.mercurial(place); });
}

constexpr rcx_mercurial kMercurial = {sizeof(rcx_mercurial), 0, &changeset};

rcx_status svn_path(const rcx_call* raw, const rcx_commit* commit, std::uint64_t index,
                    const rcx_svn_path** out) noexcept {
  return read_of(raw, commit, out,
                 [&](Reading& reading, std::size_t) { return reading.svn_path(index); });
}

rcx_status svn_property(const rcx_call* raw, const rcx_commit* commit, std::uint64_t path,
                        std::uint64_t index, const rcx_svn_property** out) noexcept {
  return read_of(raw, commit, out,
                 [&](Reading& reading, std::size_t) { return reading.svn_property(path, index); });
}

rcx_status svn_revision_property(const rcx_call* raw, const rcx_svn_property** out) noexcept {
  return read(raw, out, [](Reading& reading) { return reading.svn_revision_property(); });
}

rcx_status svn_lock(const rcx_call* raw, std::uint64_t ref, const rcx_svn_lock** out) noexcept {
  return read_of_ref(raw, ref, out, [&](Reading& reading) { return reading.svn_lock(ref); });
}

constexpr rcx_subversion kSubversion = {sizeof(rcx_subversion), 0,        &svn_path, &svn_property,
                                        &svn_revision_property, &svn_lock};

}  // namespace

const rcx_mercurial& mercurial_table() noexcept {
  return kMercurial;
}

const rcx_subversion& subversion_table() noexcept {
  return kSubversion;
}

const rcx_reading& reading_table() noexcept {
  return kReading;
}

}  // namespace rcx::host
