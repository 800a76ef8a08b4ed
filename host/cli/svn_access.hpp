// Subversion over ssh: its client names the repository after svnserve has started, so what somebody
// may do is told to svnserve.
#pragma once

#include <string>
#include <vector>

#include "host/accounts/permission.hpp"
#include "host/config/config.hpp"

namespace rcx::host::cli {

// How svnserve is run for `actor`: with a file that says which repositories below the first root
// they may read and write. kUnavailable where it is not installed.
Result<std::vector<std::string>> svn_words(const Config& config, Accounts& accounts,
                                           const Actor& actor);

}  // namespace rcx::host::cli
