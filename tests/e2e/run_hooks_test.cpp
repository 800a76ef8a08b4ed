// The extension run_hooks as it ships, with hooks as people have them.
#include <csignal>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

using ::testing::AnyOf;

class RunHooks : public HostTest {
 protected:
  fs::path path(const std::string& name) const { return temp_.path() / "hooks" / name; }
  std::string word(const std::string& name) const { return path(name).string(); }
  void hook(const std::string& name, const std::string& script,
            const std::string& interpreter = "/bin/sh") const {
    write_file(path(name), "#!" + interpreter + "\n" + script + "\n", 0755);
  }
  // A hook that git brings along.
  void sample(const std::string& name) const {
    const std::string exec_path = must({{"git", "--exec-path"}});
    const fs::path from = fs::path(exec_path.substr(0, exec_path.size() - 1)) /
                          "../../share/git-core/templates/hooks" / (name + ".sample");
    write_file(path(name), read_file(from), 0755);
  }
  // The hooks of these names, which say their kind.
  void use(const Words& names, const std::string& settings = {}, const std::string& more = {}) {
    write_file(host_.rcextensions() / "run_hooks.so",
               read_file(built_programs().parent_path() / "plugins/run_hooks.so"));
    std::string hooks;
    for (const std::string& name : names) hooks += "{path: " + word(name) + "}, ";
    host_.name("run_hooks", "{settings: {hooks: [" + hooks + "]" + settings + "}" +
                                (more.empty() ? ", deadline: 25s" : more) + "}");
    serve();
  }
  // Writes down, in one step, the id of the process that the shell expression names.
  std::string note(const std::string& name, const std::string& pid) const {
    return "echo " + pid + " > " + word(name + ".new") + "; mv " + word(name + ".new") + " " +
           word(name) + "\n";
  }
  pid_t noted(const std::string& name) const {
    return eventually([&] { return fs::exists(path(name)); }) ? std::stoi(read_file(path(name)))
                                                              : -1;
  }
  static bool gone(pid_t pid) {
    return eventually([&] { return !alive(pid); });
  }
};

TEST_F(RunHooks, SampleOfPreReceiveSeesPushOptions) {
  sample("pre-receive");
  use({"pre-receive"});
  clone().commit("first");
  EXPECT_THAT(push({"-o", "echoback=hello", "main"}).remote(),
              ElementsAre("echo from the pre-receive-hook: hello"));
  clone().commit("second");
  const Outcome pushed = push({"-o", "reject", "main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_EQ(pushed.remote().at(0),
            "refused without a word (hook pre-receive, exit status 1) [run_hooks]");
}

TEST_F(RunHooks, SampleOfUpdateJudgesTags) {
  sample("update");
  use({"update"});
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), Contains("*** Project description file hasn't been set"));
  write_file(repository().path() / "description", "A project\n");
  EXPECT_EQ(push({"main"}).status, 0);
  clone().git({"tag", "light"});
  clone().git({"tag", "--annotate", "--message", "real", "real"});
  const Outcome pushed = push({"light", "real"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              IsSupersetOf({StartsWith("*** The un-annotated tag, light, is not allowed"),
                            StartsWith("refs/tags/light: *** Use 'git tag [ -a | -s ]'")}));
  EXPECT_EQ(push({"real"}).status, 0) << "an object that is still in quarantine";
  repository().git({"config", "hooks.allowunannotated", "true"});
  EXPECT_EQ(push({"light"}).status, 0);
  EXPECT_THAT(push({"--delete", "real"}).remote(),
              Contains("*** Deleting a tag is not allowed in this repository"));
}

TEST_F(RunHooks, PushedObjectsCanBeReadInQuarantine) {
  hook("pre-receive", R"sh(
while read old new ref; do
  case $old in *[!0]*) range=$old..$new;; *) range=$new;; esac
  git rev-list $range | while read id; do
    echo "$ref $(git log -1 --format=%s $id): $(git cat-file -p $id:file)"
  done
