#include "host/actions/answers.hpp"

namespace rcx::host {
namespace {

boost::json::array texts(const std::vector<std::string>& from) {
  boost::json::array list;
  for (const std::string& text : from) list.emplace_back(text);
  return list;
}

// Null where it is not.
boost::json::value time_json(std::int64_t ns) {
  return ns == 0 ? boost::json::value(nullptr) : boost::json::value(utc_text(ns));
}

boost::json::value text_or_null(const std::string& text) {
  return text.empty() ? boost::json::value(nullptr) : boost::json::value(text);
}

}  // namespace

boost::json::object repo_json(const Node& repo) {
  boost::json::object json{{"id", repo.id},
                           {"name", repo.name},
                           {"vcs", repo.vcs},
                           {"description", repo.description},
                           {"private", repo.is_private},
                           {"owner", text_or_null(repo.owner_name)},
                           {"fork_of", text_or_null(repo.fork_of)},
                           {"created_by", repo.created_by},
                           {"created_on", time_json(repo.created_ns)},
                           {"path", printable(repo.path)}};
  if (repo.deleted_ns != 0) {
    json["deleted_by"] = repo.deleted_by;
    json["deleted_on"] = time_json(repo.deleted_ns);
  }
  return json;
}

boost::json::object group_json(const Node& group) {
  return {{"id", group.id},
          {"name", group.name},
          {"description", group.description},
          {"owner", text_or_null(group.owner_name)},
          {"created_by", group.created_by},
          {"created_on", time_json(group.created_ns)}};
}

boost::json::object user_json(const Account& user) {
  return {{"id", user.id},
          {"username", user.username},
          {"email", user.email},
          {"firstname", user.firstname},
          {"lastname", user.lastname},
          {"active", user.active},
          {"admin", user.admin},
          {"inherit", user.inherit},
          {"addresses", texts(user.addresses)},
          {"created_by", user.created_by},
          {"created_on", time_json(user.created_ns)}};
}

boost::json::object token_json(const Token& token) {
  const char* state = token.revoked_ns != 0                                    ? "revoked"
                      : token.expires_ns != 0 && token.expires_ns <= wall_ns() ? "expired"
                                                                               : "good";
  return {{"id", token.id},
          {"user", token.username},
          {"role", token.role},
          {"description", token.description},
          {"repository", text_or_null(token.repository)},
          {"addresses", texts(token.addresses)},
          {"created_on", time_json(token.created_ns)},
          {"expires_on", time_json(token.expires_ns)},
          {"state", state}};
}

boost::json::object key_json(const Key& key) {
  return {{"fingerprint", key.fingerprint},
          {"user", key.username},
          {"type", key.type},
          {"comment", key.comment},
          {"created_on", time_json(key.created_ns)}};
}

boost::json::object grant_json(const Grant& grant) {
  const bool global = !grant.permission.empty();
  const char* kind = grant.kind == NodeKind::kGroup ? "group" : "repository";
  return {
      {"user", grant.username},
      {"permission", global ? grant.permission : std::string(kind) + "." + level_name(grant.level)},
      {"on", global ? boost::json::value(nullptr) : boost::json::value(grant.node)},
      {"granted_by", grant.granted_by},
      {"granted_on", time_json(grant.granted_ns)}};
}

boost::json::object field_json(const ShownField& field) {
  return {{"key", field.key},
          {"label", field.label},
          {"value", field.value},
          {"source", field.own ? "database" : "rcx.yaml"}};
}

boost::json::object ruling_json(const Ruling& ruling) {
  return {{"allowed", ruling.allowed}, {"why", ruling.why}};
}

}  // namespace rcx::host
