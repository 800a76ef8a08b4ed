// Running git itself, for what this library cannot answer or git answers best.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"
#include "host/core/process.hpp"

namespace rcx::host::git {

// How git is started for the repository at `path` (a git directory): nobody's configuration but the
// repository's, no replaced objects, no grafts, no variables of whoever runs this process. Where
// `quarantine` is not empty, it reads the objects there as well.
Launch git_launch(const std::string& path, std::vector<std::string> arguments,
                  const std::string& quarantine = {});

// The output of `git ARGUMENTS` with `input` on its standard input. An exit status other than 0 is
// an Error with the first line that git wrote about it; kLimit when the output is longer than
// `most` bytes, kUnavailable where there is no git.
Result<std::string> run_git(const std::string& path, std::vector<std::string> arguments,
                            const std::string& input = {}, const std::string& quarantine = {},
                            std::size_t most = std::size_t{1} << 30U);

}  // namespace rcx::host::git
