#include "host/worker/call_service.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "host/vcs/single_refs.hpp"
#include "host/worker/answer.hpp"
#include "host/worker/apart_calls.hpp"
#include "host/worker/may_call.hpp"
#include "host/worker/named_call.hpp"
#include "host/worker/post_events.hpp"
#include "host/worker/ref_answer.hpp"
#include "host/worker/service_text.hpp"
#include "host/worker/settle_refs.hpp"
#include "host/worker/suspects.hpp"

namespace rcx::host {
namespace {

bool is_probe(const HookCall& call) {
  const std::vector<std::string_view> arguments = call.arguments();
  return arguments.size() == 1 && arguments[0] == RCX_WIRE_PROBE;
}

// One call of a hook, on its way through the host.
class CallService {
 public:
  CallService(const WorkerContext& context, Repositories& repositories, Slot& slot,
              Connection& connection, const HookCall& call, const CallFrom& from)
      : context_(context),
        repositories_(repositories),
        slot_(slot),
        connection_(connection),
        call_(call),
        attempt_(from.attempt),
        peer_(from.peer),
        caller_(from.peer.uid),
        order_fd_(from.order),
        id_(uuid_text(call.event_id())) {}

  Served run() {
    try {
      serve();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const HostGone&) {
      // Without an answer the client asks another worker, or goes by what is to be done without a
      // host.
      log("worker").warn("event {}: no process of its own can be reached for an extension", id_);
    } catch (const std::exception& failed) {
      log("worker").error("while serving: {}", failed.what());
      give_up({Code::kInvalid, "the host failed on this call; its log says more"}, nullptr);
    }
    return std::move(served_);
  }

 private:
  void serve() {
    // Who asks a worker of one extension has done that already.
    if (attempt_ > 1 && !context_.apart) {
      blamed_ = context_.scoreboard->blame(call_.event_id());
    }
    slot_.set_event(call_.event_id(), monotonic_ns() + context_.config->budget.event.count());
    if (!is_probe(call_) && asks_about_refs(call_)) {
      answer_refs();
      return;
    }
    if (is_told(call_) && !context_.doors->speaks_for_others(caller_)) {
      return give_up({Code::kDenied, may_not_emit(user_name(caller_), context_.config->file)},
                     nullptr);
    }
    if (call_.hook() == RCX_WIRE_CALL && !is_probe(call_)) return answer_named();
    if (order_fd_ >= 0) {
      const Result<Order> order = read_order(order_fd_);
      if (!order) return give_up(order.error(), nullptr);
      order_ = *order;
      selection_ = {order_.part, order_.handler};
    }
    Result<HookEvent> hook = read_event();
    if (!hook) {
      give_up(hook.error(), nullptr);
    } else if (!hook->event) {
      connection_.send_verdict(0, is_probe(call_)
                                      ? fmt::format("{}rcx {}, worker {}\n", RCX_WIRE_PROBE_ANSWER,
                                                    RCX_HOST_VERSION, ::getpid())
                                      : "");
    } else {
      judge(*hook);
    }
  }

  // As it came from a hook, or as it was when it was queued.
  Result<HookEvent> read_event() {
    const EventContext* known = order_.context ? &*order_.context : nullptr;
    Caller caller = known != nullptr ? known->caller : context_.doors->caller(peer_, call_);
    const std::string kept = known != nullptr ? known->kept.value_or("") : "";
    const std::uint32_t attempt =
        order_.attempt == 0 ? attempt_ : order_.attempt + (context_.apart ? 0 : attempt_ - 1);
    Result<HookEvent> hook =
        read_hook_call(call_, attempt, std::move(caller), *context_.roots, *context_.config,
                       repositories_, known != nullptr ? &kept : nullptr);
    if (hook && hook->event && known != nullptr && !known->push_id.empty()) {
      hook->event->push_id = known->push_id;
    }
    return hook;
  }

