// What the tests of Subversion start from: an instance, a repository `a` and a working copy.
#pragma once

#include <optional>

#include "tests/systems/subversion.hpp"
#include "tests/systems/system_test.hpp"

namespace rcx::test {

class SubversionTest : public SystemTest {
 protected:
  using SystemTest::SystemTest;
  void SetUp() override {
    if (!has_subversion()) GTEST_SKIP() << "no svn here, or a build without libsvn";
  }
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
  std::vector<std::string> changes() { return last().commits.at(0).changes; }

 private:
  std::optional<SvnRepository> repository_;
  std::optional<WorkingCopy> copy_;
};

}  // namespace rcx::test
