#include "host/event/event_json.hpp"

#include <gtest/gtest.h>

#include "host/event/abi_event.hpp"
#include "host/event/json_tree.hpp"
#include "host/event/value_json.hpp"

namespace rcx::host {
namespace {

const EventKind& kind_of(std::string_view name) {
  return **emitted_kind(name);
}

std::string fault(std::string_view name, std::string_view text) {
  const Result<Emission> read = read_emission(kind_of(name), text, "root");
  return read ? "none" : read.error().message;
}

Emission emission(std::string_view name, std::string_view text) {
  Result<Emission> read = read_emission(kind_of(name), text, "root");
  if (!read) throw std::runtime_error(read.error().message);
  return std::move(*read);
}

constexpr std::string_view kRequest = R"({
  "pull_request_id": 7,
  "source": {"repository": "ada/app"},
  "target": {"repository": "team/app"})";

std::string request_with(std::string_view more) {
  return std::string(kRequest) + ", " + std::string(more) + "}";
}

TEST(EventJson, SaysWhichNameIsNear) {
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_nmae": "x"})"),
            "repo_nmae: pre_create_repo has no such field; did you mean repo_name?");
  EXPECT_EQ(fault("merge_pull_request", request_with(R"("reviewers": [{"usr": "x"}])")),
            "reviewers[0].usr: merge_pull_request has no such field; did you mean user?");
  const std::string far = fault("pre_create_repo_group", R"({"zzzzzzzz": 1})");
  EXPECT_NE(far.find("it has event, caller, group_name, group_description"), std::string::npos)
      << far;
}

TEST(EventJson, SaysWhereAValueIsWrong) {
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name": "x", "private": "yes"})"),
            "private: wanted true or false, got text");
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name": ""})"),
            "repo_name: wanted text that is not empty, got empty text");
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name": "x", "repo_type": "cvs"})"),
            "repo_type: wanted one of none, git, hg, svn, got \"cvs\"");
  EXPECT_EQ(fault("create_repo", R"({"repo_name": "x", "created_on": "yesterday"})"),
            "created_on: wanted a time such as 2026-01-31T12:00:00Z, got other text, or a time "
            "before 1970 or after 2200");
  EXPECT_EQ(fault("merge_pull_request", request_with(R"("reviewers": [{"user": "x"}, []])")),
            "reviewers[1]: wanted an object, got a list");
  EXPECT_EQ(fault("merge_pull_request", request_with(R"("commit_ids": ["a", 1])")),
            "commit_ids[1]: wanted text, got an integer");
  EXPECT_EQ(fault("merge_pull_request", R"({"pull_request_id": 7, "source": {}, "target": {}})"),
            "source.repository: wanted text that is not empty, got nothing");
  EXPECT_EQ(fault("pre_create_repo", "[]"), "the event: wanted an object, got a list");
}

TEST(EventJson, SaysWhereItIsNoJson) {
  EXPECT_EQ(fault("pre_create_repo", ""), "line 1, column 1: the JSON ends early");
  EXPECT_EQ(fault("pre_create_repo", "{\"repo_name\":\n \"x\""),
            "line 2, column 5: the JSON ends early");
  EXPECT_EQ(fault("pre_create_repo", "{} {}"), "line 1, column 4: something follows the JSON");
  EXPECT_EQ(fault("pre_create_repo", "{\n\n  x}").find("line 3, column 3: no JSON ("), 0U);
  // Not UTF-8.
  EXPECT_EQ(fault("pre_create_repo", "{\"repo_name\": \"caf\xe9\"}").find("line 1, column "), 0U);
}

TEST(EventJson, RefusesWhatIsDeepOrLong) {
  const std::string deep = std::string(100'000, '[');
  EXPECT_NE(fault("pre_create_repo", deep).find("nests deeper than 32 levels"), std::string::npos);
  const std::string text = "{\"repo_name\": \"" + std::string(kLongestJson, 'x') + "\"}";
  EXPECT_EQ(fault("pre_create_repo", text), "wanted at most 16777216 bytes of JSON, got 16777233");
}

TEST(EventJson, TakesBytesInBase64) {
  const Emission told =
      emission("pre_create_repo", R"({"repo_name": "caf?", "repo_name_base64": "Y2Fm6Q=="})");
  EXPECT_EQ(told.told->text("repo_name"), "caf\xe9");
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name_base64": "no base64"})"),
            "under a key that ends in _base64: wanted base64");
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name": "x", "description_base64": "6Q=="})"),
            "description: wanted text, got bytes that are no UTF-8");
  Event event;
  event.kind = &kind_of("pre_create_repo");
  event.told = told.told;
  EXPECT_EQ(emission_json(event).at("repo_name_base64").as_string(), "Y2Fm6Q==");
}

