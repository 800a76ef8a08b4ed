// What people are told of a secret, without telling the secret.
#ifndef RCX_PLUGINS_SECRET_SCAN_FINDING_HPP
#define RCX_PLUGINS_SECRET_SCAN_FINDING_HPP

#include <string>
#include <string_view>

namespace secret_scan {

// Its first four characters and stars, for somebody who looks for it: of a short one fewer, and
// never more than a fifth. The number of stars says nothing.
std::string masked(std::string_view secret);

// 16 hexadecimal digits of its SHA-256, by which an allow list names it.
std::string fingerprint(std::string_view secret);

}  // namespace secret_scan

#endif  // RCX_PLUGINS_SECRET_SCAN_FINDING_HPP
