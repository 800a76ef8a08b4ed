#include "host/dispatch/scoreboard.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <functional>

namespace rcx::host {
namespace {

constexpr Uuid kEvent = {1, 2, 3};
constexpr Uuid kOther = {9, 9, 9};

class ScoreboardTest : public testing::Test {
 protected:
  // Has a process of its own write the scoreboard and end.
  void dead_worker(std::size_t block, const std::function<void(Block&)>& write) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      write(board_.block(block));
      ::_exit(0);
    }
    board_.block(block).pid.store(pid);
    ::waitpid(pid, nullptr, 0);
  }

  static void enter(Slot& slot, const Uuid& event, Activity what, const char* extension,
                    std::uint32_t fault = 0) {
    slot.set_event(event, 0);
    slot.enter(what, extension, 0);
    slot.fault.store(fault);
  }

  Scoreboard board_ = *Scoreboard::create();
};

TEST_F(ScoreboardTest, NamesWhoCrashed) {
  dead_worker(3, [](Block& block) {
    enter(block.slots[0], kOther, Activity::kHandler, "innocent");
    enter(block.slots[1], kEvent, Activity::kHandler, "culprit", SIGSEGV);
  });
  const auto blamed = board_.blame(kEvent);
  ASSERT_EQ(blamed.size(), 1U);
  EXPECT_EQ(blamed[0].extension, "culprit");
  EXPECT_EQ(blamed[0].how, "crashed (signal 11, Segmentation fault)");
  EXPECT_FALSE(blamed[0].in_service);
  EXPECT_FALSE(blamed[0].certain) << "somebody else may have spoilt what it used";
}

TEST_F(ScoreboardTest, DoesNotBlameWhoMerelyWasInTheSameProcess) {
  dead_worker(0, [](Block& block) {
    enter(block.slots[0], kEvent, Activity::kHandler, "innocent");
    enter(block.slots[1], kOther, Activity::kHandler, "culprit", SIGSEGV);
  });
  const auto blamed = board_.blame(kEvent);
  ASSERT_EQ(blamed.size(), 1U);
  EXPECT_EQ(blamed[0].extension, "");
}

TEST_F(ScoreboardTest, WhoWasThereWhenAnotherOverranIsInNoDoubt) {
  dead_worker(0, [](Block& block) {
    enter(block.slots[0], kEvent, Activity::kHandler, "innocent");
    enter(block.slots[1], kOther, Activity::kHandler, "culprit", kFaultOverrun);
  });
  const auto blamed = board_.blame(kEvent);
  ASSERT_EQ(blamed.size(), 1U);
  EXPECT_EQ(blamed[0].extension, "");
  EXPECT_TRUE(blamed[0].certain);
}

TEST_F(ScoreboardTest, AWorkerOfOneExtensionIsAskedAboutByItsPid) {
  const auto apart = [this](std::size_t block, Activity what, std::uint32_t fault,
                            std::uint32_t stray = 0) {
    dead_worker(block, [=](Block& own) {
      own.apart.store(1);
      enter(own.slots[0], kEvent, what, "x", fault);
      own.stray.store(stray);
    });
    return board_.blame_apart(board_.block(block).pid.load(), kEvent);
  };
  const Blame crash = apart(0, Activity::kHandler, SIGSEGV);
  EXPECT_TRUE(crash.certain) << "nobody else was there";
  EXPECT_EQ(failure_text(crash), "crashed (signal 11, Segmentation fault)");
  EXPECT_EQ(failure_text(apart(1, Activity::kService, SIGBUS)),
            "the host crashed (signal 7, Bus error) while it read the repository for it");
  EXPECT_EQ(failure_text(apart(2, Activity::kHost, SIGABRT)),
            "crashed (signal 6, Aborted) outside of its calls");
  const Blame thread = apart(3, Activity::kHandler, 0, SIGSEGV);
  EXPECT_EQ(thread.how, "crashed (signal 11, Segmentation fault) in a thread of its own");
  EXPECT_FALSE(thread.certain);
  const Blame silent = apart(4, Activity::kHandler, 0);
  EXPECT_EQ(silent.how, "ended its process");
  EXPECT_FALSE(silent.certain) << "it may have been killed from outside";
  EXPECT_TRUE(board_.blame(kEvent).empty()) << "another worker answers for the event";
  EXPECT_EQ(board_.blame_apart(0, kEvent).how, "");
}

