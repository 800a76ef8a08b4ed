// Pushes whose hook is a program of its own, where only hg can say what is pending.
#pragma once

#include <memory>
#include <string>

#include "host/config/config.hpp"
#include "host/event/hook_call.hpp"
#include "host/vcs/hg/commits.hpp"

namespace rcx::host::hg {

// Whether hg executed the hook: the modules in its process give each an argument.
bool is_by_shell(const HookCall& call);

struct Described {
  std::string text;  // as the input of a push; see wire.hpp. Empty: nothing changed
  std::unique_ptr<Reader> reader;
};
// Has hg read a push. `kept`: what was found out before it was accepted; empty: nothing, so that
// what hg's environment does not tell is lost.
Result<Described> describe(const HookCall& call, const Config& config,
                           const std::string& repository, const std::string& kept);

// Reads what lies in the repository: `count` changesets from `first` on, which may be none.
ReaderPlace stored_place(const Config& config, const std::string& repository,
                         const std::string& first, std::uint64_t count);

}  // namespace rcx::host::hg
