// Paths that differ between two commits.
#ifndef RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP
#define RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP

#include <rcx/plugin.hpp>

#include <functional>
#include <string_view>

namespace protect_files {

// Calls `take` for each path whose content or mode in commit `after` is not that in `before`, also
// where one of them has none. Goes down only where directories differ. Throws rcx::Error when time
// is out.
void for_each_difference(const rcx::PrePush& push, std::string_view before, std::string_view after,
                         const std::function<void(std::string_view path)>& take);

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP
