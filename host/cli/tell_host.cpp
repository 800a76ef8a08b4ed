#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>

#include "host/cli/tell_host.hpp"
#include "host/supervisor/control.hpp"

namespace rcx::host::cli {
namespace {

// Reading every extension and creating it may take as long as `budget.load` allows.
constexpr std::chrono::minutes kPatience{10};

}  // namespace

void tell_host(Context& context, const boost::json::object& question) {
  const Result<HostPlace> place = find_host(context.config_file);
  if (!place) return context.fail(place.error());
  const Result<boost::json::object> answer = ask_host(*place, question, kPatience);
  if (!answer) {
    const bool none = answer.error().code == Code::kUnavailable;
    Error error = answer.error();
    if (error.code == Code::kInvalid) error.message += "\nrcx: the old set serves on";
    return context.fail(error, none ? kNoHost : kFailed);
  }
  if (context.json) {
    std::cout << boost::json::serialize(*answer) << '\n';
    return;
  }
  std::cout << fmt::format("generation {} serves\n",
                           answer->at("generation").to_number<std::uint64_t>());
  // Not said by a host of an earlier release.
  if (const boost::json::value* accepting = answer->if_contains("accepting")) {
    for (const boost::json::value& pid : accepting->as_array()) {
      std::cerr << fmt::format(
          "rcx: worker {} of the old set does not say that it has stopped, and may judge calls;\n"
          "rcx: 'rcx status' shows how long it does; to end it at once:  kill -KILL {}\n",
          pid.to_number<std::int64_t>(), pid.to_number<std::int64_t>());
    }
  }
  for (const boost::json::value& key : answer->at("needs_restart").as_array()) {
    std::cerr << "rcx: " << std::string_view(key.as_string())
              << " changed and counts only after the host was restarted\n";
  }
}

}  // namespace rcx::host::cli
