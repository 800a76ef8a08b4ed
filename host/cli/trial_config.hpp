// How an extension under trial is configured, from the options of a command.
#pragma once

#include "host/cli/cli.hpp"
#include "host/trial/trial.hpp"

namespace rcx::host::cli {

// The instance that -c or RCX_CONFIG names, where one of them does; `settings` (a file, or empty)
// replaces the extension's settings in it.
Result<TrialConfig> trial_config(const Context& context, const std::string& settings);

}  // namespace rcx::host::cli
