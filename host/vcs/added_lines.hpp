// Which lines a commit added to a file.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "host/event/event.hpp"
#include "host/vcs/git/objects/pieces.hpp"

namespace rcx::host {

// Lines of `after` that `git diff` marks with a `+` against each of `before`, the same file in the
// parents; an empty one is a file that was not there. What begins and ends alike is cut off first:
// of a large file with a small change, only the change is compared. kBusy once `stopped`, which may
// be null, is true: it is looked at before each of them.
Result<AddedLines> added_lines(const std::vector<std::string_view>& before, std::string_view after,
                               const std::atomic<bool>* stopped = nullptr);

// The Error where it is.
Error nobody_asks();

// What is left of `after` when that is cut off, as ChangedPart: all lines that were added, and
// those between them. All of a text that was binary before; nothing of one that is binary.
ChangedPart changed_part(const git::Pieces& before, const git::Pieces& after);

}  // namespace rcx::host
