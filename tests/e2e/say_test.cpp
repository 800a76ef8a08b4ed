// What extensions say while they run.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Say : public HostTest {
 protected:
  std::size_t count(const std::string& text) const {
    const std::string log = host_.log();
    std::size_t found = 0;
    for (std::size_t at = 0; (at = log.find(text, at)) != std::string::npos; ++at) ++found;
    return found;
  }
};

TEST_F(Say, ReachesThePusherWhileTheHandlerRuns) {
  const fs::path gate = temp_.path() / "gate";
  host_.add("talker",
            "{deadline: 30s, settings: {say: have patience, until: " + gate.string() + "}}");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  EXPECT_TRUE(eventually([&] { return pushing.err().find("have patience") != std::string::npos; }));
  EXPECT_FALSE(pushing.ended());
  EXPECT_TRUE(fs::exists(host_.data("talker") / "inside"));
  write_file(gate, "");
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("have patience"));
}

TEST_F(Say, InlineHandlerAfterThePushReachesThePusher) {
  host_.add("talker", "{settings: {on: push, say: thank you}}");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("thank you"));
}

TEST_F(Say, QueuedHandlerIsLoggedOnly) {
  host_.add("talker", "{settings: {on: queued, say: nobody hears this}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.err, Not(HasSubstr("nobody hears")));
  EXPECT_TRUE(eventually([&] { return count("nobody hears this") == 1; })) << host_.log();
}

TEST_F(Say, TextIsMadeSafe) {
  host_.add("talker", R"({settings: {say: "a\e]0;title\a\rb\n\n\x7fsecond"}})");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("a]0;titleb", "second"));
}

TEST_F(Say, LinesAreBoundedAndTalkingTooMuchRefusesNothing) {
  host_.set("output", "{lines: 2, line_length: 40}");
  host_.add("talker", R"({settings: {say: "1\n2\n3\n4"}})");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("1", "2"));
}

TEST_F(Say, AfterASecondWhichExtensionIsRunning) {
  const fs::path gate = temp_.path() / "gate";
  host_.add("talker", "{deadline: 30s, settings: {until: " + gate.string() + "}}");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  const auto says = [&](const char* text) {
    return eventually([&] { return pushing.err().find(text) != std::string::npos; });
  };
  EXPECT_TRUE(says("the extension talker is running, 3 s so far"));
  write_file(gate, "");
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.remote(), IsSupersetOf({"rcx: the extension talker is running",
                                             "rcx: the extension talker is running, 3 s so far"}));
}

TEST_F(Say, AfterASecondWhichExtensionIsStarting) {
  const fs::path gate = temp_.path() / "gate";
  write_file(gate, "");
  host_.add("creator", "{settings: {until: " + gate.string() + "}}");
  serve();
  clone().commit("first");
  ASSERT_EQ(host_.stop(), 0);
  fs::remove(gate);
  host_.launch();
  const fs::path socket = host_.directory() / "run/pre.sock";
  ASSERT_TRUE(eventually([&] { return fs::exists(socket.string() + ".waiting"); }));
  Running pushing = clone().start_push({"main"});
  EXPECT_TRUE(eventually([&] { return pushing.err().find("waiting") != std::string::npos; }));
  write_file(gate, "");
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(),
              Contains("rcx: waiting for the host to answer: the extension creator is starting"));
  host_.wait_until_ready();
  EXPECT_FALSE(fs::exists(socket.string() + ".waiting"));
}

TEST_F(Say, AfterASecondWhichExtensionIsBusyWithAnother) {
  const fs::path gate = temp_.path() / "gate";
  host_.add("talker_alone", "{deadline: 30s, settings: {until: " + gate.string() + "}}");
  serve();
  clone().commit("first");
  Running first = clone().start_push({"main:one"});
  ASSERT_TRUE(eventually([&] { return fs::exists(host_.data("talker_alone") / "inside"); }));
  Running second = clone().start_push({"main:two"});
  EXPECT_TRUE(eventually([&] {
    return second.err().find(
               "waiting for the extension talker_alone, which is busy with another "
               "push") != std::string::npos;
  })) << second.err();
  write_file(gate, "");
  EXPECT_EQ(first.wait().status, 0);
  EXPECT_EQ(second.wait().status, 0);
}

}  // namespace
}  // namespace rcx::test
