// Commands that have a running host do something.
#pragma once

#include <boost/json.hpp>

#include "host/cli/cli.hpp"

namespace rcx::host::cli {

// Asks the host, and prints which generation serves then, or why not.
void tell_host(Context& context, const boost::json::object& question);

}  // namespace rcx::host::cli
