// What hooks are given, and what becomes of what they say.
#include "hook_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <sstream>
#include <thread>

namespace rcx::tests {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::list;
using testing::map;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string old_id(40, '1');
const std::string new_id(40, '2');
const std::string zero_id(40, '0');

class RunHooks : public HookFiles {};

TEST_F(RunHooks, PreReceiveReadsTheReferences) {
  load_hook("cat > " + path("in").string());
  push_.ref("refs/heads/main");
  push_.ref("refs/heads/new").change = RCX_CHANGE_CREATE;
  push_.ref("refs/tags/gone").change = RCX_CHANGE_DELETE;
  EXPECT_THAT(objections(), IsEmpty());
  EXPECT_EQ(text("in"), old_id + " " + new_id + " refs/heads/main\n" + zero_id + " " + new_id +
                            " refs/heads/new\n" + old_id + " " + zero_id + " refs/tags/gone\n");
}

TEST_F(RunHooks, ZerosAreAsLongAsTheIdsOfTheRepository) {
  load_hook("cat > " + path("in").string());
  testing::FakeRef& ref = push_.ref("refs/heads/new");
  ref.change = RCX_CHANGE_CREATE;
  ref.new_id = std::string(64, 'a');
  EXPECT_THAT(objections(), IsEmpty());
  EXPECT_THAT(text("in"), StartsWith(std::string(64, '0') + " aaaa"));
}

TEST_F(RunHooks, InputCannotBeChanged) {
  load_hook("echo more >> /dev/stdin\necho other 1<> /dev/stdin\ncat > " + path("in").string());
  EXPECT_THAT(objections(), IsEmpty());
  EXPECT_EQ(text("in"), old_id + " " + new_id + " refs/heads/main\n");
}

TEST_F(RunHooks, HooksThatReadNothingDelayNobody) {
  load_hook("exit 0");
  for (int i = 0; i < 1000; ++i)
    push_.ref("refs/heads/" + std::string(200, 'x') + std::to_string(i));
  EXPECT_THAT(objections(), IsEmpty());
}

TEST_F(RunHooks, HooksThatReadALittleDelayNobody) {
  load_hook("read first && echo \"$first\"");
  for (int i = 0; i < 1000; ++i)
    push_.ref("refs/heads/" + std::string(200, 'x') + std::to_string(i));
  EXPECT_THAT(said(), ElementsAre(HasSubstr(old_id + " " + new_id)));
}

TEST_F(RunHooks, EnvironmentIsMadeAnew) {
  ::setenv("RCX_TEST_LEAK", "1", 1);
  load_hook("env > " + path("env").string());
  push_.caller.name = "grace";
  push_.push_options = {"one", "two words"};
  push_.hook_variables = {{"GIT_QUARANTINE_PATH", "/q"},
                          {"GIT_OBJECT_DIRECTORY", "/q/o"},
                          {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "/o"}};
  EXPECT_THAT(objections(), IsEmpty());
  ::unsetenv("RCX_TEST_LEAK");
  std::istringstream lines(text("env"));
  std::map<std::string, std::string> all;
  for (std::string line; std::getline(lines, line);) {
    all[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  }
  for (const char* of_the_shell : {"PWD", "OLDPWD", "SHLVL", "_"}) all.erase(of_the_shell);
  const std::map<std::string, std::string> expected = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", temp_.path().string()},
      {"LANG", "C.UTF-8"},
      {"GIT_DIR", repository().string()},
      {"GIT_QUARANTINE_PATH", "/q"},
      {"GIT_OBJECT_DIRECTORY", "/q/o"},
      {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "/o"},
      {"GIT_PUSH_OPTION_COUNT", "2"},
      {"GIT_PUSH_OPTION_0", "one"},
      {"GIT_PUSH_OPTION_1", "two words"},
      {"RCX_EVENT_ID", push_.id},
      {"RCX_PUSH_ID", push_.push_id},
      {"RCX_REPOSITORY", "team/app"},
      {"RCX_CALLER", "grace"},
      {"REMOTE_USER", "grace"}};
  EXPECT_EQ(all, expected);
}

TEST_F(RunHooks, SettingsAddVariables) {
  hook("hook", "echo \"$PATH|$HOME|$GL_USERNAME|$WHERE|$BRACES|$IDS|$BY\"");
  load(map({{"hooks", item("hook", "pre-receive")},
            {"environment", map({{"PATH", "/opt/bin:/usr/bin:/bin"},
                                 {"HOME", "/home"},
                                 {"GL_USERNAME", "{caller}"},
                                 {"WHERE", "{repository} in {repository_path} at {server_url}"},
                                 {"BRACES", "{{x}}"},
                                 {"IDS", "{event_id} {push_id}"},
                                 {"BY", "{caller_ip}"}})}}));
  push_.server_url = "https://git.example.org";
  push_.caller.ip = "192.0.2.1";
  EXPECT_THAT(said(), ElementsAre("/opt/bin:/usr/bin:/bin|/home|ada|team/app in " +
                                  repository().string() + " at https://git.example.org|{x}|" +
                                  push_.id + " " + push_.push_id + "|192.0.2.1"));
}

TEST_F(RunHooks, ValueThatNoVariableCanHoldIsAFailure) {
  load_hook("exit 0");
  push_.push_options = {std::string("a\0b", 3)};
  EXPECT_EQ(failure(), "the value of GIT_PUSH_OPTION_0 for hooks holds a NUL");
}

TEST_F(RunHooks, RunsInTheRepository) {
  load_hook("pwd");
  EXPECT_THAT(said(), ElementsAre(repository().string()));
}

TEST_F(RunHooks, NoDescriptorLeaks) {
  const int leaking = ::open("/dev/zero", O_RDONLY);  // NOLINT: one without O_CLOEXEC is the point
  const int high = ::fcntl(leaking, F_DUPFD, 100);    // NOLINT: as above
  load_hook("ls /proc/self/fd | tr '\\n' ' '");
  // 3 is of ls itself, which reads the directory.
  EXPECT_THAT(said(), ElementsAre("0 1 2 3 "));
  ::close(leaking);
  ::close(high);
}

TEST_F(RunHooks, SignalsAreAsAtTheStartOfAProgram) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  sigset_t one;
  ::sigemptyset(&one);
  ::sigaddset(&one, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &one, nullptr);
  load_hook("cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)'");
  // 80000000 is signal 32, the C library's own; its posix_spawn leaves it ignored.
  EXPECT_THAT(said(), ElementsAre("SigBlk:\t0000000000000000",
                                  AnyOf("SigIgn:\t0000000000000000", "SigIgn:\t0000000080000000"),
                                  "SigCgt:\t0000000000000000"));
  ::pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  ::signal(SIGPIPE, before);
}

