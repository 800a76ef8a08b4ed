// Who caused an event, as JSON: in records and in the queue.
#pragma once

#include <boost/json/object.hpp>

#include "host/event/event.hpp"

namespace rcx::host {

boost::json::object caller_json(const Caller& caller);
// What caller_json made; without `user_agent`, which not everybody keeps. Throws std::exception
// where a value has the wrong type.
Caller caller_from(const boost::json::object& object);

}  // namespace rcx::host