  // A hook that somebody calls by name; where the name is empty, all of them are listed.
  void answer_named() {
    const ExtensionSet& set = *context_.extensions;
    const std::vector<std::string_view> names = call_.arguments();
    if (names.size() == 1 && names[0].empty()) {
      answered_ = true;
      connection_.send_result(RCX_ANSWER_JSON, hooks_text(set));
      return connection_.send_verdict(RCX_WIRE_CALL_DONE, "");
    }
    Result<NamedCall> named =
        read_named_call(call_, set, attempt_, context_.doors->caller(peer_, call_),
                        context_.apart || context_.doors->speaks_for_others(caller_),
                        *context_.roots, *context_.config);
    if (!named) return refuse_named(named.error(), nullptr);
    // Who asks a worker of one extension has done that already.
    const Result<void> allowed = context_.apart ? Result<void>()
                                                : may_call(*context_.doors, caller_, *named->event,
                                                           *named->hook, *context_.config);
    if (!allowed) return refuse_named(allowed.error(), named->event.get());
    selection_ = std::move(named->selection);
    HookEvent hook;
    hook.event = std::move(named->event);
    judge(hook);
  }

  // What nobody hears of. Who may not is recorded.
  void refuse_named(const Error& error, const Event* event) {
    if (context_.apart) return give_up(error, event);
    const bool denied = error.code == Code::kDenied;
    log("worker").log(denied ? spdlog::level::warn : spdlog::level::info, "event {}: {}", id_,
                      error.message);
    if (denied) {
      context_.recording->add(record_of(call_, event, attempt_, error.message, blamed_),
                              monotonic_ns() - began_);
    }
    answered_ = true;
    connection_.send_verdict(denied ? RCX_WIRE_CALL_DENIED : RCX_WIRE_CALL_WRONG,
                             "rcx: " + printable(error.message) + "\n");
  }

  bool is_delivery() const { return order_.part == Part::kQueued && !context_.apart; }

  // Has the queue tell those handlers that wait for it. Where it cannot, they are called now.
  void put_aside(const Event& event) {
    if (context_.queue == nullptr || context_.apart || is_delivery() || event.kind->veto) return;
    queued_ = queued_handlers(*context_.extensions, *event.kind, event);
    if (queued_.empty()) return;
    if (Result<void> put = context_.queue->put(*context_.config, call_, event, queued_); !put) {
      queued_.clear();
      unqueued_ = true;
      log("worker").error("event {}: it is not queued and its handlers run now: {}", id_,
                          put.error().message);
      return;
    }
    selection_.part = Part::kInline;
  }

  // Runs the one handler that a delivery is for.
  void deliver(HookEvent& hook) {
    Event& event = *hook.event;
    if (!has_queued(*context_.extensions, *event.kind, order_.handler)) {
      answered_ = true;
      return connection_.send_verdict(kNobodyThere, absence());
    }
    connection_.announce();
    if (Result<void> complete = rcx::host::complete(hook); !complete) {
      return give_up(complete.error(), &event);
    }
    const Verdict verdict = hear(hook);
    note(verdict);
    report(verdict);
    const std::int64_t took = monotonic_ns() - began_;
    Record record = record_of(event, verdict, blamed_);
    mark_delivery(record, order_.attempt);
    context_.recording->add(std::move(record), took);
    answered_ = true;
    connection_.send_verdict(verdict.failures.empty() ? kDelivered : kDeliveryFailed,
                             verdict.failures.empty() ? "" : verdict.failures[0].reason);
    log("worker").info("event {}: {} of {} {} to {}, try {}, in {}", id_, event.kind->name,
                       printable(event.repository.name),
                       verdict.failures.empty() ? "delivered" : "not delivered", order_.handler,
                       order_.attempt, duration_text(std::chrono::nanoseconds(took)));
  }

  // Why the extension of a delivery does not serve.
  std::string absence() const {
    for (const Absent& absent : context_.extensions->absent()) {
      if (absent.planned.id == order_.handler) return absent.planned.reason;
    }
    return "no such extension is loaded, or it handles that event no more";
  }

  void note(const Verdict& verdict) {
    for (const HandlerRun& run : verdict.runs) {
      if (run.took.count() > 0 && !run.apart) served_.ran.push_back(run.extension);
    }
    served_.failed = !verdict.failures.empty();
  }

