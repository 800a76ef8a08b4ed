// The HTTP interface of a real host.
#include <atomic>
#include <thread>

#include "host/actions/messenger.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/wire.h"
#include "tests/api/host_api_test.hpp"

namespace rcx::test {
namespace {

TEST_F(Api, MakesMovesAndDeletes) {
  start();
  EXPECT_EQ(ask("POST", "/v1/groups", R"({"name": "team"})").status, 201);
  const Answer made = ask("POST", "/v1/repos", R"({"name": "team/app", "description": "An app"})");
  ASSERT_EQ(made.status, 201) << made.body << host_.log();
  EXPECT_EQ(made.body.at("name"), "team/app");
  EXPECT_EQ(made.body.at("owner"), "boss");
  EXPECT_EQ(made.body.at("decision").as_string().size(), 36U);
  EXPECT_TRUE(fs::exists(host_.root() / "team/app.git/hooks/pre-receive"));
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "team/app"})").status, 409);
  EXPECT_EQ(ask("GET", "/v1/repos/team/app").body.at("vcs"), "git");
  EXPECT_EQ(ask("GET", "/v1/repos/team%2Fapp").status, 200);
  EXPECT_EQ(ask("GET", "/v1/repos").body.at("repositories").as_array().size(), 1U);
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "team/fork", "fork_of": "team/app"})").status,
            201);
  EXPECT_EQ(ask("PATCH", "/v1/repos/team/fork", R"({"name": "fork"})").body.at("name"), "fork");
  EXPECT_EQ(ask("DELETE", "/v1/groups/team").status, 409);
  EXPECT_EQ(ask("DELETE", "/v1/repos/team/app").status, 200);
  EXPECT_EQ(ask("GET", "/v1/repos/team/app").status, 404);
  const Answer trash = ask("GET", "/v1/trash");
  const auto id = trash.body.at("repositories").at(0).at("id").as_int64();
  EXPECT_EQ(ask("POST", "/v1/trash/" + std::to_string(id) + "/restore", R"({"as": "back"})").status,
            200);
  EXPECT_EQ(ask("DELETE", "/v1/groups/team").status, 200);
  EXPECT_EQ(ask("GET", "/v1/groups").body.at("groups").as_array().size(), 0U);
}

