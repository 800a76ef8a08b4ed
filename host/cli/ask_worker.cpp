#include "host/cli/ask_worker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "host/access/access.hpp"

namespace rcx::host::cli {

Result<WorkersAnswer> ask_worker(const HostPlace& place, const char* socket, int request,
                                 const Context& context) {
  const auto heard = [&context](std::string_view text) {
    if (!context.json) std::cerr << text << std::flush;
  };
  Result<WorkersAnswer> answer = ask_workers(place.run / socket, request, heard);
  if (answer) return answer;
  if (answer.error().code == Code::kDenied) {
    return Error{Code::kDenied, fmt::format("user {} may not use the host at {}",
                                            user_name(::geteuid()), (place.run / socket).string())};
  }
  if (answer.error().code == Code::kUnavailable) {
    return Error{Code::kUnavailable, "no host serves " + place.config_file.string() +
                                         "; start it with:  rcxd -c " + place.config_file.string()};
  }
  return answer;
}

}  // namespace rcx::host::cli
