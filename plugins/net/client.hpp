// Posts to a web service. Shared by the extensions of this folder.
#ifndef RCX_PLUGINS_NET_CLIENT_HPP
#define RCX_PLUGINS_NET_CLIENT_HPP

#include <net/endpoint.hpp>
#include <net/transfer.hpp>
#include <rcx/plugin.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace net {

// What is posted.
struct Message {
  std::string content_type;
  std::string idempotency_key;
  std::string body;
  std::vector<std::string> headers = {};  // further ones, `Name: value`
};

// Immutable; any number of threads may use one.
class Client {
 public:
  // Reads `timeout`, `connect_timeout`, `ca_file`, `proxy`, `headers_file` and `secret_file`.
  // Throws rcx::SettingError.
  explicit Client(const rcx::Value& settings);

  // Returns when the service has answered 2xx. Throws std::runtime_error otherwise, which shows the
  // origin of the endpoint and why, and nothing else of what was sent. `left` is what is left of
  // the call.
  //
  // A redirection (301, 302, 307, 308) is followed where it stays on the same origin, at most three
  // times, with the same request. Of the answer nothing is kept and at most 64 KiB are read.
  void post(const Endpoint& endpoint, const Message& message, std::chrono::nanoseconds left) const;

  // To one after the other. One that fails keeps no other from being told, and one that hangs takes
  // its share of the time alone. `left` says what is left of the call. Throws in the end, with all
  // failures.
  void post_each(const std::vector<Endpoint>& to, const Message& message,
                 const std::function<std::chrono::nanoseconds()>& left) const;

 private:
  Limits limits_;
  std::vector<std::string> headers_;
  std::string secret_;
};

}  // namespace net

#endif  // RCX_PLUGINS_NET_CLIENT_HPP
