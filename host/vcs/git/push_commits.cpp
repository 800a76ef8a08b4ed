#include "host/vcs/git/push_commits.hpp"

namespace rcx::host::git {

Result<void> PushCommits::complete(Event& event) {
  if (known_) return {};
  if (!moved_) quick_ = quick_walk(path_, quarantine_, refs_);
  for (std::size_t i = 0; i < refs_.size(); ++i) {
    RefUpdate& ref = refs_[i];
    if (ref.kind != RCX_REF_BRANCH || ref.change != RCX_CHANGE_UPDATE) continue;
    if (kept_) {
      ref.forced = kept_->forced.contains(ref.name);
    } else if (!quick_ || !quick_->forwards.contains(i)) {
      const Result<bool> forced = loses_commits(ref);
      if (!forced) return forced.error();
      ref.forced = *forced;
    }
    event.refs[i].forced = ref.forced;
  }
  return {};
}

Result<bool> PushCommits::loses_commits(const RefUpdate& ref) {
  if (Result<void> ready = open(); !ready) return ready.error();
  const Result<git_oid> before = parse_id(ref.old_id);
  const Result<git_oid> after = parse_id(ref.new_id);
  if (!before) return before.error();
  if (!after) return after.error();
  const int descends = git_graph_descendant_of(opened_, &*after, &*before);
  if (descends < 0) return last_error("cannot compare " + ref.old_id + " with " + ref.new_id);
  return descends == 0;
}

Result<const Commit*> PushCommits::commit(std::size_t index) {
  if (Result<void> ready = list(); !ready) return ready.error();
  if (index >= ids_.size()) return nullptr;
  if (!commits_[index]) {
    Result<Handle<git_commit>> raw = lookup(index);
    if (!raw) return raw.error();
    commits_[index] = read(raw->get(), index);
    const std::size_t size = commits_[index]->message.size();
    if (size > message_budget_) {
      commits_[index].reset();
      return Error{Code::kLimit, "the messages of this push are longer than the host keeps"};
    }
    message_budget_ -= size;
  }
  return commits_[index].get();
}

Result<const std::vector<Change>*> PushCommits::changes(std::size_t index) {
  if (!changes_[index]) {
    // Trees that did not change lie in the repository's own store.
    if (Result<void> ready = open(); !ready) return ready.error();
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, opened_, &ids_[index]) != 0) {
      return last_error("cannot read commit " + id_text(ids_[index]));
    }
    const Handle<git_commit> commit(raw);
    Result<std::vector<Change>> changes = changed_paths(opened_, raw, budget_);
    if (!changes) return changes.error();
    changes_[index] = std::make_unique<std::vector<Change>>(std::move(*changes));
  }
  return changes_[index].get();
}

Result<bool> PushCommits::reached_by(std::size_t index, std::size_t ref) {
  std::vector<bool>& reached = reached_[ref];
  if (reached.empty()) {
    reached.assign(ids_.size(), false);
    Result<void> walked = walk(ref, [&](std::size_t place) {
      const bool fresh = !reached[place];
      reached[place] = true;
      return fresh;
    });
    if (!walked) {
      reached.clear();
      return walked.error();
    }
  }
  return reached[index];
}

Result<std::uint64_t> PushCommits::size_of(const std::string& id) {
  if (Result<void> ready = open(); !ready) return ready.error();
  return content_size(opened_, id);
}

Result<std::vector<Entry>> PushCommits::entries(std::size_t index, const std::string& directory) {
  if (Result<void> ready = open(); !ready) return ready.error();
  return directory_entries(opened_, ids_[index], directory, entry_budget_);
}

Result<void> PushCommits::open() {
  if (opened_ != nullptr) return {};
  Result<Handle<git_repository>> opened = open_repository(path_, quarantine_);
  if (!opened) return opened.error();
  repository_ = std::move(*opened);
  opened_ = repository_.get();
  return {};
}

Result<std::vector<git_oid>> PushCommits::find() const {
  if (known_) return *known_;
  if (quick_) return quick_->ids;
  if (!kept_) return new_commits(opened_, refs_, moved_);
  std::vector<git_oid> ids;
  for (const std::string& text : kept_->ids) {
    const Result<git_oid> id = parse_id(text);
    if (!id) return id.error();
    ids.push_back(*id);
  }
  return ids;
}

