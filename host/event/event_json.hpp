// The one codec of events that forges tell, to and from JSON. The fields of each event are those of
// rcx/catalogue.hpp; nothing here knows one by name.
#pragma once

#include <boost/json.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/core/core.hpp"
#include "host/event/event.hpp"
#include "host/event/told.hpp"

namespace rcx::host {

// Who acts, as the forge says.
struct ToldCaller {
  std::string username;  // not empty
  std::string ip;
  std::string user_agent;
  std::string auth_method;
};

// What `rcx emit` was given.
struct Emission {
  std::optional<ToldCaller> caller;
  std::shared_ptr<const Told> told;
};

// The kind of event that is called `name`, and can be emitted. An Error (kInvalid) says why not,
// and which is near.
Result<const EventKind*> emitted_kind(std::string_view name);

// Who acts, as `root` says under `caller`; nothing where it does not. Throws catalogue::Misfit.
std::optional<ToldCaller> told_caller(const rcx_value& root);

// Reads `json`: the fields of an event of `kind`, which emitted_kind gave, and optionally `event`
// (its name) and `caller` {username, ip, user_agent, auth_method}. Where no caller is told,
// `caller` is who acts. kInvalid says at which path what is wrong, and no value of a field that may
// be a secret.
Result<Emission> read_emission(const EventKind& kind, std::string_view json,
                               std::string_view caller);

// An event with all that it carries, as rcx/abi_json.h has it, without ids of commits. What
// emission_json leaves out is what the host knows by itself; the rest can be emitted again.
boost::json::object event_json(const Event& event);
boost::json::object emission_json(const Event& event);
// Adds the ids of the commits of a push. What stays unreadable is said in `json`.
Result<void> add_commit_ids(CommitSource& commits, boost::json::object& json);

}  // namespace rcx::host
