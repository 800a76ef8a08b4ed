// The recorder as a process: killed at random, stopped, and with databases it cannot use.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>
#include <csignal>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <random>
#include <set>

#include "host/supervisor/recorder.hpp"
#include "tests/recorder/records.hpp"
#include "tests/support/command.hpp"
#include "tests/support/instance.hpp"

namespace rcx::host {
namespace {

using test::eventually;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::int64_t kHourNs = 3'600'000'000'000;

class RecorderProcessTest : public RecordsTest {
 protected:
  RecorderProcessTest() { config_.log.file = log_.string(); }

  RecorderProcess recorder() {
    return {(test::built_programs() / "rcxd").string(), std::make_shared<Config>(config_)};
  }
  std::string log() const {
    return fs::exists(log_) ? test::read_file(log_.string()) : std::string();
  }
  // Without what stands in the journal.
  std::size_t in_database() const {
    boost::system::error_code ignored;
    if (!fs::exists(Store::file(directory_), ignored)) return 0;
    try {
      SQLite::Database database(Store::file(directory_).string(), SQLite::OPEN_READONLY, 5000);
      return static_cast<std::size_t>(
          database.execAndGet("SELECT count(*) FROM records").getInt64());
    } catch (const SQLite::Exception&) {
      return 0;  // it is just being made
    }
  }
  void append(unsigned number, std::int64_t time_ns = 0) const {
    Journal journal(directory_, kKeepAll);
    ASSERT_TRUE(journal.append(record_line(record_of(number, time_ns))));
  }

  fs::path log_{(temp_.path() / "log").string()};
};

TEST_F(RecorderProcessTest, MovesRecordsSoonAndTheRestWhenItIsStopped) {
  RecorderProcess process = recorder();
  process.keep_running();
  append(1);
  EXPECT_TRUE(eventually([&] { return in_database() == 1; })) << log();
  append(2);
  process.stop();
  EXPECT_EQ(in_database(), 2U);
  EXPECT_THAT(files(), SizeIs(0));
  EXPECT_THAT(log(), testing::Not(HasSubstr("error")));
}

TEST_F(RecorderProcessTest, IsStartedAgain) {
  RecorderProcess process = recorder();
  process.keep_running();
  const pid_t first = process.pid();
  ::kill(first, SIGKILL);
  append(1);
  EXPECT_TRUE(eventually([&] {
    process.keep_running();
    return process.pid() != 0 && process.pid() != first && in_database() == 1;
  })) << log();
}

TEST_F(RecorderProcessTest, OneWithAnotherConfigurationTakesOver) {
  RecorderProcess process = recorder();
  process.keep_running();
  append(1, wall_ns() - 2 * kHourNs);
  EXPECT_TRUE(eventually([&] { return in_database() == 1; })) << log();
  auto shorter = std::make_shared<Config>(config_);
  shorter->text = "roots: [a]\nrecords: {keep: 1h}\n";
  process.configure(shorter);
  EXPECT_TRUE(eventually([&] {
    process.keep_running();
    return in_database() == 0;
  })) << log();
}

// As when its supervisor is killed.
TEST_F(RecorderProcessTest, LeavesWhenNobodyHoldsItsPipe) {
  pid_t pid = 0;
  append(1);
  {
    RecorderProcess process = recorder();
    process.keep_running();
    pid = process.pid();
  }
  int status = -1;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(in_database(), 1U) << log();
}

TEST_F(RecorderProcessTest, ADamagedDatabaseIsMovedAside) {
  test::write_file(Store::file(directory_).string(), std::string(8192, 'x'));
  append(1);
  RecorderProcess process = recorder();
  process.keep_running();
  EXPECT_TRUE(eventually([&] { return in_database() == 1; })) << log();
  process.stop();
  EXPECT_THAT(log(), HasSubstr("records.db is damaged"));
  std::size_t aside = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_)) {
    if (entry.path().filename().string().starts_with("records.db.damaged-")) ++aside;
  }
  EXPECT_EQ(aside, 1U);
}

