// Extensions built against the headers of the first release, on the host of today.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class FirstRelease : public HostTest, public ::testing::WithParamInterface<const char*> {
 protected:
  std::string id() const { return std::string("first_release_") + GetParam(); }
};

TEST_P(FirstRelease, LoadsAndRefuses) {
  host_.add(id(), "{settings: {reason: closed since spring}}");
  serve();
  EXPECT_THAT(host_.listed(id()), AllOf(HasSubstr(" loaded "), HasSubstr("pre_push,push")));
  clone().commit("first", {{"a", "1\n"}, {"b", "1\n"}});
  clone().commit("second", {{"a", "2\n"}});
  const Outcome refused = push({"main:forbidden"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.remote(),
              Contains(HasSubstr("refs/heads/forbidden: closed since spring; 2 commits, 3 paths, "
                                 "last: second")));
  EXPECT_EQ(repository().id("forbidden"), "");
  const Outcome accepted = push({"main"});
  EXPECT_EQ(accepted.status, 0) << accepted.err << host_.log();
  EXPECT_THAT(accepted.remote(),
              Contains(HasSubstr(std::string("thank you, says ") + GetParam() + " to a")));
}

TEST_P(FirstRelease, SaysWhichSettingIsMissing) {
  host_.add(id(), "{}");
  serve();
  EXPECT_THAT(host_.listed(id()), Not(HasSubstr(" loaded ")));
  EXPECT_THAT(host_.listed(id()), HasSubstr("reason"));
}

INSTANTIATE_TEST_SUITE_P(Both, FirstRelease, ::testing::Values("c", "cpp"));

}  // namespace
}  // namespace rcx::test
