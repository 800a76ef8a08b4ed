// What hooks read from standard input.
#ifndef RCX_PLUGINS_RUN_HOOKS_INPUT_HPP
#define RCX_PLUGINS_RUN_HOOKS_INPUT_HPP

#include "descriptor.hpp"

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>

namespace run_hooks {

// The id of a reference before and after, as hooks get it: zeros for what does not exist.
struct Ids {
  std::string before;
  std::string after;
};
Ids ids_of(const rcx::RefUpdate& ref);

// `OLD NEW REF`, one line for each reference.
std::string lines_of(const rcx::Refs& refs);

// A file in memory that nobody can change, read from its beginning: the hook takes as much as it
// likes, and nobody has to wait until it does. Throws std::system_error.
Descriptor sealed_file(std::string_view bytes);

// /dev/null. Throws std::system_error.
Descriptor no_input();

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_INPUT_HPP
