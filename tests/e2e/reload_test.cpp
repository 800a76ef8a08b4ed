// A running host follows its files: what is dropped, replaced, removed or edited is live, and what
// fails leaves the old set serving.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

class Reload : public GateTest {
 protected:
  boost::json::object status() const {
    return boost::json::parse(must(host_.rcx_command({"--json", "status"}))).as_object();
  }
  std::int64_t generation() const { return status().at("generation").to_number<std::int64_t>(); }
  std::string reload_error() const { return std::string(status().at("reload_error").as_string()); }
  bool reaches(std::int64_t wanted) const {
    return eventually([&] { return generation() == wanted; });
  }
  bool fails_with(const std::string& words) const {
    return eventually([&] { return reload_error().find(words) != std::string::npos; });
  }
  static std::size_t files_in(const fs::path& directory) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
  }
  static std::string build(int number) {
    return read_file(fixture("version_" + std::to_string(number)));
  }
  fs::path file() const { return host_.rcextensions() / "version.so"; }
  // As `cp` and `mv` do it.
  void drop(int number) const {
    write_file(host_.rcextensions() / ".fresh", build(number));
    fs::rename(host_.rcextensions() / ".fresh", file());
  }
  void overwrite(int number) const { std::ofstream(file(), std::ios::binary) << build(number); }
  Words heard() {
    clone().git({"commit", "--quiet", "--allow-empty", "-m", "next"});
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
    return pushed.remote();
  }
  static Words words_of(int number) {
    const std::string version = std::to_string(number) + ".0.0";
    return {"first " + version, "second " + version, "after " + version};
  }
  void serve_version(const std::string& section = {}) {
    write_file(file(), build(1));
    if (!section.empty()) host_.name("version", section);
    serve();
  }
};

TEST_F(Reload, FileThatIsDroppedReplacedAndRemoved) {
  serve();
  EXPECT_THAT(heard(), IsEmpty());
  write_file(file(), build(1));
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(heard(), words_of(1));
  drop(2);
  ASSERT_TRUE(reaches(3));
  EXPECT_EQ(heard(), words_of(2));
  overwrite(3);
  ASSERT_TRUE(reaches(4));
  EXPECT_EQ(heard(), words_of(3));
  drop(1);  // and back
  ASSERT_TRUE(reaches(5));
  EXPECT_EQ(heard(), words_of(1));
  fs::remove(file());
  ASSERT_TRUE(reaches(6));
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Reload, NewSetIsLiveWithinASecond) {
  serve_version();
  drop(2);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(reaches(2));
  // Ten times what it takes; on a busy machine a test must not count milliseconds.
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
}

TEST_F(Reload, EditOfTheConfiguration) {
  serve_version();
  host_.name("version", "{mode: off}");
  host_.write_config();
  ASSERT_TRUE(reaches(2));
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_THAT(host_.listed("version"), HasSubstr("off"));
}

TEST_F(Reload, WhatLinksLeadTo) {
  const fs::path place = temp_.path() / "place";
  fs::create_directory(place);
  write_file(place / "target.so", build(1));
  fs::create_symlink(place / "target.so", file());
  serve();
  EXPECT_EQ(heard(), words_of(1));
  std::ofstream(place / "target.so", std::ios::binary) << build(2);
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(heard(), words_of(2));
}

TEST_F(Reload, DirectoryOfAnExtension) {
  serve();
  fs::create_directory(host_.rcextensions() / "version");
  write_file(host_.rcextensions() / "version/table.txt", "1\n");
  write_file(host_.rcextensions() / "version/version.so", build(1));
  ASSERT_TRUE(
      eventually([&] { return host_.listed("version").find("loaded") != std::string::npos; }));
  EXPECT_EQ(heard(), words_of(1));
  const std::int64_t before = generation();
  write_file(host_.rcextensions() / "version/table.txt", "2\n");
  EXPECT_TRUE(reaches(before + 1));
}

