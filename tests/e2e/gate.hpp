// Tests in which a handler waits: the fixture `talker` stays inside until the test opens a gate.
#pragma once

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

// Whether workers count the memory that they use: not in builds with sanitizers.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsMemory = false;
#else
inline constexpr bool kCountsMemory = true;
#endif

class GateTest : public HostTest {
 protected:
  fs::path gate() const { return temp_.path() / "gate"; }
  void open_gate() const { write_file(gate(), ""); }
  // A talker that waits at the gate.
  void add_talker(const std::string& settings = "say: thinking", const std::string& more = {}) {
    host_.add("talker", "{priority: 1, deadline: 30s, settings: {" + settings +
                            ", until: " + gate().string() + "}" + more + "}");
  }
  bool wait_inside() const {
    return eventually([this] { return fs::exists(host_.data("talker") / "inside"); });
  }
  pid_t worker_inside() const {
    return static_cast<pid_t>(std::stoi(read_file(host_.data("talker") / "inside")));
  }
  std::vector<std::string> sockets() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(host_.directory() / "run")) {
      if (entry.is_socket()) found.push_back(entry.path().filename().string());
    }
    return found;
  }
};

}  // namespace rcx::test
