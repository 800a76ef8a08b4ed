// What rcx asks of the role `try`, as JSON. Used by host/trial alone.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <vector>

#include "host/dispatch/scoreboard.hpp"
#include "host/plugin/descriptor.hpp"
#include "host/vcs/history.hpp"

namespace rcx::host {

struct ReplayRequest {
  Descriptor descriptor;
  fs::path repository;
  HistoryRange range;
  std::uint32_t event = RCX_EVENT_PRE_PUSH;
  std::size_t from = 0;                              // first push that is still to be run
  std::map<std::size_t, std::vector<Blame>> blamed;  // pushes that an earlier process died over
};

void add_json(const ReplayRequest& request, boost::json::object& json);
// Throws std::exception for JSON of another shape.
ReplayRequest replay_from_json(const boost::json::object& json);

}  // namespace rcx::host
