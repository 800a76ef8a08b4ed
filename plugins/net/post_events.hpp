// All events that come after something has happened, for an extension that treats them alike.
#ifndef RCX_PLUGINS_NET_POST_EVENTS_HPP
#define RCX_PLUGINS_NET_POST_EVENTS_HPP

#include <rcx/catalogue.hpp>
#include <rcx/plugin.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace net {

// The setting `events`: names of post events; absent: all of them.
class EventFilter {
 public:
  // Throws rcx::SettingError for a name that no post event has.
  explicit EventFilter(const rcx::Value& setting) {
    for (const auto& name : setting.list<std::string>()) {
      const rcx::catalogue::EventType* type = rcx::catalogue::find(std::string_view(name));
      const bool known = name == "push" || name == "pull" || (type != nullptr && !type->veto);
      if (!known) setting.fail("names of events without pre_, such as push or create_repo");
      names_.push_back(name);
    }
  }
  bool takes(std::string_view name) const {
    return names_.empty() || std::find(names_.begin(), names_.end(), name) != names_.end();
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace net

// NOLINTBEGIN(bugprone-macro-parentheses): a name takes none
// The handlers: METHOD is a template of a method, for whichever class of event.
#define NET_ON_POST_EVENTS(METHOD)                                                             \
  rcx::on<&METHOD<rcx::Push>>(), rcx::on<&METHOD<rcx::Pull>>(),                                \
      rcx::on<&METHOD<rcx::CreateRepo>>(), rcx::on<&METHOD<rcx::DeleteRepo>>(),                \
      rcx::on<&METHOD<rcx::RenameRepo>>(), rcx::on<&METHOD<rcx::CreateRepoGroup>>(),           \
      rcx::on<&METHOD<rcx::DeleteRepoGroup>>(), rcx::on<&METHOD<rcx::CreateUser>>(),           \
      rcx::on<&METHOD<rcx::DeleteUser>>(), rcx::on<&METHOD<rcx::CreatePullRequest>>(),         \
      rcx::on<&METHOD<rcx::UpdatePullRequest>>(), rcx::on<&METHOD<rcx::ReviewPullRequest>>(),  \
      rcx::on<&METHOD<rcx::MergePullRequest>>(), rcx::on<&METHOD<rcx::ClosePullRequest>>(),    \
      rcx::on<&METHOD<rcx::CommentPullRequest>>(),                                             \
      rcx::on<&METHOD<rcx::CommentEditPullRequest>>(), rcx::on<&METHOD<rcx::CommentCommit>>(), \
      rcx::on<&METHOD<rcx::CommentEditCommit>>()
// NOLINTEND(bugprone-macro-parentheses)

#endif  // RCX_PLUGINS_NET_POST_EVENTS_HPP
