// Who may call a hook of an extension by name.
#pragma once

#include "host/access/access.hpp"
#include "host/plugin/named_hook.hpp"

namespace rcx::host {

// Whether who sits behind a socket as `uid`, or for whom that speaks (`event.caller`), has what
// `hook` needs, `hook.permission`, for `event.repository` where that is one. kDenied says what is
// missing. Asked before the hook hears of the call, and nowhere else.
//
// There is no list of users and permissions yet: root, the host's own user and
// `identity.trusted_users` have all of them, and nobody else has any.
Result<void> may_call(const Doors& doors, uid_t uid, const Event& event, const HookInfo& hook,
                      const Config& config);

}  // namespace rcx::host
