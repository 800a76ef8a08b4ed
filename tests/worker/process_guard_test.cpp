#include "host/worker/process_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <clocale>

#include <thread>

namespace rcx::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Guard : public ::testing::Test {
 protected:
  Changes process(bool alone = true) const {
    Changes changes;
    guard_.check_process(alone, changes);
    return changes;
  }
  Changes signals() const {
    Changes changes;
    guard_.check_signals(changes);
    return changes;
  }
  Changes thread() const {
    Changes changes;
    guard_.check_thread(changes);
    return changes;
  }

  ProcessGuard guard_;
};

TEST_F(Guard, FindsNothingWhereNothingChanged) {
  EXPECT_THAT(process().restored, IsEmpty());
  EXPECT_THAT(process().lost, IsEmpty());
  EXPECT_THAT(signals().restored, IsEmpty());
  EXPECT_THAT(thread().restored, IsEmpty());
}

TEST_F(Guard, PutsBackTheDirectory) {
  ASSERT_EQ(::chdir("/tmp"), 0);
  EXPECT_THAT(process().restored, ElementsAre("the working directory"));
  std::string now(4096, '\0');
  EXPECT_STREQ(::getcwd(now.data(), now.size()), "/");
  EXPECT_THAT(process().restored, IsEmpty());
}

TEST_F(Guard, PutsBackTheUmask) {
  const mode_t before = ::umask(0);
  EXPECT_THAT(process().restored, ElementsAre("the umask"));
  EXPECT_EQ(::umask(before), before);
}

TEST_F(Guard, PutsBackTheLocaleOnlyAlone) {
  const std::string before = ::setlocale(LC_ALL, nullptr);
  ASSERT_NE(::setlocale(LC_ALL, "C.UTF-8"), nullptr);
  EXPECT_THAT(process(false).lost, ElementsAre("the locale"));
  EXPECT_STREQ(::setlocale(LC_ALL, nullptr), "C.UTF-8");
  EXPECT_THAT(process(true).restored, ElementsAre("the locale"));
  EXPECT_EQ(::setlocale(LC_ALL, nullptr), before);
}

TEST_F(Guard, PutsBackTheLocaleOfAThread) {
  const locale_t own = ::newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  ::uselocale(own);
  EXPECT_THAT(thread().restored, ElementsAre("the thread's locale"));
  EXPECT_EQ(::uselocale(nullptr), LC_GLOBAL_LOCALE);
  ::freelocale(own);
}

TEST_F(Guard, PutsBackHandlersAndNamesTheSignals) {
  ::signal(SIGCHLD, SIG_IGN);
  ::signal(SIGUSR2, [](int) {});
  EXPECT_THAT(signals().restored, ElementsAre("the handler of signal 12 (User defined signal 2)",
                                              "the handler of signal 17 (Child exited)"));
  EXPECT_THAT(signals().restored, IsEmpty());
}

TEST_F(Guard, PutsBackWhatAThreadBlocks) {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  EXPECT_THAT(thread().restored, ElementsAre("the blocked signals"));
  EXPECT_THAT(thread().restored, IsEmpty());
}

}  // namespace
}  // namespace rcx::host
