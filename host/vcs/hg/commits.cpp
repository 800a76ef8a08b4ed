#include "host/vcs/hg/commits.hpp"

#include "host/vcs/hg/adapter.hpp"
#include "host/vcs/hg/wire.hpp"

namespace rcx::host::hg {
namespace {

constexpr std::string_view kBranch = "refs/heads/";
// Asked for at once: a round trip costs as much as some of them.
constexpr std::size_t kBatch = 512;

Result<void> check_id(std::string_view id, bool may_be_empty) {
  if ((may_be_empty && id.empty()) || is_node_text(id)) return {};
  return Error{Code::kInvalid,
               "hg's process breaks the protocol: no id: '" + shortened(printable(id), 100) + "'"};
}

Result<RefUpdate> read_ref(std::string_view item) {
  const Result<std::vector<std::string_view>> parts = unpack_exactly(item, 5);
  if (!parts) return parts.error();
  RefUpdate ref;
  ref.name = (*parts)[0];
  if (!ref.name.starts_with("refs/") || ref.name.find('\0') != std::string::npos) {
    return Error{Code::kInvalid, "hg's process breaks the protocol: no name of a reference: '" +
                                     shortened(printable(ref.name), 200) + "'"};
  }
  ref.kind = (*parts)[1] == "b" ? RCX_REF_BRANCH : (*parts)[1] == "t" ? RCX_REF_TAG : RCX_REF_OTHER;
  ref.forced = (*parts)[2] == "1";
  ref.old_id = (*parts)[3];
  ref.new_id = (*parts)[4];
  for (const std::string& id : {ref.old_id, ref.new_id}) {
    if (Result<void> valid = check_id(id, true); !valid) return valid.error();
  }
  ref.change = ref.old_id.empty()   ? RCX_CHANGE_CREATE
               : ref.new_id.empty() ? RCX_CHANGE_DELETE
                                    : RCX_CHANGE_UPDATE;
  return ref;
}

std::vector<std::string> texts(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

std::vector<std::string_view> views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

}  // namespace

Result<PushMessage> read_message(std::string_view input) {
  PushMessage message;
  if (input.empty()) return message;
  const Result<std::vector<std::string_view>> parts = unpack_exactly(input, 6);
  if (!parts) return parts.error();
  const Result<std::vector<std::string_view>> refs = unpack((*parts)[0]);
  if (!refs) return refs.error();
  for (const std::string_view item : *refs) {
    Result<RefUpdate> ref = read_ref(item);
    if (!ref) return ref.error();
    message.refs.push_back(std::move(*ref));
  }
  const Result<std::uint64_t> count = number((*parts)[1]);
  const Result<std::vector<std::string_view>> changesets = unpack((*parts)[4], kInline);
  const Result<std::vector<std::string_view>> paths = unpack((*parts)[5], kInline);
  if (!count) return count.error();
  if (!changesets) return changesets.error();
  if (!paths) return paths.error();
  message.count = *count;
  message.initial = (*parts)[2] == "1";
  message.first = (*parts)[3];
  if (Result<void> valid = check_id(message.first, true); !valid) return valid.error();
  message.changesets = texts(*changesets);
  message.paths = texts(*paths);
  return message;
}

HgCommits::HgCommits(PushMessage message, bool pre, std::unique_ptr<Reader> reader,
                     const ReadingConfig& reading)
    : BoundedCommits(adapter(), "signatures of changesets", reading),
      message_(std::move(message)),
      pre_(pre),
      reader_(std::move(reader)),
      reached_(message_.refs.size()) {
  for (std::size_t i = 0; i < message_.refs.size(); ++i) {
    const std::string& name = message_.refs[i].name;
    if (name.starts_with(kBranch)) branches_.emplace(name.substr(kBranch.size()), i);
  }
}

std::size_t HgCommits::ref_of(const Changeset& changeset) const {
  const auto found = branches_.find(changeset.facts.branch);
  return found == branches_.end() ? 0 : found->second;
}

Result<void> HgCommits::take_changesets(const std::vector<std::string_view>& items) {
  for (const std::string_view item : items) {
    Result<Changeset> read = read_changeset(item);
    if (!read) return read.error();
    if (Result<void> taken = take_message(read->commit.message.size()); !taken) return taken;
    read->commit.ref = ref_of(*read);
    places_.emplace(std::string_view(read->commit.id), all_.size());
    all_.push_back(std::make_unique<Changeset>(std::move(*read)));
  }
  return {};
}

Result<void> HgCommits::read_to(std::size_t index) {
  if (all_.empty() && !message_.changesets.empty()) {
    const std::vector<std::string> own = std::move(message_.changesets);
    if (Result<void> taken = take_changesets(views(own)); !taken) return taken;
  }
  while (all_.size() <= index && all_.size() < message_.count) {
    const std::string from = std::to_string(all_.size());
    const Result<std::string> answer = reader_->ask({"changesets", from, std::to_string(kBatch)});
    if (!answer) return answer.error();
    const Result<std::vector<std::string_view>> items = unpack(*answer, kBatch);
    if (!items) return items.error();
    if (items->empty()) {
      return Error{Code::kNotFound, "changesets of this push are no longer in the repository"};
    }
    if (Result<void> taken = take_changesets(*items); !taken) return taken;
  }
  return {};
}

Result<const Commit*> HgCommits::commit(std::size_t index) {
  if (index >= message_.count) return nullptr;
  if (Result<void> read = read_to(index); !read) return read.error();
  return &all_[index]->commit;
}

Result<std::vector<IdText>> HgCommits::ids() {
  std::vector<IdText> ids;
  if (message_.count == 0) return ids;
  if (Result<void> read = read_to(message_.count - 1); !read) return read.error();
  for (const auto& one : all_) ids.push_back(one->commit.id);
  return ids;
}

Result<void> HgCommits::take_paths(std::size_t first, const std::vector<std::string_view>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    Result<std::vector<Change>> read = read_changes(items[i]);
    if (!read) return read.error();
    for (const Change& change : *read) {
      if (paths_left_ == 0 || path_bytes_left_ < change.path.size()) {
        return Error{Code::kLimit,
                     "the commits of this push change more paths than reading.paths and "
                     "reading.path_bytes in rcx.yaml allow to read"};
      }
      --paths_left_;
      path_bytes_left_ -= change.path.size();
    }
    if (changes_.size() <= first + i) changes_.resize(first + i + 1);
    changes_[first + i] = std::make_unique<std::vector<Change>>(std::move(*read));
  }
  return {};
}

Result<void> HgCommits::read_paths(std::size_t index) {
  if (changes_.empty() && !message_.paths.empty()) {
    const std::vector<std::string> own = std::move(message_.paths);
    if (Result<void> taken = take_paths(0, views(own)); !taken) return taken;
  }
  if (index < changes_.size() && changes_[index]) return {};
  const Result<std::string> answer =
      reader_->ask({"paths", std::to_string(index), std::to_string(kBatch)});
  if (!answer) return answer.error();
  const Result<std::vector<std::string_view>> items = unpack(*answer, kBatch);
  if (!items) return items.error();
  if (items->empty()) {
    return Error{Code::kNotFound, "changesets of this push are no longer in the repository"};
  }
  return take_paths(index, *items);
}

Result<const std::vector<Change>*> HgCommits::changes(std::size_t index) {
  if (Result<void> read = read_paths(index); !read) return read.error();
  for (const Change& change : *changes_[index]) {
    for (const IdText& id : {change.old_id, change.new_id}) {
      if (!std::string_view(id).empty()) paths_.emplace(std::string_view(id), change.path);
    }
  }
  return changes_[index].get();
}

// A branch reaches its new changesets and what they stand on; else what the reference points at.
Result<bool> HgCommits::reached_by(std::size_t index, std::size_t ref) {
  std::vector<bool>& reached = reached_[ref];
  if (!reached.empty()) return reached[index];
  if (Result<void> read = read_to(message_.count - 1); !read) return read.error();
  const RefUpdate& update = message_.refs[ref];
  const bool branch = update.kind == RCX_REF_BRANCH;
  reached.assign(all_.size(), false);
  for (std::size_t i = all_.size(); i-- > 0;) {
    const Commit& commit = all_[i]->commit;
    if (branch ? commit.ref == ref : std::string_view(commit.id) == update.new_id)
      reached[i] = true;
    if (!reached[i]) continue;
    for (const IdText& parent : commit.parents) {
      const auto place = places_.find(std::string_view(parent));
      if (place != places_.end()) reached[place->second] = true;
    }
  }
  return reached[index];
}

}  // namespace rcx::host::hg
