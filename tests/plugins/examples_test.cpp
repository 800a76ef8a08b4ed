#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "library.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::tests::plugin_of;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Examples, HelloCGreetsBeforeAndAfter) {
  FakeHost host(plugin_of(HELLO_C_SO));
  const auto before = host.pre_push({});
  EXPECT_THAT(before.said, ElementsAre("hello from C, before your push"));
  EXPECT_THAT(before.objections, IsEmpty());
  EXPECT_THAT(host.push({}).said, ElementsAre("hello from C, after your push to", "team/app"));
}

TEST(Examples, MyPostPushExtensionCountsReferences) {
  FakeHost host(plugin_of(MY_POST_PUSH_EXTENSION_SO));
  FakePush push;
  push.ref("refs/heads/main");
  push.ref("refs/tags/v1");
  const auto outcome = host.push(push);
  EXPECT_THAT(outcome.said, ElementsAre("ada pushed 2 refs to team/app"));
  EXPECT_EQ(outcome.handlers, 1);
}

TEST(Examples, RepoNamesKeepsToItsPatterns) {
  using namespace rcx::testing;
  FakeHost host(plugin_of(REPO_NAMES_SO), map({{"patterns", list({"team/*", "tools/*"})}}));
  ASSERT_EQ(host.created().status, RCX_OK) << host.created().failure;
  const auto create = [&](const std::string& name) {
    return host.emit({"pre_create_repo", map({{"repo_name", name}})}).objections;
  };
  EXPECT_THAT(create("team/app"), IsEmpty());
  EXPECT_EQ(create("app").at(0).text, "the name app fits none of: team/* tools/*");
  EXPECT_EQ(create("team/deep/app").size(), 1U);
  EXPECT_EQ(create(std::string("team/app\0/../x", 14)).size(), 1U);
  EXPECT_EQ(create("caf\xe9").size(), 1U);
  const auto rename = [&](const std::string& to) {
    return host.emit({"pre_rename_repo", map({{"repo_name", "old"}, {"new_name", to}})}).objections;
  };
  EXPECT_THAT(rename("tools/app"), IsEmpty());
  EXPECT_EQ(rename("other/app").size(), 1U);
}

TEST(Examples, RepoNamesNotesWhatWasMerged) {
  using namespace rcx::testing;
  const rcx::test::TempDir temp;
  FakeHost host(plugin_of(REPO_NAMES_SO), map({{"patterns", list({"*"})}}), temp.path().string());
  FakeEvent event("merge_pull_request", map({{"pull_request_id", 12}, {"author", "grace"}}));
  const Outcome outcome = host.emit(event);
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(outcome.said, ElementsAre("merged into team/app"));
  std::ifstream file(temp.path() / "merged");
  std::string line;
  std::getline(file, line);
  EXPECT_EQ(line, event.id + " 12 by grace");
}

TEST(Examples, RepoNamesWantsPatterns) {
  using namespace rcx::testing;
  FakeHost host(plugin_of(REPO_NAMES_SO));
  EXPECT_NE(host.created().status, RCX_OK);
  EXPECT_NE(host.created().failure.find("a list of patterns"), std::string::npos)
      << host.created().failure;
}

}  // namespace
