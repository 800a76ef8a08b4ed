// How hooks end, and what they leave behind.
#include "hook_files.hpp"
#include "tests/support/command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

namespace rcx::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::list;
using testing::map;
using ::testing::SizeIs;

class RunHooksEnd : public HookFiles {
 protected:
  testing::FakeHost& load_with_timeout(const std::string& script, const char* timeout,
                                       const char* grace = "5s") {
    hook("hook", script);
    return load(map(
        {{"hooks", list({map({{"path", "hook"}, {"kind", "pre-receive"}, {"timeout", timeout}})})},
         {"grace", grace}}));
  }
  // Writes down the id of the process that the shell expression names.
  std::string note(const std::string& name, const std::string& pid) const {
    return "echo " + pid + " > " + path(name + ".new").string() + "; mv " +
           path(name + ".new").string() + " " + path(name).string() + "\n";
  }
  pid_t noted(const std::string& name) const { return std::stoi(text(name)); }
  bool gone(const std::string& name) const {
    return test::eventually([&] { return !test::alive(noted(name)); });
  }
};

TEST_F(RunHooksEnd, HookThatTakesTooLongIsAFailure) {
  load_with_timeout(note("pid", "$$") + "sleep 1000", "1s");
  EXPECT_EQ(failure(), "hook hook was stopped: it did not end within 1s");
  EXPECT_TRUE(gone("pid"));
}

TEST_F(RunHooksEnd, HookIsAskedBeforeItIsKilled) {
  load_with_timeout("trap 'echo cleaning up; touch " + path("clean").string() +
                        "; exit 0' TERM\nsleep 1000 & wait",
                    "1s");
  const testing::Outcome outcome = run();
  EXPECT_EQ(outcome.failure, "hook hook was stopped: it did not end within 1s");
  EXPECT_THAT(outcome.said, ElementsAre("cleaning up"));
  EXPECT_TRUE(fs::exists(path("clean")));
}

TEST_F(RunHooksEnd, HookThatIgnoresTheRequestIsKilled) {
  load_with_timeout("trap '' TERM\n" + note("pid", "$$") + "sleep 1000 & " + note("child", "$!") +
                        "wait\nsleep 1000",
                    "1s", "100ms");
  EXPECT_EQ(failure(), "hook hook was stopped: it did not end within 1s");
  EXPECT_TRUE(gone("pid"));
  EXPECT_TRUE(gone("child"));
}

TEST_F(RunHooksEnd, StoppedHookIsKilledAsWell) {
  load_with_timeout(note("pid", "$$") + "kill -STOP $$\nsleep 1000", "1s");
  EXPECT_THAT(failure(), HasSubstr("was stopped"));
  EXPECT_TRUE(gone("pid"));
}

TEST_F(RunHooksEnd, EventThatEndsEndsTheHook) {
  load_hook(note("pid", "$$") + "sleep 1000");
  push_.cancel_after = 30;
  EXPECT_THAT(failure(), HasSubstr("hook hook was stopped: "));
  EXPECT_TRUE(gone("pid"));
}

TEST_F(RunHooksEnd, WithoutTimeNoHookIsStarted) {
  load_hook("touch " + path("ran").string());
  push_.cancel_after = 0;
  EXPECT_EQ(failure(), "no time was left for hook hook");
  EXPECT_FALSE(fs::exists(path("ran")));
}

