// Posts what has happened to web services. README.md lists the settings and what is posted.
#include "body.hpp"

#include <net/client.hpp>
#include <net/endpoint.hpp>
#include <net/post_events.hpp>
#include <rcx/plugin.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace http_call {
namespace {

class HttpCall {
 public:
  explicit HttpCall(const rcx::Setup& setup)
      : client_(checked(setup.settings())),
        fixed_(net::endpoints_from(setup.settings()["url"])),
        field_(setup.settings()["field"].as<std::string>("")),
        hosts_(setup.settings()["hosts"]),
        events_(setup.settings()["events"]),
        fields_(setup.settings()["fields"].list<std::string>()),
        format_(format_from(setup.settings()["format"])) {
    if (fixed_.empty() && field_.empty()) {
      setup.settings()["url"].fail("a URL, or the name of an extra field as 'field'");
    }
    if (!field_.empty() && !setup.settings()["hosts"].exists()) {
      setup.settings()["hosts"].fail("the hosts that the field '" + field_ + "' may name");
    }
  }

  template <class E>
  void happened(const E& event) const {
    post(event, rcx::catalogue::name_of(E::kKind));
  }

 private:
  static const rcx::Value& checked(const rcx::Value& settings) {
    settings.allow_only({"url", "field", "hosts", "events", "fields", "format", "secret_file",
                         "headers_file", "timeout", "connect_timeout", "ca_file", "proxy"});
    return settings;
  }

  void post(const rcx::Event& event, std::string_view name) const {
    if (!events_.takes(name)) return;
    const std::vector<net::Endpoint> to =
        net::endpoints_of(event.repository(), field_, fixed_, hosts_);
    if (to.empty()) return;
    client_.post_each(to, message_of(event, name, format_, fields_),
                      [&] { return event.remaining(); });
  }

  net::Client client_;
  std::vector<net::Endpoint> fixed_;
  std::string field_;
  net::AllowedHosts hosts_;
  net::EventFilter events_;
  std::vector<std::string> fields_;
  Format format_;
};

}  // namespace
}  // namespace http_call

RCX_PLUGIN_WITH_FLAGS(http_call::HttpCall, RCX_CONCURRENT, "http_call", "HTTP call", "1.0.0", "MIT",
                      NET_ON_POST_EVENTS(http_call::HttpCall::happened))
