// What the HTTP interface of a real host takes from those whom it does not
// know, or who are slow.
#include <atomic>
#include <thread>

#include "tests/api/host_api_test.hpp"

namespace rcx::test {
namespace {

TEST_F(Api, IsAskedTooMuch) {
  start(", max_kilobytes: 4, per_minute: 60");
  EXPECT_EQ(ask("POST", "/v1/repos", R"({"name": ")" + std::string(10'000, 'a') + "\"}").status,
            413);
  EXPECT_EQ(ask("GET", "/v1/repos").status, 200);
  bool refused = false;
  for (int i = 0; i < 20 && !refused; ++i) refused = ask("GET", "/v1/repos").status == 429;
  EXPECT_TRUE(refused);
  EXPECT_EQ(ask("GET", "/v1/repos", {}, "").status, 401) << "others are not concerned";
}

// Who says nothing, or says it slowly, or does not go away, keeps nobody else
// waiting.
TEST_F(Api, SlowClientsKeepNobodyWaiting) {
  start(", per_minute: 100000");
  const fs::path socket = host_.directory() / "run/api.sock";
  std::vector<Running> slow;
  const std::string program =
      "import socket, sys, time\n"
      "socks = []\n"
      "for i in range(150):\n"
      "  s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
      "  s.sendall([b'', b'POST /v1/repos HTTP/1.1\\r\\nContent-Length: "
      "500\\r\\n\\r\\n{', "
      "b'GET'][i % 3])\n"
      "  socks.append(s)\n"
      "print('connected', flush=True)\n"
      "time.sleep(1000)\n";
  slow.emplace_back(Command{{"python3", "-c", program, socket.string()}});
  ASSERT_TRUE(eventually([&] { return slow[0].out() == "connected\n"; })) << slow[0].err();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("GET", "/v1/repos").status, 200);
}

// httplib counts no body that comes in chunks.
TEST_F(Api, TakesNoBodyInChunks) {
  start();
  const std::string answer =
      say(connect(), head("POST /v1/repos", "Transfer-Encoding: chunked\r\n") + "400000\r\n" +
                         std::string(0x400000, 'a'));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 411 "));
  EXPECT_THAT(answer, HasSubstr("wanted a body with a Content-Length"));
  for (const char* length :
       {"Content-Length: -1\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n"}) {
    EXPECT_THAT(say(connect(), head("POST /v1/repos", length)), StartsWith("HTTP/1.1 400 "));
  }
  EXPECT_THAT(say(connect(), head("POST /v1/repos", "Content-Length: 99999999\r\n")),
              StartsWith("HTTP/1.1 413 "))
      << "before it is read";
  EXPECT_THAT(say(connect(), head("DELETE /v1/repos/app")), StartsWith("HTTP/1.1 404 "))
      << "no length is an empty body";
}

TEST_F(Api, TakesNoEndlessHead) {
  start();
  std::string lines;
  while (lines.size() < 60'000) lines += "X: y\r\n";
  EXPECT_THAT(say(connect(), head("GET /v1/repos", lines)), StartsWith("HTTP/1.1 200 "));
  while (lines.size() < 8'000'000) lines += "X: y\r\n";
  const std::string answer = say(connect(), "GET /v1/repos HTTP/1.1\r\n" + lines);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer, HasSubstr("wanted at most 64 KiB"));
}

