// What tests of extensions in processes of their own start from.
#pragma once

#include <boost/json.hpp>

#include "tests/e2e/gate.hpp"

namespace rcx::test {

class Isolation : public GateTest {
 protected:
  boost::json::array workers() const {
    return boost::json::parse(must(host_.rcx_command({"--json", "status"})))
        .as_object()
        .at("workers")
        .as_array();
  }
  // Of the workers that have this extension alone; with an empty name, of those that all share.
  std::vector<pid_t> workers_of(const std::string& extension, const std::string& pool = "pre") {
    std::vector<pid_t> pids;
    for (const boost::json::value& one : workers()) {
      if (one.at("extension").as_string() != extension || one.at("pool").as_string() != pool) {
        continue;
      }
      pids.push_back(one.at("pid").to_number<pid_t>());
    }
    return pids;
  }
  Outcome push_subject(const std::string& subject) {
    clone().git({"checkout", "--quiet", "--orphan", "f" + std::to_string(++branches_)});
    clone().git({"commit", "--quiet", "--allow-empty", "-m", subject});
    return push({"HEAD:b" + std::to_string(branches_)});
  }
  bool is_listed(const std::string& id, const std::string& words) const {
    return eventually([&] { return host_.listed(id).find(words) != std::string::npos; });
  }
  int branches_ = 0;
};

}  // namespace rcx::test
