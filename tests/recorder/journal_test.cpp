#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <csignal>

#include <atomic>
#include <boost/filesystem/operations.hpp>
#include <set>
#include <thread>

#include "tests/recorder/records.hpp"
#include "tests/support/command.hpp"

namespace rcx::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class JournalTest : public RecordsTest {
 protected:
  void append(Journal& journal, unsigned number) {
    const Result<void> done = journal.append(record_line(record_of(number)));
    EXPECT_TRUE(done) << done.error().message;
  }
};

TEST_F(JournalTest, WhatIsAppendedIsRead) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  append(journal, 2);
  EXPECT_THAT(ids(), ElementsAre(id_of(2), id_of(1)));
  EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(JournalTest, AnotherAppenderSharesTheFile) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  Journal other(directory_, kKeepAll);
  append(other, 2);
  append(journal, 3);
  EXPECT_THAT(ids(), SizeIs(3));
  EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(JournalTest, AFullFileIsFollowedByTheNext) {
  Journal journal(directory_, kKeepAll, {}, 100);
  for (unsigned i = 0; i < 5; ++i) append(journal, i);
  EXPECT_THAT(files(), SizeIs(5));
  EXPECT_THAT(ids(), SizeIs(5));
}

TEST_F(JournalTest, AFileThatWasRemovedIsNoticed) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  fs::remove(directory_ / files()[0].name);
  append(journal, 2);
  EXPECT_THAT(ids(), ElementsAre(id_of(2)));
}

// What an extension does that thinks itself a daemon.
TEST_F(JournalTest, AClosedDescriptorIsNoticed) {
  int fd = -1;
  Journal journal(directory_, kKeepAll, [&](int opened) { fd = opened; });
  append(journal, 1);
  ::close(fd);
  append(journal, 2);
  EXPECT_THAT(ids(), SizeIs(2));
}

TEST_F(JournalTest, ADescriptorThatLeadsElsewhereIsLeftAlone) {
  int fd = -1;
  Journal journal(directory_, kKeepAll, [&](int opened) { fd = opened; });
  append(journal, 1);
  const std::string other = (temp_.path() / "other").string();
  const int replaced = fd;
  Fd mine(::open(other.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ::dup2(mine.get(), replaced);
  append(journal, 2);
  EXPECT_EQ(test::read_file(other), "");
  struct stat there {};
  struct stat wanted {};
  EXPECT_EQ(::fstat(mine.get(), &wanted), 0);
  EXPECT_TRUE(::fstat(replaced, &there) == 0 && there.st_ino == wanted.st_ino)
      << "it is not the journal's to close";
  ::close(replaced);
  EXPECT_THAT(ids(), SizeIs(2));
}

TEST_F(JournalTest, ATornLineSpoilsNoOther) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  const std::string line = record_line(record_of(2));
  append_raw(files()[0].name, "\n" + line.substr(0, line.size() / 2));
  append(journal, 3);
  EXPECT_THAT(ids(), ElementsAre(id_of(3), id_of(1)));
}

// Runs `work` in a process of its own, whose files may have at most `bytes`.
template <class Work>
int in_small_disk(std::size_t bytes, const Work& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(work());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST_F(JournalTest, ADiskThatTakesNoMoreIsAnErrorAndSpoilsNothing) {
  Journal journal(directory_, kKeepAll);
  append(journal, 1);
  const std::size_t bytes = files()[0].bytes + 20;
  EXPECT_EQ(in_small_disk(bytes,
                          [&] {
                            const Result<void> torn = journal.append(record_line(record_of(2)));
                            const Result<void> full = journal.append(record_line(record_of(3)));
                            const bool said = !torn && !full &&
                                              torn.error().message.find("the disk took 20 of") !=
                                                  std::string::npos;
                            return said ? 0 : 1;
                          }),
            0);
  append(journal, 4);
  EXPECT_THAT(ids(), ElementsAre(id_of(4), id_of(1)));
}

TEST_F(JournalTest, WithoutARecorderItStaysBounded) {
  Journal journal(directory_, {kKeepAll.keep_ns, 2000}, {}, 300);
  for (unsigned i = 0; i < 100; ++i) append(journal, i);
  std::uint64_t bytes = 0;
  for (const JournalFile& file : files()) bytes += file.bytes;
  EXPECT_LT(bytes, 3000U);
  EXPECT_EQ(ids()[0], id_of(99));
}

TEST_F(JournalTest, TheDirectoryMustBeThere) {
  fs::remove_all(directory_);
  Journal journal(directory_, kKeepAll);
  const Result<void> opened = journal.open();
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("No such file or directory"));
}

// Several processes of several threads, files that are soon full, and one that moves and removes.
TEST_F(JournalTest, ManyAppendersAndOneThatRemovesLoseNothing) {
  constexpr unsigned kProcesses = 4;
  constexpr unsigned kThreads = 2;
  constexpr unsigned kEach = 250;
  std::vector<pid_t> children;
  for (unsigned process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child != 0) {
      children.push_back(child);
      continue;
    }
    Journal journal(directory_, kKeepAll, {}, 4000);
    std::atomic<bool> well{true};
    const auto work = [&](unsigned thread) {
      for (unsigned i = 0; i < kEach; ++i) {
        const unsigned number = (process * kThreads + thread) * kEach + i;
        if (!journal.append(record_line(record_of(number)))) well = false;
      }
    };
    std::thread second(work, 1U);
    work(0);
    second.join();
    ::_exit(well ? 0 : 1);
  }
  Store store = *Store::open(directory_);
  Ingest ingest(directory_, store);
  std::size_t running = children.size();
  while (running > 0) {
    ASSERT_TRUE(ingest.run(0));
    int status = 0;
    while (running > 0 && ::waitpid(-1, &status, WNOHANG) > 0) {
      EXPECT_EQ(status, 0);
      --running;
    }
  }
  ASSERT_TRUE(ingest.run(0));
  EXPECT_THAT(files(), SizeIs(0));
  EXPECT_EQ(ingest.records(), kProcesses * kThreads * kEach);
  EXPECT_EQ(ingest.skipped(), 0U);
  const std::vector<std::string> found = ids();
  EXPECT_THAT(found, SizeIs(kProcesses * kThreads * kEach));
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), found.size());
}

}  // namespace
}  // namespace rcx::host
