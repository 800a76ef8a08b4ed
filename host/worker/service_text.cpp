#include "host/worker/service_text.hpp"

#include <fmt/format.h>

namespace rcx::host {

std::string_view refusable(const HookCall& call) {
  const EventKind* kind = event_kind_of(call);
  return kind != nullptr && kind->veto ? kind->what : std::string_view();
}

std::string restart_text(const Blame& blame) {
  if (blame.certain && blame.extension.empty()) return {};
  if (blame.certain) {
    return fmt::format("rcx: starting again without the extension {}: {} {}\n", blame.extension,
                       blame.in_service ? "the host" : "it", blame.how);
  }
  const std::string what =
      blame.extension.empty() ? "a worker was lost"
      : blame.in_service
          ? fmt::format("the host {} for the extension {}", blame.how, blame.extension)
          : fmt::format("a worker {} in the extension {}", blame.how, blame.extension);
  return "rcx: " + what + "; starting again with each extension in a process of its own\n";
}

std::string may_not_emit(const std::string& user, const fs::path& file) {
  return fmt::format(
      "user {} may not say what others do; an administrator can allow it in {} with  "
      "identity: {{trusted_users: [{}]}}",
      user, file.string(), user);
}

std::string extent_of(const Event& event) {
  if (event.told != nullptr || event.called) return {};
  const bool pull = event.kind->action == RCX_ACTION_PULL;
  return fmt::format("{} {}, ", pull ? event.pull.wanted.size() : event.refs.size(),
                     pull ? "wanted" : "refs");
}

}  // namespace rcx::host
