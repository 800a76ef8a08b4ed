#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <string>
#include <vector>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using testing::ElementsAre;
using testing::IsEmpty;

// Says the subject of each commit, with its paths, and stops before one that reads "stop".
struct Reader {
  void pushed(const rcx::Push& push) {
    for (const rcx::Commit& commit : push.commits()) {
      if (commit.subject() == "stop") return;
      std::string line(commit.subject());
      for (const rcx::Change& change : commit.changes())
        line += " " + std::string(change.kind()) + ":" + std::string(change.path());
      push.say(line);
    }
    push.say("end");
  }
};

constexpr rcx_handler kHandler = rcx::on<&Reader::pushed>(rcx::kInline);
constexpr rcx_plugin kReader = {sizeof(rcx_plugin),
                                RCX_ABI_MAGIC,
                                RCX_ABI_MAJOR,
                                RCX_ABI_MINOR,
                                0,
                                0,
                                "reader",
                                "Reader",
                                "1",
                                "MIT",
                                &rcx::detail::create<Reader>,
                                &rcx::detail::destroy<Reader>,
                                &kHandler,
                                1,
                                sizeof kHandler};

TEST(Stream, EndsAfterTheLastElement) {
  FakeHost host(kReader);
  EXPECT_THAT(host.push({}).said, ElementsAre("end"));

  FakePush push;
  push.commit("one\n\nbody").changes = {{RCX_PATH_ADDED, "a"}, {RCX_PATH_DELETED, "b"}};
  push.commit("two");
  const auto outcome = host.push(push);
  EXPECT_THAT(outcome.said, ElementsAre("one added:a deleted:b", "two", "end"));
  EXPECT_EQ(outcome.status, RCX_OK);
  EXPECT_THAT(outcome.misuses, IsEmpty());
}

TEST(Stream, MayBeLeftEarly) {
  FakeHost host(kReader);
  FakePush push;
  push.commit("one");
  push.commit("stop");
  push.commit("three");
  EXPECT_THAT(host.push(push).said, ElementsAre("one"));
}

TEST(Stream, ThrowsTheHostsStatusAndReason) {
  FakeHost host(kReader);
  FakePush push;
  push.commit("one");
  push.commit("two");
  push.fail_at = 1;
  push.fail_status = RCX_GONE;
  push.fail_reason = "commit two was pruned";
  const auto outcome = host.push(push);
  EXPECT_THAT(outcome.said, ElementsAre("one"));
  EXPECT_EQ(outcome.status, RCX_GONE);
  EXPECT_EQ(outcome.failure, "commit two was pruned");
}

TEST(Stream, ThrowsAtBeginToo) {
  FakeHost host(kReader);
  FakePush push;
  push.fail_at = 0;
  push.fail_status = RCX_UNAVAILABLE;
  EXPECT_EQ(host.push(push).status, RCX_UNAVAILABLE);
}

}  // namespace
