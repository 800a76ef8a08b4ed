// The files that are run as hooks.
#ifndef RCX_PLUGINS_RUN_HOOKS_HOOK_FILE_HPP
#define RCX_PLUGINS_RUN_HOOKS_HOOK_FILE_HPP

#include <string>
#include <string_view>
#include <vector>

namespace run_hooks {

// Why `path` cannot be run as a hook, with what to do; empty where it can. Others than root and the
// user of this process must not be able to change it, or to put another file in its place: they
// would become that user.
std::string fault_of_file(const std::string& path);
// The same of a directory of hooks, but for what stands in it.
std::string fault_of_directory(const std::string& path);

struct Listing {
  std::vector<std::string> hooks;    // absolute paths, in the order of the bytes of their names
  std::vector<std::string> ignored;  // those that look like hooks and cannot be executed
};

// Left out are directories, hidden files and what editors and packages leave behind: names that end
// in `~`, `.sample`, `.bak`, `.rpmsave` or `.dpkg-*`. Throws std::system_error where the directory
// cannot be read, and where a file in it cannot be looked at.
Listing hooks_in(const std::string& directory);

// The last part of a path.
std::string_view name_of(std::string_view path) noexcept;

// The interpreter that the first line of the file asks for; empty where it asks for none.
std::string interpreter_of(const std::string& path);

}  // namespace run_hooks

#endif  // RCX_PLUGINS_RUN_HOOKS_HOOK_FILE_HPP