// Its bytes come in two parts, with a pause between them that is longer than the host's.
TEST_F(Reload, FileThatIsBeingWrittenIsNoCandidate) {
  serve();
  const std::string bytes = build(1);
  const int fd = ::open(file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::write(fd, bytes.data(), 1000), 1000);
  struct stat half {};
  ::fstat(fd, &half);
  // Longer than a file must have been left alone; a host that took it would say that it failed.
  ::usleep(400'000);
  EXPECT_EQ(reload_error(), "");
  EXPECT_EQ(generation(), 1);
  const auto rest = static_cast<ssize_t>(bytes.size() - 1000);
  ASSERT_EQ(::write(fd, bytes.data() + 1000, static_cast<std::size_t>(rest)), rest);
  ::close(fd);
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(heard(), words_of(1));
}

TEST_F(Reload, BadFileLeavesTheOldSet) {
  serve_version();
  write_file(file(), "no library");
  ASSERT_TRUE(fails_with("version.so: "));
  EXPECT_EQ(heard(), words_of(1));
  EXPECT_EQ(generation(), 1);
  const Outcome asked = host_.rcx({"reload"});
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(asked.err, AllOf(HasSubstr("version.so: "), HasSubstr("the old set serves on")));
  EXPECT_THAT(must(host_.rcx_command({"status"})), HasSubstr("the old set serves on: version.so"));
  drop(2);
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(reload_error(), "");
  EXPECT_EQ(heard(), words_of(2));
}

TEST_F(Reload, FileThatOthersCanWriteLeavesTheOldSet) {
  serve_version();
  write_file(host_.rcextensions() / "recorder.so", read_file(fixture("recorder")), 0666);
  ASSERT_TRUE(fails_with("recorder.so"));
  EXPECT_THAT(reload_error(), HasSubstr("chmod go-w"));
  EXPECT_EQ(heard(), words_of(1));
  fs::permissions(host_.rcextensions() / "recorder.so", fs::perms(0644));
  EXPECT_TRUE(reaches(2));
}

TEST_F(Reload, SecondFileOfTheSameIdLeavesTheOldSet) {
  serve_version();
  write_file(host_.rcextensions() / "again.so", build(2));
  ASSERT_TRUE(fails_with("has the id 'version' as well"));
  EXPECT_EQ(heard(), words_of(1));
}

TEST_F(Reload, CreateThatFailsLeavesTheOldSet) {
  host_.set("budget", "{load: 300ms}");
  serve_version("{fail: closed}");
  const std::map<std::string, std::string> ways = {
      {"fails", "will not start"}, {"crashes", "crashed (signal 6"}, {"hangs", "did not end"}};
  for (const auto& [how, words] : ways) {
    host_.name("version", "{settings: {create: " + how + "}}");
    host_.write_config();
    ASSERT_TRUE(fails_with(words)) << reload_error();
    EXPECT_EQ(heard(), words_of(1));
  }
  EXPECT_EQ(generation(), 1);
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(Reload, BadConfigurationLeavesTheOldSet) {
  serve_version();
  host_.set("budget", "{extension: soon}");
  host_.write_config();
  ASSERT_TRUE(fails_with("budget.extension"));
  EXPECT_EQ(heard(), words_of(1));
}

TEST_F(Reload, SettingsThatNeedARestartAreNamed) {
  serve_version();
  host_.set("run", "elsewhere");
  host_.write_config();
  ASSERT_TRUE(reaches(2));
  EXPECT_THAT(must(host_.rcx_command({"status"})), HasSubstr("run changed and counts after"));
  EXPECT_THAT(host_.rcx({"reload"}).err, HasSubstr("run changed"));
  EXPECT_EQ(heard(), words_of(1));
  host_.set("run", "run");
  host_.write_config();
  EXPECT_TRUE(reaches(4));
  EXPECT_THAT(must(host_.rcx_command({"status"})), Not(HasSubstr("run changed")));
}

TEST_F(Reload, OnCommandAndOnSignal) {
  serve_version();
  const Outcome asked = host_.rcx({"reload"});
  EXPECT_EQ(asked.status, 0) << asked.err;
  EXPECT_EQ(asked.out, "generation 2 serves\n");
  host_.host().signal(SIGHUP);
  EXPECT_TRUE(reaches(3));
  EXPECT_EQ(heard(), words_of(1));
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_EQ(host_.rcx({"reload"}).status, 3);
}

TEST_F(Reload, OnlyForItsOwnUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  serve_version();
  Command command = host_.rcx_command({"reload"});
  command.as_nobody = true;
  const Outcome asked = run(command);
  EXPECT_EQ(asked.status, 1);
  EXPECT_THAT(asked.err, HasSubstr("only root and the user of the host (uid 0)"));
  EXPECT_EQ(generation(), 1);
}

TEST_F(Reload, PushInFlightFinishesWithTheOldSet) {
  add_talker();
  serve_version();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const pid_t old = worker_inside();
  drop(2);
  ASSERT_TRUE(reaches(2));
  EXPECT_THAT(must(host_.rcx_command({"status"})), HasSubstr("finishes for generation 1"));
  EXPECT_TRUE(alive(old));
  open_gate();
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), IsSupersetOf({"first 1.0.0", "second 1.0.0"}));
  EXPECT_THAT(pushed.remote(), Contains("after 2.0.0"));
  EXPECT_TRUE(eventually([&] { return !alive(old); }));
  EXPECT_EQ(host_.workers_lost(), 0);
}

