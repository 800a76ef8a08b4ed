// `rcx install --all` and its undoing, in a tree that holds what trees hold.
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class InstallAll : public HostTest {
 protected:
  InstallAll() { host_.add("recorder"); }
  void SetUp() override { host_.write_config(); }

  void make(const std::string& name, const Words& more = {"--bare"}) {
    Words words = {"git", "init", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back((host_.root() / name).string());
    must({words, temp_.path()});
  }
  Outcome all(const std::string& what, const Words& more = {}) {
    Words words = {what, "--all", host_.root().string()};
    words.insert(words.end(), more.begin(), more.end());
    return host_.rcx(words);
  }
  bool has_hooks(const std::string& git_directory) const {
    const fs::path hooks = host_.root() / git_directory / "hooks";
    const bool pre = fs::exists(hooks / "pre-receive");
    EXPECT_EQ(pre, fs::exists(hooks / "post-receive")) << git_directory;
    EXPECT_EQ(pre, fs::exists(hooks / "rcx-instance")) << git_directory;
    return pre;
  }
  std::string shown(const std::string& name) const { return (host_.root() / name).string(); }
};

TEST_F(InstallAll, FindsEveryRepository) {
  for (const char* name : {"a.git", "team/b.git", "team/deep/c", "with space.git"}) make(name);
  make("work", {});
  make("work/vendor/inner.git");
  make("team/new\nline.git");
  make("team/caf\xE9\x1B[31m.git");
  const Outcome done = all("install");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.err, "");
  for (const char* name : {"a.git", "team/b.git", "team/deep/c", "with space.git", "work/.git",
                           "team/new\nline.git", "team/caf\xE9\x1B[31m.git"}) {
    EXPECT_TRUE(has_hooks(name)) << name;
  }
  EXPECT_FALSE(has_hooks("work/vendor/inner.git")) << "it lies in a repository";
  // One line each, and nothing that a terminal would obey.
  EXPECT_EQ(done.out, "installed " + shown("a.git") + "\n" +           //
                          "installed " + shown("team/b.git") + "\n" +  //
                          "installed " + shown("team/caf\\xe9[31m.git") + "\n" + "installed " +
                          shown("team/deep/c") + "\n" + "installed " + shown("team/new line.git") +
                          "\n" + "installed " + shown("with space.git") + "\n" + "installed " +
                          shown("work") + "\n" +  //
                          "below " + host_.root().string() +
                          ": failed 0, installed 7, skipped 0\n");
}

TEST_F(InstallAll, TwiceIsAsOnceAndCanBeUndone) {
  make("a.git");
  make("work", {});
  write_file(host_.root() / "a.git/hooks/pre-receive", "#!/bin/sh\n", 0755);
  const Outcome first = all("install");
  EXPECT_THAT(first.out,
              HasSubstr("installed " + shown("a.git") + ", after its own pre-receive\n"));
  const Outcome again = all("install");
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, AllOf(HasSubstr("renewed " + shown("a.git") + "\n"),
                               HasSubstr("failed 0, renewed 2, skipped 0\n")));
  const Outcome undone = all("uninstall");
  EXPECT_EQ(undone.status, 0) << undone.err;
  EXPECT_THAT(undone.out, AllOf(HasSubstr("uninstalled " + shown("a.git") +
                                          ", with its own pre-receive back\n"),
                                HasSubstr("failed 0, skipped 0, uninstalled 2\n")));
  EXPECT_EQ(read_file(host_.root() / "a.git/hooks/pre-receive"), "#!/bin/sh\n");
  EXPECT_FALSE(has_hooks("work/.git"));
  const Outcome nothing = all("uninstall");
  EXPECT_EQ(nothing.status, 0);
  EXPECT_THAT(nothing.out, HasSubstr("nothing to do in " + shown("work") + "\n"));
}