done
test -d "$GIT_QUARANTINE_PATH" && echo "$PWD" && git rev-parse --git-dir)sh");
  use({"pre-receive"});
  clone().commit("first", {{"file", "one"}});
  clone().commit("second", {{"file", "two"}});
  const std::string here = repository().path().string();
  EXPECT_THAT(push({"main"}).remote(),
              ElementsAre("refs/heads/main second: two", "refs/heads/main first: one", here, here));
  clone().commit("third", {{"file", "three"}});
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("refs/heads/main third: three", here, here));
}

TEST_F(RunHooks, NothingOfTheWorkerIsInherited) {
  hook("pre-receive",
       "env | sort | grep -vE '^(PWD|OLDPWD|SHLVL|_)='\nls /proc/self/fd\n"
       "cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)'");
  use({"pre-receive"});
  clone().commit("first");
  const std::vector<std::string> lines = push({"main"}).remote();
  std::vector<std::string> names;
  std::vector<std::string> rest;
  for (const std::string& line : lines) {
    const std::size_t equal = line.find('=');
    (equal == std::string::npos ? rest : names).push_back(line.substr(0, equal));
  }
  EXPECT_THAT(names, ElementsAre("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_DIR",
                                 "GIT_OBJECT_DIRECTORY", "GIT_PUSH_OPTION_COUNT",
                                 "GIT_QUARANTINE_PATH", "HOME", "LANG", "PATH", "RCX_CALLER",
                                 "RCX_EVENT_ID", "RCX_PUSH_ID", "RCX_REPOSITORY", "REMOTE_USER"));
  // 3 is of ls itself, which reads the directory.
  // Signal 32 is the C library's own; its posix_spawn, which made the worker, leaves it ignored.
  EXPECT_THAT(rest, ElementsAre("0", "1", "2", "3", "SigBlk: 0000000000000000",
                                AnyOf("SigIgn: 0000000000000000", "SigIgn: 0000000080000000"),
                                "SigCgt: 0000000000000000"));
}

TEST_F(RunHooks, PythonRefusesWithItsLastLine) {
  hook("pre-receive", R"py(
import sys
refs = [line.split() for line in sys.stdin]
print(len(refs), "references", file=sys.stderr)
print("caf\u00e9 \x1b[31mred\x1b[0m")
sys.exit("no ticket"))py",
       "/usr/bin/env python3");
  use({"pre-receive"});
  clone().commit("first");
  clone().git({"branch", "other"});
  const Outcome pushed = push({"main", "other"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(),
              IsSupersetOf({"2 references", "café [31mred[0m", "no ticket",
                            "no ticket (hook pre-receive, exit status 1) [run_hooks]"}));
  EXPECT_THAT(pushed.err, Not(HasSubstr("\x1b[31m")));
}

TEST_F(RunHooks, ThousandReferencesThatNobodyReads) {
  hook("pre-receive", "exit 0");
  use({"pre-receive"});
  const std::string id = clone().commit("first");
  std::string refs;
  for (int i = 0; i < 1000; ++i) {
    refs += "create refs/heads/" + std::string(100, 'x') + std::to_string(i) + " " + id + "\n";
  }
  clone().git({"update-ref", "--stdin"}, refs);
  const Outcome pushed = push({"--all"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
}

TEST_F(RunHooks, TenMegabytesAreCutOff) {
  hook("pre-receive", "yes 'a line that is printed again and again' | head -c 10000000");
  use({"pre-receive"}, ", output: {lines: 20}");
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), SizeIs(21));
  EXPECT_EQ(pushed.remote().back(), "(hook pre-receive prints more than run_hooks shows)");
}

TEST_F(RunHooks, BoundsOfTheHostAreNoFailure) {
  host_.set("output", "{lines: 5}");
  hook("pre-receive", "seq 1 1000");
  use({"pre-receive"});
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("1", "2", "3", "4", "5"));
}

