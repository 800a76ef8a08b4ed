// What tests of post events from the queue start from: the fixture `deliver` hears of pushes.
#pragma once

#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

class DeliveryTest : public HostTest {
 protected:
  static constexpr const char* kQuick = "{backoff: 10ms, longest_backoff: 20ms}";

  void serve_with(const std::string& queue = kQuick) {
    host_.set("queue", queue);
    host_.add("deliver");
    serve();
  }
  fs::path data(const std::string& id = "deliver") const { return host_.data(id); }
  // What it was told: `ATTEMPT SUBJECTS...` of each call.
  std::vector<std::string> told(const std::string& id = "deliver") const {
    std::vector<std::string> all;
    if (!fs::exists(data(id) / "told")) return all;
    std::istringstream lines(read_file(data(id) / "told"));
    for (std::string line; std::getline(lines, line);) all.push_back(line.substr(37));
    return all;
  }
  std::vector<std::string> told_ids(const std::string& id = "deliver") const {
    std::vector<std::string> all;
    std::istringstream lines(read_file(data(id) / "told"));
    for (std::string line; std::getline(lines, line);) all.push_back(line.substr(0, 36));
    return all;
  }
  void fail_next(int times, const std::string& id = "deliver") const {
    write_file(data(id) / "fail", std::to_string(times));
  }
  void hold() const { write_file(data() / "hold", ""); }
  void let_go() const { fs::remove(data() / "hold"); }
  bool wait_inside() const {
    return eventually(
        [this] { return fs::exists(data() / "inside") && !read_file(data() / "inside").empty(); });
  }
  pid_t worker_inside() const { return std::stoi(read_file(data() / "inside")); }
  void push_one(const std::string& subject) {
    clone().commit(subject);
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err;
  }
  std::vector<std::string> list(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"events", "list"});
    std::istringstream lines(must(host_.rcx_command(arguments)));
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    return all;
  }
  // The process of the queue; 0 where there is none.
  pid_t queue_process();
};

inline pid_t DeliveryTest::queue_process() {
  const pid_t host = host_.host().pid();
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::string command;
    std::string parent;
    try {
      command = read_file(entry.path() / "cmdline");
      parent = read_file(entry.path() / "stat");
    } catch (const std::exception&) {
      continue;  // it has just ended
    }
    std::istringstream fields(parent.substr(parent.rfind(')') + 2));
    std::string state;
    pid_t above = 0;
    fields >> state >> above;
    if (command.find("--role=queue") == std::string::npos || state == "Z") continue;
    if (above == host) return std::stoi(name);
  }
  return 0;
}

}  // namespace rcx::test
