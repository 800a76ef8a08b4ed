// What tests of single references that are refused start from.
#pragma once

#include <sys/stat.h>

#include <boost/json.hpp>
#include <fstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

inline constexpr const char* kGone =
    "rcx: refused: what was decided on this push is gone, since the host was lost or rcx.yaml "
    "changed meanwhile; push again";

inline void write_script(const fs::path& path, const std::string& text) {
  std::ofstream(path.string()) << text;
  ::chmod(path.c_str(), 0755);
}

class Partial : public HostTest {
 protected:
  Partial() {
    host_.add("judge");
    host_.add("recorder");
    host_.set("partial", "true");
  }

  // A branch `good`, and a branch `bad` that the judge rejects.
  void make_branches() {
    good_ = clone().commit("good one");
    clone().git({"branch", "good"});
    clone().git({"checkout", "--quiet", "-b", "bad"});
    bad_ = clone().commit("bad one");
  }
  boost::json::object decision() {
    const Outcome listed = host_.rcx({"decisions", "--json"});
    for (std::size_t begin = 0; begin < listed.out.size();) {
      const std::size_t end = listed.out.find('\n', begin);
      auto one = boost::json::parse(listed.out.substr(begin, end - begin)).as_object();
      if (one.at("kind") == "pre_push") return one;
      begin = end + 1;
    }
    throw std::runtime_error("no pre_push is recorded: " + listed.out + listed.err);
  }
  std::vector<std::string> moved() {
    std::vector<std::string> names;
    for (const RefRecord& ref : last("push").refs) names.push_back(ref.name);
    return names;
  }

  std::string good_;
  std::string bad_;
};

}  // namespace rcx::test
