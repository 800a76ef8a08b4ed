// Secrets, which stand in files of their own because rcx.yaml is readable by all.
#ifndef RCX_PLUGINS_NET_SECRET_HPP
#define RCX_PLUGINS_NET_SECRET_HPP

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace net {

// The first line of the file that `setting` names; empty when absent. Throws rcx::SettingError
// where it cannot be read, holds nothing, or others than its owner and group may read it.
std::string secret_from(const rcx::Value& setting);

// The lines `Name: value` of the file that `setting` names, without empty ones and those that begin
// with `#`. Throws rcx::SettingError, which shows none of them, as above, and where one is no
// header.
std::vector<std::string> headers_from(const rcx::Value& setting);

// `sha256=` and the HMAC-SHA256 (RFC 2104) of `body` under `key`, in hexadecimal digits.
std::string signature_of(std::string_view key, std::string_view body);

}  // namespace net

#endif  // RCX_PLUGINS_NET_SECRET_HPP
