// What can be asked for. Used by host/api alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/api/reply.hpp"

namespace rcx::host::api {

// One request of somebody who is known.
struct Call {
  Actions& actions;
  const Config& config;
  fs::path run;                    // of the host
  std::vector<std::string> parts;  // what the parentheses of the pattern hold
  Fields fields;                   // of the body, or of the query where there is none
  std::string text;                // the body
};

struct Route {
  const char* method;
  const char* pattern;  // of the path, as httplib matches
  std::function<Result<Reply>(Call&)> handle;
};

// Each set in a file of its own.
std::vector<Route> repo_routes();
std::vector<Route> people_routes();
std::vector<Route> rights_routes();
std::vector<Route> event_routes();

}  // namespace rcx::host::api
