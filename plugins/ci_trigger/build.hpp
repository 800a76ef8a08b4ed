// One build that is asked for. README.md lists what is sent.
#ifndef RCX_PLUGINS_CI_TRIGGER_BUILD_HPP
#define RCX_PLUGINS_CI_TRIGGER_BUILD_HPP

#include <net/client.hpp>
#include <rcx/plugin.hpp>

#include <string>
#include <string_view>

namespace ci_trigger {

struct Build {
  std::string_view cause;       // the event's name
  std::string_view repository;  // bytes
  std::string_view branch;      // bytes; empty where it is not known
  std::string_view commit;
  std::string_view pull_request;  // its id; empty for none
};

// The URL with `{repository}`, `{branch}` and `{commit}` in it replaced, percent-encoded. Throws
// std::runtime_error where that is no URL on the same origin any more.
net::Endpoint endpoint_of(const net::Endpoint& pattern, const Build& build);

// `key` tells one build of an event from another.
net::Message message_of(const rcx::Event& event, const Build& build, std::string_view key);

// Whether `phrase` stands alone on a line of `text`, but for blanks around it.
bool says(std::string_view text, std::string_view phrase);

}  // namespace ci_trigger

#endif  // RCX_PLUGINS_CI_TRIGGER_BUILD_HPP
