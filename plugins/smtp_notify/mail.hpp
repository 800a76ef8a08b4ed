// A mail as it goes over the wire: RFC 5322, 2045 and 2047.
#ifndef RCX_PLUGINS_SMTP_NOTIFY_MAIL_HPP
#define RCX_PLUGINS_SMTP_NOTIFY_MAIL_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smtp_notify {

struct Mail {
  std::string from;             // an address, as is_address has it
  std::vector<std::string> to;  // the same
  std::string subject;          // bytes
  std::string text;             // bytes
  std::string id;               // printable ASCII; the same id is the same mail
  std::int64_t time_ns = 0;
};

// Whether it is an address that can stand in a header and an SMTP command as it is: ASCII without
// blanks, quotes and angle brackets, one `@`.
bool is_address(std::string_view text);

// What stands behind `Subject: ` for these bytes: one logical line, in encoded words where it is
// not printable ASCII. Control characters become spaces, bytes that are no UTF-8 U+FFFD, and what
// follows the first 200 characters `…`.
std::string header_text(std::string_view bytes);

// All of it, its lines ended by CRLF. The text is UTF-8 in base64.
std::string message_of(const Mail& mail);

}  // namespace smtp_notify

#endif  // RCX_PLUGINS_SMTP_NOTIFY_MAIL_HPP
