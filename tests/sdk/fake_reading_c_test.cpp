// The same through the C contract: strides, what is valid how long, and rules that the C++ layer
// keeps by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/testing.hpp>

#include <cstring>
#include <functional>
#include <string>
#include <thread>

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::Outcome;
using testing::ElementsAre;

const rcx_reading* service(const rcx_call* call) {
  return static_cast<const rcx_reading*>(call->host->service(RCX_SERVICE_REPOSITORY_1));
}
const rcx_commit* first_commit(const rcx_call* call) {
  const auto* commits = static_cast<const rcx_commits*>(call->host->service(RCX_SERVICE_COMMITS_1));
  const rcx_commit* commit = nullptr;
  EXPECT_EQ(commits->get(call, 0, &commit), RCX_OK);
  return commit;
}
std::string text(rcx_bytes bytes) {
  return std::string(bytes.data, static_cast<std::size_t>(bytes.size));
}

std::function<void(const rcx_call*)> g_ask;  // NOLINT: handlers have no other place

rcx_status handle(void* /*instance*/, const rcx_call* call, const rcx_pre_push* /*event*/) {
  g_ask(call);
  return RCX_OK;
}
rcx_status begin(const rcx_call* call, void** instance) {
  *instance = nullptr;
  std::uint32_t flags = 0;
  return service(call)->facts(call, &flags);
}

constexpr rcx_handler kHandler = {sizeof(rcx_handler), RCX_EVENT_PRE_PUSH, 0, 0,
                                  rcx_handler_fn(&handle)};

rcx_plugin plugin() {
  return {sizeof(rcx_plugin),
          RCX_ABI_MAGIC,
          RCX_ABI_MAJOR,
          RCX_ABI_MINOR,
          0,
          0,
          "asker",
          "Asker",
          "1",
          "MIT",
          nullptr,
          nullptr,
          &kHandler,
          1,
          sizeof kHandler};
}

Outcome ask(const FakePush& push, const std::function<void(const rcx_call*)>& question) {
  g_ask = question;
  const rcx_plugin asker = plugin();
  return FakeHost(asker).pre_push(push);
}

FakePush one_change() {
  FakePush push;
  push.commit("one").changes.resize(1);
  push.commits[0].changes[0].path = "a";
  return push;
}

TEST(FakeReadingInC, TheTableIsWholeAndTheSameForAll) {
  const rcx_reading* first = nullptr;
  ask({}, [&](const rcx_call* call) { first = service(call); });
  ask({}, [&](const rcx_call* call) { EXPECT_EQ(service(call), first); });
  ASSERT_NE(first, nullptr);
  EXPECT_TRUE(RCX_HAS(first, rcx_reading, changed));
  EXPECT_NE(first->certificate, nullptr);
  EXPECT_NE(first->changed, nullptr);
}

TEST(FakeReadingInC, ContentIsByRangeAndUntilTheNextQuestion) {
  FakePush push = one_change();
  push.commits[0].changes[0].new_id = "c";
  push.commits[0].changes[0].new_content = std::string("a\0b", 3);
  const Outcome outcome = ask(push, [](const rcx_call* call) {
    rcx_bytes bytes{nullptr, 7};
    EXPECT_EQ(service(call)->content(call, rcx_text("c"), 0, UINT64_MAX, &bytes), RCX_OK);
    EXPECT_EQ(text(bytes), std::string("a\0b", 3));
    EXPECT_EQ(service(call)->content(call, rcx_text("c"), 2, 9, &bytes), RCX_OK);
    EXPECT_EQ(text(bytes), "b");
    EXPECT_EQ(service(call)->content(call, rcx_text("c"), 3, 1, &bytes), RCX_OK);
    EXPECT_EQ(bytes.size, 0U);
    EXPECT_EQ(service(call)->content(call, rcx_text("d"), 0, 1, &bytes), RCX_GONE);
    rcx_bytes why{nullptr, 0};
    call->host->error(call, &why);
    EXPECT_EQ(text(why), "no change or file of this push has the content d");
  });
  EXPECT_TRUE(outcome.misuses.empty());
}