  void answer_refs() {
    const Result<RefAnswer> answer = answer_of(call_, *context_.roots, *context_.config);
    if (!answer) return give_up(answer.error(), nullptr);
    if (!answer->text.empty()) log("worker").warn("event {}: {}", id_, printable(answer->text));
    answered_ = true;
    connection_.send_report(answer->report);
    connection_.send_verdict(answer->status, answer->text);
  }

  void judge(HookEvent& hook) {
    Event& event = *hook.event;
    const ExtensionSet& set = *context_.extensions;
    if (is_delivery()) return deliver(hook);
    if (const std::string full = refusal_of_queue(event); !full.empty()) {
      return give_up({Code::kUnavailable, full}, &event);
    }
    put_aside(event);
    const bool heard = wanted(set, *event.kind, event, selection_);
    const bool kept =
        event.kind->number == RCX_EVENT_PRE_PUSH && wanted(set, *event_kind(RCX_EVENT_PUSH), event);
    Result<void> complete{};
    if (heard || kept) {
      // From here on the client watches: what is read may take this process down.
      connection_.announce();
      complete = rcx::host::complete(hook);
    }
    if (heard && !complete) {
      give_up(complete.error(), &event);
      return;
    }
    Verdict verdict;
    if (heard) verdict = hear(hook);
    note(verdict);
    if (context_.apart) {
      answered_ = true;
      connection_.send_answer(answer_text(verdict));
      return;
    }
    report(verdict);
    const std::uint32_t status = settle(hook, verdict);
    if (kept && !verdict.refused) {
      if (complete) complete = keep_commits(hook, *context_.config);
      if (!complete) log("worker").warn("event {}: {}", id_, complete.error().message);
    }
    if (event.kind->number == RCX_EVENT_PUSH) forget_commits(event, *context_.config);
    answer(event, verdict, status);
  }

  // The status for the client, where single references may be refused also what becomes of each.
  std::uint32_t settle(const HookEvent& hook, Verdict& verdict) {
    const Event& event = *hook.event;
    const std::uint32_t status = verdict.refused ? 1 : 0;
    if (event.kind->action != RCX_ACTION_PUSH ||
        !context_.config->partial_in(event.repository.name)) {
      return status;
    }
    if (event.kind->veto) return settle_refs(call_, hook, *context_.config, verdict, connection_);
    forget_rulings(event, *context_.config);
    return status;
  }

  void answer(const Event& event, const Verdict& verdict, std::uint32_t status) {
    const std::int64_t took = monotonic_ns() - began_;
    // Before the verdict: once git has that, this process may die.
    Record record = record_of(event, verdict, blamed_);
    add_queued(queued_, record);
    context_.recording->add(std::move(record), took);
    answered_ = true;
    if (event.called) {
      // Whatever its fail policy: a hook that failed has not done what the caller wants.
      if (!verdict.failures.empty()) status = RCX_WIRE_CALL_REFUSED;
      if (status == RCX_WIRE_CALL_DONE && verdict.answer.kind != 0) {
        connection_.send_result(verdict.answer.kind, verdict.answer.content);
      }
    }
    // Who has done it keeps the event then, and tells of it once more.
    if (unqueued_ && call_.hook() == RCX_WIRE_PERFORM && !verdict.failures.empty()) {
      status = kDeliveryFailed;
    }
    connection_.send_verdict(status, verdict_text(verdict, event, context_.config->output));
    const std::string& about = event.subject.empty() ? event.repository.name : event.subject;
    log("worker").info("event {}: {} of {} by {}, {}{} in {}", id_, event.kind->name,
                       printable(about), printable(event.caller.name), extent_of(event),
                       verdict.refused                ? "refused"
                       : verdict.refused_refs.empty() ? "done"
                                                      : "refused in part",
                       duration_text(std::chrono::nanoseconds(took)));
  }

  // Why a push is refused whose post event could not be kept.
  std::string refusal_of_queue(const Event& event) const {
    if (context_.queue == nullptr || context_.apart) return {};
    const std::string why = queue_is_full(*context_.config, *context_.extensions, event);
    if (why.empty()) return {};
    return "extensions could not be told afterwards, since the queue takes nothing more: " + why +
           "; an administrator can make room, or allow it with  queue: {when_full: allow}  in " +
           context_.config->file.string();
  }

