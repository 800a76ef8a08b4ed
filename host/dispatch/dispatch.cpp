#include "host/dispatch/dispatch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "host/dispatch/bypass.hpp"

namespace rcx::host {
namespace {

// Of a turn that is waited for. ThreadSanitizer does not see what the steady clock's wait locks.
#ifdef __SANITIZE_THREAD__
using TurnClock = std::chrono::system_clock;
#else
using TurnClock = std::chrono::steady_clock;
#endif

constexpr std::string_view kDefaultFailure = "it gave no reason";
// How much longer than an event may take a worker waits for others that should have answered.
constexpr std::int64_t kHangUpNs = 1'000'000'000;
// Extensions elsewhere that one event waits for at the same time.
constexpr std::size_t kAhead = 4;

// A worker without its descriptors serves nobody. The client asks another one.
[[noreturn]] void leave(Slot& slot, std::uint32_t fault) {
  slot.fault.store(fault);
  ::_exit(1);
}

void leave_if_harmed(const Listener& listener, Slot& slot) {
  const std::uint32_t harm = listener.harm();
  if (harm != 0) leave(slot, harm);
}

// One event on its way through the extensions.
class Dispatch {
 public:
  Dispatch(EventRun& run, Slot& slot, Apart* apart, const Selection& selection)
      : run_(run), slot_(slot), apart_(apart), selection_(selection), bypass_(run.event) {
    verdict_.bypass = bypass_.reason();
  }

  // Those that run elsewhere begin while others run here; some of them, and the others later, so
  // that no event takes many descriptors.
  void begin(const std::vector<Handler>& handlers, const std::vector<Blame>& blamed) {
    if (apart_ == nullptr) return;
    for (const Handler& handler : handlers) {
      Extension& extension = *handler.extension;
      if (!concerns(handler, run_.event) || !selection_.takes(handler)) continue;
      if (!apart_->wants(extension)) continue;
      if (guilty(blamed, extension) != nullptr) continue;
      const bool queued = is_queued(handler);
      if (Elsewhere* known = find(extension)) {
        known->queued = known->queued && queued;
      } else {
        elsewhere_.push_back({&extension, queued});
      }
    }
    // Nobody waits for a canary longer than for all others.
    std::stable_partition(elsewhere_.begin(), elsewhere_.end(),
                          [](const Elsewhere& one) { return !is_canary(one.extension->id()); });
    for (std::size_t i = 0; i < kAhead && i < elsewhere_.size(); ++i) {
      apart_->ask(*elsewhere_[i].extension);
    }
  }

  // Takes the answers of those, and puts the verdict into the order of the handlers.
  void finish(const std::vector<Handler>& handlers) {
    if (elsewhere_.empty()) return;
    for (std::size_t i = 0; i < elsewhere_.size(); ++i) {
      take(elsewhere_[i]);
      if (i + kAhead < elsewhere_.size()) apart_->ask(*elsewhere_[i + kAhead].extension);
    }
    std::map<std::string_view, std::size_t> places;
    for (const Handler& handler : handlers) {
      places.emplace(handler.extension->id(), places.size() + 1);
    }
    const auto sort = [&](auto& all) {
      std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        return places[a.extension] < places[b.extension];
      });
    };
    sort(verdict_.runs);
    sort(verdict_.objections);
    sort(verdict_.observed);
    sort(verdict_.bypassed);
    sort(verdict_.failures);
  }

  void run(const Handler& handler, const std::vector<Blame>& blamed) {
    Extension& extension = *handler.extension;
    if (find(extension) != nullptr) return;
    const bool queued = is_queued(handler);
    if (const Blame* blame = guilty(blamed, extension)) {
      note(extension.planned, extension.config);
      fail(extension.id(), extension.config, failure_text(*blame), !queued);
      return;
    }
    if (!take_turn(extension)) {
      note(extension.planned, extension.config);
      fail(extension.id(), extension.config,
           "no time was left for it (budget.event is " + duration_text(run_.config.budget.event) +
               ")",
           !queued);
      return;
    }
    const Turn turn(extension);
    call(extension, handler, queued);
  }

