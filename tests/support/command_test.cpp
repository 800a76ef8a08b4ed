#include "tests/support/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rcx::test {
namespace {

// As git, git-upload-pack and index-pack do, which complain of one refused clone at once.
TEST(Command, KeepsEveryLineOfTwoThatWriteAtOnce) {
  const std::string write = "i=0; while [ $i -lt 20000 ]; do echo ";
  const std::string on = " >&2; i=$((i+1)); done & ";
  const Outcome wrote =
      run({{"sh", "-c", write + "remote: a reason" + on + write + "fatal: error" + on + "wait"}});
  EXPECT_EQ(wrote.status, 0);
  EXPECT_EQ(std::count(wrote.err.begin(), wrote.err.end(), '\n'), 40000);
  EXPECT_EQ(wrote.remote().size(), 20000U);
}

}  // namespace
}  // namespace rcx::test
