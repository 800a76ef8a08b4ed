#include "host/core/process.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include "host/core/clock.hpp"
#include "host/core/uuid.hpp"

namespace rcx::host {
namespace {

TEST(Process, SaysHowItEnded) {
  auto exits = Process::start("/bin/sh", {"sh", "-c", "exit 3"}, {});
  ASSERT_TRUE(exits);
  EXPECT_EQ(exits->wait(), "exit status 3");
  auto dies = Process::start("/bin/sh", {"sh", "-c", "kill -9 $$"}, {});
  ASSERT_TRUE(dies);
  EXPECT_EQ(dies->wait(), "killed by signal 9 (Killed)");
  EXPECT_FALSE(Process::start("/nonexistent", {"x"}, {}));
}

TEST(Process, InheritsJustTheDescriptorsThatItIsGiven) {
  auto pipe = Pipe::open();
  auto other = Pipe::open();
  ASSERT_TRUE(pipe && other);
  auto process =
      Process::start("/bin/sh", {"sh", "-c", "echo /proc/self/fd/* >&3"}, {pipe->writer.get()});
  ASSERT_TRUE(process);
  pipe->writer.reset();
  std::string listed(1000, '\0');
  const ssize_t got = ::read(pipe->reader.get(), listed.data(), listed.size());
  ASSERT_GT(got, 0);
  listed.resize(static_cast<std::size_t>(got));
  process->wait();
  // 0, 1, 2, 3, and the one with which the shell lists the directory.
  EXPECT_EQ(std::count(listed.begin(), listed.end(), '/'), 4 * 5) << listed;
}

TEST(Process, PidfdTellsTheEnd) {
  auto process = Process::start("/bin/sleep", {"sleep", "60"}, {});
  ASSERT_TRUE(process);
  pollfd waiting{process->pidfd(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 0), 0);
  process->signal(SIGTERM);
  EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
  EXPECT_EQ(process->wait(), "killed by signal 15 (Terminated)");
}

TEST(Clock, WritesTimesAsPeopleReadThem) {
  EXPECT_EQ(utc_text(1'700'000'000'123'456'789), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(duration_text(std::chrono::milliseconds(250)), "250 ms");
  EXPECT_EQ(duration_text(std::chrono::milliseconds(1500)), "1.5 s");
  EXPECT_EQ(duration_text(std::chrono::seconds(60)), "60 s");
}

TEST(Uuid, HasItsUsualForm) {
  const Uuid id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255};
  EXPECT_EQ(uuid_text(id), "01020304-0506-0708-090a-0b0c0d0e0fff");
}

}  // namespace
}  // namespace rcx::host