  // An extension that should have been asked and cannot be.
  void miss(const Absent& absent) {
    note(absent.planned, absent.config).absent = true;
    fail(absent.planned.id, absent.config, "it is not loaded: " + absent.planned.reason, true);
  }

  Verdict& verdict() { return verdict_; }

 private:
  static const Blame* guilty(const std::vector<Blame>& blamed, const Extension& extension) {
    const auto found = std::find_if(blamed.begin(), blamed.end(), [&](const Blame& blame) {
      return blame.extension == extension.id();
    });
    return found == blamed.end() ? nullptr : &*found;
  }

  // An extension that is asked for all its handlers at once.
  struct Elsewhere {
    Extension* extension;
    bool queued;  // all of those handlers
  };

  bool is_queued(const Handler& handler) const {
    return !run_.event.kind->veto && handler.info.delivery != RCX_INLINE;
  }

  Elsewhere* find(const Extension& extension) {
    const auto found =
        std::find_if(elsewhere_.begin(), elsewhere_.end(),
                     [&](const Elsewhere& one) { return one.extension == &extension; });
    return found == elsewhere_.end() ? nullptr : &*found;
  }

  std::chrono::nanoseconds budget_of(const Extension& extension) const {
    return extension.config.deadline.count() > 0 ? extension.config.deadline
                                                 : run_.config.budget.extension;
  }

  void take(const Elsewhere& one) {
    Extension& extension = *one.extension;
    const bool queued = one.queued;
    const std::int64_t began = now_ns_;
    const std::int64_t enough = began + budget_of(extension).count() + kHangUpNs;
    const std::int64_t deadline =
        is_canary(extension.id()) ? std::min(run_.deadline_ns, enough) : run_.deadline_ns;
    slot_.enter(Activity::kApart, extension.id(), run_.deadline_ns + kHangUpNs);
    Result<ApartAnswer> answer = apart_->take(extension, deadline);
    slot_.enter_host(run_.deadline_ns);
    now_ns_ = monotonic_ns();
    const auto add = [&](rcx_status status, std::chrono::nanoseconds took) -> HandlerRun& {
      HandlerRun& run = note(extension.planned, extension.config);
      run.status = status;
      run.took = took;
      run.apart = true;
      return run;
    };
    if (!answer) {
      // Who had no time, or nobody to answer to, did nothing wrong: it is told, and not counted.
      const bool late = answer.error().code == Code::kBusy;
      add(RCX_FAILED, std::chrono::nanoseconds(late ? 0 : now_ns_ - began)).lost = !late;
      fail(extension.id(), extension.config, answer.error().message, !queued);
      return;
    }
    bool objects = !answer->objections.empty();
    for (const ApartRun& run : answer->runs) {
      HandlerRun& added = add(run.status, run.took);
      added.absent = run.absent;
      added.excused = run.excused;
      added.objected = std::exchange(objects, false);
      if (run.status != RCX_OK) fail(extension.id(), extension.config, run.failure, !queued);
    }
    for (Objection& objection : answer->objections) object(extension, std::move(objection));
    verdict_.answer = std::move(answer->answer);
  }

  // Begins what is said of one that is not called.
  HandlerRun& note(const PlannedExtension& planned, const ExtensionConfig& config) {
    verdict_.runs.push_back({planned.id, RCX_UNAVAILABLE, {}, &planned, &config, false, false, {}});
    return verdict_.runs.back();
  }

  // Waiting counts against the event, not against the extension.
  bool take_turn(Extension& extension) {
    if (now_ns_ >= run_.deadline_ns) return false;
    if (extension.concurrent() || extension.turn.try_lock()) return true;
    slot_.enter(Activity::kTurn, extension.id(), run_.deadline_ns);
    const bool taken = extension.turn.try_lock_until(
        TurnClock::now() + std::chrono::nanoseconds(run_.deadline_ns - now_ns_));
    now_ns_ = monotonic_ns();
    slot_.enter_host(run_.deadline_ns);
    return taken;
  }

