// Where something is sent over HTTP. Shared by the extensions of this folder.
#ifndef RCX_PLUGINS_NET_ENDPOINT_HPP
#define RCX_PLUGINS_NET_ENDPOINT_HPP

#include <rcx/plugin.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace net {

// A URL. Its path and query may hold a secret (those of many chat services do), so that no message
// shows more of it than origin(). Immutable.
class Endpoint {
 public:
  // Throws std::invalid_argument, whose text is what is wanted of a URL.
  explicit Endpoint(const std::string& url);

  const std::string& url() const { return url_; }
  // `https://ci.example.org`, with the port where it is not the scheme's own.
  const std::string& origin() const { return origin_; }
  // `ci.example.org`, in lower case; and `ci.example.org:443`.
  const std::string& host() const { return host_; }
  const std::string& host_and_port() const { return host_and_port_; }

 private:
  std::string url_;
  std::string origin_;
  std::string host_;
  std::string host_and_port_;
};

// The URL that `setting` holds. Throws rcx::SettingError, which shows no URL.
Endpoint endpoint_from(const rcx::Value& setting);
// One or a list of them; none when absent.
std::vector<Endpoint> endpoints_from(const rcx::Value& setting);

// Hosts that an endpoint may be on which others than the operator have named.
class AllowedHosts {
 public:
  // A list of `host`, `host:port` and `*.example.org`. Throws rcx::SettingError.
  explicit AllowedHosts(const rcx::Value& setting);

  bool allow(const Endpoint& endpoint) const;

 private:
  std::vector<std::string> hosts_;
};

// Where the events of one repository go: to the URLs of its extra field `field`, else to `fixed`;
// nowhere where the field says `off`. Throws std::runtime_error, which names the field, for a URL
// that is none, or on a host that is not allowed.
std::vector<Endpoint> endpoints_of(const rcx::Repository& repository, const std::string& field,
                                   const std::vector<Endpoint>& fixed, const AllowedHosts& hosts);

}  // namespace net

#endif  // RCX_PLUGINS_NET_ENDPOINT_HPP
