#include "host/actions/answers.hpp"
#include "host/api/routes.hpp"

namespace rcx::host::api {
namespace {

constexpr int kCreated = 201;
constexpr std::chrono::hours kLifetime{90 * 24};

Result<Reply> users(Call& call) {
  const Result<std::vector<Account>> all = call.actions.users();
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"users", list_json(*all, user_json)}}};
}

Result<Reply> create_user(Call& call) {
  NewUser user;
  user.username = call.fields.text("username", true);
  user.email = call.fields.text("email", false);
  user.firstname = call.fields.text("firstname", false);
  user.lastname = call.fields.text("lastname", false);
  user.active = call.fields.flag("active", true);
  user.admin = call.fields.flag("admin", false);
  user.inherit = call.fields.flag("inherit", true);
  user.addresses = call.fields.texts("addresses");
  call.fields.finish();
  const Result<Account> made = call.actions.create_user(user);
  if (!made) return made.error();
  return Reply{kCreated, user_json(*made)};
}

Result<Reply> user(Call& call) {
  const Result<Account> found = call.actions.user(call.parts[0]);
  if (!found) return found.error();
  return Reply{200, user_json(*found)};
}

Result<Reply> change_user(Call& call) {
  const std::optional<bool> active = call.fields.flag("active");
  call.fields.finish();
  if (!active) throw Wrong("active", "active: wanted true or false, got nothing");
  const Result<Account> changed = call.actions.set_active(call.parts[0], *active);
  if (!changed) return changed.error();
  return Reply{200, user_json(*changed)};
}

Result<Reply> delete_user(Call& call) {
  const std::string heir = call.fields.text("heir", false);
  call.fields.finish();
  const Result<Account> gone = call.actions.delete_user(call.parts[0], heir);
  if (!gone) return gone.error();
  return Reply{200, user_json(*gone)};
}

Result<Reply> tokens(Call& call) {
  const std::string user = call.fields.text("user", false);
  call.fields.finish();
  const Result<std::vector<Token>> all = call.actions.tokens(user);
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"tokens", list_json(*all, token_json)}}};
}

Result<Reply> create_token(Call& call) {
  NewToken token;
  token.user = call.fields.text("user", true);
  const std::string role = call.fields.text("role", false);
  if (!role.empty()) token.role = role;
  token.description = call.fields.text("description", false);
  token.repository = call.fields.text("repository", false);
  token.addresses = call.fields.texts("addresses");
  token.lifetime = call.fields.length("lifetime", kLifetime);
  call.fields.finish();
  const Result<Accounts::NewToken> made = call.actions.create_token(token);
  if (!made) return made.error();
  boost::json::object json = token_json(made->token);
  json["token"] = made->made;
  return Reply{kCreated, std::move(json)};
}

Result<Reply> revoke_token(Call& call) {
  const Result<void> revoked = call.actions.revoke_token(call.parts[0]);
  if (!revoked) return revoked.error();
  return Reply{200, boost::json::object{{"revoked", true}}};
}

Result<Reply> keys(Call& call) {
  const std::string user = call.fields.text("user", false);
  call.fields.finish();
  const Result<std::vector<Key>> all = call.actions.keys(user);
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"keys", list_json(*all, key_json)}}};
}

Result<Reply> add_key(Call& call) {
  const std::string user = call.fields.text("user", true);
  const std::string key = call.fields.text("key", true);
  call.fields.finish();
  const Result<Key> added = call.actions.add_key(user, key);
  if (!added) return added.error();
  return Reply{kCreated, key_json(*added)};
}

Result<Reply> remove_key(Call& call) {
  const Result<void> removed = call.actions.remove_key(call.parts[0]);
  if (!removed) return removed.error();
  return Reply{200, boost::json::object{{"removed", true}}};
}

}  // namespace

std::vector<Route> people_routes() {
  return {{"GET", "/v1/users", users},
          {"POST", "/v1/users", create_user},
          {"GET", "/v1/users/([^/]+)", user},
          {"PATCH", "/v1/users/([^/]+)", change_user},
          {"DELETE", "/v1/users/([^/]+)", delete_user},
          {"GET", "/v1/tokens", tokens},
          {"POST", "/v1/tokens", create_token},
          {"DELETE", "/v1/tokens/([^/]+)", revoke_token},
          {"GET", "/v1/keys", keys},
          {"POST", "/v1/keys", add_key},
          {"DELETE", "/v1/keys/(.+)", remove_key}};
}

}  // namespace rcx::host::api
