// What tests of examples/ start from.
#pragma once

#include "tests/e2e/host_test.hpp"

namespace rcx::test {

inline fs::path example(const std::string& id) {
  return fs::path(RCX_TEST_EXAMPLES) / (id + ".so");
}

class Examples : public HostTest {
 protected:
  void add(const std::string& id, const std::string& section = {}) {
    write_file(host_.rcextensions() / (id + ".so"), read_file(example(id)));
    if (!section.empty()) host_.name(id, section);
  }
  void expect_refused(const Words& arguments, const std::string& line) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 1) << pushed.err << host_.log();
    EXPECT_THAT(pushed.remote(), Contains(HasSubstr(line)));
  }
  void expect_passes(const Words& arguments) {
    const Outcome pushed = push(arguments);
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  }
};

}  // namespace rcx::test