TEST(EventJson, TakesIdsAsNumbersAndNothingAsNotTold) {
  const Emission told =
      emission("create_repo", R"({"repo_name": "x", "repo_id": 12, "user_id": null})");
  Event event;
  event.kind = &kind_of("create_repo");
  event.told = told.told;
  const boost::json::object back = emission_json(event);
  EXPECT_EQ(back.at("repo_id").as_string(), "12");
  EXPECT_FALSE(back.contains("user_id"));
}

TEST(EventJson, LetsNoSecretThrough) {
  EXPECT_EQ(fault("pre_create_user", R"({"username": "grace", "password": "hunter2"})"),
            "password: no secret reaches an extension; leave it out");
  EXPECT_EQ(fault("create_user", R"({"username": "grace", "api_keys": ["hunter2"]})"),
            "api_keys: no secret reaches an extension; leave it out");
  const std::pair<const char*, const char*> kUrls[] = {
      {"https://ada:hunter2@example.org/app", "https://example.org/app"},
      {"https://hunter2@example.org/app", "https://example.org/app"},
      {"https://ada:hun/ter2@example.org/app", "https://example.org/app"},
      {"https://ada:hunter2@example.org", "https://example.org"},
      {"https://a@b:hunter2@example.org/app", "https://example.org/app"},
      {"https://example.org/app?private_token=hunter2&depth=1", "https://example.org/app?depth=1"},
      {"https://example.org/app?ACCESS_KEY=hunter2", "https://example.org/app"},
      {"ada:hunter2@example.org:app", "example.org:app"},
      {"git@example.org:team/app", "git@example.org:team/app"},
      {"https://example.org:8080/@team/app", "https://example.org:8080/@team/app"},
      {"/srv/git/app.git", "/srv/git/app.git"},
  };
  for (const auto& [url, clean] : kUrls) {
    Event event;
    event.kind = &kind_of("create_repo");
    event.told = emission("create_repo", boost::json::serialize(boost::json::object{
                                             {"repo_name", "x"}, {"clone_uri", url}}))
                     .told;
    EXPECT_EQ(emission_json(event).at("clone_uri").as_string(), clean);
  }
}

TEST(EventJson, KnowsWhoActs) {
  const Emission told = emission(
      "pre_delete_repo", R"({"repo_name": "x", "caller": {"username": "ada", "ip": "192.0.2.1"}})");
  ASSERT_TRUE(told.caller);
  EXPECT_EQ(told.caller->username, "ada");
  EXPECT_EQ(told.caller->ip, "192.0.2.1");
  EXPECT_EQ(told.told->text("deleted_by"), "ada");
  EXPECT_EQ(emission("pre_delete_repo", R"({"repo_name": "x"})").told->text("deleted_by"), "root");
  EXPECT_EQ(fault("pre_delete_repo", R"({"repo_name": "x", "caller": "ada"})"),
            "caller: wanted an object, got text");
  EXPECT_EQ(fault("pre_delete_repo", R"({"repo_name": "x", "caller": {}})"),
            "caller.username: wanted text that is not empty, got nothing");
  EXPECT_EQ(fault("pre_delete_repo", R"({"repo_name": "x", "caller": {"user": "ada"}})"),
            "caller.user: pre_delete_repo has no such field; it has username, ip, user_agent, "
            "auth_method");
}

