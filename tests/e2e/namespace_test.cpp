// GIT_NAMESPACE: git tells names of references that in the repository are those of others.
#include "tests/e2e/pull.hpp"

namespace rcx::test {
namespace {

constexpr const char* kReason =
    "GIT_NAMESPACE is 'tenant', and extensions would read other references than those of that "
    "namespace; serve it as a repository of its own, or without GIT_NAMESPACE";

class Namespace : public PullTest {};

TEST_F(Namespace, IsRefusedToPushes) {
  serve_pulls();
  clone().commit("third");
  const Words words = {"--receive-pack=git --namespace=tenant receive-pack", "main"};
  const Outcome refused = push(words);
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.remote(), Contains(HasSubstr(kReason)));
  EXPECT_EQ(repository().git({"for-each-ref", "refs/namespaces"}), "");
  EXPECT_EQ(push({"main"}).status, 0);
}

TEST_F(Namespace, IsRefusedToPulls) {
  serve_pulls();
  repository().git({"update-ref", "refs/namespaces/tenant/refs/heads/main", second_});
  const Outcome refused = make_clone("one", {"--upload-pack=git --namespace=tenant upload-pack"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.remote(), Contains(HasSubstr(kReason)));
  const Outcome in_front =
      make_clone("two", {"--upload-pack=GIT_NAMESPACE=tenant " + program("git-upload-pack")});
  EXPECT_THAT(in_front.err, StartsWith(std::string("fatal: remote error: rcx: ") + kReason))
      << in_front.err;
  EXPECT_THAT(pulls(), IsEmpty());
}

// It has happened: the log says that nobody heard of it.
TEST_F(Namespace, AfterwardsIsInTheLog) {
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  serve_pulls();
  ASSERT_EQ(host_.stop(), 0);
  clone().commit("third");
  const Outcome pushed = push({"--receive-pack=git --namespace=tenant receive-pack", "main"});
  ASSERT_EQ(pushed.status, 0) << pushed.err;
  host_.start();
  EXPECT_TRUE(eventually([&] { return host_.log().find(kReason) != std::string::npos; }))
      << host_.log();
}

}  // namespace
}  // namespace rcx::test