TEST_F(InstallAll, DryRunChangesNothing) {
  make("a.git");
  const Outcome dry = all("install", {"--dry-run"});
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_THAT(dry.out, AllOf(HasSubstr("would install " + shown("a.git") + "\n"),
                             HasSubstr("skipped 0, would install 1; nothing was changed\n")));
  EXPECT_FALSE(has_hooks("a.git"));
  const Outcome one = host_.rcx({"install", "--dry-run", shown("a.git")});
  EXPECT_THAT(one.out, HasSubstr("would put in " + shown("a.git/hooks/pre-receive")));
  EXPECT_FALSE(has_hooks("a.git"));
  ASSERT_EQ(all("install").status, 0);
  EXPECT_THAT(all("install", {"--dry-run"}).out, HasSubstr("would renew " + shown("a.git")));
  EXPECT_THAT(all("uninstall", {"--dry-run"}).out, HasSubstr("would uninstall " + shown("a.git")));
  EXPECT_THAT(host_.rcx({"uninstall", "--dry-run", shown("a.git")}).out,
              HasSubstr("would take out " + shown("a.git/hooks/pre-receive")));
  EXPECT_TRUE(has_hooks("a.git"));
}

// Each of them fails alone, before anything of it was changed.
TEST_F(InstallAll, GoesOnAfterAFailure) {
  make("a.git");
  make("broken.git");
  make("elsewhere.git");
  make("z.git");
  write_file(host_.root() / "broken.git/HEAD", "nonsense\n");
  const fs::path shared = temp_.path() / "shared";
  fs::create_directory(shared);
  must({{"git", "config", "core.hooksPath", shared.string()}, host_.root() / "elsewhere.git"});
  make("foreign.git");
  for (const char* name : {"post-receive", "post-receive.before-rcx"}) {
    write_file(host_.root() / "foreign.git/hooks" / name, "#!/bin/sh\n", 0755);
  }
  for (const Words& more : {Words{"--dry-run"}, Words{}}) {
    const Outcome done = all("install", more);
    EXPECT_EQ(done.status, 1);
    EXPECT_THAT(done.err, AllOf(HasSubstr("rcx: failed " + shown("broken.git") + ": "),
                                HasSubstr("rcx: failed " + shown("elsewhere.git") + ": "),
                                HasSubstr("core.hooksPath"),
                                HasSubstr("rcx: failed " + shown("foreign.git") + ": both ")));
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 3) << done.err;
    EXPECT_THAT(done.out, HasSubstr("failed 3, "));
  }
  EXPECT_TRUE(has_hooks("a.git"));
  EXPECT_TRUE(has_hooks("z.git"));
  EXPECT_TRUE(fs::is_empty(shared));
  EXPECT_FALSE(fs::exists(host_.root() / "foreign.git/hooks/pre-receive"));
}

// git itself would look further up the tree, and find another one.
TEST_F(InstallAll, BrokenRepositoryWithinAnotherIsNotTheOther) {
  must({{"git", "init", "--quiet", host_.directory().string()}, temp_.path()});
  make("broken.git");
  write_file(host_.root() / "broken.git/HEAD", "nonsense\n");
  EXPECT_EQ(all("install").status, 1);
  EXPECT_EQ(host_.rcx({"install", shown("broken.git")}).status, 1);
  EXPECT_EQ(host_.rcx({"install", host_.root().string()}).status, 1);
  EXPECT_FALSE(fs::exists(host_.directory() / ".git/hooks/pre-receive"));
}

TEST_F(InstallAll, SaysWhatItLeavesOut) {
  make("a.git");
  make("sha256.git", {"--bare", "--object-format=sha256"});
  make("half.git");
  fs::remove(host_.root() / "half.git/HEAD");
  make("half.git/below.git");
  make("work", {});
  must({{"git", "commit", "--quiet", "--allow-empty", "-m", "first"}, host_.root() / "work"});
  must({{"git", "worktree", "add", "--quiet", shown("tree")}, host_.root() / "work"});
  fs::create_directory(host_.root() / "team");
  fs::create_directory_symlink(host_.root(), host_.root() / "team/loop");
  make("../outside.git");
  fs::create_directory_symlink(host_.directory() / "outside.git", host_.root() / "link.git");
  const Outcome done = all("install");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.err,
              AllOf(HasSubstr("rcx: skipped " + shown("half.git") + ": is half a repository"),
                    HasSubstr("rcx: skipped " + shown("tree") + ": its .git is a file"),
                    HasSubstr("rcx: skipped " + shown("team/loop") + ": is a symbolic link"),
                    HasSubstr("rcx: skipped " + shown("link.git") + ": is a symbolic link")));
  EXPECT_THAT(done.out, HasSubstr("failed 0, installed 4, skipped 4\n"));
  EXPECT_TRUE(has_hooks("half.git/below.git"));
  EXPECT_TRUE(has_hooks("sha256.git"));
  EXPECT_FALSE(has_hooks("../outside.git"));
}

