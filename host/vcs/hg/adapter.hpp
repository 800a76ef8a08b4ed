// Mercurial as one of the systems that the host serves. Used by host/vcs alone.
#pragma once

#include "host/vcs/adapter.hpp"

namespace rcx::host::hg {

const Adapter& adapter();

}  // namespace rcx::host::hg
