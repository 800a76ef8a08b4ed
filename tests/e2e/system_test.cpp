// `rcx install --system`: one installation for every repository below the roots.
#include "tests/e2e/system.hpp"

#include <unistd.h>

#include <boost/json.hpp>

namespace rcx::test {
namespace {

class System : public SystemTest {};

TEST_F(System, ServesEveryRepositoryBelowTheRoots) {
  serve_all();
  EXPECT_THAT(forwarders(),
              UnorderedElementsAre("rcx-instance", "rcx-forwards", "pre-receive", "post-receive"));
  EXPECT_FALSE(fs::exists(repository().hook("pre-receive")));
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
  // One that is made later, by nobody who knows of rcx.
  const fs::path later = host_.root() / "group/later.git";
  must({{"git", "init", "--quiet", "--bare", later.string()}, "/"});
  EXPECT_EQ(run(clone().command({"push", later.string(), "main"})).status, 0);
  EXPECT_EQ(last().repository, "group/later");
  EXPECT_THAT(records(), SizeIs(4));
}

TEST_F(System, RefusesWhatExtensionsRefuse) {
  host_.add("refuser", "{settings: {reason: closed today}}");
  serve_all();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), Contains(HasSubstr("closed today")));
  EXPECT_EQ(repository().id("main"), "");
}

TEST_F(System, WithoutAHostItRefuses) {
  host_.set("client", "{connect_timeout: 0s}");
  serve_all();
  ASSERT_EQ(host_.stop(), 0);
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), Contains(HasSubstr("no host is listening")));
  EXPECT_EQ(repository().id("main"), "");
}

TEST_F(System, OtherRepositoriesAreLeftAlone) {
  serve_all();
  const fs::path tree = make_work_tree(temp_.path() / "developer");
  put_hook(tree / ".git", "pre-commit", "touch \"$PWD/ran\"; exit 1");
  EXPECT_EQ(commit(tree).status, 1);
  EXPECT_TRUE(fs::exists(tree / "ran")) << "their own pre-commit runs, and counts";
  EXPECT_EQ(run(git({"config", "core.hooksPath"}, tree)).out, "");

  const fs::path bare = temp_.path() / "bare.git";
  must(git({"init", "--quiet", "--bare", bare.string()}, "/"));
  put_hook(bare, "pre-receive", "echo bare hook >&2");
  clone().commit("first");
  EXPECT_THAT(run(clone().command({"push", bare.string(), "main"})).remote(),
              ElementsAre("bare hook"));
  EXPECT_THAT(records(), IsEmpty());
  // A name that begins as that of the root.
  const fs::path beside = make_work_tree(host_.root().string() + "-beside");
  EXPECT_EQ(run(git({"config", "core.hooksPath"}, beside)).out, "");
}

TEST_F(System, ItsOwnHooksRunFirstWithAllThatGitGives) {
  serve();
  take_copies_out();
  const fs::path& path = repository().path();
  put_hook(path, "pre-receive", "cat > pre; echo own pre $# >&2");
  put_hook(path, "post-receive", "cat > post; echo own post >&2");
  put_hook(path, "update", "printf '%s\\n' \"$@\" > update; echo own update >&2");
  put_hook(path, "post-update", "printf '%s\\n' \"$@\" > post-update");
  put_hook(path, "reference-transaction", "cat > \"transaction-$1\"");
  const Outcome installed = install();
  EXPECT_THAT(installed.out, HasSubstr("/update, which only runs a repository's own, as " +
                                       fs::canonical(path).string() + " has"));
  adopt();
  const std::string id = push_first();
  const std::string line = std::string(40, '0') + " " + id + " refs/heads/main\n";
  EXPECT_EQ(read_file(path / "pre"), line);
  EXPECT_EQ(read_file(path / "post"), line);
  EXPECT_EQ(read_file(path / "update"),
            "refs/heads/main\n" + std::string(40, '0') + "\n" + id + "\n");
  EXPECT_EQ(read_file(path / "post-update"), "refs/heads/main\n");
  EXPECT_THAT(read_file(path / "transaction-committed"), HasSubstr(id + " refs/heads/main"));
  EXPECT_THAT(records(), SizeIs(2));
}

TEST_F(System, ItsOwnHookThatRefusesCounts) {
  serve();
  put_hook(repository().path(), "update", "echo own update says no >&2; exit 1");
  take_copies_out();
  install();
  adopt();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), Contains("own update says no"));
  EXPECT_EQ(repository().id("main"), "");
  EXPECT_THAT(records(), SizeIs(1)) << "pre-receive had agreed";
  put_hook(repository().path(), "pre-receive", "echo own says no >&2; exit 3");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("own says no"));
  EXPECT_THAT(records(), SizeIs(1)) << "no event where the repository itself refuses";
}

