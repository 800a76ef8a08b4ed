#include "host/worker/post_events.hpp"

#include <poll.h>

#include <cerrno>

#include "host/core/unix_socket.hpp"
#include "host/event/event_json.hpp"
#include "host/queue/client.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/fork_guard.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongestNotice = 4096;
constexpr int kPauseMilliseconds = 20;

// The post event that a pre event announces; null for others.
const EventKind* announced(const EventKind& kind) {
  switch (kind.number) {
    case RCX_EVENT_PRE_PUSH:
      return event_kind(RCX_EVENT_PUSH);
    case RCX_EVENT_PRE_PULL:
      return event_kind(RCX_EVENT_PULL);
    default:
      break;
  }
  constexpr std::string_view kPre = "pre_";
  if (kind.told == nullptr || !kind.name.starts_with(kPre)) return nullptr;
  const Result<const EventKind*> post = emitted_kind(kind.name.substr(kPre.size()));
  return post ? *post : nullptr;
}

// Once.
Result<void> put(const fs::path& path, const NewEvent& event, int call, int context,
                 std::int64_t deadline_ns) {
  const Fd socket = connect_to(path);
  if (!socket) {
    Error error = system_error("cannot reach the queue at " + path.string(), errno);
    error.code = Code::kUnavailable;
    return error;
  }
  const ForkGuard guard(socket.get());
  return enqueue(socket.get(), event, call, context, deadline_ns);
}

}  // namespace

Result<void> put_in_queue(const Config& config, const HookCall& call, const Event& event,
                          const std::vector<QueuedHandler>& handlers) {
  NewEvent queued{event.id_text,
                  std::string(event.kind->name),
                  event.repository.name,
                  event.repository.path,
                  event.caller.name,
                  event.time_ns,
                  {},
                  {},
                  {}};
  for (const QueuedHandler& handler : handlers) queued.handlers.push_back(handler.planned->id);
  const Result<Fd> context =
      sealed("rcx-context", context_text({event.caller, kept_text(event, config), event.push_id}));
  if (!context) return context.error();
  const std::int64_t deadline = monotonic_ns() + config.budget.event.count() / 2;
  while (true) {
    Result<void> done =
        put(queue_socket(config.run), queued, call.request(), context->get(), deadline);
    // Another one takes its place: what was stored already is not stored again.
    if (done || done.error().code != Code::kUnavailable || monotonic_ns() >= deadline) return done;
    ::poll(nullptr, 0, kPauseMilliseconds);
  }
}

std::string queue_is_full(const Config& config, const ExtensionSet& set, const Event& event) {
  const EventKind* post = announced(*event.kind);
  const fs::path file = queue_full_file(config.run);
  if (config.queue.when_full == WhenFull::kAllow || post == nullptr ||
      ::access(file.c_str(), F_OK) != 0 || queued_handlers(set, *post, event).empty()) {
    return {};
  }
  const Result<std::string> why = read_file(file, kLongestNotice);
  return why ? why->substr(0, why->find('\n')) : "it does not say why";
}

}  // namespace rcx::host
