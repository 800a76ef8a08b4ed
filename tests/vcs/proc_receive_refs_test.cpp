#include "host/vcs/git/proc_receive_refs.hpp"

#include <gtest/gtest.h>

namespace rcx::host::git {
namespace {

bool named(std::vector<std::string> values, const std::string& name,
           std::uint32_t change = RCX_CHANGE_UPDATE) {
  std::vector<ProcReceivePattern> patterns;
  for (const std::string& value : values) patterns.emplace_back(value);
  RefUpdate ref;
  ref.name = name;
  ref.change = change;
  return named_by(patterns, ref);
}

TEST(ProcReceiveRefs, ArePrefixesOfWholeParts) {
  EXPECT_FALSE(named({}, "refs/heads/a"));
  EXPECT_TRUE(named({"refs"}, "refs/heads/a"));
  EXPECT_TRUE(named({"refs/for"}, "refs/for/a"));
  EXPECT_TRUE(named({"refs/for//"}, "refs/for"));
  EXPECT_FALSE(named({"refs/for"}, "refs/format"));
  EXPECT_TRUE(named({"refs/x", "refs/for"}, "refs/for/a"));
}

TEST(ProcReceiveRefs, MayBeForSomeChanges) {
  EXPECT_TRUE(named({"ad:refs/heads"}, "refs/heads/a", RCX_CHANGE_CREATE));
  EXPECT_TRUE(named({"ad:refs/heads"}, "refs/heads/a", RCX_CHANGE_DELETE));
  EXPECT_FALSE(named({"ad:refs/heads"}, "refs/heads/a"));
  EXPECT_TRUE(named({"m:refs/heads"}, "refs/heads/a"));
}

TEST(ProcReceiveRefs, MayBeAllButSome) {
  EXPECT_FALSE(named({"adm!:refs/heads"}, "refs/heads/a"));
  EXPECT_TRUE(named({"adm!:refs/heads"}, "refs/tags/a"));
}

}  // namespace
}  // namespace rcx::host::git
