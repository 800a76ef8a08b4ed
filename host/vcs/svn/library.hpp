// Loading rcx-svn.so. Used by host/vcs alone.
#pragma once

#include "host/core/core.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// Loaded by the first call, and never unloaded. kUnavailable, with what to install, where it cannot
// be had. Any thread.
Result<const Module*> load_module();

}  // namespace rcx::host::svn
