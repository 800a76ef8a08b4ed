// What an extension says of itself, read from its exported constant and checked.
#pragma once

#include <rcx/abi.h>

#include <boost/json.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/core/core.hpp"
#include "host/plugin/named_hook.hpp"

namespace rcx::host {

struct HandlerInfo {
  std::uint32_t event = 0;
  std::uint32_t actions = RCX_ACTION_PUSH;
  std::uint32_t delivery = RCX_QUEUED;
  std::shared_ptr<const HookInfo> hook = nullptr;  // of RCX_EVENT_CALL; else null
};

struct Descriptor {
  std::string id;
  std::string name;
  std::string version;
  std::string license;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::uint32_t abi_required = 0;
  std::uint32_t flags = 0;
  std::vector<HandlerInfo> handlers;
};

// Checks a descriptor against this host and copies it. An Error says what was wanted, what was got,
// and the cure.
Result<Descriptor> check_descriptor(const rcx_plugin& plugin);

boost::json::object to_json(const Descriptor& descriptor);
// Throws std::exception for JSON of another shape.
Descriptor descriptor_from_json(const boost::json::object& json);

}  // namespace rcx::host
