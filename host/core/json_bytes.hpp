// Bytes in JSON, and JSON that is safe to print.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace rcx::host {

// Adds `key`, and `key_base64` where `bytes` are no UTF-8.
void put_bytes(boost::json::object& object, std::string_view key, std::string_view bytes);

// The bytes that put_bytes added; empty where the key is not there. Throws std::exception where the
// value is no text.
std::string get_bytes(const boost::json::object& object, std::string_view key);

// `json` as one line in which control characters and characters that reorder text are escaped.
std::string safe_line(const boost::json::object& json);

}  // namespace rcx::host
