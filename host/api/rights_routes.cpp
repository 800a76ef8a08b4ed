#include "host/actions/answers.hpp"
#include "host/api/routes.hpp"

namespace rcx::host::api {
namespace {

Result<Reply> permissions(Call& call) {
  const std::string user = call.fields.text("user", false);
  const std::string on = call.fields.text("on", false);
  call.fields.finish();
  const Result<std::vector<Grant>> all = call.actions.grants(user, on);
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"permissions", list_json(*all, grant_json)}}};
}

Result<Reply> grant(Call& call) {
  const std::string user = call.fields.text("user", true);
  const std::string permission = call.fields.text("permission", true);
  const std::string on = call.fields.text("on", false);
  call.fields.finish();
  const Result<void> done = call.actions.grant(user, permission, on);
  if (!done) return done.error();
  return Reply{200, boost::json::object{{"user", user}, {"permission", permission}, {"on", on}}};
}

Result<Reply> revoke(Call& call) {
  const std::string user = call.fields.text("user", true);
  const std::string permission = call.fields.text("permission", false);
  const std::string on = call.fields.text("on", false);
  call.fields.finish();
  if (permission.empty() == on.empty()) {
    throw Wrong("on", "on: wanted a repository or group, or a permission that is on neither");
  }
  const Result<void> done = call.actions.revoke(user, permission, on);
  if (!done) return done.error();
  return Reply{200, boost::json::object{{"user", user}, {"revoked", true}}};
}

Result<Reply> can(Call& call) {
  const std::string user = call.fields.text("user", true);
  const std::string action = call.fields.text("action", true);
  const std::string object = call.fields.text("object", false);
  call.fields.finish();
  const Result<Ruling> ruling = call.actions.can(user, action, object);
  if (!ruling) return ruling.error();
  return Reply{200, ruling_json(*ruling)};
}

Result<Reply> fields(Call& call) {
  const Result<std::vector<ShownField>> all = call.actions.fields(call.parts[0]);
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"repository", call.parts[0]},
                                        {"fields", list_json(*all, field_json)}}};
}

Result<Reply> set_field(Call& call) {
  const std::string key = call.fields.text("key", true);
  const boost::json::value* given = call.fields.value("value");
  // As on the command line, also where it is written as what it means.
  std::string value;
  if (given != nullptr && (given->is_number() || given->is_bool())) {
    value = boost::json::serialize(*given);
  } else {
    value = call.fields.text("value", true);
  }
  call.fields.finish();
  const Result<void> done = call.actions.set_field(call.parts[0], key, value);
  if (!done) return done.error();
  return fields(call);
}

Result<Reply> unset_field(Call& call) {
  const std::string key = call.fields.text("key", true);
  call.fields.finish();
  const Result<void> done = call.actions.unset_field(call.parts[0], key);
  if (!done) return done.error();
  return fields(call);
}

}  // namespace

std::vector<Route> rights_routes() {
  return {{"GET", "/v1/permissions", permissions},   {"PUT", "/v1/permissions", grant},
          {"DELETE", "/v1/permissions", revoke},     {"GET", "/v1/can", can},
          {"GET", "/v1/fields/(.+)", fields},        {"PUT", "/v1/fields/(.+)", set_field},
          {"DELETE", "/v1/fields/(.+)", unset_field}};
}

}  // namespace rcx::host::api
