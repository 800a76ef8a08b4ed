// The queue as a process: killed at random, asked by many at once, and with databases it cannot
// use.
#include <SQLiteCpp/SQLiteCpp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <csignal>

#include <atomic>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <boost/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "host/core/unix_socket.hpp"
#include "host/event/order.hpp"
#include "host/queue/client.hpp"
#include "host/supervisor/queue.hpp"
#include "tests/queue/engines.hpp"
#include "tests/support/command.hpp"
#include "tests/support/instance.hpp"

namespace rcx::host {
namespace {

using test::eventually;
using testing::HasSubstr;
using testing::SizeIs;

class QueueProcessTest : public testing::Test {
 protected:
  QueueProcessTest() {
    config_->file = (temp_.path() / "rcx.yaml").string();
    config_->text = "roots: [.]\n";
    config_->state = (temp_.path() / "state").string();
    config_->run = (temp_.path() / "run").string();
    config_->log.file = (temp_.path() / "log").string();
    for (const fs::path& path :
         {config_->run, queue_directory(config_->state), config_->state / "spool"}) {
      fs::create_directories(path);
    }
  }
  void start() {
    ASSERT_TRUE(process_.listen());
    process_.keep_running();
  }
  fs::path database() const { return SqliteQueue::file(queue_directory(config_->state)); }
  std::string log() const {
    return fs::exists(config_->log.file) ? test::read_file(config_->log.file) : std::string();
  }
  // Its pid; 0 while it does not work.
  pid_t pid() const {
    for (fs::directory_iterator entry("/proc"), end; entry != end; ++entry) {
      const std::string name = entry->path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      try {
        const std::string command = test::read_file((entry->path() / "cmdline").string());
        const std::string stat = test::read_file((entry->path() / "stat").string());
        const bool child = stat.find(") Z") == std::string::npos &&
                           stat.find(" " + std::to_string(::getpid()) + " ") != std::string::npos;
        if (command.find("--role=queue") != std::string::npos && child) return std::stoi(name);
      } catch (const std::exception&) {
        continue;
      }
    }
    return 0;
  }
  Result<void> put(unsigned number) const {
    const Fd socket = connect_to(queue_socket(config_->run));
    const NewEvent event = event_of(number, {"mail"}, "r" + std::to_string(number));
    return enqueue(socket.get(), event, event.call, context_text({}),
                   monotonic_ns() + 10 * kSecond);
  }
  std::vector<EventView> all() const {
    std::vector<EventView> events;
    const auto queue = SqliteQueue::open_to_read(queue_directory(config_->state));
    if (!queue || *queue == nullptr) return events;
    EXPECT_TRUE((*queue)->list({}, Sort::kOldestFirst, [&](EventView event) {
      events.push_back(std::move(event));
      return true;
    }));
    return events;
  }

