#include "host/worker/service.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/vcs/vcs.hpp"

namespace rcx::host {
namespace {

bool is_pre(const HookCall& call) {
  return call.hook() == "pre-receive";
}

// Earlier attempts are over and nobody may be blamed any more: whether a closed extension should
// have been heard decides.
Verdict unheard(const ExtensionSet& set, const Event& event) {
  Verdict verdict;
  for (const Handler& handler : set.handlers(event.kind->number)) {
    const ExtensionConfig& config = handler.extension->config;
    if (config.mode != Mode::kEnforce) continue;
    verdict.failures.push_back(
        {handler.extension->id(),
         fmt::format("{} workers died before it was heard", RCX_WIRE_ATTEMPTS), config.fail, true});
    if (event.kind->veto && config.fail == FailPolicy::kClosed) verdict.refused = true;
  }
  return verdict;
}

void tell_restart(const std::vector<Blame>& blamed, Connection& connection) {
  for (const Blame& blame : blamed) {
    if (blame.extension.empty()) continue;
    connection.say(fmt::format("rcx: starting again without the extension {}: it {}\n",
                               blame.extension, blame.how));
  }
}

void serve_call(const WorkerContext& context, Slot& slot, Connection& connection,
                const HookCall& call, const Peer& peer, std::uint32_t attempt) {
  const Config& config = *context.config;
  const std::string id = uuid_text(call.event_id());
  const std::int64_t began = monotonic_ns();
  std::vector<Blame> blamed;
  if (attempt > 1) blamed = context.scoreboard->blame(call.event_id());
  slot.set_event(call.event_id());

  Result<HookEvent> hook =
      read_hook_call(call, attempt, context.doors->caller(peer, call), *context.roots, config);
  if (!hook) {
    log("worker").error("event {}: {}", id, hook.error().message);
    connection.send_verdict(1, is_pre(call) ? refusal_text(hook.error().message, id, config.output)
                                            : "rcx: " + printable(hook.error().message) + "\n");
    return;
  }
  if (!hook->event) {
    connection.send_verdict(0, {});
    return;
  }
  const Event& event = *hook->event;
  tell_restart(blamed, connection);
  const Verdict verdict = attempt > RCX_WIRE_ATTEMPTS
                              ? unheard(*context.extensions, event)
                              : dispatch(*context.extensions, config, event, hook->commits.get(),
                                         blamed, connection, slot);
  if (event.kind->veto && !verdict.refused &&
      !context.extensions->handlers(RCX_EVENT_PUSH).empty()) {
    if (Result<void> kept = keep_commits(*hook, config); !kept) {
      log("worker").warn("event {}: {}", id, kept.error().message);
    }
  }
  if (!event.kind->veto) forget_commits(event, config);
  connection.send_verdict(verdict.refused ? 1 : 0, verdict_text(verdict, event, config.output));
  log("worker").info("event {}: {} of {} by {}, {} refs, {} in {}", id, event.kind->name,
                     printable(event.repository.name), printable(event.caller.name),
                     event.refs.size(), verdict.refused ? "refused" : "done",
                     duration_text(std::chrono::nanoseconds(monotonic_ns() - began)));
}

}  // namespace

void serve(const WorkerContext& context, Slot& slot, Connection& connection) {
  const Result<Peer> peer = peer_of(connection.socket());
  if (!peer) {
    log("worker").error("{}", peer.error().message);
    return;
  }
  Result<Connection::Hello> hello = connection.receive();
  if (!hello) {
    log("worker").warn("pid {}, uid {}: {}", peer->pid, peer->uid, hello.error().message);
    return;
  }
  connection.send_hello();
  Result<HookCall> call = HookCall::open(std::move(hello->request));
  if (!call) {
    log("worker").warn("pid {}, uid {}: {}", peer->pid, peer->uid, call.error().message);
    connection.send_verdict(1, "rcx: " + call.error().message + "\n");
    return;
  }
  if (!context.doors->admits(peer->uid)) {
    const std::string name = user_name(peer->uid);
    log("worker").warn("refused a call by {} (uid {})", name, peer->uid);
    connection.send_verdict(
        1, fmt::format("rcx: user {} may not use this host; an administrator can allow it in {} "
                       "with  identity: {{admitted_users: [{}]}}\n",
                       name, context.config->file.string(), name));
    return;
  }
  serve_call(context, slot, connection, *call, *peer, hello->attempt);
  slot.leave();
}

}  // namespace rcx::host
