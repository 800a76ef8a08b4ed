// A value of rcx.yaml as JSON.
#pragma once

#include <rcx/abi.h>

#include <boost/json.hpp>

namespace rcx::host {

// What json_tree.hpp reads, the other way.
boost::json::value value_json(const rcx_value& value);

}  // namespace rcx::host
