#include "host/trial/strict_host.hpp"

#include <algorithm>

#include "host/core/core.hpp"
#include "host/event/abi_event.hpp"
#include "host/trial/strict_call.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLongText = std::size_t{1024} * 1024;

// Lays an event out in the memory of one call.
class ArenaMemory : public catalogue::Memory {
 public:
  explicit ArenaMemory(Arena& arena) : arena_(arena) {}
  void* take(std::size_t size) override { return arena_.take(size); }
  rcx_bytes keep(std::string_view text) override { return arena_.copy(abi_bytes(text)); }
  std::uint32_t slack() const override { return sizeof(std::uint64_t); }

 private:
  Arena& arena_;
};

}  // namespace

StrictHost::StrictHost(const rcx_plugin& plugin, const rcx_value& settings,
                       std::string data_directory, Slot& slot, Report report)
    : plugin_(plugin),
      data_directory_(std::move(data_directory)),
      slot_(slot),
      report_(std::move(report)),
      settings_(copy_value(lasting_, settings)) {
  Table::host = this;
}

StrictHost::~StrictHost() {
  Table::host = nullptr;
}

StrictHost::Call& StrictHost::begin(Stage stage, const rcx::testing::FrozenPush* push) {
  auto call = std::make_unique<Call>(stage, push);
  rcx_call raw{};
  raw.size = sizeof raw;
  raw.host = &Table::functions();
  raw.extension = reinterpret_cast<const rcx_extension*>(this);
  raw.settings = settings_;
  raw.data_directory = lasting_.copy(abi_bytes(data_directory_));
  call->raw = call->arena.make(raw);
  const std::lock_guard<std::mutex> lock(mutex_);
  Call& begun = *call;
  calls_[begun.raw] = std::move(call);
  return begun;
}

template <class Function>
StrictOutcome StrictHost::run(Call& call, Activity activity, std::chrono::nanoseconds budget,
                              const Function& function) {
  const std::int64_t began = monotonic_ns();
  call.deadline_ns = began + budget.count();
  slot_.enter(activity, plugin_.id, call.deadline_ns);
  rcx_status status = RCX_FAILED;
  bool threw = false;
  try {
    status = function();
  } catch (...) {
    threw = true;
  }
  slot_.enter_host(0);
  StrictOutcome outcome;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    call.open = false;
    outcome = call.outcome;
  }
  outcome.took_ns = monotonic_ns() - began;
  outcome.status = status;
  call.arena.close();
  call.content.close();
  call.changed.close();
  outcome.told = true;
  if (threw) {
    report_(true,
            "throws a C++ exception through the C interface; catch it inside (the C++ layer does)");
  } else if (status > RCX_UNAVAILABLE) {
    report_(true, "returns " + std::to_string(status) +
                      ", which is no rcx_status; return RCX_OK, or RCX_FAILED after rcx_host.fail");
  } else if (status != RCX_OK && outcome.failure.empty()) {
    report_(call.stage == Stage::kCreate,
            "fails without a reason; say it with rcx_host.fail, the person who waits reads it");
  } else {
    outcome.told = false;
  }
  return outcome;
}

StrictOutcome StrictHost::create(std::chrono::nanoseconds budget) {
  if (plugin_.create == nullptr) return {};
  Call& call = begin(Stage::kCreate, nullptr);
  return run(call, Activity::kCreate, budget, [&] { return plugin_.create(call.raw, &instance_); });
}

StrictOutcome StrictHost::handle(const rcx_handler& handler, const rcx::testing::FakePush& push,
                                 std::chrono::nanoseconds budget) {
  const rcx::testing::FrozenPush frozen(push, handler.event);
  const bool pre = handler.event == RCX_EVENT_PRE_PUSH;
  Call& call = begin(pre ? Stage::kPrePush : Stage::kPush, &frozen);
  StrictOutcome outcome = run(call, Activity::kHandler, budget, [&] {
    if (pre) {
      return handler.call.pre_push(instance_, call.raw,
                                   copy_event(call.arena, frozen.raw<rcx_pre_push>()));
    }
    return handler.call.push(instance_, call.raw, copy_event(call.arena, frozen.raw<rcx_push>()));
  });
  const std::lock_guard<std::mutex> lock(mutex_);
  call.push = nullptr;
  return outcome;
}

StrictOutcome StrictHost::handle(const rcx_handler& handler, const rcx::testing::FakePull& pull,
                                 std::chrono::nanoseconds budget) {
  const rcx::testing::FrozenPull frozen(pull, handler.event);
  const bool pre = handler.event == RCX_EVENT_PRE_PULL;
  Call& call = begin(pre ? Stage::kPrePull : Stage::kPull, &frozen.common());
  StrictOutcome outcome = run(call, Activity::kHandler, budget, [&] {
    if (pre) {
      return handler.call.pre_pull(instance_, call.raw,
                                   copy_event(call.arena, frozen.raw<rcx_pre_pull>()));
    }
    return handler.call.pull(instance_, call.raw, copy_event(call.arena, frozen.raw<rcx_pull>()));
  });
  const std::lock_guard<std::mutex> lock(mutex_);
  call.push = nullptr;
  return outcome;
}