// What is refused at the start does not stand in the way of the rest.
TEST_F(Reload, WhatWasRefusedFromTheStartStaysRefused) {
  write_file(host_.rcextensions() / "broken.so", "no library");
  serve_version();
  drop(2);
  ASSERT_TRUE(reaches(2));
  EXPECT_EQ(heard(), words_of(2));
  EXPECT_THAT(host_.listed("broken"), HasSubstr("refused"));
}

// The one that was refused before is no reason to refuse the next edit.
TEST_F(Reload, WhatCannotBeCreatedDoesNotHoldUpTheRest) {
  host_.name("version", "{mode: observe, settings: {create: fails}}");
  host_.add("recorder");
  serve_version();
  ASSERT_THAT(host_.listed("version"), HasSubstr("will not start"));
  host_.name("recorder", "{priority: 7}");
  host_.write_config();
  ASSERT_TRUE(reaches(2)) << reload_error();
  EXPECT_THAT(host_.listed("version"), HasSubstr("refused"));
  EXPECT_EQ(host_.rcx({"reload"}).status, 0);
  host_.name("version", "{}");
  host_.write_config();
  ASSERT_TRUE(
      eventually([&] { return host_.listed("version").find("loaded") != std::string::npos; }));
  EXPECT_EQ(heard(), words_of(1));
}

TEST_F(Reload, CopiesThatNobodyUsesGo) {
  serve_version();
  drop(2);
  ASSERT_TRUE(reaches(2));
  ASSERT_EQ(host_.stop(), 0);
  const fs::path staged = host_.directory() / "state/staged";
  std::size_t copies = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(staged)) {
    fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(2));
    ++copies;
  }
  ASSERT_EQ(copies, 2U);
  host_.start();
  EXPECT_TRUE(eventually([&] {
    return std::distance(fs::directory_iterator(staged), fs::directory_iterator()) == 1;
  }));
  EXPECT_EQ(heard(), words_of(2));
}

// As a login shell of a user with a group of their own may set it.
TEST_F(Reload, WhateverTheUmaskOfWhoStartsTheHost) {
  const mode_t before = ::umask(0002);
  serve_version();
  ::umask(before);
  EXPECT_EQ(heard(), words_of(1));
}

// How many pushes UnderLoad makes: few in a run of all tests, as many as it says by itself.
//
//   RCX_TEST_PUSHES=2000 build/dev/bin/test_e2e --gtest_filter=Reload.UnderLoad
int pushes_under_load() {
  constexpr int kFew = 96;
  const char* said = std::getenv("RCX_TEST_PUSHES");  // NOLINT(concurrency-mt-unsafe)
  return said == nullptr ? kFew : std::stoi(said);
}

// Each push is answered by one set, whole, and none is refused for want of a worker.
TEST_F(Reload, UnderLoad) {
  serve_version();
  constexpr std::size_t kClients = 8;
  const int each = pushes_under_load() / static_cast<int>(kClients);
  std::vector<std::unique_ptr<Clone>> clones;
  for (std::size_t i = 0; i < kClients; ++i) {
    clones.push_back(std::make_unique<Clone>(temp_, "c" + std::to_string(i), repository()));
    clones.back()->commit("first");
    clones.back()->commit("second");
  }
  std::array<std::vector<Outcome>, kClients> outcomes;
  std::atomic<std::size_t> done{0};
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      for (int round = 0; round < each; ++round) {
        const std::string what = round % 2 == 0 ? "+main~1:refs/heads/r" : "+main:refs/heads/r";
        outcomes[i].push_back(clones[i]->push({what + std::to_string(i)}));
      }
      ++done;
    });
  }
  int replaced = 0;
  while (done < kClients) {
    ++replaced;
    replaced % 2 == 0 ? overwrite(1 + replaced % 3) : drop(1 + replaced % 3);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  for (std::thread& client : clients) client.join();
  std::set<std::string> versions;
  for (const std::vector<Outcome>& all : outcomes) {
    for (const Outcome& pushed : all) {
      EXPECT_EQ(pushed.status, 0) << pushed.err;
      const Words lines = pushed.remote();
      ASSERT_THAT(lines, SizeIs(3)) << pushed.err;
      EXPECT_EQ(lines[0].substr(6), lines[1].substr(7));
      versions.insert(lines[0]);
    }
  }
  EXPECT_GT(versions.size(), 1U) << "it was replaced " << replaced << " times";
  // None of the replaced generations has left anything behind.
  EXPECT_TRUE(eventually([&] { return host_.workers("pre").size() == 1; }));
  EXPECT_TRUE(eventually([&] { return files_in(host_.directory() / "run/apart") == 2; }));
  EXPECT_EQ(host_.workers_lost(), 0);
}

}  // namespace
}  // namespace rcx::test
