// What the tests of Subversion start from: an instance, a repository `a` and a working copy.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "tests/support/record.hpp"
#include "tests/systems/subversion.hpp"

namespace rcx::test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SubversionTest : public ::testing::Test {
 protected:
  explicit SubversionTest(bool as_nobody = false) : host_(temp_, as_nobody) {}
  void SetUp() override {
    if (!has_subversion()) GTEST_SKIP() << "no svn here, or a build without libsvn";
  }
  void TearDown() override { EXPECT_THAT(host_.log(), Not(HasSubstr("Sanitizer: "))); }
  void serve() {
    host_.start();
    repository_.emplace(host_, "a");
    copy_.emplace(temp_, "c", repository_->url());
  }
  SvnRepository& repository() { return *repository_; }
  WorkingCopy& copy() { return *copy_; }
  void accepted(const std::string& message, const Words& more = {}) {
    const Outcome committed = copy().commit(message, more);
    EXPECT_EQ(committed.status, 0) << committed.err << host_.log();
    EXPECT_EQ(committed.err, "") << host_.log();
  }
  // Nothing of it is left behind.
  Outcome refused(const std::string& message) {
    const std::uint64_t before = repository().youngest();
    Outcome committed = copy().commit(message);
    EXPECT_NE(committed.status, 0) << committed.out << host_.log();
    EXPECT_EQ(repository().youngest(), before);
    EXPECT_EQ(repository().transactions(), "");
    return committed;
  }
  // The usual layout, as revision 1.
  void lay_out() {
    copy().svn({"mkdir", "--quiet", "trunk", "branches", "tags"});
    accepted("layout");
  }
  std::vector<Record> records(const std::string& kind = {}) {
    return rcx::test::records(host_, kind);
  }
  Record last(const std::string& kind = "pre_push") {
    const std::vector<Record> all = records(kind);
    if (all.empty()) throw std::runtime_error("no " + kind + " was recorded\n" + host_.log());
    return all.back();
  }
  // The references of the last push, in words.
  std::vector<std::string> refs() {
    std::vector<std::string> all;
    for (const RefRecord& ref : last().refs) {
      all.push_back(ref.kind + " " + ref.change + (ref.forced ? " forced " : " ") + ref.name);
    }
    return all;
  }
  std::vector<std::string> changes() { return last().commits.at(0).changes; }
  void reload() {
    host_.write_config();
    must(host_.rcx_command({"reload"}));
  }

  TempDir temp_;
  Instance host_;

 private:
  std::optional<SvnRepository> repository_;
  std::optional<WorkingCopy> copy_;
};

}  // namespace rcx::test
