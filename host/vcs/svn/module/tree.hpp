// One root of libsvn_fs. Used by rcx-svn.so alone.
#pragma once

#include <svn_fs.h>

#include <memory>
#include <string>

#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

std::unique_ptr<Tree> open_revision(svn_fs_t* fs, std::uint64_t number);
std::unique_ptr<Tree> open_transaction(svn_fs_t* fs, const std::string& name);

}  // namespace rcx::host::svn