TEST_F(Api, KeepsUsersTokensKeysAndPermissions) {
  start();
  ASSERT_EQ(ask("POST", "/v1/users", R"({"username": "ada", "email": "ada@example.org"})").status,
            201);
  EXPECT_EQ(ask("POST", "/v1/users", R"({"username": "ADA"})").status, 409);
  EXPECT_EQ(ask("GET", "/v1/users").body.at("users").as_array().size(), 2U);
  const Answer made =
      ask("POST", "/v1/tokens", R"({"user": "ada", "role": "api", "lifetime": "1h"})");
  ASSERT_EQ(made.status, 201);
  const std::string ada = json::value_to<std::string>(made.body.at("token"));
  EXPECT_EQ(ask("GET", "/v1/users/ada", {}, ada).status, 200);
  EXPECT_EQ(ask("GET", "/v1/users/boss", {}, ada).status, 403);
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "app"})", ada).status, 403);
  EXPECT_EQ(
      ask("PUT", "/v1/permissions", R"({"user": "ada", "permission": "hg.create.repository"})")
          .status,
      200);
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "app"})", ada).status, 201);
  EXPECT_EQ(
      ask("PUT", "/v1/permissions", R"({"user": "*", "permission": "read", "on": "app"})", ada)
          .status,
      200);
  EXPECT_EQ(ask("GET", "/v1/permissions?on=app").body.at("permissions").as_array().size(), 1U);
  EXPECT_EQ(ask("GET", "/v1/can?user=ada&action=push&object=app").body.at("allowed"), true);
  EXPECT_EQ(ask("DELETE", "/v1/permissions?user=*&on=app").status, 200);
  EXPECT_EQ(ask("DELETE", "/v1/permissions?user=*&on=app").status, 404);
  EXPECT_EQ(ask("DELETE", "/v1/permissions?user=ada&permission=hg.create.repository").status, 200);
  const std::string key =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada";
  const Answer added =
      ask("POST", "/v1/keys", json::serialize(json::object{{"user", "ada"}, {"key", key}}));
  ASSERT_EQ(added.status, 201);
  EXPECT_EQ(ask("GET", "/v1/keys?user=ada").body.at("keys").as_array().size(), 1U);
  EXPECT_EQ(
      ask("DELETE", "/v1/keys/" + json::value_to<std::string>(added.body.at("fingerprint"))).status,
      200);
  const Answer tokens = ask("GET", "/v1/tokens?user=ada");
  EXPECT_EQ(tokens.body.at("tokens").at(0).as_object().contains("token"), false);
  const std::string id = json::value_to<std::string>(tokens.body.at("tokens").at(0).at("id"));
  EXPECT_EQ(ask("DELETE", "/v1/tokens/" + id).status, 200);
  EXPECT_EQ(ask("DELETE", "/v1/tokens/" + ada).status, 404) << "a whole one is as good as its id";
  EXPECT_EQ(ask("GET", "/v1/users/ada", {}, ada).status, 401);
  EXPECT_EQ(ask("PATCH", "/v1/users/ada", R"({"active": false})").body.at("active"), false);
  EXPECT_EQ(ask("DELETE", "/v1/users/ada").status, 409);
  EXPECT_EQ(ask("DELETE", "/v1/users/ada?heir=boss").status, 200);
  const std::string log = host_.log();
  EXPECT_THAT(log, Not(HasSubstr(ada.substr(21)))) << "no secret is logged";
  EXPECT_THAT(log, Not(HasSubstr(boss_.substr(21))));
  EXPECT_THAT(log, HasSubstr("GET /v1/users/ada: "));
}

TEST_F(Api, SetsFields) {
  host_.set("fields", "[{key: ci_url, label: CI}]");
  start();
  ASSERT_EQ(ask("POST", "/v1/repos", R"({"name": "app"})").status, 201);
  EXPECT_EQ(ask("PUT", "/v1/fields/app", R"({"key": "ci_url", "value": 5})").status, 200);
  const Answer fields = ask("GET", "/v1/fields/app");
  EXPECT_EQ(fields.body.at("fields").at(0).at("value"), 5);
  EXPECT_EQ(fields.body.at("fields").at(0).at("source"), "database");
  EXPECT_EQ(ask("PUT", "/v1/fields/app", R"({"key": "nothing", "value": "x"})").status, 422);
  EXPECT_EQ(ask("DELETE", "/v1/fields/app?key=ci_url").status, 200);
}

TEST_F(Api, AForgeEmitsEvents) {
  host_.add("forge_guard", "{settings: {do: reject, on: no/app}}");
  start();
  const Answer accepted = ask("POST", "/v1/events/pre_create_repo", R"({"repo_name": "team/app"})");
  ASSERT_EQ(accepted.status, 200);
  EXPECT_EQ(accepted.body.at("verdict"), "accepted");
  const Answer refused = ask("POST", "/v1/events/pre_create_repo", R"({"repo_name": "no/app"})");
  EXPECT_EQ(refused.body.at("verdict"), "refused");
  EXPECT_EQ(refused.body.at("messages").at(0), "asked about no/app");
  const std::string id = json::value_to<std::string>(refused.body.at("decision"));
  ASSERT_TRUE(eventually([&] { return ask("GET", "/v1/decisions/" + id).status == 200; }));
  EXPECT_EQ(ask("GET", "/v1/decisions/ffffffff-ffff-7fff-8fff-ffffffffffff").status, 404);
  const Answer wrong =
      ask("POST", "/v1/events/merge_pull_request",
          R"({"pull_request_id": 1, "source": {"repository": "a"}, "target": {"repository": 5}})");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.path(), StartsWith("target.repository"));
  EXPECT_EQ(ask("POST", "/v1/events/pre_push", "{}").status, 404);
  EXPECT_EQ(ask("POST", "/v1/events/pre_create_repo", "{").status, 400);
  host_.rcx({"user", "create", "ada"});
  EXPECT_EQ(ask("POST", "/v1/events/pre_create_repo", R"({"repo_name": "a"})", token("ada")).status,
            403);
  const Answer extensions = ask("GET", "/v1/extensions");
  EXPECT_EQ(extensions.body.at("extensions").at(0).at("status"), "loaded");
}

