// Mails what has happened. README.md lists the settings.
#include "mail.hpp"
#include "server.hpp"
#include "summary.hpp"

#include <net/post_events.hpp>
#include <rcx/plugin.hpp>
#include <text/glob.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace smtp_notify {
namespace {

std::vector<std::string> addresses_from(const rcx::Value& setting) {
  auto all = setting.list<std::string>();
  for (const std::string& address : all) {
    if (!is_address(address)) setting.fail("addresses such as ada@example.org");
  }
  return all;
}

class SmtpNotify {
 public:
  explicit SmtpNotify(const rcx::Setup& setup)
      : log_(setup.logger()),
        server_(checked(setup.settings())),
        from_(setup.settings()["from"].as<std::string>()),
        to_(addresses_from(setup.settings()["to"])),
        field_(setup.settings()["field"].as<std::string>("")),
        allowed_(setup.settings()["recipients"].list<std::string>()),
        events_(setup.settings()["events"]) {
    if (!is_address(from_)) setup.settings()["from"].fail("an address such as rcx@example.org");
    if (to_.empty() && field_.empty()) {
      setup.settings()["to"].fail("addresses, or the name of an extra field as 'field'");
    }
    if (!field_.empty() && allowed_.empty()) {
      setup.settings()["recipients"].fail("globs of addresses that the field '" + field_ +
                                          "' may name, such as '*@example.org'");
    }
  }

  template <class E>
  void happened(const E& event) const {
    const std::string_view name = rcx::catalogue::name_of(E::kKind);
    if (!events_.takes(name)) return;
    const std::vector<std::string> to = recipients_of(event.repository());
    if (to.empty()) return;
    if constexpr (std::is_same_v<E, rcx::Push>) {
      send(event, to, summary_of(event));
    } else {
      send(event, to, summary_of(event, name));
    }
  }

 private:
  static const rcx::Value& checked(const rcx::Value& settings) {
    settings.allow_only({"server", "security", "user", "password_file", "from", "to", "field",
                         "recipients", "events", "timeout", "connect_timeout", "ca_file", "proxy"});
    return settings;
  }

  std::vector<std::string> recipients_of(const rcx::Repository& repository) const {
    if (field_.empty()) return to_;
    const rcx::Value value = repository.field(field_);
    if (!value.exists()) return to_;
    auto all = value.list<std::string>();
    if (all.size() == 1 && (all[0] == "off" || all[0] == "false")) return {};
    for (const std::string& address : all) {
      const bool allowed =
          is_address(address) &&
          std::any_of(allowed_.begin(), allowed_.end(),
                      [&](const std::string& glob) { return text::glob_matches(glob, address); });
      if (!allowed) {
        throw std::runtime_error("the field " + field_ +
                                 " names what is no address, or is not among 'recipients'");
      }
    }
    return all;
  }

  void send(const rcx::Event& event, const std::vector<std::string>& to, Summary summary) const {
    const int refused =
        server_.send({from_, to, std::move(summary.subject), std::move(summary.text),
                      std::string(event.id()), event.time_ns()},
                     event.remaining());
    if (refused > 0) {
      log_.warning("event " + std::string(event.id()) + ": the server refused " +
                   std::to_string(refused) + " of " + std::to_string(to.size()) + " recipients");
    }
  }

  rcx::Logger log_;
  Server server_;
  std::string from_;
  std::vector<std::string> to_;
  std::string field_;
  std::vector<std::string> allowed_;
  net::EventFilter events_;
};

}  // namespace
}  // namespace smtp_notify

RCX_PLUGIN_WITH_FLAGS(smtp_notify::SmtpNotify, RCX_CONCURRENT, "smtp_notify", "SMTP notify",
                      "1.0.0", "MIT", NET_ON_POST_EVENTS(smtp_notify::SmtpNotify::happened))
