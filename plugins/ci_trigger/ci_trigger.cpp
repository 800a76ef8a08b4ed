// Has a CI build what was pushed, and what somebody asks for in a comment. README.md lists the
// settings and what is sent.
#include "build.hpp"

#include <net/client.hpp>
#include <net/endpoint.hpp>
#include <rcx/catalogue.hpp>
#include <rcx/plugin.hpp>
#include <text/glob.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace ci_trigger {
namespace {

class CiTrigger {
 public:
  explicit CiTrigger(const rcx::Setup& setup)
      : client_(checked(setup.settings())),
        fixed_(net::endpoints_from(setup.settings()["url"])),
        field_(setup.settings()["field"].as<std::string>("")),
        hosts_(setup.settings()["hosts"]),
        branches_(setup.settings()["branches"].list<std::string>()),
        phrase_(setup.settings()["phrase"].as<std::string>("")),
        commenters_(setup.settings()["commenters"].list<std::string>()) {
    if (fixed_.empty() && field_.empty()) {
      setup.settings()["url"].fail("a URL, or the name of an extra field as 'field'");
    }
    if (!field_.empty() && !setup.settings()["hosts"].exists()) {
      setup.settings()["hosts"].fail("the hosts that the field '" + field_ + "' may name");
    }
    if (phrase_.find('\n') != std::string::npos) setup.settings()["phrase"].fail("one line");
  }

  void pushed(const rcx::Push& push) const {
    std::string failures;
    for (const rcx::RefUpdate& ref : push.refs()) {
      if (!ref.is_branch() || ref.deleted() || !matches(branches_, ref.short_name())) continue;
      const Build build{"push", push.repository().name(), ref.short_name(), ref.new_id(), {}};
      const std::string key = std::string(push.id()) + ":" + std::to_string(ref.index());
      try {
        trigger(push, build, key);
      } catch (const std::runtime_error& failure) {
        failures += (failures.empty() ? "" : "; ") + std::string(failure.what());
      }
    }
    if (!failures.empty()) throw std::runtime_error(failures);
  }

  void request_commented(const rcx::CommentPullRequest& event) const {
    const rcx::PullRequestEnd target = event.target();
    if (!asks(event, event.comment()) || !matches(branches_, target.reference_name())) return;
    const rcx::PullRequestEnd source = event.source();
    trigger(event,
            {rcx::catalogue::name_of(rcx::CommentPullRequest::kKind), source.repository(),
             source.reference_name(), source.commit_id(), event.pull_request_id()},
            event.id());
  }

  void commit_commented(const rcx::CommentCommit& event) const {
    const rcx::CommentedCommit commit = event.commit();
    const bool known = !commit.branch().empty();
    if (!asks(event, event) || (known && !matches(branches_, commit.branch()))) return;
    trigger(event,
            {rcx::catalogue::name_of(rcx::CommentCommit::kKind),
             event.repo().repo_name(),
             commit.branch(),
             commit.raw_id(),
             {}},
            event.id());
  }

 private:
  static const rcx::Value& checked(const rcx::Value& settings) {
    settings.allow_only({"url", "field", "hosts", "branches", "phrase", "commenters", "secret_file",
                         "headers_file", "timeout", "connect_timeout", "ca_file", "proxy"});
    return settings;
  }

  // No globs: all.
  static bool matches(const std::vector<std::string>& globs, std::string_view name) {
    return globs.empty() || std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
             return text::glob_matches(glob, name);
           });
  }

  bool asks(const rcx::Event& event, const rcx::Comment& comment) const {
    return !phrase_.empty() && matches(commenters_, event.caller().name()) &&
           says(comment.comment_text(), phrase_);
  }

  void trigger(const rcx::Event& event, const Build& build, std::string_view key) const {
    std::vector<net::Endpoint> to = net::endpoints_of(event.repository(), field_, fixed_, hosts_);
    for (net::Endpoint& one : to) one = endpoint_of(one, build);
    client_.post_each(to, message_of(event, build, key), [&] { return event.remaining(); });
  }

  net::Client client_;
  std::vector<net::Endpoint> fixed_;
  std::string field_;
  net::AllowedHosts hosts_;
  std::vector<std::string> branches_;
  std::string phrase_;
  std::vector<std::string> commenters_;
};

}  // namespace
}  // namespace ci_trigger

RCX_PLUGIN_WITH_FLAGS(ci_trigger::CiTrigger, RCX_CONCURRENT, "ci_trigger", "CI trigger", "1.0.0",
                      "MIT", rcx::on<&ci_trigger::CiTrigger::pushed>(),
                      rcx::on<&ci_trigger::CiTrigger::request_commented>(),
                      rcx::on<&ci_trigger::CiTrigger::commit_commented>())
