// How the functions of the host that extensions call begin. Used by host/dispatch alone.
#pragma once

#include <exception>

#include "host/dispatch/call.hpp"

namespace rcx::host {

// Runs `function` for a [handler-thread] caller. Nothing is thrown into an extension.
template <class Function>
rcx_status guarded(const rcx_call* raw, const Function& function) noexcept {
  Call* call = CallHandle::from(raw).mine();
  if (call == nullptr) return RCX_MISUSED;
  try {
    const rcx_status status = function(*call);
    // Not before: an argument may be what rcx_host.error gave.
    if (status == RCX_OK || status == RCX_END) call->forget_error();
    return status;
  } catch (const std::exception& failed) {
    return call->host_failed(failed.what());
  } catch (...) {
    return call->host_failed("with something that is no std::exception");
  }
}

// Of rcx.repository/1.
const rcx_reading& reading_table() noexcept;
// Of rcx.mercurial/1.
const rcx_mercurial& mercurial_table() noexcept;
// Of rcx.subversion/1.
const rcx_subversion& subversion_table() noexcept;

}  // namespace rcx::host
