// The fake host's answers for rcx.subversion/1, through the C++ layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <string>
#include <vector>

#include "tests/sdk/asker.hpp"

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakeNode;
using rcx::testing::FakePush;
using testing::ElementsAre;
using testing::IsEmpty;

using Lines = std::vector<std::string>;

std::string text(const rcx::PropertyChange& property) {
  const std::string change = property.created() ? "+" : property.deleted() ? "-" : "*";
  return change + std::string(property.name()) + "=" + std::string(property.old_value()) + ">" +
         std::string(property.new_value());
}

void say(const rcx::PushEvent& push, const rcx::NodeChange& node) {
  std::string line = node.replaced() ? "R " : node.added() ? "A " : node.deleted() ? "D " : "M ";
  line += node.path();
  if (node.is_directory()) line += "/";
  if (node.content_changed()) line += " content";
  if (node.properties_changed()) line += " properties";
  if (node.copied()) {
    line +=
        " from " + std::string(node.copied_from()) + "@" + std::to_string(node.copied_revision());
  }
  for (const rcx::PropertyChange& property : node.properties()) line += " " + text(property);
  push.say(line);
}

struct Asker {
  void before(const rcx::PrePush& push) const {
    for (const rcx::Commit& commit : push.commits()) {
      const std::optional<rcx::Revision> revision = commit.subversion();
      if (!revision) push.say(std::string(commit.subject()) + ": none");
      if (!revision) continue;
      for (const rcx::NodeChange& node : revision->nodes()) say(push, node);
    }
    const std::optional<rcx::PropertyChange> property = push.revision_property();
    if (property) push.say(text(*property));
    for (const rcx::RefUpdate& ref : push.refs()) {
      const std::optional<rcx::Lock> lock = push.lock(ref);
      if (!lock) continue;
      push.say(std::string(lock->forced() ? "forced " : "") + std::string(lock->comment()) +
               " of " + std::string(lock->holder()));
    }
  }
};

constexpr rcx_handler kHandlers[] = {rcx::on<&Asker::before>()};
constexpr rcx_plugin kAsker = rcx::test::asker<Asker>(kHandlers);

Lines said(const FakePush& push) {
  const rcx::testing::Outcome outcome = FakeHost(kAsker).pre_push(push);
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(outcome.misuses, IsEmpty());
  return outcome.said;
}

TEST(FakeSubversion, NodesAndPropertiesAreThoseOfTheTest) {
  FakePush push;
  push.commit("of git");
  std::vector<FakeNode>& nodes = push.commit("of svn").subversion.emplace();
  nodes.push_back({"", RCX_PATH_MODIFIED, RCX_SVN_DIRECTORY | RCX_SVN_PROPERTIES});
  nodes.back().properties = {{"svn:ignore", "a", "b"}, {"gone", "a", {}}};
  nodes.push_back({"b", RCX_SVN_REPLACED, RCX_SVN_CONTENT, "trunk/a", 7});
  nodes.back().properties = {{"empty", {}, ""}};
  nodes.push_back({"c", RCX_PATH_DELETED});
  EXPECT_THAT(said(push), ElementsAre("of git: none", "M / properties *svn:ignore=a>b -gone=a>",
                                      "R b content from trunk/a@7 +empty=>", "D c"));
  // An empty commit is one of Subversion all the same.
  nodes.clear();
  EXPECT_THAT(said(push), ElementsAre("of git: none"));
}

TEST(FakeSubversion, PropertyOfARevisionAndLocksAreThoseOfTheTest) {
  FakePush push;
  EXPECT_THAT(said(push), IsEmpty());
  push.ref("refs/locks/a");
  push.ref("refs/locks/b");
  push.revision_property = {"svn:log", "old", "new"};
  push.locks[1] = {true, "mine", "ada"};
  EXPECT_THAT(said(push), ElementsAre("*svn:log=old>new", "forced mine of ada"));
}

}  // namespace
