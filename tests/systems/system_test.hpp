// What the tests of every system start from: an instance, and what the fixture `recorder` heard.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/record.hpp"

namespace rcx::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class SystemTest : public ::testing::Test {
 protected:
  explicit SystemTest(bool as_nobody = false) : host_(temp_, as_nobody) {}
  void TearDown() override { EXPECT_THAT(host_.log(), Not(HasSubstr("Sanitizer: "))); }
  std::vector<Record> records(const std::string& kind = {}) {
    return rcx::test::records(host_, kind);
  }
  Record last(const std::string& kind = "pre_push") {
    const std::vector<Record> all = records(kind);
    if (all.empty()) throw std::runtime_error("no " + kind + " was recorded\n" + host_.log());
    return all.back();
  }
  // The references of the last push, in words.
  std::vector<std::string> refs(const std::string& kind = "pre_push") {
    std::vector<std::string> all;
    for (const RefRecord& ref : last(kind).refs) {
      all.push_back(ref.kind + " " + ref.change + (ref.forced ? " forced " : " ") + ref.name);
    }
    return all;
  }
  void reload() {
    host_.write_config();
    must(host_.rcx_command({"reload"}));
  }

  TempDir temp_;
  Instance host_;
};

}  // namespace rcx::test
