// The mail server that takes our mail.
#ifndef RCX_PLUGINS_SMTP_NOTIFY_SERVER_HPP
#define RCX_PLUGINS_SMTP_NOTIFY_SERVER_HPP

#include <net/transfer.hpp>
#include <rcx/plugin.hpp>

#include <chrono>
#include <string>

#include "mail.hpp"

namespace smtp_notify {

// Immutable; any number of threads may use one.
class Server {
 public:
  // Reads `server`, `security`, `user`, `password_file`, `timeout`, `connect_timeout`, `ca_file`
  // and `proxy`. Throws rcx::SettingError.
  explicit Server(const rcx::Value& settings);

  // Returns how many recipients the server refused while it took the mail for others. Throws
  // std::runtime_error where it took it for nobody; the text shows no address and no password.
  // `left` is what is left of the call.
  int send(const Mail& mail, std::chrono::nanoseconds left) const;

 private:
  net::Limits limits_;
  std::string url_;
  std::string name_;  // for messages
  bool starttls_ = true;
  std::string user_;
  std::string password_;
};

}  // namespace smtp_notify

#endif  // RCX_PLUGINS_SMTP_NOTIFY_SERVER_HPP
