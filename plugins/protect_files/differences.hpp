// Paths that differ between two commits.
#ifndef RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP
#define RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP

#include <rcx/plugin.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace protect_files {

// Names of a tree that nobody made by hand end long before; looking each up takes as many steps.
constexpr std::ptrdiff_t kDeepest = 500;

// Calls `take` for each path whose content or mode in commit `after` is not that in `before`, also
// where one of them has none. Goes down only where directories differ, and ends with one that lies
// deeper than kDeepest, which it returns. Throws rcx::Error when time is out.
std::optional<std::string> for_each_difference(
    const rcx::PrePush& push, std::string_view before, std::string_view after,
    const std::function<void(std::string_view path)>& take);

}  // namespace protect_files

#endif  // RCX_PLUGINS_PROTECT_FILES_DIFFERENCES_HPP
