#include "host/vcs/git/history.hpp"

#include "host/core/date.hpp"
#include "host/vcs/git/objects/git_command.hpp"
#include "host/vcs/git/push_commits.hpp"

namespace rcx::host::git {
namespace {

constexpr std::string_view kBranches = "refs/heads/";

// A linked work tree has its references elsewhere: who knows about that is asked.
bool exists(Store& store, const std::string& name) {
  git_oid id{};
  if (store.library() != nullptr) {
    return git_reference_name_to_id(&id, store.library(), name.c_str()) == 0;
  }
  const Result<std::string> shown =
      run_git({store.path(), {"show-ref", "--verify", "--quiet", name}});
  return static_cast<bool>(shown);
}

// What HEAD stands for; empty where it is detached.
std::string head_of(Store& store) {
  if (store.library() == nullptr) {
    const Result<std::string> head = run_git({store.path(), {"symbolic-ref", "--quiet", "HEAD"}});
    return head ? head->substr(0, head->find('\n')) : std::string();
  }
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, store.library(), "HEAD") != 0) return {};
  const Handle<git_reference> head(raw);
  const char* const target = git_reference_symbolic_target(raw);
  return target != nullptr ? target : std::string();
}

}  // namespace

std::string history_ref(Store& store, const HistoryRange& range) {
  if (!range.ref.empty()) return range.ref;
  const std::size_t dots = range.range.find("..");
  const std::string last = dots == std::string::npos ? range.range : range.range.substr(dots + 2);
  for (const std::string& name : {last, std::string(kBranches) + last}) {
    if (name.starts_with(kBranches) && exists(store, name)) return name;
  }
  const std::string head = head_of(store);
  return head.empty() ? std::string(kBranches) + "main" : head;
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
  const Result<Object> commit = store_->objects().read(step.to);
  if (!commit) return commit.error();
  const Person committer = commit_words(*commit->content).committer;
  event.time_ns = date_ns(committer.time);
  if (committer_) {
    event.caller.name = committer.name;
    event.caller.source = "committer of " + step.to.text();
  }
  RefUpdate ref;
  ref.name = ref_;
  ref.old_id = step.from ? step.from->text() : std::string();
  ref.new_id = step.to.text();
  ref.kind = RCX_REF_BRANCH;
  if (ref_.starts_with("refs/tags/")) ref.kind = RCX_REF_TAG;
  if (ref.kind == RCX_REF_BRANCH && !ref_.starts_with(kBranches)) ref.kind = RCX_REF_OTHER;
  ref.forced = step.forced;
  ref.change = step.from ? RCX_CHANGE_UPDATE : RCX_CHANGE_CREATE;
  auto commits = std::make_unique<PushCommits>(*store_, step.commits);
  event.refs = {ref};
  commits->set_refs(event.refs);
  result.commits = std::move(commits);
  return result;
}

}  // namespace rcx::host::git
