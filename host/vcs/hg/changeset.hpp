// Changesets and manifests, from the text that Mercurial stores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/event/event.hpp"

namespace rcx::host::hg {

struct Changeset {
  Commit commit;  // `ref` is 0
  HgFacts facts;
};

// One item of the answer to `changesets`; see wire.hpp.
Result<Changeset> read_changeset(std::string_view item);

// One item of the answer to `paths`: in order of path, only those that differ from each parent.
Result<std::vector<Change>> read_changes(std::string_view item);

// As git has it, of the flags of a manifest: `x`, `l`, none; `d` of a directory.
std::uint32_t mode_of(std::string_view flags);

}  // namespace rcx::host::hg
