#include "host/actions/actions.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "host/accounts/names.hpp"
#include "host/event/event_json.hpp"
#include "host/event/hook_request.hpp"

namespace rcx::host {
namespace {

std::string name_of(const NewUser& user) {
  if (user.firstname.empty() || user.lastname.empty()) return user.firstname + user.lastname;
  return user.firstname + " " + user.lastname;
}

// The pieces of what handlers said that are worth repeating, without the last newline.
std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

Actions::Actions(Accounts& accounts, Office office, Actor actor)
    : accounts_(accounts),
      office_(std::move(office)),
      actor_(std::move(actor)),
      permissions_(accounts),
      holder_(std::make_unique<Holder>()) {}

Result<Actor> local_actor(const Config& config) {
  struct stat state {};
  const uid_t own = ::geteuid();
  if (own != 0 && ::stat(config.state.c_str(), &state) == 0 && state.st_uid != own) {
    return Error{Code::kDenied,
                 fmt::format("{} belongs to {}: wanted that user, root, or a token in RCX_TOKEN, "
                             "got user {}",
                             config.state.string(), user_name(state.st_uid), user_name(own))};
  }
  Actor actor;
  actor.service = true;
  actor.account.username = user_name(own);
  actor.method = "local";
  return actor;
}

boost::json::object repo_fields(const Node& repo) {
  boost::json::object json{{"repo_name", repo.name},
                           {"repo_type", repo.vcs},
                           {"description", repo.description},
                           {"private", repo.is_private},
                           {"created_by", repo.created_by}};
  if (repo.created_ns != 0) {
    json["repo_id"] = std::to_string(repo.id);
    json["created_on"] = utc_text(repo.created_ns);
  }
  if (repo.owner) json["user_id"] = std::to_string(*repo.owner);
  if (repo.parent) json["group_id"] = std::to_string(*repo.parent);
  if (!repo.fork_of.empty()) json["fork_of"] = repo.fork_of;
  return json;
}

boost::json::object group_fields(const Node& group) {
  boost::json::object json{{"group_name", group.name},
                           {"group_description", group.description},
                           {"created_by", group.created_by}};
  if (group.created_ns != 0) {
    json["group_id"] = std::to_string(group.id);
    json["created_on"] = utc_text(group.created_ns);
  }
  if (group.owner) json["user_id"] = std::to_string(*group.owner);
  if (group.parent) json["group_parent_id"] = std::to_string(*group.parent);
  return json;
}

boost::json::object user_fields(const Account& user) {
  NewUser names;
  names.firstname = user.firstname;
  names.lastname = user.lastname;
  const std::string full = name_of(names);
  boost::json::object json{{"username", user.username},
                           {"email", user.email},
                           {"firstname", user.firstname},
                           {"lastname", user.lastname},
                           {"name", user.firstname},
                           {"full_name", full},
                           {"full_name_or_username", full.empty() ? user.username : full},
                           {"active", user.active},
                           {"admin", user.admin},
                           {"inherit_default_permissions", user.inherit},
                           {"extern_type", "rcx"},
                           {"extern_name", user.username},
                           {"created_by", user.created_by}};
  const std::string contact = user.email.empty() ? user.username : "<" + user.email + ">";
  json["short_contact"] = contact;
  json["full_contact"] = full.empty() ? contact : full + " " + contact;
  json["emails"] = user.email.empty() ? boost::json::array() : boost::json::array{user.email};
  boost::json::array addresses;
  for (const std::string& address : user.addresses) addresses.emplace_back(address);
  json["ip_addresses"] = std::move(addresses);
  if (user.id != 0) {
    json["user_id"] = std::to_string(user.id);
    json["created_on"] = utc_text(user.created_ns);
  }
  return json;
}

boost::json::object Actions::caller() const {
  boost::json::object caller{{"username", actor_.name()}};
  if (!actor_.ip.empty()) caller["ip"] = actor_.ip;
  if (!actor_.method.empty()) caller["auth_method"] = actor_.method;
  if (!actor_.user_agent.empty()) caller["user_agent"] = actor_.user_agent;
  return caller;
}

Result<void> Actions::allow(const char* event, boost::json::object fields) {
  own_.clear();  // of something that failed before
  fields["caller"] = caller();
  const Result<const EventKind*> kind = emitted_kind(event);
  if (!kind) return kind.error();
  const std::int64_t now = wall_ns();
  const Uuid id = make_event_id(now);
  report_.decision = uuid_text(id);
  const Result<WorkersAnswer> answer =
      office_.messenger->tell(**kind, id, now, boost::json::serialize(fields));
  if (!answer) {
    if (answer.error().code == Code::kUnavailable &&
        office_.config->client.when_unreachable == Unreachable::kAllow) {
      report_.notes.emplace_back(
          "no host serves, so no extension was asked; rcx.yaml says "
          "when_unreachable: allow");
      return {};
    }
    return Error{answer.error().code,
                 fmt::format("{}; nothing was done. Start the host with:  rcxd -c {}",
                             answer.error().message, office_.config->file.string())};
  }
  report_.said += answer->said;
  if (answer->status == 0) return {};
  report_.vetoed = true;
  return Error{Code::kDenied, trimmed(answer->verdict)};
}

Announcement Actions::announcement(const char* event, boost::json::object fields) {
  // What somebody else has begun is told as theirs.
  if (!fields.contains("caller")) fields["caller"] = caller();
  const std::int64_t now = wall_ns();
  own_.push_back(
      {uuid_text(make_event_id(now)), event, boost::json::serialize(fields), now, holder_->name()});
  return own_.back();
}

// False where it is not as safe as if it had been told.
bool Actions::announce(const Announcement& one) {
  const Result<const EventKind*> kind = emitted_kind(one.event);
  const std::optional<Uuid> id = uuid_from(one.id);
  if (!kind || !id) return true;
  const Result<WorkersAnswer> answer =
      office_.messenger->tell(**kind, *id, one.time_ns, one.fields);
  if (answer) {
    // What a handler failed with is in the records, and in the queue.
    report_.said += answer->said;
    if (answer->status != 0) {
      report_.notes.push_back(fmt::format("{} is still to be told: {}", one.event,
                                          trimmed(printable(answer->verdict))));
      return false;
    }
  } else {
    const Result<void> kept = office_.messenger->keep(**kind, *id, one.time_ns, one.fields);
    if (!kept) {
      report_.notes.push_back(
          fmt::format("{} is still to be told: {}", one.event, kept.error().message));
      return false;
    }
    report_.notes.push_back(fmt::format("no host serves: {} waits for it", one.event));
  }
  const Result<void> told = accounts_.told(one.id);
  if (!told) report_.notes.push_back(told.error().message);
  return told.has_value();
}

void Actions::announce_own() {
  for (const Announcement& one : std::exchange(own_, {})) announce(one);
}

void Actions::announce_left() {
  const Result<std::vector<Announcement>> all = accounts_.announcements();
  if (!all) {
    report_.notes.push_back(all.error().message);
    return;
  }
  for (const Announcement& one : *all) {
    if (!is_alive(one.holder) && !announce(one)) return;
  }
}

Result<bool> Actions::reads(const Node& node) {
  if (actor_.service) return true;
  const Result<Level> level = permissions_.level(actor_, node);
  if (!level) return level.error();
  return *level >= Level::kRead;
}

Result<Node> Actions::visible(const std::string& name, std::optional<NodeKind> kind) {
  Result<std::optional<Node>> node = accounts_.find_node(name);
  if (!node) return node.error();
  if (*node && (!kind || (*node)->kind == *kind)) {
    const Result<bool> seen = reads(**node);
    if (!seen) return seen.error();
    if (*seen) return std::move(**node);
  }
  return not_there(name, kind);
}

Result<Actions::Seat> Actions::seat_of(const std::string& name) {
  const std::string parent = parent_of(name);
  if (parent.empty()) return Seat{std::nullopt, name};
  Result<Node> group = visible(parent, NodeKind::kGroup);
  if (!group) return group.error();
  // However the caller spells the group: rules of rcx.yaml and of extensions go by its name.
  std::string full = group->name + "/" + leaf_of(name);
  return Seat{std::move(*group), std::move(full)};
}

Result<Actions::Seat> Actions::seat_beside(const Node& node, const std::string& name) {
  if (!node.parent) return Seat{std::nullopt, name};
  Result<std::optional<Node>> group = accounts_.node_at(*node.parent);
  if (!group) return group.error();
  return Seat{std::move(*group), parent_of(node.name) + "/" + leaf_of(name)};
}

Result<Account> Actions::account_for(const std::string& username) {
  return username == kEverybody ? Result<Account>(everybody()) : accounts_.user(username);
}

Result<void> Actions::require_admin(const std::string& what) const {
  if (actor_.is_admin() && !actor_.only) return {};
  return Error{Code::kDenied,
               fmt::format("{} may not {}: that takes an administrator", actor_.name(), what)};
}

}  // namespace rcx::host
