// From one set of extensions to the next: who judges what starts once that has been told. A worker
// of the old set is slow to hear that it is replaced, because its main thread is held; those that
// accept calls go on.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// One thread, stopped, until released. Its process goes on.
class Held {
 public:
  explicit Held(pid_t thread) : thread_(thread) {
    if (::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) != 0) {
      throw std::system_error(errno, std::generic_category(), "ptrace");
    }
    ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr);
    ::waitpid(thread_, nullptr, __WALL);
  }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  Held(Held&&) = delete;
  Held& operator=(Held&&) = delete;
  ~Held() { release(); }

  void release() {
    if (thread_ > 0) ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
    thread_ = -1;
  }

 private:
  pid_t thread_;
};

class Switch : public HostTest {
 protected:
  bool logged(const std::string& text) const { return host_.log().find(text) != std::string::npos; }
  std::string status() const { return must(host_.rcx_command({"status"})); }
  void serve_version() {
    write_file(host_.rcextensions() / "version.so", read_file(fixture("version_1")));
    serve();
    clone().commit("first");
  }
  void drop_next() const {
    write_file(host_.rcextensions() / ".fresh", read_file(fixture("version_2")));
    fs::rename(host_.rcextensions() / ".fresh", host_.rcextensions() / "version.so");
  }
};

TEST_F(Switch, NoCallThatStartsAfterTheAnswerIsJudgedByTheOldSet) {
  serve_version();
  Held old(host_.workers("pre").at(0));
  drop_next();
  Running reload(host_.rcx_command({"reload"}));
  ASSERT_TRUE(eventually([&] { return reload.ended() || logged("generation 2 takes over"); }));
  EXPECT_FALSE(reload.ended()) << "the old set still accepts calls";
  if (!reload.ended()) old.release();
  EXPECT_EQ(reload.wait().status, 0);
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("first 2.0.0", "second 2.0.0", "after 2.0.0"));
}

TEST_F(Switch, NorAfterTheStatusNamesTheNewOne) {
  serve_version();
  Held old(host_.workers("pre").at(0));
  drop_next();
  ASSERT_TRUE(eventually([&] { return logged("generation 2 takes over"); }));
  EXPECT_THAT(status(), HasSubstr("\ngeneration     1\n"));
  old.release();
  ASSERT_TRUE(
      eventually([&] { return status().find("\ngeneration     2\n") != std::string::npos; }));
  const Outcome pushed = push({"main"});
  EXPECT_THAT(pushed.remote(), ElementsAre("first 2.0.0", "second 2.0.0", "after 2.0.0"));
}

// Nobody waits for it for ever, and who asked is told.
TEST_F(Switch, OneThatDoesNotStopIsNamed) {
  serve_version();
  const pid_t worker = host_.workers("pre").at(0);
  Held old(worker);
  const Outcome reloaded = host_.rcx({"reload"});
  EXPECT_EQ(reloaded.status, 0);
  EXPECT_EQ(reloaded.out, "generation 2 serves\n");
  EXPECT_THAT(reloaded.err, StartsWith("rcx: worker " + std::to_string(worker) +
                                       " of the old set does not say that it has stopped"));
  EXPECT_THAT(host_.log(), HasSubstr("may judge calls by an old set: " + std::to_string(worker)));
  EXPECT_THAT(status(), ContainsRegex("pid " + std::to_string(worker) +
                                      " ready .*, may still judge calls by generation 1\n"));
  old.release();
  EXPECT_TRUE(eventually([&] { return status().find("generation 1\n") == std::string::npos; }));
  EXPECT_EQ(host_.workers_lost(), 0);
}

// A worker that is still being created when its set is replaced has not begun, and never does.
TEST_F(Switch, OneThatIsJustStartingIsNotWaitedFor) {
  const fs::path begun = temp_.path() / "begun";
  write_file(begun, "");
  host_.add("creator", "{settings: {until: " + begun.string() + "}}");
  serve_version();
  fs::remove(begun);
  const pid_t first = host_.workers("pre").at(0);
  ::kill(first, SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const std::vector<pid_t> now = host_.workers("pre");
    return now.size() == 1 && now[0] != first;
  }));
  const pid_t starting = host_.workers("pre").at(0);
  host_.name("creator", "{}");
  host_.write_config();
  ASSERT_TRUE(eventually([&] { return logged("generation 2 serves"); }));
  EXPECT_FALSE(logged("may judge calls"));
  EXPECT_TRUE(alive(starting));
  write_file(begun, "");
  EXPECT_TRUE(eventually([&] { return !alive(starting); }));
  EXPECT_EQ(push({"main"}).status, 0);
}

}  // namespace
}  // namespace rcx::test
