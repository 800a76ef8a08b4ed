// The client for Mercurial, host/client/mercurial, in an instance.
#pragma once

#include "host/config/config.hpp"
#include "host/core/core.hpp"

namespace rcx::host {

// The directory that holds it, and the module that hg is told to load.
fs::path mercurial_directory(const Config& config);
fs::path mercurial_module(const Config& config);

// Writes what says something else than this release, or is not there.
Result<void> write_mercurial_modules(const Config& config);
// The same where it was written before. What cannot be is logged: hooks find the old one.
void renew_mercurial_modules(const Config& config);

}  // namespace rcx::host
