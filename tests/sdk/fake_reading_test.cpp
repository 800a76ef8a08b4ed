// The fake host's answers for rcx.repository/1, through the C++ layer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rcx/plugin.hpp>
#include <rcx/testing.hpp>

#include <functional>
#include <string>
#include <vector>

#include "tests/sdk/asker.hpp"

namespace {

using rcx::testing::FakeChange;
using rcx::testing::FakeCommit;
using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::Outcome;
using testing::ElementsAre;
using testing::IsEmpty;

// What the test wants to ask, in a handler of pre_push and one of push.
std::function<void(const rcx::PushEvent&, const rcx::Commits&)> g_ask;  // NOLINT

struct Asker {
  void before(const rcx::PrePush& push) const { g_ask(push, push.commits()); }
  void after(const rcx::Push& push) const { g_ask(push, push.commits()); }
};

constexpr rcx_handler kHandlers[] = {rcx::on<&Asker::before>(), rcx::on<&Asker::after>()};
constexpr rcx_plugin kAsker = rcx::test::asker<Asker>(kHandlers);

class FakeReading : public testing::Test {
 protected:
  using Ask = std::function<void(const rcx::PushEvent&)>;
  using AskCommit = std::function<void(const rcx::Commit&)>;

  void TearDown() override { g_ask = nullptr; }

  Outcome ask(const Ask& question) {
    g_ask = [&](const rcx::PushEvent& push, const rcx::Commits&) { question(push); };
    return done(FakeHost(kAsker).pre_push(push_));
  }
  Outcome ask_after(const Ask& question) {
    g_ask = [&](const rcx::PushEvent& push, const rcx::Commits&) { question(push); };
    return done(FakeHost(kAsker).push(push_));
  }
  // Of each commit.
  Outcome ask_of(const AskCommit& question) {
    g_ask = [&](const rcx::PushEvent&, const rcx::Commits& commits) {
      for (const rcx::Commit& commit : commits) question(commit);
    };
    return done(FakeHost(kAsker).pre_push(push_));
  }
  void add(const FakeChange& change) {
    if (push_.commits.empty()) push_.commit("Do it");
    push_.commits[0].changes.push_back(change);
  }
  static Outcome done(const Outcome& outcome) {
    EXPECT_THAT(outcome.misuses, IsEmpty());
    return outcome;
  }

  FakePush push_;
};

FakeChange change_of(const std::string& path) {
  FakeChange change;
  change.path = path;
  return change;
}

TEST_F(FakeReading, ContentsAreThoseOfChangesAndFilesAndSizesAgree) {
  FakeChange change = change_of("a");
  change.old_content = "old";
  change.new_content = std::string("new\0er", 6);
  change.new_size = 99;
  add(change);
  push_.commits[0].files = {{"f"}};
  push_.commits[0].files[0].content = "file";
  push_.trees["cafe"] = {{"t"}};
  push_.trees["cafe"][0].content = "tree";
  const Outcome outcome = ask_of([](const rcx::Commit& commit) {
    for (const rcx::Change& one : commit.changes()) {
      EXPECT_EQ(one.old_content(), "old");
      EXPECT_EQ(one.new_content(), std::string("new\0er", 6));
      EXPECT_EQ(one.new_content(1, 2), "ew");
      EXPECT_EQ(one.new_content(100), "");
      EXPECT_EQ(one.old_size(), 3U);
      EXPECT_EQ(one.new_size(), 6U);
    }
    for (const rcx::Entry& entry : commit.entries("")) {
      EXPECT_EQ(entry.content(), "file");
      EXPECT_EQ(entry.size(), 4U);
    }
  });
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  ask([](const rcx::PushEvent& push) {
    const auto found = push.find("cafe", "t");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->content(), "tree");
    EXPECT_EQ(found->size(), 4U);
  });
}

TEST_F(FakeReading, AContentWithoutBytesHasItsSizeAndALargeOneIsALimit) {
  FakeChange small = change_of("small");
  small.new_size = 3;
  add(small);
  EXPECT_EQ(ask_of([](const rcx::Commit& commit) {
              for (const rcx::Change& one : commit.changes()) {
                EXPECT_EQ(one.new_content(), "xxx");
                EXPECT_EQ(one.old_content(), "");
              }
            }).status,
            RCX_OK);
  push_.commits[0].changes[0].new_size = (std::uint64_t{64} << 20U) + 1;
  const Outcome outcome = ask_of([](const rcx::Commit& commit) {
    for (const rcx::Change& one : commit.changes()) {
      EXPECT_GT(one.new_size(), 60'000'000U);
      (void)one.new_content();
    }
  });
  EXPECT_EQ(outcome.status, RCX_LIMIT);
  EXPECT_THAT(outcome.failure, testing::HasSubstr("more than 64 MiB"));
}

