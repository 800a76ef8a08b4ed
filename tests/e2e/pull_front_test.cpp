// The client in front of git-upload-pack and git-upload-archive, as behind ssh; and how it is put
// there.
#include "tests/e2e/pull.hpp"

namespace rcx::test {
namespace {

// A directory whose git says that it is 2.30.2, and knows as little about paths.
class OlderGit {
 public:
  explicit OlderGit(const TempDir& temp) : directory_(temp.path() / "older") {
    write_file(directory_ / "git",
               "#!/bin/sh\nPATH=${PATH#*:}\ncase \"$*\" in\n"
               "--version) echo git version 2.30.2 ;;\n"
               "*--path-format=absolute*) echo --path-format=absolute; echo . ;;\n"
               "*) exec git \"$@\" ;;\nesac\n",
               0755);
  }
  std::string path() const { return directory_.string() + ":" + std::getenv("PATH"); }

 private:
  fs::path directory_;
};

class PullFront : public PullTest {
 protected:
  Command list_remote(const std::string& repository) {
    return git({"ls-remote", "--quiet", "--upload-pack=" + program("git-upload-pack"), repository},
               temp_.path());
  }
};

TEST_F(PullFront, RefusesBeforeTheAdvertisement) {
  serve_pulls("{reason: not for you}");
  for (const char* version : {"protocol.version=0", "protocol.version=2"}) {
    Command command = git({"-c", version, "clone", "--quiet", "--upload-pack",
                           program("git-upload-pack"), url(), "one"},
                          temp_.path());
    const Outcome refused = run(command);
    EXPECT_EQ(refused.status, 128);
    Event asked = pulls("pre_pull").back();
    EXPECT_EQ(refused.err,
              "fatal: remote error: not for you [puller]\nrcx: pull refused, decision " +
                  asked["id"] + "\n");
    EXPECT_EQ(asked["told"], "0");
    EXPECT_EQ(asked["hook"], "upload_pack");
    EXPECT_EQ(asked["wanted"], "");
  }
  EXPECT_EQ(run(list_remote(url())).out, "");
}

TEST_F(PullFront, AsksAgainAboutThePack) {
  serve_pulls("{say: hello}");
  const Outcome cloned = make_clone("one", in_front());
  ASSERT_EQ(cloned.status, 0) << cloned.err;
  ASSERT_THAT(pulls("pre_pull"), SizeIs(2));
  EXPECT_EQ(pulls("pre_pull").at(0)["told"], "0");
  EXPECT_EQ(pulls("pre_pull").at(1)["told"], "1");
  EXPECT_EQ(pulls("pre_pull").at(1)["clone"], "1");
  ASSERT_THAT(pulls("pull"), SizeIs(1));
  EXPECT_EQ(pulls("pull").at(0)["push_id"], pulls("pre_pull").at(1)["push_id"]);
}

// Also where git is not configured to ask, and where it is configured to ask somebody else.
TEST_F(PullFront, NeedsNoConfiguration) {
  serve_pulls("{clones: fetch instead}");
  write_file(config(), "");
  EXPECT_EQ(make_clone("one").status, 0);
  EXPECT_THAT(pulls(), IsEmpty());
  write_file(config(), "[uploadpack]\n\tpackObjectsHook = false\n");
  EXPECT_THAT(make_clone("two", in_front()).remote(), Contains("fetch instead [puller]"));
}

TEST_F(PullFront, FindsTheRepositoryAsGitDoes) {
  serve_pulls("{reason: no}");
  const fs::path work = host_.root() / "tree";
  ASSERT_EQ(
      run(git({"clone", "--quiet", clone().path().string(), work.string()}, temp_.path())).status,
      0);
  fs::create_symlink(host_.root(), temp_.path() / "link");
  const std::string root = host_.root().string();
  for (const std::string& name : {root + "/a", root + "/a.git", root + "/a.git/", root + "/tree",
                                  root + "/tree/.git", (temp_.path() / "link/a.git").string()}) {
    const std::size_t before = pulls().size();
    const Outcome refused = run({{program("git-upload-pack"), "--timeout=20", name}, "/"});
    EXPECT_THAT(refused.out, HasSubstr("ERR no [puller]")) << name;
    EXPECT_THAT(refused.out, Not(HasSubstr("refs/heads"))) << name;
    EXPECT_EQ(pulls().size(), before + 1) << name;
  }
  Command home{{program("git-upload-pack"), "~/a"}, "/"};
  home.variables["HOME"] = root;
  EXPECT_THAT(run(home).out, HasSubstr("ERR no [puller]"));
  EXPECT_EQ(pulls().back()["repository"], "a");
  // git's own words.
  const Outcome missing = run({{program("git-upload-pack"), root + "/none"}, "/"});
  EXPECT_THAT(missing.err, HasSubstr("does not appear to be a git repository"));
}

TEST_F(PullFront, LeavesAloneWhatIsOutsideOfTheRoots) {
  serve_pulls("{reason: no}");
  ASSERT_EQ(host_.stop(), 0);
  const Outcome listed = run(list_remote(clone().path().string()));
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("refs/heads/main"));
}

TEST_F(PullFront, WithoutAHost) {
  host_.set("client", "{connect_timeout: 50ms}");
  serve_pulls();
  ASSERT_EQ(host_.stop(), 0);
  const Outcome refused = make_clone("one", in_front());
  EXPECT_THAT(refused.err, StartsWith("fatal: remote error: rcx: refused: no host is listening"));
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  host_.start();
  ASSERT_EQ(host_.stop(), 0);
  const Outcome allowed = make_clone("two", in_front());
  EXPECT_EQ(allowed.status, 0) << allowed.err;
  EXPECT_THAT(allowed.err, StartsWith("rcx: warning: no host is listening"));
}

TEST_F(PullFront, ArchivesAreAskedAbout) {
  serve_pulls();
  const Words words = {"archive", "--remote=" + url(), "--exec=" + program("git-upload-archive"),
                       "main"};
  const Outcome sent = run(git(words, temp_.path()));
  EXPECT_EQ(sent.status, 0) << sent.err;
  EXPECT_THAT(sent.out, HasSubstr("two\n"));
  EXPECT_EQ(pulls().at(0)["hook"], "upload_archive");
  host_.name("puller", "{settings: {reason: no}}");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  const Outcome refused = run(git(words, temp_.path()));
  EXPECT_EQ(refused.status, 128);
  EXPECT_THAT(refused.err, StartsWith("fatal: remote error: no [puller]"));
}

TEST_F(PullFront, RcxItselfStandsThereAsWell) {
  serve_pulls("{clones: fetch instead}");
  const std::string command =
      (built_programs() / "rcx").string() + " -c " + host_.file().string() + " git-upload-pack";
  EXPECT_THAT(make_clone("one", {"--upload-pack", command}).remote(),
              Contains("fetch instead [puller]"));
  EXPECT_EQ(pulls().at(0)["hook"], "upload_pack");
}

// ---- Putting it there ----

TEST_F(PullFront, InstalledSeenAndTakenOut) {
  host_.add("puller");
  serve();
  EXPECT_THAT(rcx({"status"}).out, ContainsRegex("pulls +off  git does not ask"));
  EXPECT_THAT(rcx({"doctor"}).out,
              ContainsRegex("warn  pulls +extensions handle them, and git does not ask.*; to have "
                            "it, type:  rcx -c .* install --pull system"));
  const Outcome dry = rcx({"install", "--pull", "global", "--dry-run"});
  EXPECT_THAT(dry.out, HasSubstr("would set uploadpack.packObjectsHook (global)"));
  EXPECT_FALSE(fs::exists(host_.directory() / "git"));
  install();
  install();
  EXPECT_EQ(read_file(config()),
            "[uploadpack]\n\tpackObjectsHook = " + program("pack-objects") +
                "\n[includeIf \"gitdir:" + fs::canonical(host_.root()).string() +
                "/\"]\n\tpath = " + program("pulls.gitconfig") + "\n");
  EXPECT_THAT(rcx({"status"}).out, ContainsRegex("pulls +on   fetches and clones are asked about"));
  EXPECT_THAT(rcx({"doctor"}).out,
              ContainsRegex("ok    pulls +fetches and clones are asked about"));
  EXPECT_THAT(rcx({"uninstall", "--pull", "print"}).err, HasSubstr("where pulls would fail"));
  EXPECT_EQ(rcx({"uninstall", "--pull", "global"}).status, 0);
  EXPECT_EQ(read_file(config()), "");
  EXPECT_EQ(rcx({"uninstall", "--pull", "print"}).status, 0);
  EXPECT_FALSE(fs::exists(host_.directory() / "git"));
}

// It would pass over what the client in front of it says.
TEST_F(PullFront, AnOlderGitIsRefused) {
  host_.add("puller");
  serve();
  const OlderGit older(temp_);
  const auto with_older = [&](const Words& arguments) {
    Command command = host_.rcx_command(arguments);
    command.variables = variables();
    command.variables["PATH"] = older.path();
    return run(command);
  };
  for (const char* scope : {"global", "print"}) {
    const Outcome refused = with_older({"install", "--pull", scope});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err,
                HasSubstr("to ask about fetches and clones git 2.31 or later is needed, "
                          "got 'git version 2.30.2'; install a newer one"));
  }
  EXPECT_EQ(read_file(config()), "");
  install();
  EXPECT_THAT(with_older({"doctor"}).out, ContainsRegex("fail  pulls +to ask about fetches and "));
  EXPECT_THAT(with_older({"install", repository().path().string()}).err,
              HasSubstr("to tell where hooks belong git 2.31 or later is needed, got"));
}

