#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "library.hpp"

#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using rcx::testing::FakeHost;
using rcx::testing::FakePush;
using rcx::testing::map;
using rcx::testing::Outcome;
using rcx::testing::Setting;
using rcx::tests::plugin_of;
using testing::HasSubstr;
using testing::SizeIs;

namespace fs = std::filesystem;

class PushLogFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = (fs::temp_directory_path() / "push_log_XXXXXX").string();
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    directory_ = made;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::unique_ptr<FakeHost> host(const Setting& settings = map({})) const {
    return std::make_unique<FakeHost>(plugin_of(PUSH_LOG_SO), settings, directory_.string());
  }
  fs::path file(const char* name = "pushes.jsonl") const { return directory_ / name; }
  static std::string content(const fs::path& path) {
    std::stringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  static std::vector<std::string> lines(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

 private:
  fs::path directory_;
};

TEST_F(PushLogFile, IsInTheDataDirectoryUnlessToldOtherwise) {
  EXPECT_EQ(host()->push({}).status, RCX_OK);
  EXPECT_THAT(lines(file()), SizeIs(1));
  EXPECT_EQ(host(map({{"file", "other"}}))->push({}).status, RCX_OK);
  EXPECT_THAT(lines(file("other")), SizeIs(1));
  const std::string absolute = file("absolute").string();
  EXPECT_EQ(host(map({{"file", absolute}, {"sync", true}}))->push({}).status, RCX_OK);
  EXPECT_THAT(lines(absolute), SizeIs(1));
}

TEST_F(PushLogFile, IsAppendedToAndOpenedAnewForEachLine) {
  const auto log = host();
  log->push({});
  log->push({});
  EXPECT_THAT(lines(file()), SizeIs(2));
  fs::rename(file(), file("rotated"));
  log->push({});
  EXPECT_THAT(lines(file("rotated")), SizeIs(2));
  EXPECT_THAT(lines(file()), SizeIs(1));
}

TEST_F(PushLogFile, IsNotForEveryonesEyes) {
  const mode_t before = ::umask(0);
  host()->push({});
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(PushLogFile, BadSettingsSayWhere) {
  EXPECT_EQ(host(map({{"path", "x"}}))->created().failure,
            "rcx.yaml:2:1: path: unknown setting; known: file, sync");
  EXPECT_EQ(host(map({{"file", ""}}))->created().failure,
            "rcx.yaml:2:1: file: wanted the name of a file, got ''");
  EXPECT_EQ(host(map({{"file", "logs/"}}))->created().failure,
            "rcx.yaml:2:1: file: wanted the name of a file, got 'logs/'");
  EXPECT_THAT(host(map({{"file", std::string("a\0b", 3)}}))->created().failure,
              HasSubstr("file: wanted a name without NUL"));
  EXPECT_EQ(host(map({{"sync", "yes"}}))->created().failure,
            "rcx.yaml:2:1: sync: wanted true or false, got 'yes'");
}

TEST_F(PushLogFile, ThatCannotBeWrittenFailsWithTheReason) {
  const auto failure_of = [&](const std::string& name) {
    const Outcome outcome = host(map({{"file", name}}))->push({});
    EXPECT_EQ(outcome.status, RCX_FAILED);
    return outcome.failure;
  };
  EXPECT_EQ(failure_of("no/such"),
            "cannot open " + file("no/such").string() + ": No such file or directory");

  fs::create_directory(file("directory"));
  EXPECT_EQ(failure_of("directory"),
            "cannot open " + file("directory").string() + ": Is a directory");

  std::ofstream(file("target")) << "kept";
  fs::create_symlink(file("target"), file("link"));
  EXPECT_EQ(failure_of("link"),
            "cannot open " + file("link").string() + ": Too many levels of symbolic links");
  EXPECT_EQ(content(file("target")), "kept");

  ASSERT_EQ(::mkfifo(file("fifo").c_str(), 0600), 0);
  EXPECT_EQ(failure_of("fifo"),
            "cannot write " + file("fifo").string() + ": it is not a regular file");
}

TEST_F(PushLogFile, ThatIsMovedAwayWhileSomeoneWaitsForItIsOpenedAgain) {
  const int other = ::open(file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(other, 0);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  const auto log = host();
  std::thread waits([&] { EXPECT_EQ(log->push({}).status, RCX_OK); });
  ::usleep(100'000);  // enough to reach the lock; where it is not, the test only tests less
  fs::rename(file(), file("rotated"));
  ::close(other);
  waits.join();
  EXPECT_EQ(content(file("rotated")), "");
  ASSERT_TRUE(fs::exists(file()));
  EXPECT_THAT(lines(file()), SizeIs(1));
}

// A limit on the size of files makes write stop in the middle, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : before_signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*before_signal_)(int);
};

TEST_F(PushLogFile, KeepsNoPartOfALineThatDoesNotFit) {
  const auto log = host();
  ASSERT_EQ(log->push({}).status, RCX_OK);
  const std::string first = content(file());
  {
    const FileSizeLimit limit(first.size() + 100);
    const Outcome outcome = log->push({});
    EXPECT_EQ(outcome.status, RCX_FAILED);
    EXPECT_EQ(outcome.failure, "cannot write " + file().string() + ": No space left on device");
  }
  EXPECT_EQ(content(file()), first);
  EXPECT_EQ(log->push({}).status, RCX_OK);
  EXPECT_THAT(lines(file()), SizeIs(2));
}

TEST_F(PushLogFile, NamesTheErrorWhenNothingCouldBeWritten) {
  const FileSizeLimit limit(0);
  EXPECT_EQ(host()->push({}).failure, "cannot write " + file().string() + ": File too large");
}

TEST_F(PushLogFile, StartsANewLineAfterOneThatWasCutOff) {
  std::ofstream(file()) << R"({"event_id":"cut o)";
  EXPECT_EQ(host()->push({}).status, RCX_OK);
  const auto all = lines(file());
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0], R"({"event_id":"cut o)");
  EXPECT_NO_THROW(boost::json::parse(all[1]));
}

constexpr int kThreads = 4;
constexpr int kPushes = 25;

// Appends from several threads, large lines and small ones.
void append_from_threads(FakeHost& log) {
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log, t] {
      for (int i = 0; i < kPushes; ++i) {
        FakePush push;
        push.commit(std::string(i % 5 == 0 ? 200'000 : 10, static_cast<char>('a' + t)));
        EXPECT_EQ(log.push(push).status, RCX_OK);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(PushLogFile, ProcessesAndThreadsAppendWholeLines) {
  std::vector<pid_t> children;
  for (int p = 0; p < 2; ++p) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      append_from_threads(*host());
      ::_exit(HasFailure() ? 1 : 0);
    }
    children.push_back(child);
  }
  // Moved away while they write, as logrotate does it.
  for (int i = 0; i < 1000 && !fs::exists(file()); ++i) ::usleep(1000);
  fs::rename(file(), file("rotated"));
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  std::vector<std::string> all = lines(file());
  for (std::string& line : lines(file("rotated"))) all.push_back(std::move(line));
  EXPECT_THAT(all, SizeIs(2 * kThreads * kPushes));
  for (const std::string& line : all) {
    boost::json::error_code error;
    boost::json::parse(line, error);
    ASSERT_FALSE(error) << line.substr(0, 200);
  }
}

}  // namespace