TEST_F(Api, AVetoSaysWhy) {
  host_.add("forge_guard", "{settings: {do: reject, on: app}}");
  start();
  const Answer refused = ask("POST", "/v1/repos", R"({"name": "app"})");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.code(), "vetoed");
  EXPECT_EQ(refused.body.at("decision").as_string().size(), 36U);
  EXPECT_FALSE(fs::exists(host_.root() / "app.git"));
}

TEST_F(Api, CallsHooksOfExtensions) {
  host_.add("hooks");
  start();
  EXPECT_EQ(ask("GET", "/v1/calls").body.at("hooks").as_array().size(), 4U);
  ASSERT_EQ(ask("POST", "/v1/repos", R"({"name": "app"})").status, 201);
  const std::string where = "/v1/call/where";
  const Answer done = ask("POST", where, R"({"repository": "app"})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body.at("verdict"), "done");
  EXPECT_THAT(json::value_to<std::string>(done.body.at("answer")),
              AllOf(StartsWith("app "), HasSubstr(" boss\n")));
  host_.rcx({"user", "create", "ada"});
  const std::string ada = token("ada");
  EXPECT_EQ(ask("POST", where, R"({"repository": "app"})", ada).status, 404)
      << "nobody learns what there is";
  host_.rcx({"grant", "ada", "read", "app"});
  EXPECT_EQ(ask("POST", where, R"({"repository": "app"})", ada).status, 403);
  const Outcome granted = host_.rcx({"grant", "ada", "admin", "app"});
  ASSERT_EQ(granted.status, 0) << granted.err;
  const Answer allowed = ask("POST", where, R"({"repository": "app"})", ada);
  EXPECT_EQ(allowed.status, 200) << allowed.body;
  EXPECT_EQ(ask("POST", "/v1/call/act", R"({"arguments": {"what": "refuse"}})", ada).status, 403);
  EXPECT_EQ(ask("POST", "/v1/call/act", R"({"arguments": {"what": "refuse"}})").body.at("verdict"),
            "refused");
  EXPECT_EQ(ask("POST", "/v1/call/many", R"({"arguments": {"text": "x", "integer": "y"}})").path(),
            "arguments.integer");
  EXPECT_EQ(ask("POST", "/v1/call/many", R"({"arguments": {"text": "x", "other": 1}})").path(),
            "arguments.other");
  EXPECT_EQ(ask("POST", "/v1/call/many", R"({"argument": {"text": "x"}})").path(), "argument");
  EXPECT_FALSE(ask("POST", where, "{}").body.at("error").as_object().contains("path"));
  EXPECT_EQ(ask("POST", "/v1/call/nothing", "{}").status, 404);
  EXPECT_EQ(ask("POST", "/v1/call/many", R"({"arguments": 5})").path(), "arguments");
  const Outcome called = run([&] {
    Command command = host_.rcx_command({"call", "where", "--repo", "app"});
    command.variables["RCX_TOKEN"] = ada;
    return command;
  }());
  EXPECT_EQ(called.status, 0) << called.err;
  EXPECT_THAT(called.out, HasSubstr(" ada\n"));
}

// Between looking at what a hook needs and calling it, another extension may have taken its place.
TEST_F(Api, AHookThatNeedsSomethingElseByNowIsNotCalled) {
  host_.add("hooks");
  host_.start();
  host::HostMessenger messenger((host_.directory() / "run").string(),
                                (host_.directory() / "state").string(), {});
  const auto status_with = [&](const char* input) {
    const std::int64_t now = host::wall_ns();
    return messenger.call("hooks.many", host::make_event_id(now), now, input).value().status;
  };
  EXPECT_EQ(status_with(R"({"arguments": {"text": "x"}, "permission": "repository.read"})"),
            RCX_WIRE_CALL_DONE);
  EXPECT_EQ(status_with(R"({"arguments": {"text": "x"}, "permission": "repository.write"})"),
            RCX_WIRE_CALL_DENIED);
}

TEST_F(Api, RefusesWhoItDoesNotKnow) {
  start();
  for (const std::string& wrong :
       {std::string(), std::string("x"), boss_ + "x", boss_.substr(0, 30)}) {
    const Answer refused = ask("GET", "/v1/repos", {}, wrong);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.header, "Bearer");
  }
  EXPECT_EQ(ask("GET", "/v1/repos", {}, token("boss", {"--role", "vcs"})).status, 401);
  EXPECT_EQ(ask("GET", "/healthz", {}, "").status, 200);
  EXPECT_EQ(ask("GET", "/openapi.json", {}, "").status, 200);
  EXPECT_EQ(ask("GET", "/v1/nothing", {}, "").status, 401) << "nobody learns what there is";
  EXPECT_EQ(ask("GET", "/v1/nothing").status, 404);
  EXPECT_EQ(ask("GET", "/v1/repos/" + std::string(4000, 'a')).status, 414);
}