TEST_F(Api, ServesNoRanges) {
  start();
  std::string many = "bytes=0-";
  for (int i = 0; i < 1500; ++i) many += ",0-";
  const std::string whole = say(connect(), head("GET /openapi.json"));
  EXPECT_THAT(whole, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(say(connect(), head("GET /openapi.json", "range: " + many + "\r\n")).size(),
            whole.size());
}

// What anybody can write is no reason to count it as of somebody else.
TEST_F(Api, TokensThatAreNotGoodCostTheirOwnersNothing) {
  start(", per_minute: 60");
  const auto refused = [&](const std::function<std::string(int)>& shown) {
    int count = 0;
    for (int i = 0; i < 15; ++i) {
      if (ask("GET", "/v1/repos", {}, shown(i)).status == 429) ++count;
    }
    return count;
  };
  EXPECT_GT(refused([](int i) { return "rcx_00000000000000" + std::to_string(10 + i) + "_x"; }), 0)
      << "another name each time";
  EXPECT_GT(refused([&](int) { return boss_.substr(0, 20) + "_x"; }), 0);
  EXPECT_EQ(ask("GET", "/v1/repos").status, 200);
}

// All but the last was written by whoever asks.
TEST_F(Api, WhatAWebServerAddsLastCounts) {
  start(", forwarded: true");
  const std::string near = token("boss", {"--address", "192.0.2.0/24"});
  const auto from = [&](const std::string& lines) {
    return say(connect(),
               "GET /v1/repos HTTP/1.1\r\n" + lines + "Authorization: Bearer " + near + "\r\n\r\n");
  };
  EXPECT_THAT(from("X-Forwarded-For: 192.0.2.1\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(from("X-Forwarded-For: 198.51.100.1,192.0.2.1 \r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(from("X-Forwarded-For: 192.0.2.1, 198.51.100.1\r\n"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(from("X-Forwarded-For: 192.0.2.1\r\nx-forwarded-for: 198.51.100.1\r\n"),
              StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(from("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.1\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(from(""), StartsWith("HTTP/1.1 401 "));
}

// While two requests of one token would take all there is.
TEST_F(Api, OneTokenLeavesOthersHalfOfTheTurns) {
  host_.add("forge_guard", "{deadline: 3s, settings: {do: hang, on: app}}");
  start(", threads: 2, per_minute: 100000");
  host_.rcx({"user", "create", "ada"});
  const std::string ada = token("ada");
  std::atomic<int> ended = 0;
  std::vector<std::thread> slow;
  for (int i = 0; i < 2; ++i) {
    slow.emplace_back([&] {
      const auto mine = client();
      mine->set_bearer_token_auth(boss_);
      mine->Post("/v1/events/pre_create_repo", R"({"repo_name": "app"})", "application/json");
      ++ended;
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("GET", "/v1/repos", {}, ada).status, 200);
  EXPECT_EQ(ended, 0) << "none of them waits for those";
  for (std::thread& thread : slow) thread.join();
}

// A byte each moment is no progress.
TEST_F(Api, GivesARequestTenSeconds) {
  start();
  std::vector<host::Fd> slow;
  for (int i = 0; i < 2; ++i) slow.push_back(connect());
  const std::string begun = head("POST /v1/repos", "Content-Length: 1000000\r\n");
  EXPECT_GT(::send(slow[0].get(), begun.data(), begun.size(), MSG_NOSIGNAL), 0);
  EXPECT_GT(::send(slow[1].get(), "GET ", 4, MSG_NOSIGNAL), 0);
  const auto ended = [&](const host::Fd& one) {
    char byte = 0;
    if (::recv(one.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) return true;
    return ::send(one.get(), "a", 1, MSG_NOSIGNAL) < 0;
  };
  const auto since = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] {
    const bool body = ended(slow[0]);
    const bool head = ended(slow[1]);
    return body && head;
  }));
  EXPECT_THAT(say(slow[1], {}), StartsWith("HTTP/1.1 408 "));
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(20));
}

// Where there is no room, the oldest that has not said what it wants goes.
TEST_F(Api, ManySlowOnesMakeRoom) {
  start(", per_minute: 100000");
  std::vector<host::Fd> slow;
  for (int i = 0; i < 700; ++i) {
    slow.push_back(connect());
    EXPECT_EQ(::send(slow.back().get(), "G", 1, MSG_NOSIGNAL), 1);
  }
  const auto since = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask("GET", "/v1/repos").status, 200);
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(5)) << "not their end";
}

TEST_F(Api, SlowOnesDoNotKeepItFromEnding) {
  start();
  const std::vector<pid_t> before = api_processes();
  ASSERT_EQ(before.size(), 1U);
  const host::Fd slow = connect();
  ASSERT_EQ(::send(slow.get(), "G", 1, MSG_NOSIGNAL), 1);
  host_.set("api", "{listen: ./run/api.sock, per_minute: 700}");
  host_.write_config();
  const Outcome reloaded = host_.rcx({"reload"});
  ASSERT_EQ(reloaded.status, 0) << reloaded.err;
  const auto since = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] {
    const std::vector<pid_t> now = api_processes();
    return now.size() == 1 && now != before;
  }));
  EXPECT_LT(std::chrono::steady_clock::now() - since, std::chrono::seconds(5));
  EXPECT_EQ(say(slow, {}), "");
}

}  // namespace
}  // namespace rcx::test
