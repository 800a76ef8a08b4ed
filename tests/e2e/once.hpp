// Tests of hosts that serve one call: finding their processes and what they leave.
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/e2e/gate.hpp"

namespace rcx::test {

// The host of one call, and who started it.
struct OneHost {
  pid_t client = 0;
  pid_t supervisor = 0;
  pid_t worker = 0;
  fs::path directory;
};

inline fs::path process(pid_t pid) {
  return "/proc/" + std::to_string(pid);
}

inline std::string status_line(pid_t pid, const std::string& key) {
  std::ifstream in(process(pid) / "status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key + ":")) return line.substr(key.size() + 1);
  }
  return {};
}

inline std::vector<std::string> words_of(const fs::path& file, char end) {
  std::ifstream in(file);
  std::vector<std::string> words;
  for (std::string word; std::getline(in, word, end);) words.push_back(word);
  return words;
}

inline std::vector<std::string> variables_of(pid_t pid) {
  return words_of(process(pid) / "environ", '\0');
}

inline std::vector<std::string> descriptors_of(pid_t pid) {
  std::vector<std::string> targets;
  std::error_code gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(process(pid) / "fd", gone)) {
    targets.push_back(fs::read_symlink(entry.path(), gone).string());
  }
  return targets;
}

inline int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

class OnceTest : public GateTest {
 protected:
  OnceTest() { host_.set("client", "{when_unreachable: run-once}"); }

  // The repository and a clone; no host.
  void prepare() {
    host_.write_config();
    open("a.git");
  }

  static pid_t parent_of(pid_t pid) {
    const std::string parent = status_line(pid, "PPid");
    return parent.empty() ? 0 : static_cast<pid_t>(std::stoi(parent));
  }

  static OneHost host_of(pid_t worker) {
    OneHost host;
    host.worker = worker;
    host.supervisor = parent_of(worker);
    host.client = parent_of(host.supervisor);
    for (const std::string& line : words_of("/proc/net/unix", '\n')) {
      std::istringstream columns(line);
      const std::vector<std::string> all{std::istream_iterator<std::string>(columns), {}};
      if (all.size() < 8 || all[7].find("/rcx-once-") == std::string::npos) continue;
      const std::vector<std::string> open = descriptors_of(host.supervisor);
      const bool own = std::find(open.begin(), open.end(), "socket:[" + all[6] + "]") != open.end();
      if (own) host.directory = fs::path(all[7]).parent_path();
    }
    EXPECT_TRUE(fs::is_directory(host.directory)) << host.directory;
    return host;
  }

  // Processes that were started with this instance's rcx.yaml and have the word in their arguments.
  std::vector<pid_t> processes(const std::string& word) const {
    std::vector<pid_t> found;
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      const std::vector<std::string> words = words_of(entry.path() / "cmdline", '\0');
      const bool ours =
          std::find(words.begin(), words.end(), "--config=" + host_.file().string()) != words.end();
      if (ours && std::find(words.begin(), words.end(), word) != words.end()) {
        found.push_back(static_cast<pid_t>(std::stoi(name)));
      }
    }
    return found;
  }

  // The worker of the one host that runs.
  pid_t some_worker() const {
    const std::vector<pid_t> hosts = processes("--role=once");
    if (hosts.size() != 1) throw std::runtime_error("not one host");
    const fs::path task = process(hosts[0]) / "task" / std::to_string(hosts[0]) / "children";
    return static_cast<pid_t>(std::stoi(words_of(task, ' ').at(0)));
  }

  bool left_nothing() const {
    return eventually([this] { return processes("--role=once").empty(); });
  }

  static bool gone(const OneHost& host) {
    return !alive(host.client) && !alive(host.supervisor) && !alive(host.worker) &&
           !fs::exists(host.directory);
  }
};

}  // namespace rcx::test
