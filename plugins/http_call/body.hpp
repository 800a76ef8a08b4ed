// What of an event is posted. README.md shows each form.
#ifndef RCX_PLUGINS_HTTP_CALL_BODY_HPP
#define RCX_PLUGINS_HTTP_CALL_BODY_HPP

#include <net/client.hpp>
#include <rcx/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace http_call {

enum class Format {
  kCloudEvents,        // CloudEvents 1.0, structured content mode
  kCloudEventsBinary,  // CloudEvents 1.0, binary content mode
  kRhodeCode,          // the keyword arguments that a RhodeCode extension gets
};

// The setting `format`. Throws rcx::SettingError.
Format format_from(const rcx::Value& setting);

// `name` is that of the event in the catalogue. Of the extra fields of the repository, only those
// of `fields` are told: others may be secrets, such as where another extension posts to.
net::Message message_of(const rcx::Event& event, std::string_view name, Format format,
                        const std::vector<std::string>& fields);

}  // namespace http_call

#endif  // RCX_PLUGINS_HTTP_CALL_BODY_HPP
