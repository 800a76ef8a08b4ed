#include <algorithm>
#include <unordered_map>

#include "host/vcs/git/git.hpp"

namespace rcx::host::git {
namespace {

// What one push brought, read through one handle that belongs to the thread of the event.
class PushCommits : public CommitSource {
 public:
  PushCommits(std::string path, std::string quarantine, bool moved)
      : path_(std::move(path)), quarantine_(std::move(quarantine)), moved_(moved) {}

  void set_refs(std::vector<RefUpdate> refs) { refs_ = std::move(refs); }

  // Whether moving a branch from `old_id` to `new_id` loses commits.
  Result<bool> loses_commits(const std::string& old_id, const std::string& new_id) {
    if (Result<void> ready = open(); !ready) return ready.error();
    const Result<git_oid> before = parse_id(old_id);
    const Result<git_oid> after = parse_id(new_id);
    if (!before) return before.error();
    if (!after) return after.error();
    const int descends = git_graph_descendant_of(repository_.get(), &*after, &*before);
    if (descends < 0) return last_error("cannot compare " + old_id + " with " + new_id);
    return descends == 0;
  }

  Result<const Commit*> commit(std::size_t index) override {
    if (Result<void> ready = list(); !ready) return ready.error();
    if (index >= ids_.size()) return nullptr;
    if (!commits_[index]) {
      Result<Handle<git_commit>> raw = lookup(index);
      if (!raw) return raw.error();
      commits_[index] = read(raw->get(), index);
    }
    return commits_[index].get();
  }

  Result<const std::vector<Change>*> changes(std::size_t index) override {
    if (!changes_[index]) {
      Result<Handle<git_commit>> raw = lookup(index);
      if (!raw) return raw.error();
      Result<std::vector<Change>> changes = changed_paths(repository_.get(), raw->get());
      if (!changes) return changes.error();
      changes_[index] = std::make_unique<std::vector<Change>>(std::move(*changes));
    }
    return changes_[index].get();
  }

 private:
  Result<void> open() {
    if (repository_) return {};
    Result<Handle<git_repository>> opened = open_repository(path_, quarantine_);
    if (!opened) return opened.error();
    repository_ = std::move(*opened);
    return {};
  }

  // Finds which commits are new, once.
  Result<void> list() {
    if (listed_) return {};
    if (Result<void> ready = open(); !ready) return ready;
    Result<std::vector<git_oid>> ids = new_commits(repository_.get(), refs_, moved_);
    if (!ids) return ids.error();
    ids_ = std::move(*ids);
    commits_.resize(ids_.size());
    changes_.resize(ids_.size());
    brought_by_.assign(ids_.size(), 0);
    if (Result<void> assigned = assign_refs(); !assigned) return assigned;
    listed_ = true;
    return {};
  }

  // Finds, for each commit, the first reference that brings it.
  Result<void> assign_refs() {
    constexpr std::size_t kNone = ~std::size_t{0};
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < ids_.size(); ++i)
      places.emplace(id_text(ids_[i]), i);
    std::fill(brought_by_.begin(), brought_by_.end(), kNone);
    for (std::size_t ref = 0; ref < refs_.size(); ++ref) {
      if (refs_[ref].new_id.empty()) continue;
      const Result<git_oid> id = parse_id(refs_[ref].new_id);
      if (!id) return id.error();
      const Result<Handle<git_commit>> tip = peel_to_commit(repository_.get(), *id);
      if (!tip) return tip.error();
      if (!*tip) continue;
      std::vector<std::string> pending = {id_text(*git_commit_id(tip->get()))};
      while (!pending.empty()) {
        const auto place = places.find(pending.back());
        pending.pop_back();
        if (place == places.end() || brought_by_[place->second] != kNone) continue;
        brought_by_[place->second] = ref;
        const Result<Handle<git_commit>> raw = lookup(place->second);
        if (!raw) return raw.error();
        for (unsigned i = 0; i < git_commit_parentcount(raw->get()); ++i) {
          pending.push_back(id_text(*git_commit_parent_id(raw->get(), i)));
        }
      }
    }
    return {};
  }

