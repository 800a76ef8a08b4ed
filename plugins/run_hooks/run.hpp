// Runs one hook from its start to its end.
#ifndef RCX_PLUGINS_RUN_HOOKS_RUN_HPP
#define RCX_PLUGINS_RUN_HOOKS_RUN_HPP

#include "child.hpp"
#include "output.hpp"

#include <rcx/plugin.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace run_hooks {

struct TimeLimits {
  std::optional<std::chrono::nanoseconds> timeout;  // none: as long as the event has
  std::chrono::nanoseconds grace;                   // between SIGTERM and SIGKILL
};

// Returns when the hook has ended and nothing of its process group is left: none where it agreed,
// else how it ended, such as `exit status 1`. Throws std::runtime_error where it could not be run,
// and where it was stopped because its time, or that of the event, was spent.
std::optional<std::string> run(const Program& program, int input, const TimeLimits& limits,
                               const rcx::Event& event, Output& output);

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_RUN_HPP