  void call(Extension& extension, const Handler& handler, bool queued) {
    const std::int64_t began = now_ns_;
    const std::int64_t deadline = std::min(began + budget_of(extension).count(), run_.deadline_ns);
    Call call(extension, &run_, slot_, deadline);
    call.set_queued(queued);
    slot_.enter(Activity::kHandler, extension.id(), deadline);
    rcx_status status = RCX_FAILED;
    try {
      status = invoke(handler, call);
    } catch (...) {
      call.fail("it threw an exception through the C interface");
    }
    // The first time this is asked once for all handlers, when they are done; see below.
    if (run_.event.attempt > 1) leave_if_harmed(run_.listener, slot_);
    slot_.enter_host(run_.deadline_ns);
    call.end();
    now_ns_ = monotonic_ns();
    const std::chrono::nanoseconds took(now_ns_ - began);
    verdict_.runs.push_back({extension.id(),
                             status,
                             took,
                             &extension.planned,
                             &extension.config,
                             false,
                             !call.objections().empty(),
                             {}});
    verdict_.runs.back().excused = call.excused();
    if (log_.should_log(spdlog::level::debug)) {
      log_.debug("event {}: {} returned {} after {}", run_.event.id_text, extension.id(), status,
                 duration_text(took));
    }
    if (status != RCX_OK) {
      fail(extension.id(), extension.config,
           call.failure().empty() ? std::string(kDefaultFailure) : call.failure(), !queued);
    }
    for (Objection& objection : call.objections()) object(extension, std::move(objection));
    if (status == RCX_OK) verdict_.answer = std::move(call.answer());
  }

  rcx_status invoke(const Handler& handler, Call& call) const {
    void* instance = handler.extension->instance;
    switch (run_.event.kind->number) {
      case RCX_EVENT_PRE_PUSH:
        return handler.raw->call.pre_push(instance, call.raw(), &run_.abi.pre_push());
      case RCX_EVENT_PUSH:
        return handler.raw->call.push(instance, call.raw(), &run_.abi.push());
      case RCX_EVENT_PRE_PULL:
        return handler.raw->call.pre_pull(instance, call.raw(), &run_.abi.pre_pull());
      case RCX_EVENT_PULL:
        return handler.raw->call.pull(instance, call.raw(), &run_.abi.pull());
      case RCX_EVENT_CALL: {
        rcx_called called = run_.abi.called();
        called.hook = handler.raw->call.hook;
        return called.hook->call(instance, call.raw(), &called);
      }
      default: {
        const catalogue::EventType* type = run_.event.kind->told;
        return type == nullptr ? RCX_UNAVAILABLE
                               : type->call(*handler.raw, instance, call.raw(), run_.abi.told());
      }
    }
  }

  // Whether this extension is overridden, which has objected or failed. Where the push asks for
  // that in vain, the person is told why.
  bool overridden(const std::string& id, const ExtensionConfig& config) {
    if (!bypass_.asked() || !run_.event.kind->veto) return false;
    const std::string denied = bypass_.denied(run_.event.caller, config);
    if (denied.empty()) {
      const auto mark = [&](HandlerRun& run) {
        if (run.extension == id) run.bypassed = run.objected || !run.failure.empty();
      };
      std::for_each(verdict_.runs.begin(), verdict_.runs.end(), mark);
      log_.warn("event {}: {} bypasses {}: {}", run_.event.id_text,
                printable(run_.event.caller.name), id, printable(bypass_.reason()));
      return true;
    }
    auto& all = verdict_.denied_bypasses;
    if (std::none_of(all.begin(), all.end(),
                     [&](const auto& one) { return one.extension == id; })) {
      all.push_back({id, denied});
      log_.warn("event {}: {} may not bypass {}: {}", run_.event.id_text,
                printable(run_.event.caller.name), id, denied);
    }
    return false;
  }

