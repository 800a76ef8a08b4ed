// What tests of the records of events start from.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

namespace json = boost::json;

inline std::string text(const json::value& value) {
  return std::string(value.as_string());
}

class Records : public HostTest {
 protected:
  fs::path directory() const { return host_.directory() / "state/records"; }

  std::vector<json::object> decisions(Words arguments = {}) const {
    arguments.insert(arguments.begin(), {"--json", "decisions"});
    std::istringstream lines(must(host_.rcx_command(arguments)));
    std::vector<json::object> all;
    for (std::string line; std::getline(lines, line);) {
      all.push_back(json::parse(line).as_object());
    }
    return all;
  }
  // The newest pre_push.
  json::object decision() const {
    const auto all = decisions({"--event", "pre_push", "--limit", "1"});
    if (all.empty()) throw std::runtime_error("no decision is recorded\n" + host_.log());
    return all[0];
  }
  static json::object extension(const json::object& record, const std::string& id) {
    for (const json::value& one : record.at("extensions").as_array()) {
      if (text(one.at("id")) == id) return one.as_object();
    }
    throw std::runtime_error("nothing of " + id + " in " + json::serialize(record));
  }
  std::string explain(const std::string& id) const {
    return must(host_.rcx_command({"explain", id}));
  }
  // What the push said after `decision`.
  static std::string told_id(const Outcome& pushed) {
    const std::string before = "decision ";
    const std::size_t at = pushed.err.find(before);
    return at == std::string::npos ? std::string() : pushed.err.substr(at + before.size(), 36);
  }
  pid_t recorder() const {
    std::ifstream in(directory() / "recorder.lock");
    pid_t pid = 0;
    in >> pid;
    return pid;
  }
};

}  // namespace rcx::test
