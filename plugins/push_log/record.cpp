#include "record.hpp"

#include "json_text.hpp"

#include <text/timestamp.hpp>

#include <array>
#include <cstdio>

namespace push_log {
namespace {

namespace json = boost::json;

json::object caller_of(const rcx::Caller& caller) {
  json::object out;
  put_bytes(out, "name", caller.name());
  put_bytes(out, "source", caller.source());
  put_optional(out, "ip", caller.ip());
  put_optional(out, "user_agent", caller.user_agent());
  put_optional(out, "auth_method", caller.auth_method());
  out["uid"] = caller.uid();
  return out;
}

json::object repository_of(const rcx::Repository& repository) {
  json::object out;
  put_bytes(out, "name", repository.name());
  put_bytes(out, "path", repository.path());
  put_optional(out, "id", repository.id());
  out["vcs"] = repository.vcs();
  json::array fields;
  for (const rcx::Field& field : repository.fields()) {
    json::object one;
    put_bytes(one, "key", field.key());
    put_bytes(one, "label", field.label());
    put_bytes(one, "description", field.description());
    one["value"] = json_of(field.value());
    fields.push_back(std::move(one));
  }
  out["fields"] = std::move(fields);
  return out;
}

json::object ref_of(const rcx::RefUpdate& ref) {
  json::object out;
  put_bytes(out, "name", ref.name());
  put_bytes(out, "short_name", ref.short_name());
  out["kind"] = ref.kind();
  out["change"] = ref.change();
  out["forced"] = ref.forced();
  put_optional(out, "old_id", ref.old_id());
  put_optional(out, "new_id", ref.new_id());
  return out;
}

json::object person_of(const rcx::Person& person) {
  json::object out;
  put_bytes(out, "name", person.name());
  put_bytes(out, "email", person.email());
  put_optional(out, "time", text::timestamp_in_zone(person.time(), person.offset_minutes()));
  out["unix_time"] = person.time();
  out["offset_minutes"] = person.offset_minutes();
  return out;
}

// Octal, as git shows modes; null where there is none.
json::value mode_of(std::uint32_t mode) {
  if (mode == 0) return nullptr;
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%06o", static_cast<unsigned>(mode));
  return json::string(digits.data());
}

json::object change_of(const rcx::Change& change) {
  json::object out;
  out["kind"] = change.kind();
  put_bytes(out, "path", change.path());
  out["old_mode"] = mode_of(change.old_mode());
  out["new_mode"] = mode_of(change.new_mode());
  put_optional(out, "old_id", change.old_id());
  put_optional(out, "new_id", change.new_id());
  return out;
}

json::object commit_of(const rcx::Commit& commit) {
  json::object out;
  put_bytes(out, "id", commit.id());
  put_list(out, "parents", commit.parents());
  out["author"] = person_of(commit.author());
  out["committer"] = person_of(commit.committer());
  put_bytes(out, "message", commit.message());
  out["ref"] = commit.ref();
  json::array changes;
  for (const rcx::Change& change : commit.changes()) changes.push_back(change_of(change));
  out["changes"] = std::move(changes);
  return out;
}

// A retry cannot bring back pruned objects, raise a limit or teach a system what it lacks.
bool stays_so(rcx_status status) {
  return status == RCX_GONE || status == RCX_LIMIT || status == RCX_UNAVAILABLE;
}

void put_commits(json::object& into, const rcx::Push& push) {
  json::array commits;
  json::value error;
  try {
    for (const rcx::Commit& commit : push.commits()) commits.push_back(commit_of(commit));
  } catch (const rcx::Error& failure) {
    if (!stays_so(failure.status())) throw;
    error = json::string(failure.what());
  }
  into["commits"] = std::move(commits);
  into["commits_error"] = std::move(error);
}

}  // namespace

std::string record_of(const rcx::Push& push) {
  json::object out;
  put_bytes(out, "event_id", push.id());
  put_bytes(out, "push_id", push.push_id());
  out["attempt"] = push.attempt();
  out["depth"] = push.depth();
  out["time"] = text::timestamp_utc(push.time_ns());
  out["action"] = push.action();
  put_bytes(out, "hook_type", push.hook_type());
  put_optional(out, "server_url", push.server_url());
  out["caller"] = caller_of(push.caller());
  out["repository"] = repository_of(push.repository());
  put_list(out, "push_options", push.push_options());
  json::array refs;
  for (const rcx::RefUpdate& ref : push.refs()) refs.push_back(ref_of(ref));
  out["refs"] = std::move(refs);
  put_commits(out, push);
  return json::serialize(out) + "\n";
}

}  // namespace push_log
