// http_call, ci_trigger and smtp_notify with a real host, its queue and real receivers.
#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"
#include "tests/support/receiver.hpp"

namespace rcx::test {
namespace {

namespace json = boost::json;

class Notify : public HostTest {
 protected:
  void serve_web(const std::string& answers) {
    receiver_.emplace("web_receiver.py", temp_.path() / "requests", answers);
  }
  std::string url() const { return "http://127.0.0.1:" + receiver_->port() + "/hook"; }
  // The fixture `recorder`, which takes fields of text only, hears of all pushes as well.
  void add(const std::string& id, const std::string& settings, bool recorded = true) {
    const fs::path file = host_.rcextensions() / (id + ".so");
    fs::copy_file(RCX_TEST_PLUGINS "/" + id + ".so", file);
    host_.name(id, "{deadline: 5s, settings: {" + settings + "}}");
    host_.set("queue", "{backoff: 10ms, longest_backoff: 20ms, attempts: 4}");
    if (recorded) host_.add("recorder");
  }
  std::vector<json::object> wait_for(std::size_t count) {
    EXPECT_TRUE(eventually([&] { return receiver_->received().size() >= count; })) << host_.log();
    host_.wait_delivered();
    return receiver_->received();
  }
  static json::object body(const json::object& request) {
    return json::parse(from_base64(request.at("body"))).as_object();
  }
  Outcome emit(const std::string& event, const std::string& fields) {
    write_file(temp_.path() / "event.json", fields);
    return host_.rcx({"emit", event, (temp_.path() / "event.json").string()});
  }

