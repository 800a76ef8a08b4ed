// An event in words for people.
#ifndef RCX_PLUGINS_SMTP_NOTIFY_SUMMARY_HPP
#define RCX_PLUGINS_SMTP_NOTIFY_SUMMARY_HPP

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>

namespace smtp_notify {

struct Summary {
  std::string subject;
  std::string text;
};

// What was pushed: its references, and the first lines of at most 50 commits.
Summary summary_of(const rcx::Push& push);
// Any other event: what is known of it, one line each.
Summary summary_of(const rcx::Event& event, std::string_view name);

}  // namespace smtp_notify

#endif  // RCX_PLUGINS_SMTP_NOTIFY_SUMMARY_HPP
