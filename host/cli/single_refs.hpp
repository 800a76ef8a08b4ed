// What a repository needs so that single references of a push can be refused: a hook that git asks
// about each.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

// What is to be done to one repository. Nothing is, where all is as it should be.
struct SingleRefs {
  // The hook that does it here, whether it stands there already or not: proc-receive, which git
  // runs once for a push; update, once for each reference, where somebody else's proc-receive is
  // there. Null where none is wanted.
  const char* hook = nullptr;
  std::vector<const char*> take_out;  // clients that stand there in vain
  bool set = false;                   // receive.procReceiveRefs is to name `refs`
  bool unset = false;                 // or no longer
};

// An Error where git cannot do that: before 2.29.
Result<void> check_single_refs_version();
// `partial`: whether single references are to be refused there. An Error where that cannot be, as
// with git before 2.29.
Result<SingleRefs> plan_single_refs(const fs::path& repository, const fs::path& hooks,
                                    bool partial);
// Does it. In an order in which no push finds the one without the other.
Result<void> carry_out(const SingleRefs& plan, const fs::path& repository, const fs::path& hooks);
// The same in words, a line for each change.
std::vector<std::string> lines_of(const SingleRefs& plan, const fs::path& hooks, bool dry);

}  // namespace rcx::host::cli
