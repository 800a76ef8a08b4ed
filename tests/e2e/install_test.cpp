// Hooks in repositories: put in, taken out, and those that were there before.
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Install : public HostTest {
 protected:
  Install() { host_.add("recorder"); }

  Outcome rcx(const std::string& what, const fs::path& path) {
    return host_.rcx({what, path.string()});
  }
  // Puts a script where the hook was, as if it had been there before.
  void put_hook(const std::string& name, const std::string& script) {
    ASSERT_EQ(rcx("uninstall", repository().path()).status, 0);
    write_file(repository().hook(name), "#!/bin/sh\n" + script, 0755);
    ASSERT_EQ(rcx("install", repository().path()).status, 0);
  }
  // A repository without hooks of ours.
  fs::path make_repository() const {
    fs::path path = host_.root() / "b.git";
    must({{"git", "init", "--quiet", "--bare", path.string()}, temp_.path()});
    return path;
  }
  fs::path conf() const { return host_.directory() / "client.conf"; }
  // Hooks find their instance from the first moment on, or do not come.
  void expect_no_conf(const Outcome& installed, const std::string& why, const fs::path& path) {
    EXPECT_EQ(installed.status, 1);
    EXPECT_THAT(installed.err, HasSubstr("cannot write " + conf().string() + ": " + why +
                                         "; hooks need it, so install as the owner of " +
                                         host_.directory().string()));
    EXPECT_EQ(installed.out, "");
    EXPECT_FALSE(fs::exists(path / "hooks/pre-receive"));
    EXPECT_FALSE(fs::exists(path / "hooks/rcx-instance"));
  }
};

TEST_F(Install, PutsTheHooksInAndTakesThemOut) {
  serve();
  EXPECT_TRUE(fs::exists(repository().hook("pre-receive")));
  EXPECT_TRUE(fs::exists(repository().hook("post-receive")));
  EXPECT_FALSE(fs::exists(repository().hook("update")));
  const Outcome removed = rcx("uninstall", repository().path());
  EXPECT_EQ(removed.status, 0) << removed.err;
  EXPECT_FALSE(fs::exists(repository().hook("pre-receive")));
  EXPECT_FALSE(fs::exists(repository().hook("post-receive")));
  EXPECT_FALSE(fs::exists(repository().hook("rcx-instance")));
  push_first();
  EXPECT_THAT(records(), IsEmpty());
  EXPECT_EQ(rcx("uninstall", repository().path()).status, 0) << "twice is no error";
}

TEST_F(Install, TwiceIsAsOnce) {
  serve();
  put_hook("pre-receive", "cat > \"$PWD/chained\"\n");
  const Outcome again = rcx("install", repository().path());
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("renewed"));
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_TRUE(fs::exists(repository().path() / "chained"));
  EXPECT_FALSE(fs::exists(repository().hook("pre-receive.before-rcx.before-rcx")));
}

TEST_F(Install, OldHookRunsFirstWithItsInput) {
  serve();
  put_hook("pre-receive", "cat > chained; echo old hook ran >&2\n");
  put_hook("post-receive", "cat > chained-post; echo old post hook ran >&2\n");
  const std::string id = clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  const std::string line = std::string(40, '0') + " " + id + " refs/heads/main\n";
  EXPECT_EQ(read_file(repository().path() / "chained"), line);
  EXPECT_EQ(read_file(repository().path() / "chained-post"), line);
  EXPECT_THAT(pushed.remote(), ElementsAre("old hook ran", "old post hook ran"));
  EXPECT_THAT(records(), SizeIs(2));
}

TEST_F(Install, OldHookThatRefusesCounts) {
  serve();
  put_hook("pre-receive", "echo old hook says no >&2; exit 3\n");
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote(), ElementsAre("old hook says no"));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_THAT(records(), IsEmpty());
}

// A hook that reads nothing must not cost the push its life (SIGPIPE).
TEST_F(Install, OldHookThatReadsNothing) {
  serve();
  put_hook("pre-receive", "exit 0\n");
  put_hook("post-receive", "exit 5\n");
  push_first();
  EXPECT_THAT(records(), SizeIs(2)) << "a failing post hook does not keep the others away";
}

TEST_F(Install, OldHookThatIsNotExecutableIsIgnoredAsByGit) {
  serve();
  put_hook("pre-receive", "exit 1\n");
  fs::permissions(repository().hook("pre-receive.before-rcx"), fs::perms::owner_read);
  push_first();
}

TEST_F(Install, UninstallPutsTheOldHookBack) {
  serve();
  const std::string script = "#!/bin/sh\necho mine >&2\n";
  put_hook("pre-receive", "echo mine >&2\n");
  EXPECT_NE(read_file(repository().hook("pre-receive")), script);
  ASSERT_EQ(rcx("uninstall", repository().path()).status, 0);
  EXPECT_EQ(read_file(repository().hook("pre-receive")), script);
  EXPECT_FALSE(fs::exists(repository().hook("pre-receive.before-rcx")));
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("mine"));
}

TEST_F(Install, UninstallLeavesForeignHooksAlone) {
  serve();
  write_file(repository().hook("post-receive"), "#!/bin/sh\n", 0755);
  const Outcome removed = rcx("uninstall", repository().path());
  EXPECT_EQ(removed.status, 0);
  EXPECT_THAT(removed.out, HasSubstr("not ours"));
  EXPECT_EQ(read_file(repository().hook("post-receive")), "#!/bin/sh\n");
}

