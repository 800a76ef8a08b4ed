// client.when_unreachable: run-once. Where no host answers, a push has one of its own.
#include <sys/stat.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <chrono>
#include <regex>

#include "tests/e2e/once.hpp"

namespace rcx::test {
namespace {

class RunOnce : public OnceTest {};

// What processes inherit that are started meanwhile: SIGUSR1 is ignored, and a pipe is open.
class Heirloom {
 public:
  Heirloom() {
    ::signal(SIGUSR1, SIG_IGN);
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  // As /proc/PID/fd shows it.
  std::string name() const {
    return fs::read_symlink("/proc/self/fd/" + std::to_string(ends_[0])).string();
  }
  Heirloom(const Heirloom&) = delete;
  Heirloom& operator=(const Heirloom&) = delete;
  Heirloom(Heirloom&&) = delete;
  Heirloom& operator=(Heirloom&&) = delete;
  ~Heirloom() {
    ::signal(SIGUSR1, SIG_DFL);
    for (const int end : ends_) ::close(end);
  }

 private:
  std::array<int, 2> ends_{};
};

// Of a set as /proc/PID/status has it.
bool has_signal(const std::string& set, int number) {
  return ((std::stoull(set, nullptr, 16) >> static_cast<unsigned>(number - 1)) & 1U) != 0;
}

TEST_F(RunOnce, NoHostWasEverStarted) {
  host_.add("recorder");
  host_.add("refuser", "{settings: {refs: {topic: badly named}}}");
  prepare();
  const std::string id = clone().commit("first", {{"file", "one\n"}});
  const Outcome accepted = push({"main"});
  EXPECT_EQ(accepted.status, 0) << accepted.err;
  EXPECT_THAT(accepted.remote(), IsEmpty());
  EXPECT_EQ(repository().id("main"), id);
  ASSERT_THAT(records(), SizeIs(2));
  EXPECT_EQ(ids(last("push").commits), std::vector<std::string>{id});
  EXPECT_EQ(last("push").push_id, last("pre_push").push_id);

  const Outcome refused = push({"main:topic"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.remote(), ElementsAre("refs/heads/topic: badly named [refuser]",
                                            "rcx: push refused, decision " + last().id));
  EXPECT_EQ(repository().id("topic"), "");
  EXPECT_THAT(sockets(), IsEmpty());
  EXPECT_TRUE(left_nothing());
}

// Word for word what a host that stays says.
TEST_F(RunOnce, SaysWhatAHostSays) {
  host_.add("judge", "{settings: {word: bad}}");
  prepare();
  const auto said = [&](const std::string& subject, const std::string& branch) {
    clone().git({"checkout", "--quiet", "--orphan", branch});
    clone().commit(subject);
    const Outcome pushed = push({branch});
    std::string text = std::to_string(pushed.status);
    for (const std::string& line : pushed.remote()) text += "\n" + line;
    return std::regex_replace(text, std::regex("decision [0-9a-f-]+|heads/[a-z]+"), "");
  };
  const std::vector<std::string> subjects = {"good", "throw", "bad", "crash"};
  std::vector<std::string> alone;
  for (const std::string& subject : subjects) alone.push_back(said(subject, "a" + subject));
  host_.start();
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    EXPECT_EQ(said(subjects[i], "b" + subjects[i]), alone[i]);
  }
  EXPECT_THAT(alone[0], HasSubstr("brings good\nafter"));
  EXPECT_THAT(alone[3], HasSubstr("crashed (signal 6"));
}

TEST_F(RunOnce, TwoPushesAtOnce) {
  add_talker();
  prepare();
  const std::string id = clone().commit("first");
  Running one = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  Running other = clone().start_push({"main:other"});
  ASSERT_TRUE(eventually([&] { return fs::exists(host_.data("talker") / "overlap"); }));
  open_gate();
  EXPECT_EQ(one.wait().status, 0);
  EXPECT_EQ(other.wait().status, 0);
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_EQ(repository().id("other"), id);
}

// A handler sees neither the environment of the person who pushes, nor git's, nor its descriptors.
TEST_F(RunOnce, HandlersAreAsInAService) {
  add_talker();
  prepare();
  clone().commit("first");
  clone().set_variable("SECRET_OF_THE_PUSHER", "x");
  const Heirloom heirloom;
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const OneHost host = host_of(worker_inside());
  ASSERT_TRUE(has_signal(status_line(host.client, "SigIgn"), SIGUSR1));
  for (const pid_t pid : {host.supervisor, host.worker}) {
    EXPECT_THAT(variables_of(pid), UnorderedElementsAre("LANG=C.UTF-8", StartsWith("PATH=/usr/")));
    EXPECT_EQ(fs::read_symlink(process(pid) / "cwd"), "/");
    EXPECT_NE(::getsid(pid), ::getsid(host.client));
    EXPECT_FALSE(has_signal(status_line(pid, "SigIgn"), SIGUSR1));
    EXPECT_THAT(descriptors_of(pid), Not(Contains(heirloom.name())));
    EXPECT_EQ(fs::read_symlink(process(pid) / "fd/0"), "/dev/null");
    for (const char* standard : {"1", "2"}) {
      // What handlers print goes to the log.
      EXPECT_THAT(fs::read_symlink(process(pid) / "fd" / standard).string(),
                  StartsWith(pid == host.worker ? "pipe:" : "/dev/null"));
    }
  }
  struct stat status {};
  ASSERT_EQ(::stat(host.directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  open_gate();
  EXPECT_EQ(pushing.wait().status, 0);
  EXPECT_TRUE(eventually([&] { return gone(host); }));
}

TEST_F(RunOnce, ClientThatIsKilledLeavesNothing) {
  add_talker();
  prepare();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const OneHost host = host_of(worker_inside());
  ASSERT_EQ(::kill(host.client, SIGKILL), 0);
  EXPECT_NE(pushing.wait().status, 0);
  EXPECT_TRUE(eventually([&] { return gone(host); }));
  EXPECT_EQ(repository().id("main"), "");
}

TEST_F(RunOnce, InterruptedPushLeavesNothing) {
  add_talker();
  prepare();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const OneHost host = host_of(worker_inside());
  pushing.signal_group(SIGINT);
  pushing.wait();
  EXPECT_TRUE(eventually([&] { return gone(host); }));
}

// An extension that does not heed the end of the push either: its deadline ends it.
TEST_F(RunOnce, ClientThatIsKilledWhileAnExtensionLoops) {
  host_.add("misbehave", "{deadline: 1s, settings: {how: loop}}");
  prepare();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(eventually([&] { return fs::exists(host_.data("misbehave") / "calls"); }));
  const OneHost host = host_of(some_worker());
  ASSERT_EQ(::kill(host.client, SIGKILL), 0);
  pushing.wait();
  EXPECT_TRUE(eventually([&] { return gone(host); }));
}

TEST_F(RunOnce, HostThatIsKilledIsSaid) {
  add_talker();
  prepare();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const OneHost host = host_of(worker_inside());
  ::kill(host.supervisor, SIGKILL);
  ::kill(host.worker, SIGKILL);
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("refused: the host that was started for this "
                                                  "call is gone")));
  fs::remove_all(host.directory);
}

TEST_F(RunOnce, HostThatComesBackIsUsed) {
  host_.add("recorder");
  prepare();
  push_first();
  // A host says so in the log when it has said it to whoever waits.
  const auto served = [&](int times) {
    (void)eventually([&] { return count(host_.log(), "ready, serving") >= times; });
    return count(host_.log(), "ready, serving") == times;
  };
  EXPECT_TRUE(served(2)) << "before and after the push";
  host_.start();
  EXPECT_EQ(push({"main:next"}).status, 0);
  EXPECT_TRUE(served(3)) << "the one that stays";
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_EQ(push({"main:last"}).status, 0);
  EXPECT_TRUE(served(5));
  EXPECT_THAT(records("push"), SizeIs(3));
}

TEST_F(RunOnce, NobodyWaitsForAHostThatIsNotThere) {
  host_.set("client", "{when_unreachable: run-once, connect_timeout: 30s}");
  prepare();
  const auto start = std::chrono::steady_clock::now();
  push_first();
  host_.start();
  host_.kill();
  EXPECT_EQ(push({"main:next"}).status, 0) << "the files of the sockets are still there";
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(25));
}

TEST_F(RunOnce, HostThatGivesNoAnswer) {
  host_.set("budget", "{event: 500ms}");
  host_.set("client", "{when_unreachable: run-once, timeout: 1s}");
  host_.add("recorder");
  prepare();
  host_.start();
  for (const char* pool : {"pre", "post"}) {
    for (const pid_t worker : host_.workers(pool)) ::kill(worker, SIGSTOP);
  }
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), Contains("rcx: no answer from the host within 1 s; starting one "
                                        "for this call"));
  EXPECT_EQ(repository().id("main"), id);
  EXPECT_THAT(records("pre_push"), SizeIs(1));
  EXPECT_THAT(records("push"), SizeIs(1));
}

}  // namespace
}  // namespace rcx::test
