// The client in front of git-http-backend, behind a real Apache.
#include <unistd.h>

#include "tests/e2e/pull.hpp"
#include "tests/support/apache.hpp"

namespace rcx::test {
namespace {

class PullHttp : public PullTest {
 protected:
  // Apache's user serves; where the test is root, git would not trust it with root's repositories.
  void serve_http(const std::string& settings = "{}") {
    const unsigned server = ::geteuid() == 0 ? kNobody : ::geteuid();
    host_.set("identity", "{trusted_users: [" + std::to_string(server) + "]}");
    host_.add("recorder");
    serve_pulls(settings);
    write_file(config(), "[safe]\n\tdirectory = *\n");
    clone().set_variable("GIT_CONFIG_GLOBAL", config().string());
    if (::geteuid() == 0) give_away(repository().path(), kNobody);
    write_file(temp_.path() / "slow.sh",
               "#!/bin/sh\nRCX_CONFIG=" + host_.file().string() + " exec " +
                   (built_programs() / "rcx").string() + " http-backend\n",
               0755);
    apache_.emplace(temp_,
                    std::map<std::string, fs::path>{{"/git/", program("git-http-backend")},
                                                    {"/slow/", temp_.path() / "slow.sh"}},
                    std::map<std::string, std::string>{{"GIT_PROJECT_ROOT", temp_.path().string()},
                                                       {"GIT_HTTP_EXPORT_ALL", "1"},
                                                       {"GIT_CONFIG_NOSYSTEM", "1"},
                                                       {"GIT_CONFIG_GLOBAL", config().string()}});
  }
  Outcome clone_over(const std::string& path, const std::string& name, Words before = {}) {
    before.insert(before.end(), {"clone", "--quiet", apache_->url(path), name});
    return run(git(before, temp_.path()));
  }
  std::string repository_path() const { return "/i/repositories/a.git"; }

  std::optional<Apache> apache_;
};

TEST_F(PullHttp, CloneAndFetch) {
  serve_http();
  const Outcome cloned = clone_over("/git" + repository_path(), "one");
  ASSERT_EQ(cloned.status, 0) << cloned.err << apache_->log();
  const std::vector<Event> asked = pulls("pre_pull");
  ASSERT_GE(asked.size(), 2U);
  Event first = asked.front();
  EXPECT_EQ(first["hook"], "http_backend");
  EXPECT_EQ(first["told"], "0");
  EXPECT_EQ(first["caller"], "ada");
  EXPECT_EQ(first["source"], "REMOTE_USER");
  EXPECT_EQ(first["ip"], "127.0.0.1");
  Event pack = asked.back();
  EXPECT_EQ(pack["hook"], "pack_objects");
  EXPECT_EQ(pack["clone"], "1");
  EXPECT_EQ(pack["caller"], "ada");
  ASSERT_THAT(pulls("pull"), SizeIs(1));
  EXPECT_EQ(pulls("pull").at(0)["push_id"], pack["push_id"]);
  clone().commit("third");
  ASSERT_EQ(push({"main"}).status, 0);
  ASSERT_EQ(fetch("one").status, 0);
  ASSERT_THAT(pulls("pull"), SizeIs(2));
  EXPECT_EQ(pulls("pull").at(1)["clone"], "0");
}

TEST_F(PullHttp, RefusalIsOneCleanLine) {
  serve_http("{reason: not for you}");
  for (const char* version : {"protocol.version=0", "protocol.version=2"}) {
    const Outcome refused = clone_over("/git" + repository_path(), "one", {"-c", version});
    EXPECT_EQ(refused.status, 128);
    EXPECT_EQ(refused.err,
              "fatal: remote error: not for you [puller]\nrcx: pull refused, decision " +
                  pulls("pre_pull").back()["id"] + "\n");
  }
  // Not every client asks first.
  const std::string answer = apache_->ask("POST", "/git" + repository_path() + "/git-upload-pack",
                                          "Git-Protocol: version=2\r\nContent-Type: "
                                          "application/x-git-upload-pack-request\r\n",
                                          "0014command=ls-refs\n0000");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("ERR not for you [puller]\n"));
  EXPECT_THAT(answer, Not(HasSubstr("refs/heads")));
  EXPECT_THAT(
      apache_->ask("GET", "/git" + repository_path() + "/info/refs?service=git-upload%2Dpack"),
      HasSubstr("ERR not for you"));
}

TEST_F(PullHttp, RulesAboutWhatIsWanted) {
  serve_http("{clones: fetch instead}");
  const Outcome refused = clone_over("/git" + repository_path(), "one");
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.remote(), Contains("fetch instead [puller]"));
}

// Nobody would hear of them.
TEST_F(PullHttp, FilesAreNotHandedOut) {
  serve_http();
  for (const Words& words :
       {Words{"config", "http.getanyfile", "true"}, Words{"update-server-info"}}) {
    ASSERT_EQ(run(git(words, repository().path())).status, 0);
  }
  for (const char* file : {"/HEAD", "/info/refs", "/objects/info/packs"}) {
    const std::string path = repository_path() + file;
    EXPECT_THAT(apache_->ask("GET", "/git" + path), StartsWith("HTTP/1.1 403 ")) << file;
  }
}

TEST_F(PullHttp, PushesGoOnToTheirHooks) {
  serve_http("{reason: no pulls}");
  clone().commit("over HTTP");
  const Outcome pushed = run(
      git({"push", "--quiet", apache_->url("/git" + repository_path()), "main"}, clone().path()));
  ASSERT_EQ(pushed.status, 0) << pushed.err << apache_->log();
  EXPECT_EQ(last().caller, "ada");
  // Which begin with the names of all references, whoever may not pull.
  EXPECT_THAT(
      apache_->ask("GET", "/git" + repository_path() + "/info/refs?service=git-receive-pack"),
      HasSubstr("refs/heads/main"));
  EXPECT_THAT(pulls(), IsEmpty());
}

TEST_F(PullHttp, LeavesAloneWhatIsOutsideOfTheRoots) {
  serve_http("{reason: never}");
  ASSERT_EQ(run(git({"clone", "--quiet", "--bare", clone().path().string(), "elsewhere.git"},
                    temp_.path()))
                .status,
            0);
  ASSERT_EQ(host_.stop(), 0);
  const Outcome cloned = clone_over("/git/elsewhere.git", "one");
  EXPECT_EQ(cloned.status, 0) << cloned.err << apache_->log();
  EXPECT_THAT(apache_->ask("GET", "/git/elsewhere.git/HEAD"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(PullHttp, RcxItselfIsTheSame) {
  serve_http("{reason: not for you}");
  const Outcome refused = clone_over("/slow" + repository_path(), "one");
  EXPECT_THAT(refused.err, StartsWith("fatal: remote error: not for you [puller]"))
      << apache_->log();
}

}  // namespace
}  // namespace rcx::test
