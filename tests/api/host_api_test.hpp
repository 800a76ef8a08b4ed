// A real host with its HTTP interface, and somebody who asks it.
#pragma once

#include <httplib.h>
#include <sys/socket.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "host/core/unix_socket.hpp"
#include "tests/e2e/host_test.hpp"

namespace rcx::test {

namespace json = boost::json;

class Api : public HostTest {
 protected:
  void TearDown() override {
    if (exchanges_ > 0) {
      const Outcome checked =
          run({{"/usr/bin/python3", std::string(RCX_TEST_SOURCES) + "/tests/api/check_answers.py",
                std::string(RCX_TEST_SOURCES) + "/host/api/openapi.json", log_file().string()}});
      EXPECT_EQ(checked.status, 0) << checked.out << checked.err;
    }
    HostTest::TearDown();
  }
  void start(const std::string& more = {}) {
    host_.set("api", "{listen: ./run/api.sock" + more + "}");
    host_.start();
    const fs::path socket = host_.directory() / "run/api.sock";
    ASSERT_TRUE(eventually([&] { return fs::exists(socket); })) << host_.log();
    const Outcome boss = host_.rcx({"user", "create", "boss", "--admin"});
    ASSERT_EQ(boss.status, 0) << boss.err;
    boss_ = token("boss");
  }
  std::string token(const std::string& user, Words more = {}) {
    more.insert(more.begin(), {"token", "create", user});
    const Outcome made = host_.rcx(more);
    EXPECT_EQ(made.status, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }
  std::unique_ptr<httplib::Client> client() const {
    auto made = std::make_unique<httplib::Client>((host_.directory() / "run/api.sock").string());
    made->set_address_family(AF_UNIX);
    made->set_read_timeout(kPatience);
    return made;
  }
  struct Answer {
    int status = 0;
    json::value body;
    std::string header;
    std::string code() const { return json::value_to<std::string>(body.at("error").at("code")); }
    std::string path() const { return json::value_to<std::string>(body.at("error").at("path")); }
  };
  Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
             const std::optional<std::string>& token = std::nullopt) {
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.set_header("Host", "localhost");
    if (!body.empty()) request.set_header("Content-Type", "application/json");
    const std::string& shown = token ? *token : boss_;
    if (!shown.empty()) request.set_header("Authorization", "Bearer " + shown);
    const httplib::Result got = client()->send(request);
    if (!got) throw std::runtime_error(path + ": " + httplib::to_string(got.error()));
    Answer answer{got->status, json::parse(got->body), got->get_header_value("WWW-Authenticate")};
    ++exchanges_;
    std::ofstream(log_file(), std::ios::app)
        << json::serialize(json::object{{"method", method},
                                        {"path", path.substr(0, path.find('?'))},
                                        {"status", answer.status},
                                        {"body", answer.body}})
        << '\n';
    return answer;
  }
  // A connection of its own, for what no client says.
  host::Fd connect() const {
    host::Fd connection = host::connect_to(host_.directory() / "run/api.sock");
    if (!connection) throw std::runtime_error("nobody listens");
    return connection;
  }
  // All that is answered until the other end closes. The rest of `text` is left where it takes no
  // more.
  static std::string say(const host::Fd& connection, const std::string& text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t some =
          ::send(connection.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (some < 0) break;
      sent += static_cast<std::size_t>(some);
    }
    std::string answer;
    std::array<char, 4096> chunk{};
    while (true) {
      const ssize_t got = ::recv(connection.get(), chunk.data(), chunk.size(), 0);
      if (got <= 0) return answer;
      answer.append(chunk.data(), static_cast<std::size_t>(got));
    }
  }
  std::string head(const std::string& line, const std::string& more = {}) const {
    return line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + boss_ + "\r\n" + more +
           "\r\n";
  }
  // Of this host alone.
  std::vector<pid_t> api_processes() {
    const Outcome found = run(
        {{"/usr/bin/pgrep", "-P", std::to_string(host_.host().pid()), "-f", "rcx-api --role=api"}});
    std::vector<pid_t> all;
    std::istringstream lines(found.out);
    for (pid_t pid = 0; lines >> pid;) all.push_back(pid);
    return all;
  }
  fs::path log_file() const { return temp_.path() / "exchanges"; }
  std::string boss_;
  int exchanges_ = 0;
};

}  // namespace rcx::test