// Found out only when it is used.
TEST_F(RecorderProcessTest, OneThatIsDamagedInsideIsMovedAside) {
  {
    Store store = *Store::open(directory_);
    std::vector<StoredRecord> many;
    for (unsigned i = 0; i < 500; ++i) many.push_back(stored(record_of(i)));
    ASSERT_TRUE(store.put(many, {"j", 1, 1}, false));
  }
  std::string bytes = test::read_file(Store::file(directory_).string());
  bytes.replace(4096, bytes.size() - 4096, std::string(bytes.size() - 4096, 'x'));
  test::write_file(Store::file(directory_).string(), bytes);
  append(1000);
  RecorderProcess process = recorder();
  process.keep_running();
  EXPECT_TRUE(eventually([&] { return in_database() == 1; })) << log();
  process.stop();
  EXPECT_THAT(log(), HasSubstr("records.db is damaged"));
}

TEST_F(RecorderProcessTest, ADatabaseOfALaterReleaseIsLeftAloneAndNothingIsLost) {
  static_cast<void>(*Store::open(directory_));
  SQLite::Database(Store::file(directory_).string(), SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version = 99");
  append(1);
  RecorderProcess process = recorder();
  process.keep_running();
  EXPECT_TRUE(eventually([&] { return log().find("later release") != std::string::npos; }));
  process.stop();
  EXPECT_THAT(files(), SizeIs(1));
}

// Every record of eight processes is there once, however often the recorder is killed meanwhile.
TEST_F(RecorderProcessTest, KilledAtRandomItLosesAndDoublesNothing) {
  constexpr unsigned kProcesses = 8;
  constexpr unsigned kEach = 400;
  std::vector<pid_t> appenders;
  for (unsigned process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    if (child != 0) {
      appenders.push_back(child);
      continue;
    }
    Journal journal(directory_, kKeepAll, {}, 20'000);
    for (unsigned i = 0; i < kEach; ++i) {
      if (!journal.append(record_line(record_of(process * kEach + i)))) ::_exit(1);
      ::usleep(5000);
    }
    ::_exit(0);
  }
  // As long as one takes from its start until it has moved something.
  const std::int64_t began_ns = monotonic_ns();
  {
    RecorderProcess first = recorder();
    first.keep_running();
    ASSERT_TRUE(eventually([&] { return in_database() > 0; })) << log();
    ::kill(first.pid(), SIGKILL);
    ::waitpid(first.pid(), nullptr, 0);
  }
  const auto start = static_cast<std::mt19937::result_type>((monotonic_ns() - began_ns) / 1000);
  std::mt19937 random(7);
  constexpr int kLeastKills = 5;  // also where all is appended before one has started
  for (int kills = 0; kills < kLeastKills || !appenders.empty(); ++kills) {
    // Not by RecorderProcess, which would pause: a recorder of its own each time.
    RecorderProcess process = recorder();
    process.keep_running();
    // Mostly while it does its first batch.
    ::usleep(static_cast<useconds_t>(start / 2 + random() % start));
    ::kill(process.pid(), SIGKILL);
    ::waitpid(process.pid(), nullptr, 0);
    int status = 0;
    while (!appenders.empty() && ::waitpid(appenders.back(), &status, WNOHANG) > 0) {
      EXPECT_EQ(status, 0);
      appenders.pop_back();
    }
  }
  const std::vector<std::string> found = ids();
  EXPECT_THAT(found, SizeIs(kProcesses * kEach)) << "what a reader sees before the last recorder";
  RecorderProcess last = recorder();
  last.keep_running();
  // One that is asked to end has not for ever, and this may be a slow machine.
  EXPECT_TRUE(eventually([&] { return in_database() == kProcesses * kEach; })) << log();
  last.stop();
  EXPECT_EQ(in_database(), kProcesses * kEach) << "and not more";
  EXPECT_THAT(files(), SizeIs(0));
  EXPECT_EQ(log().find("skipped a line"), std::string::npos);
}

}  // namespace
}  // namespace rcx::host
