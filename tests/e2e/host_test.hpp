// What most end-to-end tests start from: an instance of their own, a repository and a clone.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/record.hpp"
#include "tests/support/repository.hpp"

namespace rcx::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class HostTest : public ::testing::Test {
 protected:
  // What a sanitizer says of a process of the host is printed there, and goes to the log.
  void TearDown() override { EXPECT_THAT(host_.log(), Not(HasSubstr("Sanitizer: "))); }
  // Starts the host, then makes the repository `a` and a clone of it.
  void serve() {
    host_.start();
    open("a.git");
  }
  void open(const std::string& name) {
    repository_.emplace(host_, name);
    clone_.emplace(temp_, "c", *repository_);
  }
  Repository& repository() { return *repository_; }
  Clone& clone() { return *clone_; }
  Outcome push(const Words& arguments) { return clone().push(arguments); }
  // One commit on main, pushed.
  std::string push_first() {
    std::string id = clone().commit("first", {{"file", "one\n"}});
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
    return id;
  }
  std::vector<Record> records(const std::string& kind = {}) {
    return rcx::test::records(host_, kind);
  }
  // The last event of that kind.
  Record last(const std::string& kind = "pre_push") {
    const std::vector<Record> all = records(kind);
    if (all.empty()) throw std::runtime_error("no " + kind + " was recorded");
    return all.back();
  }

  TempDir temp_;
  Instance host_{temp_};
  std::optional<Repository> repository_;
  std::optional<Clone> clone_;
};

}  // namespace rcx::test
