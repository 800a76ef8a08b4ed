#include "host/vcs/emitted.hpp"

#include "host/event/wire.h"
#include "host/vcs/adapter.hpp"
#include "host/vcs/fields.hpp"

namespace rcx::host {
namespace {

std::uint32_t vcs_of(std::string_view type) {
  for (std::uint32_t i = 0; i < std::size(catalogue::kVcs); ++i) {
    if (catalogue::kVcs[i] == type) return i;
  }
  return RCX_VCS_NONE;
}

void set_repository(const Roots& roots, const Config& config, Event& event) {
  event.repository.name = event.subject;
  event.repository.vcs = vcs_of(event.told->text("repo_type"));
  if (const std::optional<Placed> placed = roots.find(event.subject)) {
    event.repository.path = placed->path.string();
    const Adapter* adapter = adapter_at(placed->path);
    event.repository.vcs = adapter != nullptr ? adapter->vcs() : std::uint32_t{RCX_VCS_NONE};
  }
  add_fields(config, event);
}

}  // namespace

// The process that says so is known; who acts is what it says.
void set_caller(const ToldCaller& told, const std::string& source, Caller& caller) {
  caller.name = told.username;
  caller.name_from = RCX_CALLER_FROM_FORGE;
  caller.source = source;
  caller.ip = told.ip;
  caller.user_agent = told.user_agent;
  caller.auth_method = told.auth_method;
}

Result<void> read_emitted(const HookCall& call, const Roots& roots, const Config& config,
                          Event& event) {
  const std::vector<std::string_view> arguments = call.arguments();
  const Result<const EventKind*> kind = emitted_kind(arguments.empty() ? "" : arguments[0]);
  if (!kind) return kind.error();
  Result<Emission> emission = read_emission(**kind, call.input(), event.caller.name);
  if (!emission) return emission.error();
  event.kind = *kind;
  event.action = call.hook() == RCX_WIRE_PERFORM ? RCX_ACTION_PERFORMED : RCX_ACTION_EMITTED;
  event.hook_type = call.hook();
  if (emission->caller) set_caller(*emission->caller, std::string(call.hook()), event.caller);
  event.told = std::move(emission->told);
  event.subject = event.told->text((*kind)->told->subject);
  event.second = event.told->text((*kind)->told->second);
  if ((*kind)->told->about == catalogue::About::kRepository) set_repository(roots, config, event);
  return {};
}

}  // namespace rcx::host
