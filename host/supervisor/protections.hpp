// What keeps the host and its extensions in bounds, as the kernel says it and not as it was meant.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "host/supervisor/status.hpp"

namespace rcx::host {

struct Protection {
  std::string name;  // such as `no_new_privs`
  bool on = false;
  std::string text;  // what is known of it, for people
};

// Those of the host that said `status`, by /proc and by that. What /proc does not show to whoever
// asks counts as off, and says so.
std::vector<Protection> read_protections(const HostStatus& status);

boost::json::array to_json(const std::vector<Protection>& protections);

}  // namespace rcx::host
