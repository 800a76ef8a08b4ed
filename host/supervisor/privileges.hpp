// Whose rights the host has.
#pragma once

#include <functional>

#include "host/access/access.hpp"

namespace rcx::host {

// Makes this process one of `user:` of the configuration, for good: its groups, no capability, its
// home directory. Only root can become another user; everybody else must be that user already. Root
// stays root only where the configuration says so.
//
// What only root may do for the user comes first: state/ and run/, or the directory that holds
// them, are made for it where they are missing (what is there keeps its owner), and `before`, which
// may write what the user cannot, is called.
//
// Before any thread starts, and before anything is opened that the user must own.
Result<void> become_user(const Config& config, const std::function<Result<void>()>& before);

// The same for root that knows already whom.
Result<void> become(const User& user);

}  // namespace rcx::host