TEST(FakeReadingInC, ArraysAreWiderThanTheirStructs) {
  FakePush push = one_change();
  push.commits[0].changes[0].added = {{5, "x\ny"}, {9, "z\n"}};
  ask(push, [](const rcx_call* call) {
    const rcx_commit* commit = first_commit(call);
    const rcx_added* added = nullptr;
    ASSERT_EQ(service(call)->added(call, commit, 0, &added), RCX_OK);
    EXPECT_GT(added->run_stride, sizeof(rcx_line_run));
    EXPECT_GT(added->size, sizeof(rcx_added));
    ASSERT_EQ(added->run_count, 2U);
    const rcx_line_run* run = RCX_AT(rcx_line_run, added->runs, added->run_stride, 1);
    EXPECT_EQ(run->number, 9U);
    EXPECT_EQ(run->count, 1U);
    EXPECT_EQ(run->offset, 3U);
    EXPECT_EQ(RCX_AT(rcx_line_run, added->runs, added->run_stride, 0)->count, 2U);
    EXPECT_EQ(service(call)->added(call, commit, 1, &added), RCX_END);
  });
}

TEST(FakeReadingInC, TheChangedPartIsTheContentOrWhatWasAdded) {
  FakePush push = one_change();
  FakeChange& change = push.commits[0].changes[0];
  const auto part = [&] {
    std::string found;
    ask(push, [&](const rcx_call* call) {
      std::uint32_t flags = 7;
      rcx_bytes bytes{nullptr, 7};
      EXPECT_EQ(service(call)->changed(call, first_commit(call), 0, &flags, &bytes), RCX_OK);
      found = flags == RCX_CHANGED_BINARY ? "binary" : text(bytes);
      EXPECT_EQ(service(call)->changed(call, first_commit(call), 1, &flags, &bytes), RCX_END);
    });
    return found;
  };
  EXPECT_EQ(part(), "");
  change.added = {{5, "x\n"}};
  EXPECT_EQ(part(), "x\n");
  change.new_content = "a\nx\n";
  EXPECT_EQ(part(), "a\nx\n");
  change.binary = true;
  EXPECT_EQ(part(), "a\nx\n") << "a text that was binary";
  change.new_content += '\0';
  EXPECT_EQ(part(), "binary");
  change.new_content.clear();
  EXPECT_EQ(part(), "binary");
}

TEST(FakeReadingInC, ListsEndAndWhatIsNotThereIsSaidSo) {
  FakePush push = one_change();
  push.commits[0].trailers = {{"k", "v"}};
  push.commits[0].id = "beef";
  push.lost[0] = {"dead"};
  const Outcome outcome = ask(push, [](const rcx_call* call) {
    const rcx_reading* reading = service(call);
    const rcx_commit* commit = first_commit(call);
    const rcx_trailer* trailer = nullptr;
    EXPECT_EQ(reading->trailer(call, commit, 0, &trailer), RCX_OK);
    EXPECT_EQ(text(trailer->key) + "=" + text(trailer->value), "k=v");
    EXPECT_EQ(reading->trailer(call, commit, 1, &trailer), RCX_END);
    rcx_bytes bytes{nullptr, 0};
    EXPECT_EQ(reading->signature(call, commit, &bytes), RCX_OK);
    EXPECT_EQ(bytes.size, 0U);
    const rcx_signature* signature = nullptr;
    EXPECT_EQ(reading->verify(call, commit, &signature), RCX_OK);
    EXPECT_EQ(signature->result, RCX_SIGNATURE_NONE);
    EXPECT_EQ(reading->lost(call, 0, 0, &bytes), RCX_OK);
    EXPECT_EQ(text(bytes), "dead");
    EXPECT_EQ(reading->lost(call, 0, 1, &bytes), RCX_END);
    EXPECT_EQ(reading->resolve(call, rcx_text("HEAD"), &bytes), RCX_GONE);
    const rcx_entry* entry = nullptr;
    EXPECT_EQ(reading->find(call, rcx_text("beef"), rcx_text("x"), &entry), RCX_END);
    EXPECT_EQ(reading->list(call, rcx_text("beef"), rcx_text(""), 0, &entry), RCX_END);
    EXPECT_EQ(reading->find(call, rcx_text("x"), rcx_text("x"), &entry), RCX_GONE);
    std::uint32_t flags = 7;
    EXPECT_EQ(reading->reaches(call, rcx_text("beef"), rcx_text("x"), &flags), RCX_GONE);
    EXPECT_EQ(flags, 7U) << "written with RCX_OK only";
    const rcx_push_certificate* certificate = nullptr;
    EXPECT_EQ(reading->certificate(call, &certificate), RCX_END);
  });
  EXPECT_TRUE(outcome.misuses.empty());
}

