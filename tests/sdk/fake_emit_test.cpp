// The fake host with events that forges emit.
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <stdexcept>
#include <string>

namespace {

using namespace rcx::testing;

// Handles every event of the catalogue with one function, by the number of the event.
struct Row {
  const rcx_event* event;
  std::uint32_t size;
};
Row last;  // NOLINT: what the handler saw

rcx_status handle(void*, const rcx_call* call, const void* raw) {
  std::uint32_t size = 0;
  std::memcpy(&size, raw, sizeof size);
  std::memcpy(&last.event, static_cast<const char*>(raw) + offsetof(rcx_create_repo, event),
              sizeof last.event);
  last.size = size;
  const std::string name(rcx::detail::view(last.event->caller->name));
  return rcx_say(call, name.c_str());
}

template <class Raw>
rcx_status handle_as(void* instance, const rcx_call* call, const Raw* raw) {
  return handle(instance, call, raw);
}

#define ROW(NUMBER, name)                         \
  rcx_handler {                                   \
    sizeof(rcx_handler), NUMBER, 0, RCX_INLINE, { \
      &handle_as<rcx_##name>                      \
    }                                             \
  }
const rcx_handler kHandlers[] = {
    ROW(RCX_EVENT_PRE_CREATE_REPO, pre_create_repo),
    ROW(RCX_EVENT_CREATE_REPO, create_repo),
    ROW(RCX_EVENT_PRE_DELETE_REPO, pre_delete_repo),
    ROW(RCX_EVENT_DELETE_REPO, delete_repo),
    ROW(RCX_EVENT_PRE_RENAME_REPO, pre_rename_repo),
    ROW(RCX_EVENT_RENAME_REPO, rename_repo),
    ROW(RCX_EVENT_PRE_CREATE_REPO_GROUP, pre_create_repo_group),
    ROW(RCX_EVENT_CREATE_REPO_GROUP, create_repo_group),
    ROW(RCX_EVENT_PRE_DELETE_REPO_GROUP, pre_delete_repo_group),
    ROW(RCX_EVENT_DELETE_REPO_GROUP, delete_repo_group),
    ROW(RCX_EVENT_PRE_CREATE_USER, pre_create_user),
    ROW(RCX_EVENT_CREATE_USER, create_user),
    ROW(RCX_EVENT_PRE_DELETE_USER, pre_delete_user),
    ROW(RCX_EVENT_DELETE_USER, delete_user),
    ROW(RCX_EVENT_CREATE_PULL_REQUEST, create_pull_request),
    ROW(RCX_EVENT_UPDATE_PULL_REQUEST, update_pull_request),
    ROW(RCX_EVENT_REVIEW_PULL_REQUEST, review_pull_request),
    ROW(RCX_EVENT_PRE_MERGE_PULL_REQUEST, pre_merge_pull_request),
    ROW(RCX_EVENT_MERGE_PULL_REQUEST, merge_pull_request),
    ROW(RCX_EVENT_CLOSE_PULL_REQUEST, close_pull_request),
    ROW(RCX_EVENT_COMMENT_PULL_REQUEST, comment_pull_request),
    ROW(RCX_EVENT_COMMENT_EDIT_PULL_REQUEST, comment_edit_pull_request),
    ROW(RCX_EVENT_COMMENT_COMMIT, comment_commit),
    ROW(RCX_EVENT_COMMENT_EDIT_COMMIT, comment_edit_commit),
};
#undef ROW

constexpr rcx_plugin plugin_with(const rcx_handler* handlers, std::uint32_t count) {
  return {sizeof(rcx_plugin),
          RCX_ABI_MAGIC,
          RCX_ABI_MAJOR,
          RCX_ABI_MINOR,
          0,
          0,
          "all",
          "All",
          "1",
          "MIT",
          nullptr,
          nullptr,
          handlers,
          count,
          sizeof(rcx_handler)};
}
const rcx_plugin kAll = plugin_with(kHandlers, std::size(kHandlers));

TEST(FakeEmit, GivesEveryEventItsOwnStruct) {
  FakeHost host(kAll);
  for (const rcx::catalogue::EventType& event : rcx::catalogue::kEvents) {
    last = {};
    const Outcome outcome = host.emit(FakeEvent(std::string(event.name)));
    EXPECT_EQ(outcome.status, RCX_OK) << event.name << outcome.failure;
    EXPECT_EQ(outcome.handlers, 1) << event.name;
    EXPECT_EQ(outcome.said, std::vector<std::string>{"ada"}) << event.name;
    // Wider than this release has it, as a later one would be.
    EXPECT_EQ(last.size, event.fields->size + 8) << event.name;
  }
}

TEST(FakeEmit, TellsWhatATestGetsWrong) {
  FakeHost host(kAll);
  const auto fault = [&](const FakeEvent& event) -> std::string {
    try {
      host.emit(event);
    } catch (const std::invalid_argument& wrong) {
      return wrong.what();
    }
    return "none";
  };
  EXPECT_EQ(fault({"pre_push"}), "no event that can be emitted: pre_push");
  EXPECT_EQ(fault({"create_repo", map({{"name", "x"}})}), "create_repo: name: no such field");
  EXPECT_EQ(fault({"create_repo", map({{"private", 1}})}),
            "create_repo: private: wanted true or false, got an integer");
  EXPECT_EQ(fault({"create_pull_request", map({{"reviewers", list({map({})})}})}),
            "create_pull_request: reviewers[0].user: wanted text that is not empty, got nothing");
}

struct Rules {
  void before(const rcx::PreDeleteRepo& repo) {
    repo.reject("no");
    // Nothing is there to be read, and the extension is told so.
    const auto* commits = rcx::detail::service<rcx_commits>(repo.call(), RCX_SERVICE_COMMITS_1);
    const rcx_commit* commit = nullptr;
    EXPECT_EQ(commits->get(repo.call(), 0, &commit), RCX_UNAVAILABLE);
    const auto* reading = rcx::detail::service<rcx_reading>(repo.call(), RCX_SERVICE_REPOSITORY_1);
    std::uint32_t facts = 0;
    EXPECT_EQ(reading->facts(repo.call(), &facts), RCX_UNAVAILABLE);
    EXPECT_EQ(repo.call()->host->reject_ref(repo.call(), 0, rcx_text("no")), RCX_MISUSED);
  }
  void after(const rcx::DeleteRepo& repo) {
    repo.say("gone");
    EXPECT_EQ(repo.call()->host->reject(repo.call(), rcx_text("no")), RCX_MISUSED);
  }
};
const auto kRules =
    rcx::handlers<Rules>(rcx::on<&Rules::before>(), rcx::on<&Rules::after>(rcx::kQueued));
const rcx_plugin kRulesPlugin = rcx::plugin<Rules>("rules", "Rules", "1", "MIT", kRules);

TEST(FakeEmit, KeepsTheRulesOfTheContract) {
  FakeHost host(kRulesPlugin);
  const Outcome before = host.emit(FakeEvent("pre_delete_repo"));
  EXPECT_EQ(before.status, RCX_OK) << before.failure;
  EXPECT_EQ(before.objections.size(), 1U);
  EXPECT_EQ(before.misuses, std::vector<std::string>{"reject_ref of an event without references"});
  const Outcome after = host.emit(FakeEvent("delete_repo"));
  EXPECT_EQ(after.misuses, std::vector<std::string>{"reject where there is no veto"});
  // Queued: what it says goes to the log.
  EXPECT_TRUE(after.said.empty());
  ASSERT_EQ(host.log().size(), 1U);
  EXPECT_EQ(host.log()[0].text, "gone");
}

TEST(FakeEmit, CallsThoseThatHandleTheAction) {
  rcx_handler handler = kHandlers[1];
  handler.actions = RCX_ACTION_PERFORMED;
  const rcx_plugin plugin = plugin_with(&handler, 1);
  FakeHost host(plugin);
  FakeEvent event("create_repo");
  EXPECT_EQ(host.emit(event).handlers, 0);
  event.action = RCX_ACTION_PERFORMED;
  EXPECT_EQ(host.emit(event).handlers, 1);
}

}  // namespace