  std::optional<Receiver> receiver_;
};

TEST_F(Notify, APushArrivesAsACloudEventWithAllThatTheHostKnows) {
  serve_web("200");
  add("http_call", "fields: [grade], url: '" + url() + "'", false);
  host_.set("server_url", "https://git.example.org");
  host_.set("fields", "[{key: grade, label: Grade}]");
  host_.set("repositories", "[{match: [a], fields: {grade: [1, {two: 2.5}, 'three', null]}}]");
  serve();
  const std::string first = clone().commit("first");
  const std::string second = clone().commit("second");
  const Outcome pushed = push({"-o", "ci", "-o", "caf\xE9", "main", "main~1:refs/tags/v\xE9"});
  ASSERT_EQ(pushed.status, 0) << pushed.err;
  const std::vector<json::object> all = wait_for(1);
  ASSERT_THAT(all, SizeIs(1));
  const json::object event = body(all[0]);
  const std::string id(event.at("id").as_string());
  EXPECT_THAT(host_.rcx({"events", "show", id}).out, HasSubstr("http_call"));
  EXPECT_EQ(event.at("type").as_string(), "rcx.push");
  EXPECT_EQ(event.at("source").as_string(), "https://git.example.org");
  EXPECT_EQ(event.at("subject").as_string(), "a");
  EXPECT_EQ(header(all[0], "Idempotency-Key"), id);
  const json::object data = event.at("data").as_object();
  EXPECT_EQ(data.at("event").as_string(), "push");
  EXPECT_EQ(data.at("event_id").as_string(), id);
  EXPECT_EQ(data.at("action").as_string(), "push");
  EXPECT_EQ(data.at("hook_type").as_string(), "post_receive");
  EXPECT_EQ(data.at("commit_ids"), json::value({first, second}));
  EXPECT_EQ(data.at("push_options"), json::parse("[\"ci\", \"caf\uFFFD\"]"));
  EXPECT_EQ(data.at("push_options_base64"), json::parse(R"([null, "Y2Fm6Q=="])"));
  EXPECT_EQ(data.at("repository").at("name").as_string(), "a");
  EXPECT_EQ(data.at("repository").at("vcs").as_string(), "git");
  EXPECT_EQ(data.at("repository").at("fields"),
            json::parse(R"({"grade": [1, {"two": 2.5}, "three", null]})"));
  const json::array refs = data.at("refs").as_array();
  ASSERT_EQ(refs.size(), 2U);
  for (const json::value& ref : refs) {
    const bool branch = ref.at("kind").as_string() == "branch";
    EXPECT_EQ(ref.at("new_id").as_string(), branch ? second : first);
    EXPECT_EQ(ref.at("change").as_string(), "create");
    EXPECT_FALSE(ref.as_object().contains("old_id"));
    if (!branch) {
      EXPECT_EQ(from_base64(ref.at("name_base64")), "refs/tags/v\xE9");
    }
  }
}

TEST_F(Notify, AServiceThatComesBackGetsTheSameEventAgain) {
  serve_web("503,close,200");
  add("http_call", "url: '" + url() + "', timeout: 2s");
  serve();
  clone().commit("first");
  ASSERT_EQ(push({"main"}).status, 0);
  const std::vector<json::object> all = wait_for(3);
  ASSERT_THAT(all, SizeIs(3));
  for (const json::object& request : all) {
    EXPECT_EQ(header(request, "Idempotency-Key"), last("push").id);
  }
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Notify, AServiceThatIsBrokenLeavesADeadEventThatCanBeReplayed) {
  serve_web("500,500,500,500,200");
  add("http_call", "url: '" + url() + "'");
  serve();
  clone().commit("first");
  ASSERT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(wait_for(4), SizeIs(4));
  const Outcome dead = host_.rcx({"events", "list", "--state", "dead"});
  EXPECT_THAT(dead.out, HasSubstr("push"));
  const std::string id = header(receiver_->received()[0], "Idempotency-Key");
  EXPECT_THAT(host_.rcx({"events", "show", id}).out, HasSubstr("answered 500"));
  EXPECT_EQ(host_.rcx({"events", "replay", id}).status, 0);
  EXPECT_EQ(header(wait_for(5).at(4), "Idempotency-Key"), id);
}

// Where a forge is told of something, so are the services; what may not go out does not.
TEST_F(Notify, WhatAForgeEmitsArrivesWithItsFields) {
  serve_web("200");
  add("http_call", "url: '" + url() + "', format: rhodecode");
  serve();
  ASSERT_EQ(emit("create_repo", R"({"repo_name": "team/app", "private": true,
                                    "clone_uri": "https://ada:hunter2@example.org/x",
                                    "caller": {"username": "ada", "ip": "192.0.2.1"}})")
                .status,
            0);
  const json::object told = body(wait_for(1).at(0));
  EXPECT_EQ(told.at("event").as_string(), "create_repo");
  EXPECT_EQ(told.at("repo_name").as_string(), "team/app");
  EXPECT_EQ(told.at("repository").as_string(), "team/app");
  EXPECT_EQ(told.at("private").as_bool(), true);
  EXPECT_EQ(told.at("username").as_string(), "ada");
  EXPECT_EQ(told.at("ip").as_string(), "192.0.2.1");
  EXPECT_EQ(told.at("clone_uri").as_string(), "https://example.org/x");
  EXPECT_EQ(told.at("action").as_string(), "create_repo");
}

TEST_F(Notify, APushIsBuilt) {
  serve_web("200");
  add("ci_trigger", "url: '" + url() + "/{repository}/{branch}', branches: [main]");
  serve();
  const std::string id = clone().commit("first");
  ASSERT_EQ(push({"main", "main:other"}).status, 0);
  const std::vector<json::object> all = wait_for(1);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].at("path").as_string(), "/hook/a/main");
  EXPECT_EQ(body(all[0]).at("commit").as_string(), id);
}

TEST_F(Notify, APushIsMailed) {
  receiver_.emplace("mail_receiver.py", temp_.path() / "mails", "-");
  add("smtp_notify", "server: '127.0.0.1:" + receiver_->port() +
                         "', security: none, from: rcx@example.org, to: ada@example.org");
  serve();
  clone().commit("Mend caf\xC3\xA9");
  ASSERT_EQ(push({"main"}).status, 0);
  const std::vector<json::object> all = wait_for(1);
  ASSERT_THAT(all, SizeIs(1));
  const std::string data = from_base64(all[0].at("data"));
  EXPECT_THAT(data, HasSubstr("Message-ID: <" + last("push").id + "@example.org>\r\n"));
  const std::string text = from_base64(json::string(data.substr(data.find("\r\n\r\n") + 4)));
  EXPECT_THAT(text, AllOf(HasSubstr("branch main: create "), HasSubstr(": Mend caf\xC3\xA9\n")));
}

}  // namespace
}  // namespace rcx::test
