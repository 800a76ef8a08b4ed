#include "host/vcs/vcs.hpp"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "host/event/abi_event.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/wire.h"
#include "host/vcs/adapter.hpp"
#include "host/vcs/emitted.hpp"
#include "host/vcs/fields.hpp"
#include "host/vcs/place_call.hpp"

namespace rcx::host {
namespace {

void begin(const HookCall& call, std::uint32_t attempt, Caller caller, const Config& config,
           Event& event) {
  event.id = call.event_id();
  event.id_text = uuid_text(event.id);
  event.attempt = attempt;
  event.time_ns = call.time_ns();
  event.server_url = config.server_url;
  event.caller = std::move(caller);
}

Error no_such_hook(std::string_view hook) {
  return {Code::kInvalid, "wanted the name of a hook that this host serves, got '" +
                              shortened(printable(hook), 100) + "'"};
}

Result<void> read_caller(const rcx_value& input, bool speaks_for_others, Caller& caller) {
  try {
    const std::optional<ToldCaller> told = told_caller(input);
    if (!told) return {};
    if (!speaks_for_others) {
      return Error{Code::kDenied, "user " + caller.name + " may not call for somebody else"};
    }
    set_caller(*told, RCX_WIRE_CALL, caller);
    return {};
  } catch (const catalogue::Misfit& misfit) {
    return Error{Code::kInvalid, printable(misfit.what())};
  }
}

// The one that `input` names, below its root or by its path; nothing where it names none.
Result<std::optional<Placed>> named_repository(const rcx_value& input, const Roots& roots) {
  const rcx_value* value = item_of(input, "repository");
  if (value == nullptr || value->kind == RCX_VALUE_NULL) return std::optional<Placed>();
  if (value->kind != RCX_VALUE_TEXT || value->text.size == 0) {
    return Error{Code::kInvalid, "repository: wanted the name or the path of one"};
  }
  const std::string name(abi_view(value->text));
  if (name.front() == '/') {
    Result<Placed> placed = roots.place(name);
    if (!placed) return placed.error();
    return std::optional<Placed>(std::move(*placed));
  }
  std::optional<Placed> placed = roots.find(name);
  if (placed) return placed;
  return Error{Code::kNotFound, "there is no repository " + shortened(printable(name), 100) +
                                    " below the roots of rcx.yaml"};
}

}  // namespace

Result<PlacedCall> place_call(const HookCall& call, const Roots& roots) {
  const Adapter* adapter = adapter_of(call.hook());
  if (adapter == nullptr) return no_such_hook(call.hook());
  const Result<CallPlace> found = adapter->place(call);
  if (!found) return found.error();
  Result<Placed> placed = roots.place(found->repository);
  if (!placed) return placed.error();
  const boost::uuids::name_generator_sha1 generator(boost::uuids::ns::url());
  return PlacedCall{*placed,
                    boost::uuids::to_string(generator(placed->path.string() + '\0' + found->push))};
}

Repositories::Repositories(Generations* generations) {
  for (const Adapter* adapter : adapters()) {
    sessions_.emplace_back(adapter->vcs(), adapter->session(generations));
  }
}

Repositories::~Repositories() = default;

AdapterSession& Repositories::session(std::uint32_t vcs) {
  for (auto& [number, session] : sessions_) {
    if (number == vcs) return *session;
  }
  throw std::logic_error("no such adapter");
}

int Repositories::close_idle() {
  constexpr std::int64_t kIdleNs = 30'000'000'000;
  const std::int64_t now = monotonic_ns();
  std::int64_t oldest = 0;
  for (auto& [number, session] : sessions_) {
    const std::int64_t stays = session->close_idle(now - kIdleNs);
    if (stays != 0 && (oldest == 0 || stays < oldest)) oldest = stays;
  }
  if (oldest == 0) return -1;
  return static_cast<int>((oldest + kIdleNs - now) / 1'000'000) + 1;
}

Result<void> start_vcs() {
  for (const Adapter* adapter : adapters()) {
    if (Result<void> started = adapter->start(); !started) return started;
  }
  return {};
}

Result<std::unique_ptr<Event>> begin_named_call(const HookCall& call, const rcx_value& input,
                                                std::uint32_t attempt, Caller caller,
                                                bool speaks_for_others, const Roots& roots,
                                                const Config& config) {
  auto event = std::make_unique<Event>();
  begin(call, attempt, std::move(caller), config, *event);
  event->kind = event_kind(RCX_EVENT_CALL);
  event->action = RCX_ACTION_CALLED;
  event->hook_type = RCX_WIRE_CALL;
  if (Result<void> read = read_caller(input, speaks_for_others, event->caller); !read) {
    return read.error();
  }
  Result<std::optional<Placed>> placed = named_repository(input, roots);
  if (!placed) return placed.error();
  if (!*placed) return event;
  const Adapter* adapter = adapter_at((*placed)->path);
  event->repository.vcs = adapter != nullptr ? adapter->vcs() : RCX_VCS_NONE;
  event->repository.name = (*placed)->name;
  event->repository.path = (*placed)->path.string();
  add_fields(config, *event);
  return event;
}

Result<HookEvent> read_hook_call(const HookCall& call, std::uint32_t attempt, Caller caller,
                                 const Roots& roots, const Config& config,
                                 Repositories& repositories, const std::string* kept) {
  if (is_told(call)) {
    HookEvent told;
    told.event = std::make_unique<Event>();
    begin(call, attempt, std::move(caller), config, *told.event);
    Result<void> read = read_emitted(call, roots, config, *told.event);
    return read ? Result<HookEvent>(std::move(told)) : read.error();
  }
  const Adapter* adapter = adapter_of(call.hook());
  if (adapter == nullptr) return no_such_hook(call.hook());
  const bool pull = adapter->is_pull(call.hook());
  const Result<PlacedCall> placed = place_call(call, roots);
  // The client is configured for all repositories of the machine, whosever they are.
  if (!placed && pull && placed.error().code == Code::kDenied) return HookEvent{};
  if (!placed) return placed.error();

  HookEvent result;
  result.event = std::make_unique<Event>();
  Event& event = *result.event;
  begin(call, attempt, std::move(caller), config, event);
  event.repository.vcs = adapter->vcs();
  event.repository.name = placed->repository.name;
  event.repository.path = placed->repository.path.string();
  event.push_id = placed->push_id;
  add_fields(config, event);
  AdapterSession& session = repositories.session(adapter->vcs());
  if (Result<void> read = session.read(call, config, result, kept); !read) return read.error();
  if (!pull && event.refs.empty()) result.event.reset();
  return result;
}

Result<void> complete(HookEvent& hook) {
  Event& event = *hook.event;
  if (event.told != nullptr) return {};
  if (hook.commits) return hook.commits->complete(event);
  const Adapter* adapter = adapter_of(event.repository.vcs);
  return adapter == nullptr ? Result<void>() : adapter->name_wanted(event);
}

}  // namespace rcx::host
