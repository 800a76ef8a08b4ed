#include "host/actions/answers.hpp"
#include "host/api/routes.hpp"

namespace rcx::host::api {
namespace {

constexpr int kCreated = 201;

template <class Convert, class Item>
Result<Reply> one(const Result<Item>& item, const Convert& convert, int status = 200) {
  if (!item) return item.error();
  return Reply{status, convert(*item)};
}

template <class Convert, class Item>
Result<Reply> many(const char* name, const Result<std::vector<Item>>& items,
                   const Convert& convert) {
  if (!items) return items.error();
  return Reply{200, boost::json::object{{name, list_json(*items, convert)}}};
}

NewRepo new_repo(Fields& fields) {
  NewRepo repo;
  repo.name = fields.text("name", true);
  repo.description = fields.text("description", false);
  repo.is_private = fields.flag("private", false);
  repo.owner = fields.text("owner", false);
  return repo;
}

Result<Reply> create(Call& call) {
  NewRepo repo = new_repo(call.fields);
  const std::string vcs = call.fields.text("vcs", false);
  const std::string source = call.fields.text("fork_of", false);
  const bool adopt = call.fields.flag("adopt", false);
  call.fields.finish();
  if (!vcs.empty()) repo.vcs = vcs;
  if (vcs != "" && vcs != "git" && vcs != "hg" && vcs != "svn") {
    throw Wrong("vcs", "vcs: wanted git, hg or svn, got '" + printable(vcs) + "'");
  }
  if (adopt && !source.empty()) {
    throw Wrong("adopt", "adopt: what is there already is no fork; leave fork_of out");
  }
  if (adopt) return one(call.actions.adopt_repo(repo), repo_json, kCreated);
  if (!source.empty()) return one(call.actions.fork_repo(source, repo), repo_json, kCreated);
  return one(call.actions.create_repo(repo), repo_json, kCreated);
}

Result<Reply> rename(Call& call) {
  const std::string name = call.fields.text("name", true);
  call.fields.finish();
  return one(call.actions.rename_repo(call.parts[0], name), repo_json);
}

Result<Reply> restore(Call& call) {
  const std::string as = call.fields.text("as", false);
  call.fields.finish();
  return one(call.actions.restore_repo(call.parts[0], as), repo_json);
}

Result<Reply> create_group(Call& call) {
  const std::string name = call.fields.text("name", true);
  const std::string description = call.fields.text("description", false);
  call.fields.finish();
  return one(call.actions.create_group(name, description), group_json, kCreated);
}

}  // namespace

// Names hold slashes, so nothing stands after them.
std::vector<Route> repo_routes() {
  return {
      {"GET", "/v1/repos",
       [](Call& call) { return many("repositories", call.actions.repos(), repo_json); }},
      {"POST", "/v1/repos", create},
      {"GET", "/v1/repos/(.+)",
       [](Call& call) { return one(call.actions.repo(call.parts[0]), repo_json); }},
      {"PATCH", "/v1/repos/(.+)", rename},
      {"DELETE", "/v1/repos/(.+)",
       [](Call& call) { return one(call.actions.delete_repo(call.parts[0]), repo_json); }},
      {"GET", "/v1/trash",
       [](Call& call) { return many("repositories", call.actions.trash(), repo_json); }},
      {"POST", "/v1/trash/([0-9]+)/restore", restore},
      {"GET", "/v1/groups",
       [](Call& call) { return many("groups", call.actions.groups(), group_json); }},
      {"POST", "/v1/groups", create_group},
      {"DELETE", "/v1/groups/(.+)",
       [](Call& call) { return one(call.actions.delete_group(call.parts[0]), group_json); }},
  };
}

}  // namespace rcx::host::api