TEST_F(System, WhatGitPassesOverIsPassedOver) {
  serve();
  take_copies_out();
  put_hook(repository().path(), "pre-receive", "exit 1");
  fs::permissions(repository().hook("pre-receive"), fs::perms::owner_read);
  put_hook(repository().path(), "update.sample", "exit 1");
  install();
  adopt();
  push_first();
  EXPECT_THAT(forwarders(), Not(Contains("update")));
}

TEST_F(System, DevelopersBelowARootKeepTheirHooks) {
  serve_all();
  const fs::path tree = make_work_tree(host_.root() / "project");
  put_hook(tree / ".git", "pre-commit", "exec touch \"$PWD/ran-pre-commit\"");
  // Without `#!`, as git allows.
  write_file(tree / ".git/hooks/commit-msg", "test -f \"$1\" && echo told >> \"$1\"\n", 0755);
  install();
  EXPECT_EQ(commit(tree).status, 0);
  EXPECT_TRUE(fs::exists(tree / "ran-pre-commit"));
  EXPECT_EQ(must(git({"log", "-1", "--format=%B"}, tree)), "one\ntold\n\n");
  put_hook(tree / ".git", "pre-commit", "exit 1");
  EXPECT_EQ(commit(tree).status, 1);
  // In one that has none, the forwarder does nothing.
  EXPECT_EQ(commit(make_work_tree(host_.root() / "plain")).status, 0);

  // A linked work tree has the hooks of its repository, wherever it stands itself.
  put_hook(tree / ".git", "pre-commit", "exec touch \"$PWD/ran-pre-commit\"");
  const fs::path linked = temp_.path() / "linked";
  must(git({"worktree", "add", "--quiet", linked.string()}, tree));
  EXPECT_EQ(commit(linked).status, 0);
  EXPECT_TRUE(fs::exists(linked / "ran-pre-commit"));
  // And one that stands below a root without its repository does not belong there.
  const fs::path elsewhere = make_work_tree(temp_.path() / "elsewhere");
  commit(elsewhere);
  const fs::path guest = host_.root() / "guest";
  must(git({"worktree", "add", "--quiet", guest.string()}, elsewhere));
  EXPECT_EQ(run(git({"config", "core.hooksPath"}, guest)).out, "");
}

TEST_F(System, SubmodulesKeepTheirHooks) {
  serve_all();
  const fs::path module = make_work_tree(temp_.path() / "module");
  commit(module);
  const fs::path tree = make_work_tree(host_.root() / "project");
  must(git(
      {"-c", "protocol.file.allow=always", "submodule", "--quiet", "add", module.string(), "sub"},
      tree));
  put_hook(tree / ".git/modules/sub", "pre-commit", "exit 1");
  install();
  EXPECT_EQ(commit(tree / "sub").status, 1);
  EXPECT_EQ(commit(tree).status, 0);
}

TEST_F(System, WhereItWasInstalledBeforeNobodyIsAskedTwice) {
  serve();
  must(host_.rcx_command({"uninstall", repository().path().string()}));
  put_hook(repository().path(), "pre-receive", "echo own hook >&2");
  must(host_.rcx_command({"install", repository().path().string()}));
  install();
  adopt();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("own hook"));
  EXPECT_THAT(records(), SizeIs(2));
  // Nothing is left to install there, and the copies go.
  const Words one = {"install", repository().path().string()};
  EXPECT_THAT(rcx(one).out, HasSubstr("nothing to do: git runs the hooks of this instance"));
  const Outcome all = rcx({"install", "--all", host_.root().string()});
  EXPECT_THAT(all.out, HasSubstr("a.git, which  rcx install --system  has served"));
  const Outcome taken = rcx({"uninstall", repository().path().string()});
  EXPECT_EQ(taken.status, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("git still runs the hooks in " + hooks().string()));
  EXPECT_THAT(read_file(repository().hook("pre-receive")), HasSubstr("own hook"));
  clone().commit("second");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("own hook"));
  EXPECT_THAT(records(), SizeIs(4));
}

