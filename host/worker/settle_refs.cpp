#include "host/worker/settle_refs.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "host/vcs/single_refs.hpp"

namespace rcx::host {
namespace {

// Those of `open` that bring a commit for which a reference of `read` may be rejected; they leave
// `open`.
Result<void> find_suspects(CommitSource& commits, const std::set<std::size_t>& read,
                           std::set<std::size_t>& open, std::vector<Suspect>& suspects) {
  for (std::size_t index = 0; !open.empty(); ++index) {
    const Result<const Commit*> commit = commits.commit(index);
    if (!commit) return commit.error();
    if (*commit == nullptr) return {};
    const std::size_t first = (*commit)->ref;
    if (!read.contains(first)) continue;
    for (auto ref = open.begin(); ref != open.end();) {
      const Result<bool> reached = commits.reached_by(index, *ref);
      if (!reached) return reached.error();
      if (*reached) suspects.push_back({*ref, first});
      ref = *reached ? open.erase(ref) : std::next(ref);
    }
  }
  return {};
}

// Fills in what is said of a push that is refused in part.
Result<void> divide(const HookEvent& hook, Verdict& verdict) {
  const std::vector<std::size_t> rejected = single_refs(verdict, *hook.event);
  if (rejected.empty()) return {};
  std::set<std::size_t> read;
  for (const Objection& objection : verdict.objections) {
    if (objection.of_commits) read.insert(*objection.ref);
  }
  std::set<std::size_t> open;
  for (std::size_t ref = 0; ref < hook.event->refs.size(); ++ref) {
    const bool deleted = hook.event->refs[ref].change == RCX_CHANGE_DELETE;
    if (!deleted && !std::binary_search(rejected.begin(), rejected.end(), ref)) open.insert(ref);
  }
  std::vector<Suspect> suspects;
  if (!read.empty()) {
    if (Result<void> found = find_suspects(*hook.commits, read, open, suspects); !found) {
      return found;
    }
  }
  if (rejected.size() + suspects.size() == hook.event->refs.size()) return {};
  verdict.refused_refs = rejected;
  for (const Suspect& suspect : suspects) verdict.refused_refs.push_back(suspect.ref);
  verdict.suspects = std::move(suspects);
  return {};
}

// git shows one reason for each reference: the first.
std::map<std::size_t, std::string> reasons_of(const Verdict& verdict, const Event& event) {
  std::map<std::size_t, std::string> reasons;
  if (verdict.refused_refs.empty()) return reasons;
  for (const Objection& objection : verdict.objections) {
    reasons.emplace(*objection.ref, objection.reason + " [" + objection.extension + "]");
  }
  for (const Suspect& suspect : verdict.suspects) {
    reasons.emplace(suspect.ref, suspect_reason(suspect, event));
  }
  return reasons;
}

// The hook that will refuse them; none where all is refused at once.
Result<RefHook> find_hook(const HookCall& call, const HookEvent& hook, Verdict& verdict) {
  if (Result<void> divided = divide(hook, verdict); !divided) return divided.error();
  if (verdict.refused_refs.empty()) return Error{Code::kDenied, {}};
  return hook_for(call, *hook.event, verdict.refused_refs);
}

}  // namespace

std::uint32_t settle_refs(const HookCall& call, const HookEvent& hook, const Config& config,
                          Verdict& verdict, Connection& connection) {
  std::uint32_t status = 0;
  if (verdict.refused) {
    const Result<RefHook> asked = find_hook(call, hook, verdict);
    if (!asked) {
      verdict.refused_refs.clear();
      verdict.suspects.clear();
      const std::string why = printable(asked.error().message);
      if (!why.empty()) connection.say("rcx: refused as a whole: " + why + "\n");
      return 1;
    }
    verdict.refused = false;
    status = *asked == RefHook::kUpdate ? RCX_WIRE_SOME_BY_UPDATE : RCX_WIRE_SOME_BY_PROC_RECEIVE;
  }
  const Result<void> kept = keep_rulings(*hook.event, reasons_of(verdict, *hook.event), config);
  // The hooks that ask find nothing then, and refuse.
  if (!kept) log("worker").error("event {}: {}", hook.event->id_text, kept.error().message);
  return status;
}

}  // namespace rcx::host
