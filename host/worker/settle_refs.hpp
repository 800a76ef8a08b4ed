// Refusing some references of a push, and letting the others pass.
#pragma once

#include <cstdint>

#include "host/config/config.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/event/hook_call.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/connection.hpp"

namespace rcx::host {

// For a repository where that is allowed: keeps what becomes of each reference, until git asks, and
// returns the status that pre-receive is answered. Where a refused push can be refused in part, its
// verdict says that from here on. Whom it cannot, and why, the person is told.
//
// An extension rejects the first reference that brings a commit, and others may bring it as well.
// So where it has looked at commits, every reference is refused that brings one of those of which
// the rejected reference is the first: the commit that was meant may be among them.
std::uint32_t settle_refs(const HookCall& call, const HookEvent& hook, const Config& config,
                          Verdict& verdict, Connection& connection);

}  // namespace rcx::host
