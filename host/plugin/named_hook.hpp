// What an extension says of a hook that people call by name, read from its descriptor and checked.
#pragma once

#include <rcx/abi.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

struct ParameterInfo {
  std::string name;
  std::string help;
  std::uint32_t kind = RCX_VALUE_TEXT;
  bool required = false;
};

struct HookInfo {
  std::string name;
  std::string help;
  std::string permission;      // never empty
  bool of_repository = false;  // it is always called for one
  std::vector<ParameterInfo> parameters;
};

// Checks one and copies it. An Error says what was wanted, what was got, and the cure.
Result<HookInfo> check_named_hook(const rcx_named_hook& hook);

boost::json::object to_json(const HookInfo& hook);
// Throws std::exception for JSON of another shape.
HookInfo hook_from_json(const boost::json::object& json);

// `integer`, of RCX_VALUE_INTEGER.
std::string_view kind_name(std::uint32_t kind);
// `days (integer, required), path (text)`, or `nothing`.
std::string parameters_text(const HookInfo& hook);

// What is given for each parameter, of the kind that it has: text becomes what it says. kInvalid,
// with what there is, for an unknown name, a missing one, and a value of another kind. `given` is a
// map, or null.
Result<boost::json::object> typed_arguments(const HookInfo& hook, const rcx_value* given);

}  // namespace rcx::host