TEST_F(ScoreboardTest, WithoutAMarkOnlyTheLonelyOneIsBlamed) {
  dead_worker(0, [](Block& block) { enter(block.slots[0], kEvent, Activity::kHandler, "x"); });
  EXPECT_EQ(board_.blame(kEvent).at(0).extension, "x");
  EXPECT_EQ(board_.blame(kEvent).at(0).how, "ended its process");
  dead_worker(1, [](Block& block) {
    enter(block.slots[0], kOther, Activity::kHandler, "x");
    enter(block.slots[1], kOther, Activity::kHandler, "y");
  });
  for (const Blame& blame : board_.blame(kOther)) EXPECT_EQ(blame.extension, "");
}

TEST_F(ScoreboardTest, TheThreadOfAnExtensionIsNobodys) {
  dead_worker(0, [](Block& block) {
    enter(block.slots[0], kEvent, Activity::kHandler, "innocent");
    block.stray.store(SIGSEGV);
  });
  EXPECT_EQ(board_.blame(kEvent).at(0).extension, "");
  board_.clear(0);
  dead_worker(0, [](Block& block) { enter(block.slots[0], kEvent, Activity::kHandler, "next"); });
  EXPECT_EQ(board_.blame(kEvent).at(0).extension, "next") << "the mark goes with its worker";
}

TEST_F(ScoreboardTest, WaitingForATurnIsNotBeingInside) {
  dead_worker(0, [](Block& block) {
    enter(block.slots[0], kOther, Activity::kHandler, "culprit");
    enter(block.slots[1], kEvent, Activity::kTurn, "culprit");
  });
  EXPECT_EQ(board_.blame(kOther).at(0).extension, "culprit");
  EXPECT_EQ(board_.blame(kEvent).at(0).extension, "");
}

TEST_F(ScoreboardTest, TellsDestroyFromCreate) {
  dead_worker(
      0, [](Block& block) { enter(block.slots[0], kEvent, Activity::kDestroy, "late", SIGABRT); });
  const auto blamed = board_.blame_block(0);
  ASSERT_EQ(blamed.size(), 1U);
  EXPECT_FALSE(blamed[0].in_create) << "it is loaded again";
  EXPECT_EQ(blamed[0].how, "crashed (signal 6, Aborted) in destroy");
}

TEST_F(ScoreboardTest, TellsExitOverrunAndServiceApart) {
  dead_worker(
      0, [](Block& block) { enter(block.slots[0], kEvent, Activity::kHandler, "e", kFaultExit); });
  dead_worker(1, [](Block& block) {
    enter(block.slots[0], kEvent, Activity::kHandler, "o", kFaultOverrun);
  });
  dead_worker(2,
              [](Block& block) { enter(block.slots[0], kEvent, Activity::kService, "s", SIGBUS); });
  const auto blamed = board_.blame(kEvent);
  ASSERT_EQ(blamed.size(), 3U);
  EXPECT_EQ(blamed[0].how, "called exit()");
  EXPECT_TRUE(blamed[0].certain);
  EXPECT_TRUE(blamed[1].certain);
  EXPECT_FALSE(blamed[2].certain);
  EXPECT_EQ(blamed[1].how, "did not end within its deadline");
  EXPECT_TRUE(blamed[2].in_service);
}

TEST_F(ScoreboardTest, AWorkerThatLivesIsNotBlamed) {
  enter(board_.block(0).slots[0], kEvent, Activity::kHandler, "x", SIGSEGV);
  board_.block(0).pid.store(::getpid());
  EXPECT_TRUE(board_.blame(kEvent).empty());
}

TEST_F(ScoreboardTest, AnEventThatEndedIsForgotten) {
  dead_worker(0, [](Block& block) {
    enter(block.slots[0], kEvent, Activity::kHandler, "x");
    block.slots[0].leave();
  });
  EXPECT_TRUE(board_.blame(kEvent).empty());
  EXPECT_TRUE(board_.blame_block(0).empty());
}

TEST_F(ScoreboardTest, IsSharedBetweenMappings) {
  auto other = Scoreboard::attach(Fd(::dup(board_.fd())));
  ASSERT_TRUE(other);
  board_.block(7).slots[64].enter(Activity::kCreate, std::string(100, 'n'), 5);
  EXPECT_EQ(other->block(7).slots[64].extension_id(), std::string(63, 'n'));
  other->clear(7);
  EXPECT_EQ(board_.block(7).slots[64].activity.load(), Activity::kIdle);
}

}  // namespace
}  // namespace rcx::host
