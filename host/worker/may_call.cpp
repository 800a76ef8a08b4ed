#include "host/worker/may_call.hpp"

#include <fmt/format.h>

namespace rcx::host {

Result<void> may_call(const Doors& doors, uid_t uid, const Event& event, const HookInfo& hook,
                      const Config& config) {
  if (doors.speaks_for_others(uid)) return {};
  const std::string user = user_name(uid);
  return Error{Code::kDenied,
               fmt::format("user {} may not call {}, which needs {}; an administrator can allow it "
                           "in {} with  identity: {{trusted_users: [{}]}}",
                           user, event.subject, hook.permission, config.file.string(), user)};
}

}  // namespace rcx::host
