// `rcx install`, `uninstall` and `doctor` with repositories of Mercurial.
#include "tests/systems/mercurial_host.hpp"

namespace rcx::test {
namespace {

class MercurialInstall : public MercurialTest {
 protected:
  std::string doctor() {
    const Outcome found = host_.rcx({"doctor"});
    return found.out + found.err;
  }
};

TEST_F(MercurialInstall, TakesNothingAwayAndLeavesNothingBehind) {
  host_.write_config();
  const fs::path path = host_.root() / "own";
  must({{"hg", "init", path.string()}, "/"});
  write_file(path / ".hg/hgrc", "[ui]\nverbose = no");
  const std::string dry = must(host_.rcx_command({"install", "--dry-run", path.string()}));
  EXPECT_THAT(dry, HasSubstr("would put in " + (path / ".hg/rcx.hgrc").string()));
  EXPECT_FALSE(fs::exists(path / ".hg/rcx.hgrc"));
  must(host_.rcx_command({"install", path.string()}));
  EXPECT_EQ(read_file(path / ".hg/hgrc"), "[ui]\nverbose = no\n%include rcx.hgrc\n");
  EXPECT_THAT(must(host_.rcx_command({"install", path.string()})), HasSubstr("renewed"));
  // Compiled once, and not by each push.
  EXPECT_EQ(std::distance(fs::directory_iterator(host_.directory() / "mercurial/__pycache__"), {}),
            4);
  EXPECT_EQ(read_file(path / ".hg/hgrc"), "[ui]\nverbose = no\n%include rcx.hgrc\n");
  must(host_.rcx_command({"uninstall", path.string()}));
  EXPECT_EQ(read_file(path / ".hg/hgrc"), "[ui]\nverbose = no\n");
  EXPECT_FALSE(fs::exists(path / ".hg/rcx.hgrc"));
  EXPECT_THAT(must(host_.rcx_command({"uninstall", path.string()})), HasSubstr("was not there"));
  must({{"hg", "init", (host_.root() / "bare").string()}, "/"});
  must(host_.rcx_command({"install", (host_.root() / "bare").string()}));
  must(host_.rcx_command({"uninstall", (host_.root() / "bare").string()}));
  EXPECT_FALSE(fs::exists(host_.root() / "bare/.hg/hgrc"));
}

TEST_F(MercurialInstall, AllFindsRepositoriesOfEachSystem) {
  host_.write_config();
  must({{"hg", "init", (host_.root() / "deep/hg").string()}, "/"});
  must({{"git", "init", "--quiet", "--bare", (host_.root() / "git.git").string()}, "/"});
  const std::string said = must(host_.rcx_command({"install", "--all", host_.root().string()}));
  EXPECT_THAT(said, AllOf(HasSubstr("installed " + (host_.root() / "deep/hg").string()),
                          HasSubstr("installed " + (host_.root() / "git.git").string()),
                          HasSubstr("installed 2")));
  EXPECT_TRUE(fs::exists(host_.root() / "deep/hg/.hg/rcx.hgrc"));
}

TEST_F(MercurialInstall, DoctorAsksThroughTheInstalledHook) {
  host_.add("recorder");
  serve();
  EXPECT_THAT(doctor(), HasSubstr("a: hooks are current, asked as root they are answered by rcx"));
  EXPECT_THAT(records(), IsEmpty());
  host_.stop();
  EXPECT_THAT(doctor(), HasSubstr("no host is listening"));
  must(host_.rcx_command({"uninstall", repository().path().string()}));
  EXPECT_THAT(doctor(), HasSubstr("has no hooks of this host"));
}

TEST_F(MercurialInstall, SystemServesAllBelowTheRootsAndNoOther) {
  host_.add("recorder");
  host_.start();
  const fs::path etc = temp_.path() / "etc";
  fs::create_directory(etc);
  write_file(temp_.path() / "gitconfig", "");
  const auto rcx = [&](const Words& words) {
    Command command = host_.rcx_command(words);
    command.variables["HGRCPATH"] = etc.string();
    command.variables["GIT_CONFIG_SYSTEM"] = (temp_.path() / "gitconfig").string();
    command.variables["GIT_CONFIG_NOSYSTEM"] = "0";
    return run(command);
  };
  const Outcome installed = rcx({"install", "--system"});
  EXPECT_EQ(installed.status, 0) << installed.err;
  EXPECT_THAT(installed.out, HasSubstr("wrote " + (etc / "rcx.rc").string()));
  const std::string inside = (host_.root() / "new").string();
  const std::string outside = (temp_.path() / "outside").string();
  HgClone clone(temp_, "c", inside);
  clone.set_variable("HGRCPATH", etc.string());
  for (const std::string& path : {inside, outside}) must({{"hg", "init", path}, "/"});
  clone.commit("first", {{"file", "1\n"}});
  EXPECT_EQ(clone.push({outside}).status, 0);
  EXPECT_THAT(records(), IsEmpty());
  EXPECT_EQ(clone.push().status, 0);
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_THAT(rcx({"doctor"}).out, HasSubstr("new: hooks are current, asked as"));
  EXPECT_THAT(rcx({"uninstall", "--system"}).out,
              HasSubstr("removed " + (etc / "rcx.rc").string()));
  EXPECT_FALSE(fs::exists(etc / "rcx.rc"));
}

TEST_F(MercurialInstall, DoctorFindsAnHgrcThatHgDoesNotTrust) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  serve();
  give_away(repository().path() / ".hg/hgrc", kNobody);
  EXPECT_THAT(doctor(), AllOf(HasSubstr("belongs to nobody, whom hg does not trust"),
                              HasSubstr("chown root ")));
}

TEST_F(MercurialInstall, WithoutHgInstallSaysWhatIsOff) {
  host_.write_config();
  const fs::path path = host_.root() / "own";
  must({{"hg", "init", path.string()}, "/"});
  fs::create_directory(temp_.path() / "bin");
  Command command = host_.rcx_command({"install", path.string()});
  command.variables["PATH"] = (temp_.path() / "bin").string();
  EXPECT_THAT(must(command), HasSubstr("install it with:  apt install mercurial"));
  command.argv = host_.rcx_command({"doctor"}).argv;
  EXPECT_THAT(run(command).out, HasSubstr("Mercurial is off: hg is not on the PATH"));
}

}  // namespace
}  // namespace rcx::test