  Result<Handle<git_commit>> lookup(std::size_t index) {
    git_commit* raw = nullptr;
    if (git_commit_lookup(&raw, repository_.get(), &ids_[index]) != 0) {
      return last_error("cannot read commit " + id_text(ids_[index]));
    }
    return Handle<git_commit>(raw);
  }

  std::unique_ptr<Commit> read(git_commit* raw, std::size_t index) const {
    const auto person = [](const git_signature* signature) {
      return Person{signature->name, signature->email, signature->when.time,
                    signature->when.offset};
    };
    auto commit = std::make_unique<Commit>();
    commit->id = id_text(ids_[index]);
    commit->ref = brought_by_[index];
    for (unsigned i = 0; i < git_commit_parentcount(raw); ++i) {
      commit->parents.push_back(id_text(*git_commit_parent_id(raw, i)));
    }
    commit->author = person(git_commit_author(raw));
    commit->committer = person(git_commit_committer(raw));
    commit->message = git_commit_message_raw(raw);
    return commit;
  }

  std::string path_;
  std::string quarantine_;
  bool moved_;
  std::vector<RefUpdate> refs_;
  Handle<git_repository> repository_;
  bool listed_ = false;
  std::vector<git_oid> ids_;
  std::vector<std::size_t> brought_by_;
  std::vector<std::unique_ptr<Commit>> commits_;
  std::vector<std::unique_ptr<std::vector<Change>>> changes_;
};

std::string id_or_empty(std::string_view text) {
  return text.find_first_not_of('0') == std::string_view::npos ? std::string() : std::string(text);
}

// One line of the input of pre-receive and post-receive: `OLD NEW NAME`.
Result<RefUpdate> parse_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos || second + 1 >= line.size()) {
    return Error{Code::kInvalid, "wanted 'OLD NEW NAME' on the hook's input, got '" +
                                     shortened(printable(line), 200) + "'"};
  }
  RefUpdate ref;
  ref.old_id = id_or_empty(line.substr(0, first));
  ref.new_id = id_or_empty(line.substr(first + 1, second - first - 1));
  ref.name = std::string(line.substr(second + 1));
  ref.kind = ref.name.starts_with("refs/heads/")  ? RCX_REF_BRANCH
             : ref.name.starts_with("refs/tags/") ? RCX_REF_TAG
                                                  : RCX_REF_OTHER;
  ref.change = ref.old_id.empty()   ? RCX_CHANGE_CREATE
               : ref.new_id.empty() ? RCX_CHANGE_DELETE
                                    : RCX_CHANGE_UPDATE;
  return ref;
}

void read_push_options(const HookCall& call, Event& event) {
  const std::string count{call.variable("GIT_PUSH_OPTION_COUNT")};
  const unsigned long options = std::min(std::strtoul(count.c_str(), nullptr, 10), 10'000UL);
  for (unsigned long i = 0; i < options; ++i) {
    event.push_options.emplace_back(call.variable("GIT_PUSH_OPTION_" + std::to_string(i)));
  }
}

}  // namespace

Result<void> read_push(const HookCall& call, HookEvent& result) {
  Event& event = *result.event;
  const bool pre = call.hook() == "pre-receive";
  if (!pre && call.hook() != "post-receive") {
    return Error{Code::kInvalid, "wanted the hook pre-receive or post-receive, got '" +
                                     printable(call.hook()) + "'"};
  }
  event.kind = event_kind(pre ? RCX_EVENT_PRE_PUSH : RCX_EVENT_PUSH);
  event.hook_type = pre ? "pre_receive" : "post_receive";
  read_push_options(call, event);
  auto commits = std::make_unique<PushCommits>(
      event.repository.path, std::string(call.variable("GIT_QUARANTINE_PATH")), !pre);
  for (const std::string_view line : split(call.input(), '\n')) {
    if (line.empty()) continue;
    Result<RefUpdate> ref = parse_line(line);
    if (!ref) return ref.error();
    if (ref->kind == RCX_REF_BRANCH && ref->change == RCX_CHANGE_UPDATE) {
      const Result<bool> forced = commits->loses_commits(ref->old_id, ref->new_id);
      if (!forced) return forced.error();
      ref->forced = *forced;
    }
    event.refs.push_back(std::move(*ref));
  }
  commits->set_refs(event.refs);
  result.commits = std::move(commits);
  return {};
}

}  // namespace rcx::host::git
