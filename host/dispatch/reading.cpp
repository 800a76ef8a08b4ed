#include "host/dispatch/reading.hpp"

#include <algorithm>

#include "host/vcs/added_lines.hpp"

namespace rcx::host {
Reading::Found<rcx_bytes> Reading::content(std::string_view id, std::uint64_t offset,
                                           std::uint64_t most) {
  Result<std::shared_ptr<const std::string>> content = source_.content(std::string(id));
  if (!content) return content.error();
  content_ = std::move(*content);
  const std::string_view all = *content_;
  if (offset >= all.size()) return std::optional(rcx_bytes{"", 0});
  return std::optional(abi_bytes(
      all.substr(static_cast<std::size_t>(offset),
                 static_cast<std::size_t>(std::min<std::uint64_t>(most, all.size() - offset)))));
}

Reading::Found<const rcx_added*> Reading::added(std::size_t commit, std::uint64_t change) {
  const auto known = added_.find({commit, change});
  if (known != added_.end()) return std::optional<const rcx_added*>(&known->second.raw);
  const Result<const std::vector<Change>*> changes = source_.changes(commit);
  if (!changes) return changes.error();
  if (change >= (*changes)->size()) return std::optional<const rcx_added*>();
  Result<AddedLines> lines = source_.added(commit, static_cast<std::size_t>(change));
  if (!lines) return lines.error();
  Added& kept = added_[{commit, change}];
  kept.lines = std::move(*lines);
  for (const LineRun& run : kept.lines.runs) {
    kept.runs.push_back({sizeof(rcx_line_run), 0, run.number, run.count, run.offset});
  }
  kept.raw = {sizeof(rcx_added),
              kept.lines.binary ? RCX_ADDED_BINARY : 0,
              abi_bytes(kept.lines.text),
              kept.runs.data(),
              kept.runs.size(),
              sizeof(rcx_line_run),
              0};
  return std::optional<const rcx_added*>(&kept.raw);
}

Reading::Found<const ChangedPart*> Reading::changed(std::size_t commit, std::uint64_t change) {
  const Result<const std::vector<Change>*> changes = source_.changes(commit);
  if (!changes) return changes.error();
  if (change >= (*changes)->size()) return std::optional<const ChangedPart*>();
  const auto place = static_cast<std::size_t>(change);
  Result<ChangedPart> part = source_.changed(commit, place);
  if (!part && part.error().code == Code::kUnsupported) part = changed_from_added(commit, place);
  if (!part) return part.error();
  changed_ = std::move(*part);
  return std::optional<const ChangedPart*>(&changed_);
}

Result<ChangedPart> Reading::changed_from_added(std::size_t commit, std::size_t change) {
  const Found<const rcx_added*> lines = added(commit, change);
  if (!lines) return lines.error();
  const rcx_added& all = ***lines;
  if ((all.flags & RCX_ADDED_BINARY) == 0) return ChangedPart{false, nullptr, abi_view(all.text)};
  const Result<const std::vector<Change>*> changes = source_.changes(commit);
  if (!changes) return changes.error();
  Result<std::shared_ptr<const std::string>> content =
      source_.content(std::string((**changes)[change].new_id));
  if (!content) return content.error();
  return changed_part({}, git::Pieces(std::move(*content)));
}

Reading::Found<const rcx_trailer*> Reading::trailer(std::size_t commit, std::uint64_t index) {
  auto known = trailers_.find(commit);
  if (known == trailers_.end()) {
    Result<std::vector<Trailer>> read = source_.trailers(commit);
    if (!read) return read.error();
    known = trailers_.try_emplace(commit).first;
    known->second.all = std::move(*read);
    for (const Trailer& one : known->second.all) {
      known->second.raw.push_back(
          {sizeof(rcx_trailer), 0, abi_bytes(one.key), abi_bytes(one.value)});
    }
  }
  return at(known->second.raw, index);
}

Reading::Found<rcx_bytes> Reading::signature(std::size_t commit) {
  auto known = signatures_.find(commit);
  if (known == signatures_.end()) {
    Result<std::string> read = source_.signature(commit);
    if (!read) return read.error();
    known = signatures_.emplace(commit, std::move(*read)).first;
  }
  return std::optional(abi_bytes(known->second));
}

Reading::Found<const rcx_signature*> Reading::verify(std::size_t commit) {
  const Result<const Signature*> read = source_.verify(commit);
  if (!read) return read.error();
  rcx_signature& raw = verified_[commit];
  raw = {sizeof(rcx_signature), (*read)->result, abi_bytes((*read)->key),
         abi_bytes((*read)->fingerprint), abi_bytes((*read)->signer)};
  return std::optional<const rcx_signature*>(&raw);
}

Reading::Found<rcx_bytes> Reading::resolve(std::string_view name) {
  auto known = resolved_.find(name);
  if (known == resolved_.end()) {
    Result<std::string> id = source_.resolve(std::string(name));
    if (!id) return id.error();
    known = resolved_.emplace(name, std::move(*id)).first;
  }
  return std::optional(abi_bytes(known->second));
}

Reading::Found<std::uint32_t> Reading::reaches(std::string_view from, std::string_view to) {
  const Result<bool> reached = source_.reaches(std::string(from), std::string(to));
  if (!reached) return reached.error();
  return std::optional<std::uint32_t>(*reached ? 1 : 0);
}

Reading::Found<const rcx_entry*> Reading::find(std::string_view id, std::string_view path) {
  const Place place(id, path);
  auto known = found_.find(place);
  if (known == found_.end()) {
    Result<std::optional<Entry>> entry = source_.find(place.first, place.second);
    if (!entry) return entry.error();
    std::vector<Entry> one;
    if (*entry) one.push_back(std::move(**entry));
    known = found_.emplace(place, std::move(one)).first;
  }
  return at(known->second.entries(), 0);
}

Reading::Found<const rcx_entry*> Reading::list(std::string_view id, std::string_view directory,
                                               std::uint64_t index) {
  const Place place(id, directory);
  auto known = lists_.find(place);
  if (known == lists_.end()) {
    Result<std::vector<Entry>> entries = source_.list(place.first, place.second);
    if (!entries) return entries.error();
    known = lists_.emplace(place, std::move(*entries)).first;
  }
  return at(known->second.entries(), index);
}

Reading::Found<rcx_bytes> Reading::lost(std::uint64_t ref, std::uint64_t index) {
  auto known = lost_.find(ref);
  if (known == lost_.end()) {
    Result<std::vector<std::string>> ids = source_.lost(static_cast<std::size_t>(ref));
    if (!ids) return ids.error();
    known = lost_.emplace(ref, std::move(*ids)).first;
  }
  if (index >= known->second.size()) return std::optional<rcx_bytes>();
  return std::optional(abi_bytes(known->second[static_cast<std::size_t>(index)]));
}

Reading::Found<std::uint32_t> Reading::facts() {
  if (!facts_) {
    const Result<bool> initial = source_.initial();
    if (!initial) return initial.error();
    facts_ = *initial ? RCX_PUSH_INITIAL : 0;
  }
  return facts_;
}

Reading::Found<const rcx_push_certificate*> Reading::certificate() {
  if (!event_.certificate) return std::optional<const rcx_push_certificate*>();
  const PushCertificate& from = *event_.certificate;
  certificate_ = {sizeof(rcx_push_certificate), from.result,
                  abi_bytes(from.id),           abi_bytes(from.key),
                  abi_bytes(from.signer),       abi_bytes(from.nonce),
                  abi_bytes(from.nonce_status)};
  return std::optional<const rcx_push_certificate*>(&certificate_);
}

Reading::Found<const rcx_hg_changeset*> Reading::mercurial(std::size_t commit) {
  const auto known = changesets_.find(commit);
  if (known != changesets_.end()) return std::optional<const rcx_hg_changeset*>(&known->second.raw);
  const Result<const HgFacts*> found = source_.mercurial(commit);
  if (!found) return found.error();
  const HgFacts& facts = **found;
  Changeset& kept = changesets_[commit];
  for (const std::string& one : facts.bookmarks) kept.bookmarks.push_back(abi_bytes(one));
  for (const auto& [key, value] : facts.extras) {
    kept.extras.push_back({sizeof(rcx_hg_extra), 0, abi_bytes(key), abi_bytes(value)});
  }
  kept.raw = {
      sizeof(rcx_hg_changeset),
      facts.phase,
      (facts.closes_branch ? RCX_HG_CLOSES_BRANCH : 0U) | (facts.obsolete ? RCX_HG_OBSOLETE : 0U),
      sizeof(rcx_bytes),
      abi_bytes(facts.branch),
      kept.bookmarks.data(),
      kept.bookmarks.size(),
      kept.extras.data(),
      kept.extras.size(),
      sizeof(rcx_hg_extra),
      0};
  return std::optional<const rcx_hg_changeset*>(&kept.raw);
}

}  // namespace rcx::host