  test::TempDir temp_;
  std::shared_ptr<Config> config_ = std::make_shared<Config>();
  QueueProcess process_{(test::built_programs() / "rcxd").string(), config_};
};

// Those who come while it is busy are stored with one commit, at one time.
TEST_F(QueueProcessTest, CallersShareACommit) {
  start();
  ASSERT_TRUE(put(0));
  const pid_t process = pid();
  ASSERT_NE(process, 0);
  ::kill(process, SIGSTOP);
  constexpr unsigned kCallers = 16;
  std::atomic<unsigned> stored{0};
  std::vector<std::thread> callers;
  for (unsigned i = 1; i <= kCallers; ++i) {
    callers.emplace_back([this, i, &stored] {
      if (put(i)) ++stored;
    });
  }
  // Until all have said what they want: it waits in their sockets.
  ASSERT_TRUE(eventually([&] {
    const std::string sockets = test::read_file("/proc/net/unix");
    std::size_t waiting = 0;
    const std::string path = queue_socket(config_->run).string();
    for (std::size_t at = 0; (at = sockets.find(path, at)) != std::string::npos; ++at) ++waiting;
    return waiting > kCallers;
  }));
  EXPECT_EQ(stored, 0U);
  ::kill(process, SIGCONT);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(stored, kCallers);
  std::set<std::int64_t> times;
  for (const EventView& event : all()) times.insert(event.queued_ns);
  EXPECT_LE(times.size(), 1U + kCallers / 4) << "as many as there were commits";
  process_.stop();
}

// Whenever it is killed: what a caller was told is there, and once.
TEST_F(QueueProcessTest, KilledAtRandomItLosesAndDoublesNothing) {
  constexpr unsigned kCallers = 8;
  constexpr unsigned kMost = 100'000;  // events of one caller
  constexpr int kKills = 12;
  const Fd listener = *listen_at(queue_socket(config_->run), 0600);
  std::atomic<bool> enough{false};
  std::atomic<unsigned> stored{0};
  std::vector<std::thread> callers;
  for (unsigned caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([this, caller, &enough, &stored] {
      for (unsigned i = 0; i < kMost && !enough; ++i) {
        while (!put(caller * kMost + i)) ::usleep(1000);
        ++stored;
        ::usleep(2000);
      }
    });
  }
  std::mt19937 random(7);
  for (int kills = 0; kills <= kKills; ++kills) {
    // A process of its own each time: one that its supervisor starts again would pause.
    Attendant process((test::built_programs() / "rcxd").string(), "queue", "", config_,
                      listener.get());
    process.keep_running();
    if (kills == kKills) {  // the last one answers those who still ask
      enough = true;
      for (std::thread& caller : callers) caller.join();
    } else {
      // By what it has done, since nobody knows how fast this machine is: while it starts, or
      // once it has stored some.
      const unsigned goal = stored + static_cast<unsigned>(random() % 40);
      EXPECT_TRUE(eventually([&] { return stored >= goal; })) << log();
      ::usleep(static_cast<useconds_t>(random() % 5000));
    }
    ::kill(process.pid(), SIGKILL);
    ::waitpid(process.pid(), nullptr, 0);
  }
  std::set<std::string> ids;
  const std::vector<EventView> events = all();
  for (const EventView& event : events) ids.insert(event.id);
  EXPECT_GT(stored, 0U);
  EXPECT_THAT(ids, SizeIs(stored.load()));
  EXPECT_EQ(events.size(), ids.size());
}

TEST_F(QueueProcessTest, ADamagedQueueIsMovedAside) {
  test::write_file(database().string(), std::string(8192, 'x'));
  start();
  EXPECT_TRUE(put(1)) << log();
  EXPECT_THAT(log(), AllOf(HasSubstr("queue.db is damaged"), HasSubstr(".recover")));
  process_.stop();
  std::size_t aside = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(database().parent_path())) {
    if (entry.path().filename().string().starts_with("queue.db.damaged-")) ++aside;
  }
  EXPECT_EQ(aside, 1U);
}

TEST_F(QueueProcessTest, AQueueOfALaterReleaseIsLeftAloneAndSaysThatItIsFull) {
  static_cast<void>(*SqliteQueue::open(database().parent_path()));
  SQLite::Database(database().string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  start();
  EXPECT_TRUE(eventually([this] { return fs::exists(queue_full_file(config_->run)); })) << log();
  EXPECT_THAT(test::read_file(queue_full_file(config_->run).string()), HasSubstr("later release"));
  EXPECT_THAT(log(), HasSubstr("later release of rcx"));
  process_.stop();
}

TEST_F(QueueProcessTest, StrangeQuestionsAreRefusedAndHarmNothing) {
  start();
  const auto ask = [&](const boost::json::object& question) {
    const Fd socket = connect_to(queue_socket(config_->run));
    return ask_queue(socket.get(), question, monotonic_ns() + 10 * kSecond);
  };
  for (const boost::json::object& question :
       std::vector<boost::json::object>{{},
                                        {{"do", 7}},
                                        {{"do", "enqueue"}},
                                        {{"do", "enqueue"}, {"id", "x"}},
                                        {{"do", "drop"}},
                                        {{"do", "drop"}, {"query", 1}},
                                        {{"do", "nothing"}, {"query", query_json({})}}}) {
    EXPECT_FALSE(ask(question));
  }
  // Half a question, one that does not end, and none at all.
  Fd half = connect_to(queue_socket(config_->run));
  EXPECT_TRUE(send_with(half.get(), "{\"do\":", {}));
  Fd endless = connect_to(queue_socket(config_->run));
  static_cast<void>(send_with(endless.get(), std::string(3'000'000, 'x'), {}));
  Fd silent = connect_to(queue_socket(config_->run));
  EXPECT_TRUE(put(1)) << log();
  EXPECT_THAT(all(), SizeIs(1));
  process_.stop();
}

// What waits in the spool came first, and is not yet queued.
TEST_F(QueueProcessTest, NothingIsDeliveredBeforeTheSpoolIsEmpty) {
  const fs::path waiting =
      config_->state / "spool" / (std::string(16, '0') + "-" + std::string(32, 'a'));
  test::write_file(waiting.string(), "a call");
  start();
  ASSERT_TRUE(put(1)) << log();
  pollfd delivery{process_.deliveries(), POLLIN, 0};
  constexpr int kLongEnough = 300;
  EXPECT_EQ(::poll(&delivery, 1, kLongEnough), 0);
  fs::remove(waiting);
  constexpr int kPatience = 20'000;
  EXPECT_EQ(::poll(&delivery, 1, kPatience), 1);
  process_.stop();
}

// Workers stay connected.
TEST_F(QueueProcessTest, OneConnectionAsksAgainAndAgain) {
  start();
  const Fd socket = connect_to(queue_socket(config_->run));
  constexpr std::size_t kLarge = 3'000'000;  // more than a socket takes at once
  const std::string large(kLarge, 'x');
  for (unsigned i = 0; i < 3; ++i) {
    ASSERT_TRUE(enqueue(socket.get(), event_of(i), i == 1 ? large : "call", "context",
                        monotonic_ns() + 10 * kSecond))
        << log();
  }
  const Result<boost::json::object> dropped =
      ask_queue(socket.get(), {{"do", "drop"}, {"query", query_json({.id = "ffff"})}},
                monotonic_ns() + 10 * kSecond);
  ASSERT_TRUE(dropped);
  EXPECT_EQ(dropped->at("count"), 0);
  EXPECT_FALSE(enqueue(socket.get(), event_of(3), "", "", monotonic_ns() + 10 * kSecond));
  ASSERT_TRUE(enqueue(socket.get(), event_of(4), "call", "", monotonic_ns() + 10 * kSecond));
  const std::vector<EventView> events = all();
  ASSERT_THAT(events, SizeIs(4));
  EXPECT_EQ(events[1].bytes, kLarge + std::string_view("context").size());
  process_.stop();
}

// Sizes that cannot be, two questions at once, and bytes that do not come.
TEST_F(QueueProcessTest, WhatIsNoEventIsRefused) {
  start();
  const auto said = [&](const boost::json::object& question, const std::string& behind) {
    const Fd socket = connect_to(queue_socket(config_->run));
    EXPECT_TRUE(send_with(socket.get(), boost::json::serialize(question) + "\n" + behind, {}));
    std::string heard(4096, '\0');
    const ssize_t got = ::recv(socket.get(), heard.data(), heard.size(), 0);
    heard.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return heard;
  };
  boost::json::object question = enqueue_question(event_of(1), 4, 0);
  for (const boost::json::value& size :
       {boost::json::value(-1), boost::json::value(std::uint64_t{1} << 62U),
        boost::json::value("4"), boost::json::value(0)}) {
    question["call"] = size;
    EXPECT_THAT(said(question, ""), HasSubstr("error")) << size;
  }
  question["call"] = 4;
  EXPECT_THAT(said(question, "call{}"), HasSubstr("one question at a time"));
  EXPECT_TRUE(all().empty());
  question["call"] = 400;
  const Fd half = connect_to(queue_socket(config_->run));
  EXPECT_TRUE(send_with(half.get(), boost::json::serialize(question) + "\ncall", {}));
  EXPECT_TRUE(put(1)) << log();
  EXPECT_THAT(all(), SizeIs(1));
  process_.stop();
}

}  // namespace
}  // namespace rcx::host