// Which takes pushes as well.
TEST_F(InstallAll, FindsARepositoryWithinAnother) {
  make("outer.git");
  make("outer.git/team/inner.git");
  make("outer.git/objects/kept.git");
  fs::create_directories(host_.root() / "outer.git/logs/refs");
  write_file(host_.root() / "outer.git/logs/HEAD", "");
  make("work", {});
  make("work/below.git");
  const Outcome done = all("install");
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.err, "");
  EXPECT_THAT(done.out, HasSubstr("failed 0, installed 3, skipped 0\n"));
  EXPECT_TRUE(has_hooks("outer.git"));
  EXPECT_TRUE(has_hooks("outer.git/team/inner.git"));
  EXPECT_FALSE(has_hooks("outer.git/objects/kept.git"));
  EXPECT_FALSE(has_hooks("work/below.git"));
}

TEST_F(InstallAll, RootMustBeOneOfTheInstance) {
  for (const char* what : {"install", "uninstall"}) {
    const Outcome outside = host_.rcx({what, "--all", host_.directory().string()});
    EXPECT_EQ(outside.status, 1);
    EXPECT_THAT(outside.err, AllOf(HasSubstr("below none of the roots"),
                                   HasSubstr("(" + host_.root().string() + ")")));
    const Outcome absent = host_.rcx({what, "--all", shown("absent")});
    EXPECT_EQ(absent.status, 1);
    EXPECT_THAT(absent.err, HasSubstr("No such file"));
    EXPECT_EQ(host_.rcx({what}).status, 2);
    EXPECT_EQ(host_.rcx({what, shown("a.git"), "--all", shown("a.git")}).status, 2);
  }
}

TEST_F(InstallAll, PartOfATree) {
  make("a.git");
  make("team/b.git");
  EXPECT_EQ(host_.rcx({"install", "--all", shown("team")}).status, 0);
  EXPECT_FALSE(has_hooks("a.git"));
  EXPECT_TRUE(has_hooks("team/b.git"));
  EXPECT_EQ(host_.rcx({"install", "--all", shown("a.git")}).status, 0);
  EXPECT_TRUE(has_hooks("a.git"));
}

TEST_F(InstallAll, WhatWasFoundIsServed) {
  make("team/b.git", {"--bare", "--initial-branch=main"});
  ASSERT_EQ(all("install").status, 0);
  serve();
  clone().commit("first");
  const Outcome pushed = run(clone().command({"push", shown("team/b.git"), "main"}));
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(last().repository, "team/b");
}

TEST_F(InstallAll, DirectoryThatItMayNotRead) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  TempDir temp;
  const Instance instance(temp, true);
  instance.write_config();
  const fs::path root = instance.root();
  for (const char* name : {"a.git", "readonly.git"}) {
    must({{"git", "init", "--quiet", "--bare", (root / name).string()}, root, {}, {}, true});
  }
  give_away(root / "readonly.git/hooks", 0);
  for (const auto mode : {fs::perms::none, fs::perms::owner_all | fs::perms::others_read}) {
    const fs::path locked = root / ("locked" + std::to_string(static_cast<unsigned>(mode)));
    fs::create_directories(locked / "b.git");
    fs::permissions(locked, mode);
  }
  const Outcome dry = instance.rcx({"install", "--all", root.string(), "--dry-run"});
  const Outcome done = instance.rcx({"install", "--all", root.string()});
  for (const Outcome& told : {dry, done}) {
    EXPECT_EQ(told.status, 1);
    EXPECT_THAT(told.err, ContainsRegex("rcx: failed .*/readonly.git: .*Permission denied"));
    EXPECT_THAT(told.err, ContainsRegex("rcx: failed .*/locked0: cannot be read: Permission"));
    EXPECT_THAT(told.err, ContainsRegex("rcx: failed .*/locked452: cannot be read: Permission"));
  }
  EXPECT_THAT(done.out, HasSubstr("failed 3, installed 1, skipped 0\n"));
  EXPECT_TRUE(fs::exists(root / "a.git/hooks/pre-receive"));
}

}  // namespace
}  // namespace rcx::test
