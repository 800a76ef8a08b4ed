#include "host/vcs/git/history.hpp"

#include "host/vcs/git/push_commits.hpp"

namespace rcx::host::git {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

bool exists(git_repository* repository, const std::string& name) {
  git_oid id{};
  return git_reference_name_to_id(&id, repository, name.c_str()) == 0;
}

Person person(const git_signature* signature) {
  return {signature->name, signature->email, signature->when.time, signature->when.offset};
}

}  // namespace

std::string history_ref(git_repository* repository, const HistoryRange& range) {
  if (!range.ref.empty()) return range.ref;
  const std::size_t dots = range.range.find("..");
  const std::string last = dots == std::string::npos ? range.range : range.range.substr(dots + 2);
  for (const std::string& name : {last, std::string(kBranches) + last}) {
    if (name.starts_with(kBranches) && exists(repository, name)) return name;
  }
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, repository, "HEAD") == 0) {
    const Handle<git_reference> head(raw);
    const char* target = git_reference_symbolic_target(raw);
    if (target != nullptr) return target;
  }
  return std::string(kBranches) + "main";
}

GitHistory::GitHistory(std::unique_ptr<Store> store, std::vector<Step> steps, Event event,
                       std::string ref, bool committer)
    : store_(std::move(store)),
      steps_(std::move(steps)),
      event_(std::move(event)),
      ref_(std::move(ref)),
      committer_(committer) {}

std::size_t GitHistory::commits() const noexcept {
  std::size_t count = 0;
  for (const Step& step : steps_) count += step.commits.size();
  return count;
}

Result<HookEvent> GitHistory::push(std::size_t index, std::uint32_t kind) const {
  const Step& step = steps_[index];
  HookEvent result;
  result.event = std::make_unique<Event>(event_);
  Event& event = *result.event;
  event.kind = event_kind(kind);
  event.hook_type = kind == RCX_EVENT_PRE_PUSH ? "pre_receive" : "post_receive";
  event.id = numbered_id(index);
  event.id_text = uuid_text(event.id);
  event.push_id = event.id_text;
  git_commit* raw = nullptr;
  if (git_commit_lookup(&raw, store_->library(), &step.to) != 0) {
    return last_error("cannot read commit " + id_text(step.to));
  }
  const Handle<git_commit> commit(raw);
  const Person committer = person(git_commit_committer(raw));
  event.time_ns = committer.time * 1'000'000'000;
  if (committer_) {
    event.caller.name = committer.name;
    event.caller.source = "committer of " + id_text(step.to);
  }
  RefUpdate ref;
  ref.name = ref_;
  ref.old_id = step.from ? id_text(*step.from) : std::string();
  ref.new_id = id_text(step.to);
  ref.kind = RCX_REF_BRANCH;
  if (ref_.starts_with("refs/tags/")) ref.kind = RCX_REF_TAG;
  if (ref.kind == RCX_REF_BRANCH && !ref_.starts_with(kBranches)) ref.kind = RCX_REF_OTHER;
  ref.forced = step.forced;
  ref.change = step.from ? RCX_CHANGE_UPDATE : RCX_CHANGE_CREATE;
  std::vector<ObjectId> ids;
  ids.reserve(step.commits.size());
  for (const git_oid& id : step.commits) ids.emplace_back(&id.id[0], kSha1Size);
  auto commits = std::make_unique<PushCommits>(*store_, std::move(ids));
  event.refs = {ref};
  commits->set_refs(event.refs);
  result.commits = std::move(commits);
  return result;
}

}  // namespace rcx::host::git
