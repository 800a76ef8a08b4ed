// Globs over names of repositories and branches.
#ifndef RCX_PLUGINS_TEXT_GLOB_HPP
#define RCX_PLUGINS_TEXT_GLOB_HPP

#include <string_view>

namespace text {

// Whether all of `name` matches `glob`: `*` stands for any bytes, also none and also `/`, `?` for
// one byte, everything else for itself.
bool glob_matches(std::string_view glob, std::string_view name) noexcept;

}  // namespace text

#endif  // RCX_PLUGINS_TEXT_GLOB_HPP
