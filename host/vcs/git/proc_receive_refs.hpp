// receive.procReceiveRefs, as git takes it. Used by host/vcs alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host::git {

// One value, such as `refs/for` or `ad!:refs/heads`.
struct ProcReceivePattern {
  explicit ProcReceivePattern(std::string_view value);
  bool create = true;
  bool update = true;
  bool remove = true;
  bool negative = false;
  std::string prefix;
};

// All values that count for the git that runs the hook of `call`: of the system, of its user and of
// the repository at `path`. Asks git; kUnavailable where that cannot be done.
Result<std::vector<ProcReceivePattern>> proc_receive_refs(const HookCall& call,
                                                          const std::string& path);

// Whether git leaves that reference to proc-receive.
bool named_by(const std::vector<ProcReceivePattern>& patterns, const RefUpdate& ref);

}  // namespace rcx::host::git