TEST_F(System, TwiceIsAsOnceAndDryChangesNothing) {
  serve();
  take_copies_out();
  const Outcome dry = rcx({"install", "--system", "--dry-run"});
  EXPECT_THAT(dry.out, AllOf(HasSubstr("would put in " + (hooks() / "pre-receive").string()),
                             HasSubstr("would have git's system configuration include them where "
                                       "gitdir:" +
                                       fs::canonical(host_.root()).string() + "/")));
  EXPECT_EQ(read_file(config()), "");
  EXPECT_THAT(forwarders(), IsEmpty());
  install();
  const std::string before = read_file(config());
  const Outcome again = install();
  EXPECT_THAT(again.out, AllOf(HasSubstr("renewed "), HasSubstr("left git's system")));
  EXPECT_EQ(read_file(config()), before);
}

TEST_F(System, UninstallLeavesNothing) {
  serve();
  take_copies_out();
  write_file(config(), "[user]\n\tname = Somebody\n");
  install();
  adopt();
  const Outcome dry = rcx({"uninstall", "--system", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("would have git's system configuration include no more hooks"));
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
  const Outcome taken = rcx({"uninstall", "--system"});
  EXPECT_EQ(taken.status, 0) << taken.err;
  EXPECT_THAT(taken.out, HasSubstr("removes when it is typed again"));
  EXPECT_EQ(read_file(config()), "[user]\n\tname = Somebody\n");
  EXPECT_THAT(forwarders(), Contains("post-receive")) << "for pushes that have begun";
  put_hook(repository().path(), "pre-receive", "echo own hook >&2");
  clone().commit("second");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("own hook"));
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_EQ(rcx({"uninstall", "--system"}).status, 0);
  EXPECT_FALSE(fs::exists(host_.directory() / "git"));
  EXPECT_EQ(rcx({"uninstall", "--system"}).status, 0) << "once more is no error";
}

// What serves pulls stands beside it.
TEST_F(System, PullsAreInstalledAndTakenOutByThemselves) {
  serve_all();
  ASSERT_EQ(rcx({"install", "--pull", "system"}).status, 0);
  ASSERT_EQ(rcx({"uninstall", "--pull", "system"}).status, 0);
  ASSERT_EQ(rcx({"uninstall", "--pull", "print"}).status, 0);
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
  ASSERT_EQ(rcx({"install", "--system", "--pull", "system"}).status, 0);
  ASSERT_EQ(rcx({"uninstall", "--system"}).status, 0);
  ASSERT_EQ(rcx({"uninstall", "--system"}).status, 0);
  EXPECT_FALSE(fs::exists(hooks()));
  EXPECT_TRUE(fs::exists(host_.directory() / "git/pack-objects"));
}

TEST_F(System, NamesWithSpacesAndPatternsAreNames) {
  const fs::path odd = temp_.path() / "we ird [a]*?\"x\\y";
  const fs::path alike = temp_.path() / "we ird azz?\"x\\y";
  fs::create_directories(odd);
  fs::create_directories(alike);
  host_.set("roots", "[" + host_.root().string() + ", '" + odd.string() + "']");
  serve();
  take_copies_out();
  install();
  adopt();
  const fs::path inside = odd / "b.git";
  const fs::path outside = alike / "b.git";
  for (const fs::path& path : {inside, outside}) {
    must({{"git", "init", "--quiet", "--bare", path.string()}, "/"});
  }
  clone().commit("first");
  EXPECT_EQ(run(clone().command({"push", inside.string(), "main"})).status, 0);
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_EQ(run(clone().command({"push", outside.string(), "main"})).status, 0);
  EXPECT_THAT(records(), SizeIs(2));
  ASSERT_EQ(rcx({"uninstall", "--system"}).status, 0);
  EXPECT_EQ(read_file(config()), "");
}

TEST_F(System, RootMayBeALink) {
  fs::create_directory_symlink(host_.root(), temp_.path() / "link");
  host_.set("roots", "[" + (temp_.path() / "link").string() + "]");
  serve();
  take_copies_out();
  install();
  adopt();
  push_first();
  EXPECT_EQ(last().repository, "a");
  clone().git({"remote", "set-url", "origin", (temp_.path() / "link/a.git").string()});
  clone().commit("second");
  EXPECT_EQ(push({"main"}).status, 0);
  EXPECT_THAT(records(), SizeIs(4));
}