TEST(EventJson, LeavesTheHostWhatIsTheHosts) {
  for (const char* key : {"event_id", "time", "repository", "server_url", "hook_type"}) {
    EXPECT_EQ(fault("pre_create_repo", std::string(R"({"repo_name": "x", ")") + key + R"(": "y"})"),
              std::string(key) + ": the host says that by itself; leave it out");
  }
  EXPECT_EQ(fault("pre_create_repo", R"({"repo_name": "x", "event": "create_repo"})"),
            "event: wanted pre_create_repo, got create_repo");
}

TEST(EventJson, EmitsWhatForgesDoAndNothingElse) {
  EXPECT_EQ(emitted_kind("pre_push").error().message,
            "pre_push comes from a hook of the version-control system and cannot be emitted; "
            "install the hook with:  rcx install REPO");
  EXPECT_EQ(emitted_kind("pre_create_rep").error().message,
            "there is no event pre_create_rep; did you mean pre_create_repo?");
  EXPECT_EQ(emitted_kind("zzzzzzzzzzzzzzzzzzzz")
                .error()
                .message.find("there is no event zzzzzzzzzzzzzzzzzzzz; these can be emitted: "),
            0U);
}

TEST(EventJson, WritesWhatAllEventsCarry) {
  Event event;
  event.kind = &kind_of("create_repo");
  event.id_text = "018f3c5e-7c1a-7abc-8def-0123456789ac";
  event.time_ns = 1'700'000'000'123'456'789;
  event.hook_type = "emit";
  event.server_url = "https://example.org";
  event.caller.name = "ada";
  event.repository.vcs = RCX_VCS_GIT;
  event.repository.name = "team/app";
  event.told = emission("create_repo", R"({"repo_name": "team/app"})").told;
  const boost::json::object out = event_json(event);
  EXPECT_EQ(out.at("event").as_string(), "create_repo");
  EXPECT_EQ(out.at("event_id").as_string(), event.id_text);
  EXPECT_EQ(out.at("time").as_string(), "2023-11-14T22:13:20.123456789Z");
  EXPECT_EQ(out.at("repository").at("name").as_string(), "team/app");
  EXPECT_EQ(out.at("repository").at("vcs").as_string(), "git");
  EXPECT_EQ(out.at("caller").at("username").as_string(), "ada");
  EXPECT_EQ(out.at("repo_name").as_string(), "team/app");
}

TEST(CatalogueText, ReadsTimesAndRefusesOthers) {
  const std::pair<const char*, std::int64_t> kTimes[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2024-02-29T23:59:59.5+01:00", 1'709'247'599'500'000'000},
      {"2026-01-31T12:00:00-07:30", 1'769'887'800'000'000'000},
      {"2026-01-31T12:00:00.1234567899Z", 1'769'860'800'123'456'789},
  };
  for (const auto& [text, expected] : kTimes) {
    std::int64_t time = -1;
    EXPECT_TRUE(catalogue::parse_time(text, time)) << text;
    EXPECT_EQ(time, expected) << text;
    std::int64_t again = -1;
    EXPECT_TRUE(catalogue::parse_time(catalogue::time_text(time), again));
    EXPECT_EQ(again, time);
  }
  for (const char* text :
       {"", "2026", "2026-01-31", "2026-01-31T12:00:00", "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+1:00",
        "1970-01-01T00:00:00+00:01", "2201-01-01T00:00:00Z", "2026-01-31T12:00:00Zx"}) {
    std::int64_t time = 0;
    EXPECT_FALSE(catalogue::parse_time(text, time)) << text;
  }
}

// Of a push, all that rcx/abi_json.h lists.
TEST(EventJson, WritesPushesAndPulls) {
  Event event;
  event.kind = event_kind(RCX_EVENT_PUSH);
  event.id_text = "id";
  event.push_id = "p";
  event.action = RCX_ACTION_PUSH_LOCAL;
  event.caller.name = "caf\xe9";
  event.repository = {RCX_VCS_GIT, "a", "/a.git", "", {}};
  event.push_options = {"one", "\xff"};
  event.refs = {{"refs/heads/main", "", "n1", RCX_REF_BRANCH, RCX_CHANGE_CREATE, false},
                {"refs/tags/\xe9", "o2", "", RCX_REF_TAG, RCX_CHANGE_DELETE, false},
                {"refs/x", "o3", "n3", RCX_REF_OTHER, RCX_CHANGE_UPDATE, true}};
  EXPECT_EQ(event_json(event), boost::json::parse(R"({
      "event": "push", "event_id": "id", "time": "1970-01-01T00:00:00Z", "attempt": 1,
      "hook_type": "", "server_url": "", "push_id": "p", "action": "push_local",
      "caller": {"username": "caf\ufffd", "username_base64": "Y2Fm6Q=="},
      "repository": {"vcs": "git", "name": "a", "path": "/a.git"},
      "push_options": ["one", "\ufffd"], "push_options_base64": [null, "/w=="],
      "refs": [
        {"name": "refs/heads/main", "kind": "branch", "change": "create", "forced": false,
         "new_id": "n1"},
        {"name": "refs/tags/\ufffd", "name_base64": "cmVmcy90YWdzL+k=", "kind": "tag",
         "change": "delete", "forced": false, "old_id": "o2"},
        {"name": "refs/x", "kind": "other", "change": "update", "forced": true, "old_id": "o3",
         "new_id": "n3"}]})"));
  event.kind = event_kind(RCX_EVENT_PULL);
  event.pull = {true, true, false, "blob:none", {{"n1", "refs/heads/main", 1}, {"n2", "", 0}}};
  const boost::json::object pull = event_json(event);
  EXPECT_EQ(pull.at("is_clone"), boost::json::value(true));
  EXPECT_EQ(pull.at("filter").as_string(), "blob:none");
  EXPECT_EQ(pull.at("wanted"),
            boost::json::parse(R"([{"id": "n1", "name": "refs/heads/main"}, {"id": "n2"}])"));
  EXPECT_FALSE(pull.contains("refs"));
}

TEST(EventJson, ValuesComeBackAsTheyWere) {
  const std::string text =
      R"({"a":[1,-9223372036854775808,2.5,true,null,"x"],"b":{"c":{}},"d":"\u0000\u00e9"})";
  JsonTree tree;
  ASSERT_TRUE(tree.parse(text));
  EXPECT_EQ(value_json(tree.root()), boost::json::parse(text));
}

}  // namespace
}  // namespace rcx::host
