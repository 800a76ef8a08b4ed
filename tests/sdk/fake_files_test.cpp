// The fake host's answers for rcx.files/1 and rcx.hook/1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <string>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using testing::ElementsAre;

struct Lister {
  void before(const rcx::PrePush& push) {
    for (const rcx::Commit& commit : push.commits()) {
      for (const rcx::Change& change : commit.changes()) {
        push.say(std::string(change.path()) + " " + std::to_string(change.old_size()) + ">" +
                 std::to_string(change.new_size()));
      }
      for (const char* directory : {"", "a", "nowhere"}) {
        for (const rcx::Entry& entry : commit.entries(directory)) {
          push.say(std::string(directory) + ":" + std::string(entry.name()) +
                   (entry.is_directory() ? "/" : "=" + std::to_string(entry.size())));
        }
      }
    }
    push.say("quarantine " + std::string(push.hook_variable("GIT_QUARANTINE_PATH")));
  }
};

constexpr rcx_handler kHandler = rcx::on<&Lister::before>();
constexpr rcx_plugin kLister = {sizeof(rcx_plugin),
                                RCX_ABI_MAGIC,
                                RCX_ABI_MAJOR,
                                RCX_ABI_MINOR,
                                0,
                                0,
                                "lister",
                                "Lister",
                                "1",
                                "MIT",
                                &rcx::detail::create<Lister>,
                                &rcx::detail::destroy<Lister>,
                                &kHandler,
                                1,
                                sizeof kHandler};

TEST(FakeFiles, SizesDirectoriesAndVariablesAreThoseOfTheTest) {
  FakeHost host(kLister);
  FakePush push;
  rcx::testing::FakeCommit& commit = push.commit("one");
  commit.changes = {{RCX_PATH_ADDED, "new"}, {RCX_PATH_MODIFIED, "b"}, {RCX_PATH_DELETED, "old"}};
  commit.changes[0].new_size = 7;
  commit.changes[1].old_size = 1;
  commit.changes[1].new_size = 2;
  commit.changes[2].old_size = 9;
  commit.files = {{"b"}, {"a/x"}, {"a/y/z"}};
  commit.files[0].size = 2;
  commit.files[1].size = 5;
  push.hook_variables["GIT_QUARANTINE_PATH"] = "/q";
  const rcx::testing::Outcome outcome = host.pre_push(push);
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(outcome.said, ElementsAre("new 0>7", "b 1>2", "old 9>0", ":a/", ":b=2", "a:x=5",
                                        "a:y/", "quarantine /q"));
  EXPECT_TRUE(outcome.misuses.empty());
}

TEST(FakeFiles, UnknownContentIsAnErrorThatTheExtensionSees) {
  static const auto kAsk = [](void*, const rcx_call* call, const rcx_pre_push*) -> rcx_status {
    const auto* files = static_cast<const rcx_files*>(call->host->service(RCX_SERVICE_FILES_1));
    std::uint64_t size = 0;
    return files->size_of(call, rcx_text("unknown"), &size);
  };
  static constexpr rcx_handler kHandlerThatAsks = {sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, 0, 0,
                                                   rcx_handler_fn(rcx_pre_push_fn(kAsk))};
  rcx_plugin asker = kLister;
  asker.create = nullptr;
  asker.destroy = nullptr;
  asker.handlers = &kHandlerThatAsks;
  FakeHost host(asker);
  EXPECT_EQ(host.pre_push(FakePush{}).status, RCX_GONE);
}

}  // namespace
