// What a push becomes in the log. README.md describes each member.
#ifndef RCX_PLUGINS_PUSH_LOG_RECORD_HPP
#define RCX_PLUGINS_PUSH_LOG_RECORD_HPP

#include <rcx/plugin.hpp>

#include <string>

namespace push_log {

// One JSON object on one line, with its newline. Throws rcx::Error where reading the commits fails
// in a way that may pass; what will not pass becomes the member `commits_error`.
std::string record_of(const rcx::Push& push);

}  // namespace push_log

#endif  // RCX_PLUGINS_PUSH_LOG_RECORD_HPP
