// Where the two versions of a content differ.
#ifndef RCX_PLUGINS_SECRET_SCAN_CHANGED_PART_HPP
#define RCX_PLUGINS_SECRET_SCAN_CHANGED_PART_HPP

#include <string_view>

namespace secret_scan {

// Whole lines of `after`: all that `git diff` may call added against `before`, and what lies
// between. Finding it costs next to nothing, where to say which of these lines are new costs more
// than to search all of them.
std::string_view changed_part(std::string_view before, std::string_view after) noexcept;

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_CHANGED_PART_HPP
