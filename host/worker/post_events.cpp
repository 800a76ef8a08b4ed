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

}  // namespace

class QueueLink::Connection {
 public:
  explicit Connection(Fd socket) : socket_(std::move(socket)), guard_(socket_.get()) {}
  int socket() const noexcept { return socket_.get(); }

 private:
  Fd socket_;
  ForkGuard guard_;
};

QueueLink::QueueLink(fs::path socket) : socket_(std::move(socket)) {}

QueueLink::~QueueLink() = default;

std::unique_ptr<QueueLink::Connection> QueueLink::idle() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> last = std::move(idle_.back());
  idle_.pop_back();
  return last;
}

// Once; a connection that was kept may lead to a process that has gone since.
Result<void> QueueLink::put(const NewEvent& event, std::string_view call, std::string_view context,
                            std::int64_t deadline_ns) {
  while (true) {
    std::unique_ptr<Connection> connection = idle();
    const bool kept = connection != nullptr;
    if (!kept) {
      Fd socket = connect_to(socket_);
      if (!socket) {
        Error error = system_error("cannot reach the queue at " + socket_.string(), errno);
        error.code = Code::kUnavailable;
        return error;
      }
      connection = std::make_unique<Connection>(std::move(socket));
    }
    Result<void> done = enqueue(connection->socket(), event, call, context, deadline_ns);
    if (done) {
      const std::scoped_lock lock(mutex_);
      idle_.push_back(std::move(connection));
      return done;
    }
    if (!kept || done.error().code != Code::kUnavailable || monotonic_ns() >= deadline_ns) {
      return done;
    }
  }
}

Result<void> QueueLink::put(const Config& config, const HookCall& call, const Event& event,
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
  const std::string context = context_text({event.caller, kept_text(event, config), event.push_id});
  const std::int64_t deadline = monotonic_ns() + config.budget.event.count() / 2;
  while (true) {
    Result<void> done = put(queued, call.bytes(), context, deadline);
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
