// What the tests of Mercurial start from: an instance, a repository `a` and a clone.
#pragma once

#include <optional>

#include "tests/systems/mercurial.hpp"
#include "tests/systems/system_test.hpp"

namespace rcx::test {

class MercurialTest : public SystemTest {
 protected:
  void SetUp() override {
    if (!has_mercurial()) GTEST_SKIP() << "no hg here";
  }
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

 private:
  std::optional<HgRepository> repository_;
  std::optional<HgClone> clone_;
};

}  // namespace rcx::test
