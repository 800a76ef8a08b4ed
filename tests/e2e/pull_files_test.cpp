// Single files of a repository, of which a client can make all of it: git hands none out below the
// roots, where nothing stands in front of it.
#include "tests/e2e/pull.hpp"

namespace rcx::test {
namespace {

class PullFiles : public PullTest {
 protected:
  void serve_files() {
    serve_pulls("{reason: no}");
    repository().git({"update-server-info"});
  }
  // As a web server runs git itself.
  std::string ask(const fs::path& served, const std::string& file) {
    Command command = git({"http-backend"}, "/");
    command.variables["PATH_TRANSLATED"] = served.string() + file;
    command.variables["REQUEST_METHOD"] = "GET";
    command.variables["GIT_HTTP_EXPORT_ALL"] = "1";
    return run(command).out;
  }
  std::string file_of(const std::string& id) const {
    return "/objects/" + id.substr(0, 2) + "/" + id.substr(2);
  }
};

TEST_F(PullFiles, AreHandedOutByNobody) {
  serve_files();
  const std::string object = file_of(second_);
  ASSERT_TRUE(fs::exists(repository().path().string() + object));
  for (const std::string& file : {std::string("/HEAD"), std::string("/info/refs"), object}) {
    EXPECT_THAT(ask(repository().path(), file), HasSubstr("Status: 403 ")) << file;
  }
}

TEST_F(PullFiles, OfOtherRepositoriesAreLeftAlone) {
  serve_files();
  const fs::path elsewhere = temp_.path() / "elsewhere.git";
  must(git({"clone", "--quiet", "--bare", repository().path().string(), elsewhere.string()},
           temp_.path()));
  EXPECT_THAT(ask(elsewhere, "/HEAD"), HasSubstr("ref: refs/heads/main"));
}

TEST_F(PullFiles, ThatAreHandedOutTheDoctorFinds) {
  serve_files();
  const fs::path second = temp_.path() / "second";
  fs::create_directory(second);
  host_.set("roots", "[repositories, " + second.string() + "]");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  const Outcome seen = rcx({"doctor"});
  EXPECT_EQ(seen.status, 1);
  EXPECT_THAT(seen.out,
              ContainsRegex("fail  pulls +git hands out files over HTTP with nobody asked "
                            "where gitdir:.*/second/; type:  rcx -c .* install --pull "));
  install();
  EXPECT_THAT(
      rcx({"doctor"}).out,
      ContainsRegex("ok    pulls +.*; git archive --remote where sshd runs .*/git-upload-"));
  fs::remove(program("pulls.gitconfig"));
  EXPECT_THAT(rcx({"doctor"}).out,
              ContainsRegex("fail  pulls +.*/pulls.gitconfig does not keep git from handing out "));
  host_.set("roots", "[repositories]");
  host_.write_config();
  ASSERT_EQ(rcx({"reload"}).status, 0);
  install();
  EXPECT_THAT(read_file(config()), Not(HasSubstr("second")));
}

}  // namespace
}  // namespace rcx::test
