// Subversion as one of the systems that the host serves. Used by host/vcs alone.
#pragma once

#include "host/vcs/adapter.hpp"

namespace rcx::host::svn {

const Adapter& adapter();

}  // namespace rcx::host::svn
