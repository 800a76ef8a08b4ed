// A call of a hook by name: which extension has it, and what it is called with.
#pragma once

#include <memory>
#include <string>

#include "host/dispatch/dispatch.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {

struct NamedCall {
  std::unique_ptr<Event> event;
  Selection selection;                   // that hook alone
  std::shared_ptr<const HookInfo> hook;  // never null
};

// Reads `call`, which is one of RCX_WIRE_CALL with an argument. kInvalid and kNotFound say what is
// wrong, and what there is; kDenied that the caller may not speak for somebody else.
Result<NamedCall> read_named_call(const HookCall& call, const ExtensionSet& set,
                                  std::uint32_t attempt, Caller caller, bool speaks_for_others,
                                  const Roots& roots, const Config& config);

// All hooks of `set`, in JSON: [{"extension": ..., "name": ..., "help": ..., "permission": ...,
// "of_repository": ..., "parameters": [{"name": ..., "help": ..., "kind": ..., "required": ...}]}].
std::string hooks_text(const ExtensionSet& set);

}  // namespace rcx::host
