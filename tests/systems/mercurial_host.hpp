// What the tests of Mercurial start from: an instance, a repository `a` and a clone.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/record.hpp"
#include "tests/systems/mercurial.hpp"

namespace rcx::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class MercurialTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_mercurial()) GTEST_SKIP() << "no hg here";
  }
  void TearDown() override { EXPECT_THAT(host_.log(), Not(HasSubstr("Sanitizer: "))); }
  void serve() {
    host_.start();
    open();
  }
  void open() {
    repository_.emplace(host_, "a");
    clone_.emplace(temp_, "c", repository_->path().string());
  }
  HgRepository& repository() { return *repository_; }
  HgClone& clone() { return *clone_; }
  // One changeset on default, pushed.
  std::string push_first() {
    std::string id = clone().commit("first", {{"file", "one\n"}});
    accepted();
    return id;
  }
  void accepted(const Words& arguments = {}) {
    const Outcome pushed = clone().push(arguments);
    EXPECT_EQ(pushed.status, 0) << pushed.out << pushed.err << host_.log();
  }
  std::vector<Record> records(const std::string& kind = {}) {
    return rcx::test::records(host_, kind);
  }
  Record last(const std::string& kind = "pre_push") {
    const std::vector<Record> all = records(kind);
    if (all.empty()) throw std::runtime_error("no " + kind + " was recorded\n" + host_.log());
    return all.back();
  }

  TempDir temp_;
  Instance host_{temp_};

 private:
  std::optional<HgRepository> repository_;
  std::optional<HgClone> clone_;
};

}  // namespace rcx::test