TEST_F(PullFront, PrintsWhatToType) {
  host_.write_config();
  const Outcome printed = rcx({"install", "--pull", "print"});
  EXPECT_EQ(printed.status, 0) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr("git config --system uploadpack.packObjectsHook " +
                                     program("pack-objects") + "\n"));
  // Typed as it is printed, it is what `rcx install --pull global` would do.
  const std::size_t first = printed.out.find("  git config --global ");
  ASSERT_NE(first, std::string::npos);
  must({{"sh", "-e", "-c", printed.out.substr(first)}, temp_.path(), variables()});
  EXPECT_THAT(rcx({"doctor"}).out,
              ContainsRegex("ok    pulls +fetches and clones are asked about"));
  write_file(config(), "");
  EXPECT_EQ(read_file(config()), "");
}

TEST_F(PullFront, SomebodyElsesHookIsKept) {
  host_.write_config();
  write_file(config(), "[uploadpack]\n\tpackObjectsHook = /opt/cache\n");
  const Outcome refused = rcx({"install", "--pull", "global"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("is set to '/opt/cache' already"));
  EXPECT_THAT(refused.err, HasSubstr("git config --global --unset uploadpack.packObjectsHook"));
}

TEST_F(PullFront, StaleProgramsAreFound) {
  serve_pulls();
  write_file(host_.directory() / "git/pack-objects", "#!/bin/sh\n");
  EXPECT_THAT(rcx({"doctor"}).out,
              ContainsRegex("fail  pulls +.*git/pack-objects is of another release; type:  rcx"));
}

}  // namespace
}  // namespace rcx::test