TEST_F(RunHooks, ExitStatusRefusesWithTheLastLine) {
  load_hook("echo checking\necho 'no ticket' >&2\necho\nexit 3");
  const testing::Outcome outcome = run();
  EXPECT_THAT(outcome.said, ElementsAre("checking", "no ticket"));
  ASSERT_THAT(outcome.objections, SizeIs(1));
  EXPECT_EQ(outcome.objections[0].text, "no ticket (hook hook, exit status 3)");
  EXPECT_FALSE(outcome.objections[0].ref);
}

TEST_F(RunHooks, EveryOtherExitStatusRefuses) {
  for (const int status : {1, 2, 126, 127, 128, 255}) {
    load_hook("exit " + std::to_string(status));
    EXPECT_THAT(objections(), ElementsAre("refused without a word (hook hook, exit status " +
                                          std::to_string(status) + ")"));
  }
  // The kernel keeps eight bits of it, here as for git.
  load_hook("exit 256");
  EXPECT_THAT(objections(), IsEmpty());
}

TEST_F(RunHooks, DeathBySignalRefuses) {
  load_hook("kill -SEGV $$");
  EXPECT_THAT(objections(), ElementsAre("refused without a word (hook hook, killed by signal 11 "
                                        "(Segmentation fault))"));
}

TEST_F(RunHooks, UpdateRunsForEachReference) {
  load_hook("cat\necho \"$# $1 $2 $3\"\ntest \"$1\" = refs/heads/good", "update");
  push_.ref("refs/heads/bad");
  push_.ref("refs/heads/good");
  push_.ref("refs/heads/worse").change = RCX_CHANGE_CREATE;
  const testing::Outcome outcome = run();
  EXPECT_THAT(outcome.said, ElementsAre("3 refs/heads/bad " + old_id + " " + new_id,
                                        "3 refs/heads/good " + old_id + " " + new_id,
                                        "3 refs/heads/worse " + zero_id + " " + new_id));
  ASSERT_THAT(outcome.objections, SizeIs(2));
  EXPECT_EQ(outcome.objections[0].ref, 0U);
  EXPECT_EQ(outcome.objections[1].ref, 2U);
  EXPECT_EQ(outcome.objections[1].text,
            "3 refs/heads/worse " + zero_id + " " + new_id + " (hook hook, exit status 1)");
}