TEST_F(FakeReading, AddedLinesHaveTheirNumbers) {
  FakeChange change = change_of("a");
  change.added = {{3, "c\nd\n"}, {9, "end"}};
  add(change);
  FakeChange binary = change_of("b");
  binary.binary = true;
  binary.added = {{1, "no\n"}};
  add(binary);
  add(change_of("c"));
  std::vector<std::string> seen;
  const Outcome outcome = ask_of([&](const rcx::Commit& commit) {
    for (const rcx::Change& one : commit.changes()) {
      const rcx::AddedLines added = one.added_lines();
      seen.push_back(std::string(one.path()) + (added.is_binary() ? " binary" : "") + "|" +
                     std::string(added.text()));
      for (std::uint64_t i = 0; i < added.run_count(); ++i) {
        seen.push_back(std::to_string(added.run(i).number) + " " + std::string(added.run(i).text));
      }
      if (!added.text().empty()) {
        seen.push_back(std::to_string(added.line_at(added.text().find('d'))));
        seen.push_back(std::to_string(added.line_at(added.text().find("end"))));
      }
    }
  });
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(seen, ElementsAre("a|c\nd\nend", "3 c\nd\n", "9 end", "4", "9", "b binary|", "c|"));
}

TEST_F(FakeReading, TrailersAreThoseOfTheTestAlone) {
  push_.commit("one\n\nNot: this").trailers = {{"Signed-off-by", "Ada"}, {"Fixes", "#1"}};
  push_.commit("two");
  std::vector<std::string> seen;
  ask_of([&](const rcx::Commit& commit) {
    for (const rcx::Trailer& trailer : commit.trailers()) {
      seen.push_back(std::string(trailer.key()) + "=" + std::string(trailer.value()));
    }
  });
  EXPECT_THAT(seen, ElementsAre("Signed-off-by=Ada", "Fixes=#1"));
}

TEST_F(FakeReading, ChangesetsOfMercurialAreThoseOfTheTest) {
  rcx::testing::FakeChangeset changeset;
  changeset.branch = "stable";
  changeset.phase = RCX_PHASE_DRAFT;
  changeset.flags = RCX_HG_CLOSES_BRANCH;
  changeset.bookmarks = {"mark"};
  changeset.extras = {{"close", "1"}, {"source", "x"}};
  push_.commit("one").mercurial = changeset;
  push_.commit("of git");
  std::vector<std::string> seen;
  ask_of([&](const rcx::Commit& commit) {
    const std::optional<rcx::Changeset> found = commit.mercurial();
    if (!found) return seen.emplace_back("none"), void();
    seen.emplace_back(found->branch());
    if (found->is_draft() && !found->is_public()) seen.emplace_back("draft");
    if (found->closes_branch() && !found->obsolete()) seen.emplace_back("closes");
    for (const std::string_view bookmark : found->bookmarks()) seen.emplace_back(bookmark);
    for (const rcx::Extra& extra : found->extras()) {
      seen.push_back(std::string(extra.key()) + "=" + std::string(extra.value()));
    }
  });
  EXPECT_THAT(seen,
              ElementsAre("stable", "draft", "closes", "mark", "close=1", "source=x", "none"));
}

TEST_F(FakeReading, SignaturesAreWhatTheTestSays) {
  push_.commit("none");
  push_.commit("good").signature = {RCX_SIGNATURE_GOOD, "key", "SHA256:x", "ada", ""};
  push_.commit("bad").signature = {RCX_SIGNATURE_BAD, "", "", "", "block"};
  std::vector<std::string> seen;
  ask_of([&](const rcx::Commit& commit) {
    const rcx::Signature signature = commit.signature();
    seen.push_back(std::string(signature.word()) + " " + std::string(signature.key()) + " " +
                   std::string(signature.fingerprint()) + " " + std::string(signature.signer()) +
                   " " + std::string(commit.signature_block().substr(0, 5)));
  });
  EXPECT_THAT(seen, ElementsAre("none    ", "good key SHA256:x ada -----", "bad    block"));
}

TEST_F(FakeReading, ReferencesStandWhereTheyStoodBeforeAndAfter) {
  push_.ref("refs/heads/main");
  push_.ref("refs/heads/new").change = RCX_CHANGE_CREATE;
  push_.ref("refs/heads/old").change = RCX_CHANGE_DELETE;
  push_.ref("refs/heads/told");
  push_.elsewhere = {{"HEAD", "cafe"}, {"refs/heads/told", "beef"}};
  std::string seen;
  const auto all = [&](const rcx::PushEvent& push) {
    seen.clear();
    for (const char* name : {"HEAD", "refs/heads/main", "refs/heads/new", "refs/heads/old",
                             "refs/heads/told", "refs/heads/none", "main"}) {
      seen += std::string(push.resolve(name).substr(0, 4)) + ".";
    }
  };
  EXPECT_EQ(ask(all).status, RCX_OK);
  EXPECT_EQ(seen, "cafe.1111..1111.beef...");
  EXPECT_EQ(ask_after(all).status, RCX_OK);
  EXPECT_EQ(seen, "cafe.2222.2222..beef...");
}