Result<void> PushCommits::list() {
  if (listed_) return {};
  if (!quick_) {
    if (Result<void> ready = open(); !ready) return ready;
  }
  Result<std::vector<git_oid>> ids = find();
  if (!ids) return ids.error();
  ids_ = std::move(*ids);
  for (std::size_t i = 0; i < ids_.size(); ++i) places_.emplace(id_text(ids_[i]), i);
  if (Result<void> found = find_first_refs(); !found) return found;
  commits_.resize(ids_.size());
  changes_.resize(ids_.size());
  reached_.resize(refs_.size());
  listed_ = true;
  return {};
}

// Also drops what no reference reaches: a kept commit of a reference that git then refused to move.
Result<void> PushCommits::find_first_refs() {
  constexpr std::size_t kNone = ~std::size_t{0};
  if (refs_.size() == 1 && !kept_) {
    first_ref_.assign(ids_.size(), 0);
    return {};
  }
  first_ref_.assign(ids_.size(), kNone);
  for (std::size_t ref = 0; ref < refs_.size(); ++ref) {
    Result<void> walked = walk(ref, [&](std::size_t place) {
      const bool fresh = first_ref_[place] == kNone;
      if (fresh) first_ref_[place] = ref;
      return fresh;
    });
    if (!walked) return walked;
  }
  std::vector<git_oid> reached;
  places_.clear();
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (first_ref_[i] == kNone) continue;
    places_.emplace(id_text(ids_[i]), reached.size());
    reached.push_back(ids_[i]);
  }
  ids_ = std::move(reached);
  std::erase(first_ref_, kNone);
  return {};
}

Result<std::vector<std::string>> PushCommits::ids() {
  if (Result<void> ready = list(); !ready) return ready.error();
  std::vector<std::string> texts;
  texts.reserve(ids_.size());
  for (const git_oid& id : ids_) texts.push_back(id_text(id));
  return texts;
}

template <class Visit>
Result<void> PushCommits::walk(std::size_t ref, const Visit& visit) const {
  if (refs_[ref].new_id.empty()) return {};
  const Result<git_oid> id = parse_id(refs_[ref].new_id);
  if (!id) return id.error();
  const Result<Handle<git_commit>> tip = peel_to_commit(reader(), *id);
  if (!tip) return tip.error();
  if (!*tip) return {};
  std::vector<std::string> pending = {id_text(*git_commit_id(tip->get()))};
  while (!pending.empty()) {
    const auto place = places_.find(pending.back());
    pending.pop_back();
    if (place == places_.end() || !visit(place->second)) continue;
    const Result<Handle<git_commit>> raw = lookup(place->second);
    if (!raw) return raw.error();
    for (unsigned i = 0; i < git_commit_parentcount(raw->get()); ++i) {
      pending.push_back(id_text(*git_commit_parent_id(raw->get(), i)));
    }
  }
  return {};
}

Result<Handle<git_commit>> PushCommits::lookup(std::size_t index) const {
  git_commit* raw = nullptr;
  if (git_commit_lookup(&raw, reader(), &ids_[index]) != 0) {
    return last_error("cannot read commit " + id_text(ids_[index]));
  }
  return Handle<git_commit>(raw);
}

std::unique_ptr<Commit> PushCommits::read(git_commit* raw, std::size_t index) const {
  const auto person = [](const git_signature* signature) {
    return Person{signature->name, signature->email, signature->when.time, signature->when.offset};
  };
  auto commit = std::make_unique<Commit>();
  commit->id = id_text(ids_[index]);
  commit->ref = first_ref_[index];
  for (unsigned i = 0; i < git_commit_parentcount(raw); ++i) {
    commit->parents.push_back(id_text(*git_commit_parent_id(raw, i)));
  }
  commit->author = person(git_commit_author(raw));
  commit->committer = person(git_commit_committer(raw));
  commit->message = git_commit_message_raw(raw);
  return commit;
}

}  // namespace rcx::host::git
