// Who may call a hook of an extension by name.
#pragma once

#include "host/access/access.hpp"
#include "host/plugin/named_hook.hpp"

namespace rcx::host {

// Whether who sits behind a socket as `uid`, or for whom that speaks (`event.caller`), has what
// `hook` needs, `hook.permission`, for `event.repository` where that is one. kDenied says what is
// missing. Asked before the hook hears of the call, and nowhere else.
//
// Root, the host's own user and `identity.trusted_users` have all of them, and nobody else has any:
// workers open no database. Who calls with a token is checked by who speaks for them, host/actions.
Result<void> may_call(const Doors& doors, uid_t uid, const Event& event, const HookInfo& hook,
                      const Config& config);

}  // namespace rcx::host
