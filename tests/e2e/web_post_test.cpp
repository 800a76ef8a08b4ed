// The example web_post, with a service of its own.
#include <boost/json.hpp>
#include <sstream>

#include "tests/e2e/examples.hpp"
#include "tests/plugins/library.hpp"

namespace rcx::test {
namespace {

namespace json = boost::json;

class WebPost : public Examples {
 protected:
  void SetUp() override {
    if (!fs::exists(example("web_post"))) GTEST_SKIP() << "built without libcurl";
  }
  void start_service(const std::string& status) {
    service_.emplace(Command{
        {RCX_TEST_PYTHON, RCX_TEST_SOURCES "/tests/e2e/web_server.py", status, file().string()}});
    ASSERT_TRUE(eventually([&] { return service_->out().ends_with('\n'); })) << service_->err();
    url_ = "http://127.0.0.1:" + std::to_string(std::stoi(service_->out())) + "/pushes";
  }
  fs::path file() const { return temp_.path() / "requests"; }
  std::vector<json::object> requests() const {
    std::vector<json::object> all;
    if (!fs::exists(file())) return all;
    std::istringstream lines(read_file(file()));
    for (std::string line; std::getline(lines, line);) {
      all.push_back(json::parse(line).as_object());
    }
    return all;
  }
  static std::string header(const json::object& request, const char* name) {
    return std::string(request.at("headers").at(name).as_string());
  }
  void add_web_post(const std::string& more = {}) {
    add("web_post", "{deadline: 2s, settings: {url: '" + url_ + "'" + more + "}}");
  }
  void expect_failure(const std::string& reason) {
    EXPECT_TRUE(eventually([&] {
      return host_.log().find("web_post failed: " + url_ + reason) != std::string::npos;
    })) << host_.log();
  }

  std::string url_;
  std::optional<Running> service_;
};

TEST_F(WebPost, AcceptedPushArrives) {
  start_service("200");
  write_file(temp_.path() / "token", "s3cret\n");
  add_web_post(", token_file: " + (temp_.path() / "token").string());
  host_.add("recorder");
  serve();
  const std::string id = clone().commit("first");
  expect_passes({"main", "main:refs/heads/caf\xE9\"\xC3\xA9"});
  ASSERT_TRUE(eventually([&] { return !requests().empty(); })) << host_.log();
  const json::object request = requests().at(0);
  EXPECT_EQ(header(request, "Idempotency-Key"), last("push").id);
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(header(request, "Authorization"), "Bearer s3cret");
  const json::object& body = request.at("body").as_object();
  EXPECT_EQ(body.at("event_id").as_string(), last("push").id);
  EXPECT_EQ(body.at("repository").as_string(), "a");
  std::vector<std::string> refs;
  for (const json::value& ref : body.at("refs").as_array()) {
    refs.emplace_back(ref.at("name").as_string());
    EXPECT_EQ(ref.at("new_id").as_string(), id);
    EXPECT_EQ(ref.at("old_id").as_string(), "");
    EXPECT_EQ(ref.at("change").as_string(), "create");
  }
  EXPECT_THAT(refs, UnorderedElementsAre("refs/heads/main", "refs/heads/caf\uFFFD\"\u00e9"));
}

// It tells the world of nothing that did not happen.
TEST_F(WebPost, RefusedPushDoesNot) {
  start_service("200");
  add_web_post();
  host_.add("refuser", "{priority: 200, settings: {refs: {main: frozen}}}");
  serve();
  clone().commit("first");
  expect_refused({"main"}, "frozen");
  expect_passes({"main:topic"});
  ASSERT_TRUE(eventually([&] { return !requests().empty(); }));
  const std::vector<json::object> all = requests();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].at("body").at("refs").at(0).at("name").as_string(), "refs/heads/topic");
}

TEST_F(WebPost, ServiceThatComesBackIsAskedAgainUnderTheSameKey) {
  start_service("503,429,200");
  add_web_post();
  host_.add("recorder");
  serve();
  clone().commit("first");
  expect_passes({"main"});
  ASSERT_TRUE(eventually([&] { return requests().size() == 3; })) << host_.log();
  for (const json::object& request : requests()) {
    EXPECT_EQ(header(request, "Idempotency-Key"), last("push").id);
  }
  EXPECT_THAT(host_.log(), Not(HasSubstr("web_post failed")));
}

TEST_F(WebPost, ServiceThatIsBrokenIsAFailure) {
  start_service("500");
  add_web_post();
  serve();
  clone().commit("first");
  expect_passes({"main"});
  expect_failure(" answered 500");
  EXPECT_THAT(requests(), SizeIs(::testing::AllOf(::testing::Gt(1U), ::testing::Lt(10U))));
  EXPECT_EQ(host_.workers_lost(), 0);
}

// Another try would get the same answer.
TEST_F(WebPost, AnswerThatIsNoSuccessIsAFailureAtOnce) {
  start_service("302");
  add_web_post();
  serve();
  clone().commit("first");
  expect_passes({"main"});
  expect_failure(" answered 302");
  EXPECT_THAT(requests(), SizeIs(1));
}

TEST_F(WebPost, ServiceThatIsDownIsAFailure) {
  start_service("200");
  service_.reset();
  add_web_post();
  serve();
  clone().commit("first");
  expect_passes({"main"});
  expect_failure(": Failed to connect");
}

// The failure is reported in time, instead of the worker being replaced.
TEST_F(WebPost, ServiceThatHangsCostsTheBudgetAndNoWorker) {
  start_service("hang");
  add_web_post();
  serve();
  clone().commit("first");
  expect_passes({"main"});
  expect_failure(": Operation timed out");
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(WebPost, WrongSettingsKeepItOut) {
  add("web_post", "{settings: {url: 'ftp://example.org'}}");
  host_.start();
  EXPECT_THAT(host_.listed("web_post"), HasSubstr("url: wanted a URL that begins with http://"));
  host_.stop();
  host_.name("web_post", "{settings: {url: 'http://example.org', token_file: /nonexistent}}");
  host_.start();
  EXPECT_THAT(host_.listed("web_post"), HasSubstr("token_file: wanted a file that holds a token"));
}

TEST_F(WebPost, RedeliveredPushHasTheSameKey) {
  start_service("204");
  testing::FakeHost host(tests::plugin_of(example("web_post").c_str()),
                         testing::map({{"url", url_}}));
  testing::FakePush one;
  EXPECT_EQ(host.push(one).failure, "");
  one.attempt = 2;
  EXPECT_EQ(host.push(one).failure, "");
  ASSERT_THAT(requests(), SizeIs(2));
  EXPECT_EQ(header(requests()[0], "Idempotency-Key"), one.id);
  EXPECT_EQ(header(requests()[1], "Idempotency-Key"), one.id);
  EXPECT_EQ(host.pre_push(one).handlers, 0);
}

}  // namespace
}  // namespace rcx::test