TEST(FakeReadingInC, MisusesAreRecorded) {
  const Outcome outcome = ask(one_change(), [](const rcx_call* call) {
    const rcx_reading* reading = service(call);
    rcx_commit foreign = *first_commit(call);
    foreign.index = 1;
    const rcx_added* added = nullptr;
    const rcx_trailer* trailer = nullptr;
    const rcx_signature* signature = nullptr;
    rcx_bytes bytes{nullptr, 0};
    EXPECT_EQ(reading->added(call, &foreign, 0, &added), RCX_MISUSED);
    EXPECT_EQ(reading->trailer(call, &foreign, 0, &trailer), RCX_MISUSED);
    EXPECT_EQ(reading->signature(call, &foreign, &bytes), RCX_MISUSED);
    EXPECT_EQ(reading->verify(call, &foreign, &signature), RCX_MISUSED);
    std::uint32_t flags = 0;
    EXPECT_EQ(reading->changed(call, &foreign, 0, &flags, &bytes), RCX_MISUSED);
    EXPECT_EQ(reading->lost(call, 1, 0, &bytes), RCX_MISUSED);
    std::thread([&] {
      EXPECT_EQ(reading->content(call, rcx_text("c"), 0, 1, &bytes), RCX_MISUSED);
      EXPECT_EQ(reading->resolve(call, rcx_text("HEAD"), &bytes), RCX_MISUSED);
      const rcx_entry* entry = nullptr;
      EXPECT_EQ(reading->find(call, rcx_text("c"), rcx_text(""), &entry), RCX_MISUSED);
      EXPECT_EQ(reading->list(call, rcx_text("c"), rcx_text(""), 0, &entry), RCX_MISUSED);
      std::uint32_t flag = 0;
      EXPECT_EQ(reading->reaches(call, rcx_text("c"), rcx_text("c"), &flag), RCX_MISUSED);
      EXPECT_EQ(reading->facts(call, &flag), RCX_MISUSED);
      const rcx_push_certificate* certificate = nullptr;
      EXPECT_EQ(reading->certificate(call, &certificate), RCX_MISUSED);
    }).join();
  });
  const std::string name = "rcx.repository/1 ";
  const std::string none = " of a commit that is none of this push";
  const std::string thread = " on another thread";
  EXPECT_THAT(outcome.misuses,
              ElementsAre(name + "added" + none, name + "trailer" + none, name + "signature" + none,
                          name + "verify" + none, name + "changed" + none,
                          name + "lost of a reference that is none of this push",
                          name + "content" + thread, name + "resolve" + thread,
                          name + "find" + thread, name + "list" + thread, name + "reaches" + thread,
                          name + "facts" + thread, name + "certificate" + thread));
}

TEST(FakeReadingInC, InCreateThereIsNothingToRead) {
  rcx_plugin asker = plugin();
  asker.create = &begin;
  const FakeHost host(asker);
  EXPECT_EQ(host.created().status, RCX_MISUSED);
  EXPECT_THAT(host.created().misuses, ElementsAre("rcx.repository/1 facts in create"));
}

}  // namespace