TEST_F(RunHooks, OutputIsShownWhileTheHookRuns) {
  hook("pre-receive", "echo patience\nwhile ! test -e " + word("gate") + "; do sleep 0.02; done");
  use({"pre-receive"});
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  EXPECT_TRUE(eventually([&] { return pushing.err().find("patience") != std::string::npos; }));
  EXPECT_FALSE(pushing.ended());
  write_file(path("gate"), "");
  EXPECT_EQ(pushing.wait().status, 0);
}

TEST_F(RunHooks, BackgroundProcessDelaysNobodyAndEnds) {
  hook("pre-receive", "sleep 1000 & " + note("child", "$!") + "echo done");
  use({"pre-receive"});
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("done"));
  EXPECT_TRUE(gone(noted("child")));
}

// In time, though the hook does not listen: otherwise the host would end the whole worker.
TEST_F(RunHooks, HookEndsBeforeTheDeadline) {
  hook("pre-receive", "trap '' TERM\n" + note("pid", "$$") + "while :; do sleep 1000; done");
  use({"pre-receive"}, ", grace: 200ms", ", deadline: 1s");
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0),
              HasSubstr("the extension run_hooks failed: hook pre-receive was stopped: it did not "
                        "end before the time of this extension was spent"));
  EXPECT_TRUE(gone(noted("pid")));
  EXPECT_EQ(host_.workers_lost(), 0);
}

TEST_F(RunHooks, HookEndsWhenNobodyWaits) {
  hook("pre-receive", note("pid", "$$") + "sleep 1000");
  use({"pre-receive"});
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  const pid_t pid = noted("pid");
  EXPECT_TRUE(alive(pid));
  pushing.signal_group(SIGKILL);
  EXPECT_TRUE(gone(pid));
  EXPECT_TRUE(eventually([&] {
    return host_.log().find("nobody waits for this push any more") != std::string::npos;
  })) << host_.log();
}

TEST_F(RunHooks, HookDiesWithTheWorker) {
  hook("pre-receive", note("pid", "$$") + "sleep 1000");
  use({"pre-receive"});
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  const pid_t pid = noted("pid");
  EXPECT_TRUE(alive(pid));
  const std::vector<pid_t> workers = host_.workers("pre");
  ASSERT_THAT(workers, SizeIs(1));
  ::kill(workers[0], SIGKILL);
  EXPECT_TRUE(gone(pid));
  EXPECT_EQ(pushing.wait().status, 1);
}

TEST_F(RunHooks, MissingInterpreterIsAFailureWithItsPolicy) {
  hook("pre-receive", "exit 0", "/nonexistent/python9");
  use({"pre-receive"});
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0),
              HasSubstr("the extension run_hooks failed: cannot run hook pre-receive: No such file "
                        "or directory; its first line asks for \"/nonexistent/python9\""));
}

TEST_F(RunHooks, FailureMayBeOpen) {
  hook("pre-receive", "exit 0", "/nonexistent/python9");
  use({"pre-receive"}, "", ", fail: open");
  push_first();
}

TEST_F(RunHooks, PostReceiveWritesToTheLog) {
  hook("post-receive",
       "read old new ref\ntest $(git rev-parse main) = $new && echo \"moved $ref\"\n"
       "env | grep -c '^GIT_QUARANTINE'\nexit 7");
  use({"post-receive"});
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.remote(), IsEmpty());
  EXPECT_TRUE(eventually([&] {
    return host_.log().find("0 (hook post-receive, exit status 7)") != std::string::npos;
  })) << host_.log();
  EXPECT_THAT(host_.log(), HasSubstr("moved refs/heads/main"));
}

TEST_F(RunHooks, DirectoryIsReadForEachPush) {
  hook("pre-receive.d/10-first", "echo first");
  write_file(host_.rcextensions() / "run_hooks.so",
             read_file(built_programs().parent_path() / "plugins/run_hooks.so"));
  host_.name("run_hooks", "{settings: {directory: " + word("pre-receive.d") + "}}");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("first"));
  hook("pre-receive.d/05-zeroth", "echo zeroth");
  clone().commit("second");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("zeroth", "first"));
}

}  // namespace
}  // namespace rcx::test