TEST_F(RunHooks, FirstHookThatRefusesIsTheLast) {
  hook("a", "echo a");
  hook("b", "echo b; exit 1");
  hook("c", "echo c");
  const auto one = [](const char* name) { return map({{"path", name}, {"kind", "pre-receive"}}); };
  load(map({{"hooks", list({one("a"), one("b"), one("c")})}}));
  const testing::Outcome outcome = run();
  EXPECT_THAT(outcome.said, ElementsAre("a", "b"));
  EXPECT_THAT(outcome.objections, SizeIs(1));
}

TEST_F(RunHooks, PostReceiveRunsAfterThePush) {
  load_hook("cat > " + path("in").string() + "\necho done\nexit 3", "post-receive");
  EXPECT_THAT(run().said, IsEmpty());
  EXPECT_FALSE(fs::exists(path("in")));
  const testing::Outcome outcome = host_->push(push_);
  EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
  EXPECT_THAT(outcome.said, IsEmpty()) << "nobody waits";
  EXPECT_EQ(text("in"), old_id + " " + new_id + " refs/heads/main\n");
  std::vector<std::string> logged;
  for (const auto& line : host_->log()) logged.push_back(line.text);
  EXPECT_THAT(logged,
              ElementsAre("done", "event " + push_.id + ": done (hook hook, exit status 3)"));
}

TEST_F(RunHooks, PostReceiveThatCannotRunStopsNoOther) {
  hook("b", "touch " + path("ran").string());
  test::write_file(path("a"), "#!/nonexistent/shell\n", 0755);
  const auto one = [](const char* name) { return map({{"path", name}, {"kind", "post-receive"}}); };
  load(map({{"hooks", list({one("a"), one("b")})}}));
  const testing::Outcome outcome = host_->push(push_);
  EXPECT_EQ(outcome.status, RCX_FAILED);
  EXPECT_THAT(outcome.failure, StartsWith("cannot run hook a: "));
  EXPECT_TRUE(fs::exists(path("ran")));
}

TEST_F(RunHooks, OutputIsBounded) {
  hook("hook", "seq 1 100000; echo last; exit 1");
  load(map({{"hooks", item("hook", "pre-receive")}, {"output", map({{"lines", 3}})}}));
  const testing::Outcome outcome = run();
  EXPECT_THAT(outcome.said,
              ElementsAre("1", "2", "3", "(hook hook prints more than run_hooks shows)"));
  ASSERT_THAT(outcome.objections, SizeIs(1));
  EXPECT_EQ(outcome.objections[0].text, "last (hook hook, exit status 1)");
}

TEST_F(RunHooks, OutputIsBoundedInBytesToo) {
  hook("hook", "echo 12345678; echo 12345678; echo 1");
  load(map({{"hooks", item("hook", "pre-receive")}, {"output", map({{"bytes", "10B"}})}}));
  EXPECT_THAT(said(), ElementsAre("12345678", "(hook hook prints more than run_hooks shows)"));
  load(map({{"hooks", item("hook", "pre-receive")}, {"output", map({{"lines", 0}})}}));
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(RunHooks, LineWithoutEndIsKeptShort) {
  load_hook("head -c 10000000 /dev/zero | tr '\\0' x; printf '\\nend'; exit 1");
  const testing::Outcome outcome = run();
  EXPECT_THAT(outcome.said, ElementsAre(std::string(4096, 'x'), "end"));
  ASSERT_THAT(outcome.objections, SizeIs(1));
  EXPECT_THAT(outcome.objections[0].text, StartsWith("end (hook"));
}

TEST_F(RunHooks, LinesOfWindowsReadAsLines) {
  load_hook(R"(printf 'a\r\nb\r\n')");
  EXPECT_THAT(said(), ElementsAre("a", "b"));
}

TEST_F(RunHooks, PushesDoNotWaitForEachOther) {
  EXPECT_NE(plugin_of(RUN_HOOKS_SO).flags & RCX_CONCURRENT, 0U);
  // Each waits until both run.
  load_hook("mkdir " + path("a").string() + " 2>/dev/null || mkdir " + path("b").string() +
            "\nwhile ! test -d " + path("b").string() + "; do sleep 0.01; done");
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([this] { EXPECT_THAT(objections(), IsEmpty()); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(RunHooks, ManyThreadsRunHooks) {
  load_hook("read old new ref; echo $ref; test $ref != refs/heads/bad");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      testing::FakePush push = push_;
      push.ref(t == 0 ? "refs/heads/bad" : "refs/heads/b" + std::to_string(t));
      for (int i = 0; i < 10; ++i) {
        const testing::Outcome outcome = host_->pre_push(push);
        EXPECT_EQ(outcome.status, RCX_OK) << outcome.failure;
        EXPECT_THAT(outcome.said, ElementsAre(push.refs[0].name));
        EXPECT_THAT(outcome.objections, SizeIs(t == 0 ? 1 : 0));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rcx::tests
