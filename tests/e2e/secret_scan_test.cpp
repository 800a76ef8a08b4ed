// The extension secret_scan as it ships, with commits of the real git.
#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// Of no account that exists. In two halves, so that no scanner takes this file for a leak.
const std::string kToken = std::string("ghp_") + "x9Kd02mQvLr7TzYp3WsNbE5uHcAj8GfVi1Qo";

class SecretScan : public HostTest {
 protected:
  SecretScan() {
    write_file(host_.rcextensions() / "secret_scan.so",
               read_file(built_programs().parent_path() / "plugins/secret_scan.so"));
  }
};

TEST_F(SecretScan, ASecretIsFoundThatALaterCommitTakesOutAgain) {
  serve();
  clone().commit("base", {{"deploy.sh", "one\ntwo\nthree\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().commit("oops", {{"deploy.sh", "one\ntwo\ntoken=" + kToken + "\nthree\n"}});
  const std::string id = clone().id();
  clone().commit("hide it", {{"deploy.sh", "one\ntwo\nthree\nfour\n"}});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, AllOf(HasSubstr("a token of GitHub: ghp_****"), HasSubstr("line 3"),
                                HasSubstr(id.substr(0, 10)), Not(HasSubstr(kToken))));
  EXPECT_THAT(host_.log(), Not(HasSubstr(kToken)));
}

TEST_F(SecretScan, AHistoryThatIsImportedMayBeLetBe) {
  host_.name("secret_scan", "{settings: {initial_import: skip}}");
  serve();
  clone().commit("of before", {{"old", kToken + "\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().commit("another", {{"new", kToken + "\n"}});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, AllOf(HasSubstr("in \"new\", line 1"), Not(HasSubstr("\"old\""))));
  EXPECT_NE(push({"main:refs/heads/other"}).status, 0) << "not the first one";
}

TEST_F(SecretScan, APushCannotAllowItself) {
  serve();
  clone().commit("base", {{"a", "1\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().commit("both", {{".secretallow", "path test/*\n"}, {"test/token", kToken + "\n"}});
  EXPECT_NE(push({"main"}).status, 0);
  clone().git({"reset", "-q", "--hard", "HEAD^"});
  clone().commit("first the list", {{".secretallow", "path test/*\n"}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().commit("then the token", {{"test/token", kToken + "\n"}});
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
}

TEST_F(SecretScan, ATextThatWasBinaryIsLookedAt) {
  serve();
  clone().commit("base", {{"app.env", std::string("x\0", 2)}});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().commit("now a text", {{"app.env", "A=1\nT=" + kToken + "\n"}});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("in \"app.env\", line 2"));
}

// git wants no object of a submodule, so that it may bear any id.
TEST_F(SecretScan, AFileWithTheIdOfTheSubmoduleThatItWasIsLookedAt) {
  serve();
  clone().commit("base", {{"a", "1\n"}});
  const std::string id = clone().git({"hash-object", "-w", "--stdin"}, kToken + "\n");
  clone().git({"update-index", "--add", "--cacheinfo", "160000," + id + ",s"});
  clone().git({"commit", "-q", "-m", "a submodule"});
  ASSERT_EQ(push({"main"}).status, 0) << host_.log();
  clone().git({"update-index", "--add", "--cacheinfo", "100644," + id + ",s"});
  clone().git({"commit", "-q", "-m", "a file"});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("in \"s\", line 1"));
}

TEST_F(SecretScan, LinesMayEndInCrAndLf) {
  host_.name("secret_scan", "{settings: {rules: [{name: house, pattern: '^HOUSE-[0-9a-f]{8}$'}]}}");
  serve();
  clone().commit("of windows", {{"a.ini", "[x]\r\nHOUSE-01234567\r\nb=1\r\n"}});
  const Outcome pushed = push({"main"});
  EXPECT_NE(pushed.status, 0);
  EXPECT_THAT(pushed.err, HasSubstr("in \"a.ini\", line 2"));
}

}  // namespace
}  // namespace rcx::test
