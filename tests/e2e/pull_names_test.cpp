// What a client may call a repository, and how, so that git would serve another than the one that
// was asked about, or one that nobody was asked about.
#include "tests/e2e/pull.hpp"

namespace rcx::test {
namespace {

class PullNames : public PullTest {
 protected:
  Outcome upload_pack(Words words) {
    words.insert(words.begin(), program("git-upload-pack"));
    return run({std::move(words), "/", variables()});
  }
  // As a web server runs it.
  Outcome http(std::map<std::string, std::string> request) {
    Command command{{program("git-http-backend")}, "/", variables()};
    command.variables.merge(request);
    command.variables["REQUEST_METHOD"] = "GET";
    command.variables["QUERY_STRING"] = "service=git-upload-pack";
    command.variables["GIT_HTTP_EXPORT_ALL"] = "1";
    return run(command);
  }
  std::string served() const { return (host_.root() / "a.git").string(); }
  static std::string slashes() { return std::string(5000, '/'); }
};

TEST_F(PullNames, HaveAsManySlashesAsTheyLike) {
  serve_pulls("{reason: no}");
  const Outcome listed = upload_pack({served() + slashes()});
  EXPECT_THAT(listed.out, HasSubstr("ERR no [puller]"));
  EXPECT_THAT(listed.out, Not(HasSubstr("refs/heads")));
  const Outcome archive = run(git({"archive", "--remote=file://" + served() + slashes(),
                                   "--exec=" + program("git-upload-archive"), "main"},
                                  temp_.path()));
  EXPECT_NE(archive.status, 0);
  EXPECT_EQ(archive.out, "");
  EXPECT_THAT(http({{"PATH_TRANSLATED", served() + slashes() + "/info/refs"}}).out,
              AllOf(StartsWith("Status: 404 "), Not(HasSubstr("refs/heads"))));
  EXPECT_THAT(http({{"PATH_TRANSLATED", served() + "///info/refs"}}).out,
              HasSubstr("ERR no [puller]"));
}

TEST_F(PullNames, ThatAreNotFoundHereAreNotLeftToGit) {
  serve_pulls();
  const std::string dots = host_.root().string() + std::string(5000, '/') + "a.git";
  for (const std::string& name : {dots, "~nobody_of_this_name" + served(), std::string("~"),
                                  (host_.root() / "none").string(), std::string()}) {
    const Outcome refused = upload_pack({name});
    EXPECT_EQ(refused.status, 128) << name;
    EXPECT_EQ(refused.out, "") << name;
    EXPECT_THAT(refused.err, HasSubstr("' does not appear to be a git repository\n")) << name;
  }
  EXPECT_THAT(upload_pack({"~nobody_of_this_name/a"}).err, HasSubstr("name the repository by its"));
  EXPECT_THAT(pulls(), IsEmpty());
}

TEST_F(PullNames, StandBeforeOptionsOrBehind) {
  serve_pulls("{reason: no}");
  const std::string short_name = (host_.root() / "a").string();
  for (const Words& words :
       {Words{served(), "--strict"}, Words{"--timeout", "20", served(), "--strict"},
        Words{"--strict", short_name, "--no-strict", "--timeout=20"}}) {
    const Outcome refused = upload_pack(words);
    EXPECT_THAT(refused.out, HasSubstr("ERR no [puller]")) << words.back();
    EXPECT_THAT(refused.out, Not(HasSubstr("refs/heads"))) << words.back();
  }
  EXPECT_EQ(upload_pack({"--strict", short_name}).status, 128);
  for (const Words& words : {Words{}, Words{served(), served()}, Words{"--stric", served()},
                             Words{served(), "--timeout"}, Words{"--upload-pack=x", served()}}) {
    const Outcome wrong = upload_pack(words);
    EXPECT_EQ(wrong.status, 129);
    EXPECT_EQ(wrong.out, "");
    EXPECT_THAT(wrong.err, StartsWith("usage: git-upload-pack [--strict] [--timeout=SECONDS] "));
  }
}

TEST_F(PullNames, AreToldToGitAsTheyWereUnderstood) {
  serve_pulls();
  fs::create_symlink(host_.root(), temp_.path() / "link");
  const std::string real = fs::canonical(served()).string();
  Command listed{{program("git-upload-pack"), "--timeout=20", "a", "--strict", "--no-strict"},
                 temp_.path() / "link",
                 variables()};
  listed.variables["GIT_TRACE"] = "1";
  listed.input = "0000";
  const Outcome said = run(listed);
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("refs/heads/main"));
  EXPECT_THAT(said.err,
              HasSubstr("git upload-pack --timeout=20 --strict --no-strict " + real + "\n"));
  EXPECT_THAT(
      http({{"GIT_PROJECT_ROOT", (temp_.path() / "link").string()}, {"PATH_INFO", "/a/info/refs"}})
          .out,
      HasSubstr("refs/heads/main"));
}

// git serves the innermost; the client would ask about the one around it.
TEST_F(PullNames, OfRepositoriesInOneAnother) {
  serve_pulls();
  const fs::path outer = host_.root() / "nest" / ".git";
  for (const fs::path& place : {outer, outer / ".git"}) {
    ASSERT_EQ(run(git({"init", "--quiet", "--bare", place.string()}, temp_.path())).status, 0);
  }
  const Outcome refused = upload_pack({(host_.root() / "nest").string()});
  EXPECT_EQ(refused.status, 128);
  EXPECT_THAT(pulls(), IsEmpty());
}

TEST_F(PullNames, LeadNoRequestOutOfTheProjects) {
  serve_pulls();
  const std::string root = (host_.root() / "team").string();
  fs::create_directory(root);
  for (const char* info : {"/../a.git/info/refs", "/./../a.git/info/refs", "//../a.git/info/refs",
                           "a.git/info/refs", ""}) {
    EXPECT_THAT(http({{"GIT_PROJECT_ROOT", root}, {"PATH_INFO", info}}).out,
                StartsWith("Status: 404 "))
        << info;
  }
  EXPECT_THAT(
      http({{"GIT_PROJECT_ROOT", host_.root().string()}, {"PATH_INFO", "/a.git/info/refs"}}).out,
      HasSubstr("refs/heads/main"));
  EXPECT_THAT(pulls("pre_pull"), SizeIs(1));
}

}  // namespace
}  // namespace rcx::test