TEST_F(RunHooksEnd, BackgroundProcessThatHoldsTheOutputDelaysNobody) {
  load_hook(note("unused", "$$") + "sleep 1000 & " + note("child", "$!") + "echo said; exit 1");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(objections(), ElementsAre("said (hook hook, exit status 1)"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(100));
  EXPECT_TRUE(gone("child"));
}

TEST_F(RunHooksEnd, BackgroundProcessThatIsQuietEndsToo) {
  load_hook("sleep 1000 >/dev/null 2>&1 & " + note("child", "$!"));
  EXPECT_THAT(objections(), IsEmpty());
  EXPECT_TRUE(gone("child"));
}

TEST_F(RunHooksEnd, BackgroundProcessThatFloodsDelaysNobody) {
  load_hook("yes & " + note("child", "$!") + "exit 0");
  EXPECT_THAT(objections(), IsEmpty());
  EXPECT_TRUE(gone("child"));
}

TEST_F(RunHooksEnd, LastWordsOfAPipelineAreHeard) {
  // The shell ends before what it feeds does.
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  load_hook("sed s/x/late/ < " + path("fifo").string() + " &\necho x > " + path("fifo").string());
  EXPECT_THAT(said(), ElementsAre("late"));
}

TEST_F(RunHooksEnd, MissingInterpreterIsAFailure) {
  test::write_file(path("hook"), "#!/nonexistent/python9 -u\nexit\n", 0755);
  load(map({{"hooks", item("hook", "pre-receive")}}));
  EXPECT_EQ(failure(),
            "cannot run hook hook: No such file or directory; its first line asks for "
            "\"/nonexistent/python9\"");
  // A file from Windows.
  test::write_file(path("hook"), "#!/bin/sh\r\nexit\r\n", 0755);
  EXPECT_THAT(failure(), HasSubstr("its first line asks for \"/bin/sh\r\""));
}

TEST_F(RunHooksEnd, ScriptWithoutFirstLineIsOfTheShell) {
  test::write_file(path("hook"), "echo \"$0\"\n", 0755);
  load(map({{"hooks", item("hook", "pre-receive")}}));
  EXPECT_THAT(said(), ElementsAre(path("hook").string()));
}

TEST_F(RunHooksEnd, HookThatLostItsModeIsAFailure) {
  load_hook("exit 0");
  fs::permissions(path("hook"), fs::perms::owner_read);
  EXPECT_EQ(failure(), path("hook").string() + " is not executable; mend it with:  chmod +x " +
                           path("hook").string());
  fs::remove(path("hook"));
  EXPECT_EQ(failure(), "cannot find " + path("hook").string() + ": No such file or directory");
}

TEST_F(RunHooksEnd, RepositoryThatIsGoneIsAFailure) {
  load_hook("exit 0");
  fs::remove(repository());
  EXPECT_THAT(failure(), HasSubstr("cannot run hook hook: No such file or directory"));
}

TEST_F(RunHooksEnd, HooksOfADirectoryRunInOrder) {
  for (const char* name : {"20-b", "10-a", "Z", "30-c~", "40.sample", "50.bak", "60.rpmsave",
                           "70.dpkg-old", ".hidden"}) {
    hook("pre-receive.d/" + std::string(name), "echo ${0##*/}");
  }
  hook("pre-receive.d/80-not", "echo no", 0644);
  hook("pre-receive.d/sub/x", "echo no");
  testing::FakeHost& host = load(map({{"directory", "pre-receive.d"}}));
  ASSERT_THAT(host.log(), SizeIs(1));
  EXPECT_EQ(host.log()[0].text,
            path("pre-receive.d/80-not").string() + " is not executable and is not run");
  EXPECT_THAT(said(), ElementsAre("10-a", "20-b", "Z"));
  hook("pre-receive.d/15-new", "echo new");
  EXPECT_THAT(said(), ElementsAre("10-a", "new", "20-b", "Z")) << "found without a restart";
}

TEST_F(RunHooksEnd, DirectoryWithNoneLetsPass) {
  fs::create_directory(path("pre-receive.d"));
  load(map({{"directory", "pre-receive.d"}}));
  EXPECT_THAT(objections(), IsEmpty());
}

TEST_F(RunHooksEnd, DirectoryThatIsGoneIsAFailure) {
  fs::create_directory(path("pre-receive.d"));
  load(map({{"directory", "pre-receive.d"}}));
  fs::create_symlink("nowhere", path("pre-receive.d/10-link"));
  EXPECT_THAT(failure(), HasSubstr("10-link"));
  fs::remove_all(path("pre-receive.d"));
  EXPECT_EQ(failure(),
            "cannot find " + path("pre-receive.d").string() + ": No such file or directory");
}

TEST_F(RunHooksEnd, HooksThatOthersCanChangeAreNotRun) {
  hook("pre-receive.d/a", "exit 0", 0775);
  load(map({{"directory", "pre-receive.d"}}));
  EXPECT_EQ(failure(), path("pre-receive.d/a").string() +
                           " can be written by others; mend it with:  chmod go-w " +
                           path("pre-receive.d/a").string());
  if (::geteuid() != 0) return;
  fs::permissions(path("pre-receive.d/a"), fs::perms(0755));
  test::give_away(path("pre-receive.d/a"), test::kNobody);
  EXPECT_THAT(failure(), HasSubstr("belongs to uid 65534"));
}

TEST_F(RunHooksEnd, HooksThatOthersCanReplaceAreNotRun) {
  hook("shared/pre-receive", "exit 0");
  fs::create_symlink("shared/pre-receive", path("pre-receive"));
  load(map({{"hooks", list({map({{"path", "pre-receive"}})})}}));
  EXPECT_THAT(objections(), IsEmpty());
  fs::permissions(path("shared"), fs::perms(0777));
  EXPECT_EQ(failure(), path("shared").string() +
                           " can be written by others; mend it with:  chmod "
                           "go-w " +
                           path("shared").string());
  // As in /tmp, where nobody can take away what is another's.
  fs::permissions(path("shared"), fs::perms(01777));
  EXPECT_THAT(objections(), IsEmpty());
}

}  // namespace
}  // namespace rcx::tests
