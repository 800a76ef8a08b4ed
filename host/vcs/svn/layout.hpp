// References of Subversion: what the usual layout of a repository makes of directories.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/event/event.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// What is in none of trunk, branches/NAME and tags/NAME.
inline constexpr const char* kRest = "refs/svn/root";

struct Line {
  std::string ref;        // `refs/heads/trunk`
  std::string directory;  // `trunk`; empty: of kRest
};

// The line that `path` belongs to; `directory`: whether that is one.
Line line_of(std::string_view path, bool directory);
// The directory of a reference by its whole name; nothing where that is none of these.
std::string directory_of(std::string_view ref);
// Whether all that it holds are lines: `branches`, `tags`.
bool holds_lines(std::string_view path);

// The lines that a commit touches, in order of name, with `before` and `after` as ids. `old_tree`
// is what it stands on.
std::vector<RefUpdate> updates(const std::vector<PathChange>& changes, Tree& old_tree,
                               Tree& new_tree, const std::string& before, const std::string& after);

}  // namespace rcx::host::svn
