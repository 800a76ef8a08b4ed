// Networks that somebody may come from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// `192.0.2.0/24`, `2001:db8::/32` or one address, as it is kept. kInvalid says what was wanted.
Result<std::string> read_network(std::string_view text);

// Whether `address` lies in one of `networks`, of which none means any. An IPv4 address that is
// written as IPv6 counts as what it is; what is no address lies in none.
bool lies_in(std::string_view address, const std::vector<std::string>& networks);

// Whether all of `network` lies in one of `networks`, of which none means any. Both as kept.
bool network_lies_in(const std::string& network, const std::vector<std::string>& networks);

}  // namespace rcx::host