TEST_F(Install, HooksPathElsewhereIsAnError) {
  serve();
  const fs::path other = host_.root() / "b.git";
  const fs::path shared = temp_.path() / "shared-hooks";
  fs::create_directory(shared);
  must({{"git", "init", "--quiet", "--bare", other.string()}, temp_.path()});
  must({{"git", "config", "core.hooksPath", shared.string()}, other});
  const Outcome installed = rcx("install", other);
  EXPECT_EQ(installed.status, 1);
  EXPECT_THAT(installed.err, AllOf(HasSubstr("core.hooksPath"), HasSubstr(shared.string())));
  EXPECT_TRUE(fs::is_empty(shared));
  EXPECT_FALSE(fs::exists(other / "hooks/pre-receive"));
}

TEST_F(Install, WhatIsNoRepositoryIsAnError) {
  serve();
  const Outcome absent = rcx("install", host_.root() / "absent.git");
  EXPECT_EQ(absent.status, 1);
  EXPECT_THAT(absent.err, HasSubstr("absent.git"));
  const Outcome plain = rcx("install", host_.root());
  EXPECT_EQ(plain.status, 1);
  EXPECT_THAT(plain.err, HasSubstr("git repository"));
}

TEST_F(Install, RepositoryOutsideOfTheRootsIsRefused) {
  serve();
  const fs::path outside = temp_.path() / "outside.git";
  must({{"git", "init", "--quiet", "--bare", outside.string()}, temp_.path()});
  const Outcome installed = rcx("install", outside);
  EXPECT_EQ(installed.status, 1);
  EXPECT_THAT(installed.err, HasSubstr("below none of the roots"));
  EXPECT_FALSE(fs::exists(outside / "hooks/pre-receive"));

  // Somebody copies the hooks there all the same.
  fs::copy(repository().path() / "hooks", outside / "hooks",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  clone().commit("first");
  const Outcome pushed = run(clone().command({"push", outside.string(), "main"}));
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0), HasSubstr("below none of the roots"));
  EXPECT_THAT(pushed.remote().back(), StartsWith("rcx: push refused, decision "));
  EXPECT_THAT(records(), IsEmpty());
}

// A link must not lead out of the roots either.
TEST_F(Install, LinkOutOfTheRootsIsRefused) {
  serve();
  const fs::path outside = temp_.path() / "outside.git";
  must({{"git", "init", "--quiet", "--bare", outside.string()}, temp_.path()});
  fs::create_symlink(outside, host_.root() / "inside.git");
  EXPECT_EQ(rcx("install", host_.root() / "inside.git").status, 1);
}

TEST_F(Install, RootMayBeALink) {
  fs::create_directory_symlink(host_.root(), temp_.path() / "link");
  host_.set("roots", "[" + (temp_.path() / "link").string() + "]");
  serve();
  push_first();
  EXPECT_EQ(last().repository, "a");
}

TEST_F(Install, PathMayBeRelative) {
  serve();
  const fs::path other = host_.root() / "b.git";
  must({{"git", "init", "--quiet", "--bare", other.string()}, temp_.path()});
  Command command = host_.rcx_command({"install", "b.git"});
  command.directory = host_.root();
  const Outcome installed = run(command);
  EXPECT_EQ(installed.status, 0) << installed.err;
  EXPECT_TRUE(fs::exists(other / "hooks/pre-receive"));
}

TEST_F(Install, ClientConfThatCannotBeReplaced) {
  const fs::path path = make_repository();
  fs::remove(conf());
  fs::create_directory(conf());
  expect_no_conf(rcx("install", path), "Is a directory", path);
  for (const fs::directory_entry& entry : fs::directory_iterator(host_.directory())) {
    EXPECT_THAT(entry.path().filename().string(), Not(StartsWith("client.conf.")));
  }
  fs::remove(conf());
  EXPECT_EQ(rcx("install", path).status, 0);
  EXPECT_TRUE(fs::exists(path / "hooks/pre-receive"));
}

// The file is there, but tells hooks what rcx.yaml says no more.
TEST_F(Install, ClientConfThatIsOldAndSomebodyElses) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  // The programs may stand where nobody cannot look.
  const fs::path programs = temp_.path() / "bin";
  fs::copy(built_programs(), programs, fs::copy_options::recursive);
  host_.use_programs(programs);
  const fs::path path = make_repository();
  give_away(path, kNobody);
  host_.set("client", "{timeout: 99s}");
  host_.write_config();
  Command command = host_.rcx_command({"install", path.string()});
  command.as_nobody = true;
  const std::string before = read_file(conf());
  expect_no_conf(run(command), "Permission denied", path);
  EXPECT_EQ(read_file(conf()), before);
  must(host_.rcx_command({"install", path.string()}));
  EXPECT_NE(read_file(conf()), before);
  EXPECT_EQ(run(command).status, 0) << "nothing is to be written there any more";
}

// No hook may know where the programs are.
TEST_F(Install, InstallationCanBeMoved) {
  const fs::path first = temp_.path() / "p1";
  const fs::path second = temp_.path() / "p2";
  fs::create_directory(first);
  for (const char* program : {"rcx", "rcxd", "rcx-hook"})
    fs::copy(built_programs() / program, first / program);
  host_.use_programs(first);
  serve();
  push_first();
  ASSERT_EQ(host_.stop(), 0);
  fs::rename(first, second);
  host_.use_programs(second);
  host_.start();
  clone().commit("second");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(records(), SizeIs(4));
}

}  // namespace
}  // namespace rcx::test
