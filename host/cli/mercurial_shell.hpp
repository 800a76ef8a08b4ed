// Hooks of Mercurial that hg executes, for where its policy or its Python keeps those inside of its
// process out. One set in the instance serves all repositories.
#pragma once

#include <string>

#include "host/config/config.hpp"

namespace rcx::host::cli {

// What a file of hg's says of them.
std::string shell_hooks_text(const Config& config);
// Whether `text` says that of any instance.
bool are_shell_hooks(const std::string& text);
// Puts the clients in.
Result<void> put_shell_hooks(const Config& config);
// Why they would not run; empty where they do.
std::string shell_hooks_missing(const Config& config);
// The one that is asked whether it reaches the host.
fs::path shell_hook(const Config& config);

}  // namespace rcx::host::cli