  Verdict hear(const HookEvent& hook) {
    const Event& event = *hook.event;
    if (context_.apart) {
      connection_.never_block_handlers(context_.config->budget.event);
      Verdict verdict = dispatch(*context_.extensions, *context_.config, event, hook.commits.get(),
                                 {}, connection_, slot_, nullptr, selection_);
      if (attempt_ > 1) try_heap();
      return verdict;
    }
    for (const Blame& blame : blamed_) {
      if (const std::string text = restart_text(blame); !text.empty()) connection_.say(text);
    }
    if (attempt_ > RCX_WIRE_ATTEMPTS)
      return rcx::host::give_up(*context_.extensions, event, RCX_WIRE_ATTEMPTS, selection_);
    std::vector<Blame> guilty = blamed_;
    std::erase_if(guilty, [&](const Blame& blame) {
      const bool can_ask =
          blame.extension.empty() || context_.extensions->door(blame.extension) != nullptr;
      return !blame.certain && can_ask;
    });
    const bool doubt = guilty.size() < blamed_.size();
    Result<Fd> order = Fd();
    if (selection_.part == Part::kInline) order = write_order({Part::kInline, {}, 0, {}}, {});
    ApartCalls apart(doubt ? ApartFor::kEverything : ApartFor::kDedicated, *context_.extensions,
                     *context_.config, *context_.scoreboard, event, call_.request(), caller_,
                     connection_, context_.control, order && *order ? order->get() : order_fd_,
                     call_.door());
    Verdict verdict = dispatch(*context_.extensions, *context_.config, event, hook.commits.get(),
                               guilty, connection_, slot_, &apart, selection_);
    if (doubt) log_suspects(id_, blamed_, verdict);
    return verdict;
  }

  // Of handlers that ran. Who took down this worker's like was counted when that was lost; who took
  // down one of its own is counted here, once for all attempts; who is absent does nothing wrong,
  // nor who was told that the repository is damaged, that the push is too large or that time is up:
  // else anybody's pushes could take an extension from all others.
  // A handler that the queue tells again has its limit there: a receiver that is away takes down no
  // extension.
  void report(const Verdict& verdict) const {
    for (const HandlerRun& run : verdict.runs) {
      if (is_delivery() && !run.lost) continue;
      if (run.status == RCX_OK || run.excused || (run.took.count() == 0 && !run.lost)) continue;
      context_.reports->failed(std::string(run.extension), run.failure);
    }
  }

  void give_up(const Error& error, const Event* event) {
    if (answered_) return;
    log("worker").error("event {}: {}", id_, error.message);
    if (context_.apart || is_delivery()) {
      answered_ = true;
      connection_.send_verdict(kDeliveryFailed, error.message);
      return;
    }
    context_.recording->add(record_of(call_, event, attempt_, error.message, blamed_),
                            monotonic_ns() - began_);
    answered_ = true;
    const std::string_view what = asks_about_refs(call_) ? "push" : refusable(call_);
    connection_.send_verdict(
        1, what.empty() ? "rcx: " + printable(error.message) + "\n"
                        : refusal_text(error.message, what, id_, context_.config->output));
  }

  const WorkerContext& context_;
  Repositories& repositories_;
  Slot& slot_;
  Connection& connection_;
  const HookCall& call_;
  std::uint32_t attempt_;
  Peer peer_;
  uid_t caller_;
  int order_fd_;  // -1: none came
  Order order_;
  Selection selection_;
  std::vector<QueuedHandler> queued_;  // that the queue tells
  bool unqueued_ = false;              // it takes nothing more
  std::string id_;
  const std::int64_t began_ = monotonic_ns();
  std::vector<Blame> blamed_;
  Served served_;
  bool answered_ = false;
};

}  // namespace

Served serve_call(const WorkerContext& context, Repositories& repositories, Slot& slot,
                  Connection& connection, const HookCall& call, const CallFrom& from) {
  return CallService(context, repositories, slot, connection, call, from).run();
}

}  // namespace rcx::host