StrictOutcome StrictHost::handle(const rcx_handler& handler, const rcx::testing::FakeEvent& event,
                                 std::chrono::nanoseconds budget) {
  const rcx::testing::FrozenEvent frozen(event);
  Call& call = begin(frozen.type().veto ? Stage::kPreEmitted : Stage::kEmitted, &frozen.common());
  StrictOutcome outcome = run(call, Activity::kHandler, budget, [&] {
    ArenaMemory memory(call.arena);
    void* raw = frozen.fill(memory);
    catalogue::set_event(raw, copy_common(call.arena, *frozen.common().event()));
    return frozen.type().call(handler, instance_, call.raw, raw);
  });
  const std::lock_guard<std::mutex> lock(mutex_);
  call.push = nullptr;
  return outcome;
}

StrictOutcome StrictHost::handle(const rcx_handler& handler, const rcx::testing::FakeCall& fake,
                                 std::chrono::nanoseconds budget) {
  const rcx::testing::FrozenCall frozen(fake, *handler.call.hook);
  Call& call = begin(Stage::kCalled, &frozen.common());
  StrictOutcome outcome = run(call, Activity::kHandler, budget, [&] {
    const rcx_called raw = frozen.raw();
    const rcx_called shown{raw.size, 0, copy_common(call.arena, *raw.event), raw.hook,
                           copy_value(call.arena, *raw.arguments)};
    return handler.call.hook->call(instance_, call.raw, &shown);
  });
  const std::lock_guard<std::mutex> lock(mutex_);
  call.push = nullptr;
  return outcome;
}

void StrictHost::destroy(std::chrono::nanoseconds budget) {
  if (plugin_.destroy != nullptr) {
    slot_.enter(Activity::kCreate, plugin_.id, monotonic_ns() + budget.count());
    try {
      plugin_.destroy(instance_);
    } catch (...) {
      report_(true, "throws a C++ exception out of destroy; catch it inside");
    }
    slot_.enter_host(0);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  destroyed_ = true;
  lasting_.close();
}

StrictHost::Call* StrictHost::usable(const rcx_call* raw, const char* function) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = calls_.find(raw);
  if (found == calls_.end()) {
    report_(true, fmt::format("calls {} with an rcx_call that the host never gave out", function));
    return nullptr;
  }
  Call& call = *found->second;
  if (!call.open) {
    report_(true, fmt::format("calls {} after its handler or create has returned; finish the work "
                              "before, or use rcx_host.log, which works at any time",
                              function));
    return nullptr;
  }
  if (call.thread != std::this_thread::get_id()) {
    report_(true, fmt::format("calls {} on a thread of its own; only the thread that the handler "
                              "runs on may do that",
                              function));
    return nullptr;
  }
  return &call;
}

rcx_status StrictHost::misused(const std::string& text) {
  report_(true, text);
  return RCX_MISUSED;
}

void StrictHost::check_text(rcx_bytes text, const char* function) {
  if (text.size > kLongText) {
    report_(false, fmt::format("gives {} {} bytes at once; nobody reads them, and the host cuts "
                               "what is too long",
                               function, text.size));
  } else if (!is_utf8(abi_view(text))) {
    report_(false, fmt::format("gives {} bytes that are no UTF-8; the person reads escapes such as "
                               "\\xe9 instead",
                               function));
  }
}

rcx_status StrictHost::object(const rcx_call* raw, const std::uint64_t* ref, rcx_bytes reason) {
  const char* function = ref == nullptr ? "reject" : "reject_ref";
  Call* call = usable(raw, function);
  if (call == nullptr) return RCX_MISUSED;
  if (call->stage == Stage::kCreate) {
    return misused("objects in create, where no push is; object in a handler for pre_push");
  }
  if (call->stage == Stage::kPull) {
    return misused(
        "objects in a handler for pull, when the pack has been sent; object in one for pre_pull");
  }
  if (call->stage == Stage::kEmitted) {
    return misused("objects when it has happened; object in a handler for an event before that");
  }
  if (call->stage == Stage::kPreEmitted && ref != nullptr) {
    return misused("objects to a reference of an event that has none; use reject");
  }
  if (call->stage == Stage::kPrePull && ref != nullptr) {
    return misused("objects to a reference of a pull, which has none; use reject");
  }
  if (call->stage == Stage::kPush) {
    return misused(
        "objects in a handler for push, when references have moved already; object in "
        "one for pre_push");
  }
  if (ref != nullptr && *ref >= call->push->ref_count()) {
    return misused(
        "objects to a reference that the push does not have; its index begins at 0 and "
        "ends below ref_count");
  }
  if (reason.size == 0) report_(false, "objects without a reason; say what to do instead");
  check_text(reason, function);
  ++call->outcome.objections;
  return RCX_OK;
}

}  // namespace rcx::host