// Neither git nor the client takes where the link stands for where the repository is.
TEST_F(System, ALinkOutOfTheRootsIsNoneOfTheHosts) {
  serve_all();
  const fs::path outside = temp_.path() / "outside.git";
  must({{"git", "init", "--quiet", "--bare", outside.string()}, "/"});
  put_hook(outside, "pre-receive", "echo own hook >&2");
  fs::create_symlink(outside, host_.root() / "inside.git");
  clone().commit("first");
  for (const fs::path& path : {outside, host_.root() / "inside.git"}) {
    const Outcome pushed =
        run(clone().command({"push", path.string(), "main:" + path.stem().string()}));
    EXPECT_EQ(pushed.status, 0) << pushed.err;
    EXPECT_THAT(pushed.remote(), ElementsAre("own hook"));
  }
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(System, RootsThatComeAndGo) {
  serve_all();
  const fs::path second = temp_.path() / "second";
  fs::create_directory(second);
  host_.set("roots", "[" + second.string() + "]");
  host_.write_config();
  const Outcome seen = rcx({"doctor"});
  EXPECT_EQ(seen.status, 1);
  EXPECT_THAT(
      seen.out,
      AllOf(HasSubstr("does not send repositories here where gitdir:" + second.string() + "/"),
            HasSubstr(cure())));
  const Outcome again = install();
  EXPECT_THAT(again.out, AllOf(HasSubstr("include them where gitdir:" + second.string()),
                               HasSubstr("include them no more where gitdir:")));
  EXPECT_THAT(read_file(config()), Not(HasSubstr(host_.root().string() + "/\"")));
}

TEST_F(System, AnUpgradeRenewsThem) {
  serve_all();
  write_file(hooks() / "pre-receive", read_file(hooks() / "pre-receive") + " ", 0755);
  const Outcome seen = rcx({"doctor"});
  EXPECT_EQ(seen.status, 1);
  EXPECT_THAT(seen.out, AllOf(HasSubstr("pre-receive is of another release"), HasSubstr(cure())));
  install();
  EXPECT_EQ(rcx({"doctor"}).status, 0);
}

TEST_F(System, StatusAndDoctorTell) {
  serve();
  take_copies_out();
  EXPECT_THAT(rcx({"status"}).out, HasSubstr("hooks          one  repositories have hooks one by"));
  install();
  EXPECT_THAT(rcx({"status"}).out, HasSubstr("hooks          all  git runs those of this instance "
                                             "for all below the roots, by git's system"));
  const auto json = boost::json::parse(rcx({"--json", "status"}).out);
  EXPECT_TRUE(json.at("hooks").at("for_all").as_bool());
  const Outcome said = rcx({"doctor"});
  EXPECT_EQ(said.status, 0) << said.out;
  EXPECT_THAT(said.out, ContainsRegex("a.git: git runs the hooks for all, asked as .* they are "
                                      "answered by rcx .*, worker [0-9]+"));
}

TEST_F(System, DoctorFindsAHookThatIsPassedOver) {
  serve_all();
  put_hook(repository().path(), "post-update", "exit 0");
  const Outcome missing = rcx({"doctor"});
  EXPECT_EQ(missing.status, 1);
  EXPECT_THAT(missing.out, AllOf(HasSubstr("a.git: its own post-update is passed over, because " +
                                           (hooks() / "post-update").string() + " is not there"),
                                 HasSubstr(cure())));
  install();
  EXPECT_EQ(rcx({"doctor"}).status, 0);
  fs::remove(repository().hook("post-update"));
  const Outcome idle = rcx({"doctor"});
  EXPECT_EQ(idle.status, 0);
  EXPECT_THAT(idle.out, HasSubstr("post-update runs for every repository, and none has a"));
  EXPECT_THAT(install().out, HasSubstr("took out " + (hooks() / "post-update").string()));
  EXPECT_FALSE(fs::exists(hooks() / "post-update"));
}

TEST_F(System, ARepositoryWithAHooksPathOfItsOwnIsNamed) {
  serve_all();
  const fs::path shared = temp_.path() / "shared-hooks";
  fs::create_directory(shared);
  repository().git({"config", "core.hooksPath", shared.string()});
  const Outcome said = rcx({"doctor"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.out, HasSubstr("core.hooksPath sends git to " + shared.string()));
  // Among its own hooks, `rcx install` serves it alone.
  repository().git({"config", "core.hooksPath", (repository().path() / "hooks").string()});
  EXPECT_EQ(rcx({"doctor"}).status, 1);
  ASSERT_EQ(rcx({"install", repository().path().string()}).status, 0);
  EXPECT_EQ(rcx({"doctor"}).status, 0);
  push_first();
  EXPECT_THAT(records(), SizeIs(2));
}

}  // namespace
}  // namespace rcx::test