TEST_F(FakeReading, ReachingIsWhatTheTestSays) {
  push_.ancestry = {{"b", "a"}};
  EXPECT_EQ(ask([](const rcx::PushEvent& push) {
              EXPECT_TRUE(push.reaches("b", "a"));
              EXPECT_FALSE(push.reaches("a", "b"));
              EXPECT_TRUE(push.reaches("a", "a"));
            }).status,
            RCX_OK);
  EXPECT_EQ(ask([](const rcx::PushEvent& push) { (void)push.reaches("a", "unknown"); }).status,
            RCX_GONE);
}

TEST_F(FakeReading, FilesAreFoundInAnyCommit) {
  push_.commit("new").files = {{"in/new"}};
  push_.commits[0].id = "beef";
  push_.trees["cafe"] = {{"CODEOWNERS"}, {"docs/a/b"}};
  std::vector<std::string> seen;
  const Outcome outcome = ask([&](const rcx::PushEvent& push) {
    for (const char* path : {"CODEOWNERS", "docs", "docs/a/b", "docs/a/c", "nowhere", ""}) {
      const auto found = push.find("cafe", path);
      seen.push_back(found ? std::string(found->name()) + (found->is_directory() ? "/" : "") : "-");
    }
    EXPECT_TRUE(push.find("beef", "in/new"));
    EXPECT_FALSE(push.find(std::string(40, '1'), "x")) << "the old id of main";
    for (const rcx::Entry& entry : push.entries("cafe", "")) seen.emplace_back(entry.name());
    for (const rcx::Entry& entry : push.entries("cafe", "docs/a")) seen.emplace_back(entry.name());
    for (const rcx::Entry& entry : push.entries("cafe", "none")) seen.emplace_back(entry.name());
  });
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(seen,
              ElementsAre("CODEOWNERS", "docs/", "b", "-", "-", "-", "CODEOWNERS", "docs", "b"));
  EXPECT_EQ(ask([](const rcx::PushEvent& push) { (void)push.find("none", "x"); }).status, RCX_GONE);
  EXPECT_EQ(ask([](const rcx::PushEvent& push) {
              for (const rcx::Entry& entry : push.entries("none", "")) (void)entry;
            }).status,
            RCX_GONE);
}

TEST_F(FakeReading, DirectoriesAreEqualWhereTheirFilesAre) {
  const auto tree = [](const std::string& id) {
    return std::vector<rcx::testing::FakeFile>{
        {"same/f", 0100644, "1"}, {"other/deep/f", 0100644, id}, {"other/g", 0100644, "2"}};
  };
  push_.trees = {{"old", tree("3")}, {"new", tree("4")}};
  const Outcome outcome = ask([](const rcx::PushEvent& push) {
    const auto equal = [&](const char* path) {
      return push.find("old", path)->id() == push.find("new", path)->id();
    };
    EXPECT_TRUE(equal("same"));
    EXPECT_FALSE(equal("other"));
    EXPECT_FALSE(equal("other/deep"));
    EXPECT_TRUE(equal("other/g"));
  });
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
}

TEST_F(FakeReading, WhatAReferenceLosesIsGivenByItsIndex) {
  push_.ref("refs/heads/a");
  push_.ref("refs/heads/b");
  push_.lost[1] = {"newer", "older"};
  std::vector<std::string> seen;
  g_ask = nullptr;
  struct Loser {
    void before(const rcx::PrePush& push) const {
      for (const rcx::RefUpdate& ref : push.refs()) {
        for (const std::string_view id : push.lost(ref)) {
          push.say(std::string(ref.short_name()) + " " + std::string(id));
        }
      }
    }
  };
  constexpr rcx_handler kHandler = rcx::on<&Loser::before>();
  rcx_plugin loser = kAsker;
  loser.create = &rcx::detail::create<Loser>;
  loser.destroy = &rcx::detail::destroy<Loser>;
  loser.handlers = &kHandler;
  loser.handler_count = 1;
  EXPECT_THAT(FakeHost(loser).pre_push(push_).said, ElementsAre("b newer", "b older"));
}

TEST_F(FakeReading, APushIsInitialAndSignedWhereTheTestSaysSo) {
  ask([](const rcx::PushEvent& push) {
    EXPECT_FALSE(push.is_initial());
    EXPECT_FALSE(push.certificate());
  });
  push_.initial = true;
  push_.certificate.emplace();
  push_.certificate->signer = "ada";
  const auto both = [](const rcx::PushEvent& push) {
    EXPECT_TRUE(push.is_initial());
    ASSERT_TRUE(push.certificate());
    EXPECT_TRUE(push.certificate()->proves_the_push());
    EXPECT_EQ(push.certificate()->signer(), "ada");
  };
  ask(both);
  ask_after(both);
}

}  // namespace
