// Paths that cannot be checked out on Windows.
#ifndef RCX_PLUGINS_PATH_POLICY_WINDOWS_NAME_HPP
#define RCX_PLUGINS_PATH_POLICY_WINDOWS_NAME_HPP

#include <optional>
#include <string>
#include <string_view>

namespace path_policy {

// Why Windows cannot hold one of the names in `path`, such as `"aux.c" names a device on Windows`;
// none where it can.
std::optional<std::string> windows_fault(std::string_view path);

}  // namespace path_policy

#endif  // RCX_PLUGINS_PATH_POLICY_WINDOWS_NAME_HPP
