// Bytes as JSON, which knows only Unicode.
#ifndef RCX_PLUGINS_PUSH_LOG_JSON_TEXT_HPP
#define RCX_PLUGINS_PUSH_LOG_JSON_TEXT_HPP

#include <rcx/plugin.hpp>

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace push_log {

// RFC 4648, with padding.
std::string base64(std::string_view bytes);

// Sets `name` to the bytes as text. Where they are not UTF-8, the text has U+FFFD for each invalid
// byte, and `<name>_base64` holds the exact bytes.
void put_bytes(boost::json::object& into, std::string_view name, std::string_view bytes);

// The same, with null for what is empty because there is none.
void put_optional(boost::json::object& into, std::string_view name, std::string_view bytes);

// Sets `name` to the list. Where one is not UTF-8, `<name>_base64` lists the exact bytes of all.
void put_list(boost::json::object& into, std::string_view name, const rcx::BytesList& list);

// A value of rcx.yaml. Numbers that JSON lacks (infinite, not a number) become their text.
boost::json::value json_of(const rcx::Value& value);

}  // namespace push_log

#endif  // RCX_PLUGINS_PUSH_LOG_JSON_TEXT_HPP