TEST_F(Api, SaysWhichFieldIsWrong) {
  start();
  EXPECT_EQ(ask("POST", "/v1/repos", "{").status, 400);
  EXPECT_EQ(ask("POST", "/v1/repos", "[]").status, 400);
  EXPECT_EQ(ask("POST", "/v1/repos", "\xff\xfe").status, 400);
  EXPECT_EQ(ask("POST", "/v1/repos", std::string(5000, '[')).status, 400);
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": 5})").path(), "name");
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "a", "private": "no"})").path(), "private");
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "a", "vcs": "cvs"})").path(), "vcs");
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "a", "colour": 1})").path(), "colour");
  EXPECT_EQ(ask("PUT", "/v1/fields/a", R"({"key": "k", "value": 1, "colour": 1})").path(),
            "colour");
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": "../a"})").status, 422);
  EXPECT_EQ(ask("POST", "/v1/users", R"({"username": "a", "addresses": ["x"]})").status, 422);
}

TEST_F(Api, ManyAtOnce) {
  start(", per_minute: 100000");
  std::atomic<int> good = 0;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 200; ++i) {
    threads.emplace_back([&, i] {
      const auto mine = client();
      mine->set_bearer_token_auth(boss_);
      if (i % 20 == 0) {
        const auto made = mine->Post("/v1/repos", R"({"name": "same"})", "application/json");
        if (made && made->status == 201) ++won;
        if (made && (made->status == 201 || made->status == 409)) ++good;
      } else if (const auto got = mine->Get("/v1/repos"); got && got->status == 200) {
        ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 200) << host_.log();
  EXPECT_EQ(won, 1);
}

TEST_F(Api, IsThereAgainWhenItsProcessDies) {
  start();
  const std::vector<pid_t> mine = api_processes();
  ASSERT_EQ(mine.size(), 1U);
  ::kill(mine[0], SIGKILL);
  EXPECT_TRUE(eventually([&] {
    const auto got = client()->Get("/healthz");
    return got && got->status == 200;
  })) << host_.log();
}

TEST_F(Api, ListensOnlyWhereThisMachineCanAsk) {
  for (const char* where : {"0.0.0.0:8480", "localhost:8480"}) {
    host_.set("api", std::string("{listen: '") + where + "'}");
    host_.write_config();
    const Outcome refused = host_.rcx({"config", "check"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err + refused.out, HasSubstr("api.listen: wanted 127.0.0.1:PORT"));
  }
}

TEST_F(Api, RemovesNothingThatIsNoSocket) {
  const fs::path precious = temp_.path() / "precious";
  write_file(precious, "text\n");
  host_.set("api", "{listen: " + precious.string() + "}");
  host_.write_config();
  const Outcome refused = host_.rcx({"config", "check"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err + refused.out,
              HasSubstr("api.listen: wanted the path of a socket, got " + precious.string()));
  // Also what comes there after the configuration was read.
  const fs::path late = host_.directory() / "run/api.sock";
  start();
  fs::remove(late);
  write_file(late, "text\n");
  ::kill(api_processes().at(0), SIGKILL);
  EXPECT_TRUE(eventually([&] {
    return host_.log().find("wanted the path of a socket") != std::string::npos;
  })) << host_.log();
  EXPECT_EQ(read_file(late), "text\n");
}

// What nobody gave them is for them as if it were not there.
TEST_F(Api, ToldOfNothingThatTheyMayNotRead) {
  host_.set("fields", "[{key: ci_url, label: CI}]");
  start();
  ASSERT_EQ(ask("POST", "/v1/groups", R"({"name": "team"})").status, 201);
  ASSERT_EQ(ask("POST", "/v1/repos", R"({"name": "secret"})").status, 201);
  host_.rcx({"user", "create", "ada"});
  const std::string ada = token("ada");
  // The same words for what is there and hidden, and for what is not there.
  const auto same = [&](const std::string& method, const std::string& path, const std::string& body,
                        const std::string& hidden, const std::string& missing) {
    const auto said = [&](const std::string& name) {
      const auto named = [&](std::string text) {
        const std::size_t at = text.find('@');
        return at == std::string::npos ? text : text.replace(at, 1, name);
      };
      const Answer answer = ask(method, named(path), named(body), ada);
      EXPECT_EQ(answer.status, 404) << method << " " << named(path) << answer.body;
      std::string text = json::serialize(answer.body);
      for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;)
        text.erase(at, name.size());
      return text;
    };
    EXPECT_EQ(said(hidden), said(missing));
  };
  same("GET", "/v1/repos/@", "", "secret", "nope");
  same("PATCH", "/v1/repos/@", R"({"name": "x"})", "secret", "nope");
  same("DELETE", "/v1/repos/@", "", "secret", "nope");
  same("GET", "/v1/permissions?on=@", "", "secret", "nope");
  same("PUT", "/v1/permissions", R"({"user": "ada", "permission": "read", "on": "@"})", "secret",
       "nope");
  same("DELETE", "/v1/permissions?user=ada&on=@", "", "team", "nope");
  same("GET", "/v1/can?user=ada&action=pull&object=@", "", "secret", "nope");
  same("GET", "/v1/can?user=ada&action=create_repo&object=@/x", "", "team", "nope");
  same("GET", "/v1/fields/@", "", "secret", "nope");
  same("PUT", "/v1/fields/@", R"({"key": "ci_url", "value": 1})", "secret", "nope");
  same("DELETE", "/v1/fields/@?key=ci_url", "", "secret", "nope");
  same("POST", "/v1/repos", R"({"name": "@/x"})", "team", "nope");
  same("POST", "/v1/repos", R"({"name": "x", "fork_of": "@"})", "secret", "nope");
  same("POST", "/v1/groups", R"({"name": "@/x"})", "team", "nope");
  same("DELETE", "/v1/groups/@", "", "team", "nope");
  same("POST", "/v1/tokens", R"({"user": "ada", "repository": "@"})", "secret", "nope");
  const auto gone = ask("DELETE", "/v1/repos/secret");
  const std::string id =
      std::to_string(ask("GET", "/v1/trash").body.at("repositories").at(0).at("id").as_int64());
  same("POST", "/v1/trash/@/restore", "{}", id, "999999");
  // Who may read is told what is missing.
  host_.rcx({"grant", "ada", "read", "team"});
  EXPECT_EQ(ask("DELETE", "/v1/groups/team", {}, ada).status, 403);
}

}  // namespace
}  // namespace rcx::test