  void object(const Extension& extension, Objection objection) {
    const bool counts = extension.config.mode == Mode::kEnforce;
    log_.info(
        "event {}: {} {}: {}{}", run_.event.id_text, extension.id(),
        counts ? "objects" : "would object (mode: observe)",
        objection.ref ? printable(run_.event.refs[*objection.ref].name) + ": " : std::string(),
        printable(objection.reason));
    if (!counts) {
      verdict_.observed.push_back(std::move(objection));
      return;
    }
    if (overridden(extension.id(), extension.config)) {
      verdict_.bypassed.push_back(std::move(objection));
      return;
    }
    verdict_.refused = true;
    verdict_.objections.push_back(std::move(objection));
  }

  // Of the extension whose run is the last one.
  void fail(const std::string& id, const ExtensionConfig& config, const std::string& reason,
            bool told) {
    verdict_.runs.back().failure = reason;
    log_.error("event {}: {} failed: {}", run_.event.id_text, id, printable(reason));
    if (config.mode != Mode::kEnforce) return;
    const bool closed = run_.event.kind->veto && config.fail == FailPolicy::kClosed;
    const bool bypassed = closed && overridden(id, config);
    if (closed && !bypassed) verdict_.refused = true;
    verdict_.failures.push_back({id, reason, config.fail, told, bypassed});
  }

  EventRun& run_;
  Slot& slot_;
  Apart* apart_;
  const Selection& selection_;
  const Bypass bypass_;
  std::vector<Elsewhere> elsewhere_;
  std::int64_t now_ns_ = monotonic_ns();  // read once between two handlers
  spdlog::logger& log_ = log("dispatch");
  Verdict verdict_;
};

}  // namespace

Verdict give_up(const ExtensionSet& set, const Event& event, std::uint32_t attempts,
                const Selection& selection) {
  Verdict verdict;
  const Bypass bypass(event);
  verdict.bypass = bypass.reason();
  const std::string reason = fmt::format("{} workers died before it was heard", attempts);
  const auto miss = [&](const PlannedExtension& planned, const ExtensionConfig& config,
                        bool absent) {
    verdict.runs.push_back(
        {planned.id, RCX_UNAVAILABLE, {}, &planned, &config, absent, false, reason});
    if (config.mode != Mode::kEnforce) return;
    const bool closed = event.kind->veto && config.fail == FailPolicy::kClosed;
    const bool bypassed = closed && bypass.asked() && bypass.denied(event.caller, config).empty();
    verdict.runs.back().bypassed = bypassed;
    verdict.failures.push_back({planned.id, reason, config.fail, true, bypassed});
    if (closed && !bypassed) verdict.refused = true;
  };
  for (const Absent& absent : set.absent()) {
    if (concerns(absent, *event.kind, event)) miss(absent.planned, absent.config, true);
  }
  for (const Handler& handler : set.handlers(event.kind->number)) {
    if (concerns(handler, event) && selection.takes(handler)) {
      miss(handler.extension->planned, handler.extension->config, false);
    }
  }
  return verdict;
}

Verdict dispatch(const ExtensionSet& set, const Config& config, const Event& event,
                 CommitSource* commits, const std::vector<Blame>& blamed, Listener& listener,
                 Slot& slot, Apart* apart, const Selection& selection) {
  EventRun run(event, commits, listener, config);
  run.deadline_ns = monotonic_ns() + config.budget.event.count();
  Dispatch dispatch(run, slot, apart, selection);
  dispatch.begin(set.handlers(event.kind->number), blamed);
  dispatch.verdict().runs.reserve(set.absent().size() + set.handlers(event.kind->number).size());
  for (const Absent& absent : set.absent()) {
    if (concerns(absent, *event.kind, event)) dispatch.miss(absent);
  }
  for (const Handler& handler : set.handlers(event.kind->number)) {
    if (concerns(handler, event) && selection.takes(handler)) dispatch.run(handler, blamed);
  }
  dispatch.finish(set.handlers(event.kind->number));
  // Nobody is blamed yet: which handler did it is found when the event is asked for again.
  leave_if_harmed(listener, slot);
  return std::move(dispatch.verdict());
}

}  // namespace rcx::host
