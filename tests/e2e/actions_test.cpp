// What rcx does itself, against a real host and the real git.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class ActionsEndToEnd : public HostTest {
 protected:
  Outcome rcx(const Words& arguments, const std::string& token = {}) {
    Command command = host_.rcx_command(arguments);
    if (!token.empty()) command.variables["RCX_TOKEN"] = token;
    return run(command);
  }
  // Pushes a commit to what lies below the root at `path`.
  Outcome push_to(const std::string& path) {
    const fs::path work = temp_.path() / ("w" + std::to_string(++works_));
    must({{"git", "init", "-q", "-b", "main", work.string()}});
    write_file(work / "file", "one\n");
    must({{"git", "add", "."}, work});
    must({{"git", "commit", "-qm", "first"}, work});
    return run({{"git", "push", (host_.root() / path).string(), "main"}, work});
  }
  int works_ = 0;
};

TEST_F(ActionsEndToEnd, WhatIsMadeIsServedAtOnce) {
  host_.add("refuser", "{settings: {reason: not today}}");
  host_.start();
  const Outcome made = rcx({"repo", "create", "app"});
  ASSERT_EQ(made.status, 0) << made.err << host_.log();
  EXPECT_THAT(made.out, StartsWith("created app, at "));
  const Outcome pushed = push_to("app.git");
  EXPECT_EQ(pushed.status, 1) << "its hooks ask the host";
  EXPECT_THAT(pushed.err, HasSubstr("[refuser]"));
}

TEST_F(ActionsEndToEnd, AnExtensionRefusesAndNothingIsMade) {
  host_.add("forge_guard", "{settings: {do: reject, on: app}}");
  host_.start();
  const Outcome refused = rcx({"repo", "create", "app"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("asked about app\n"), HasSubstr("not today"),
                                 HasSubstr("refused, decision ")));
  EXPECT_FALSE(fs::exists(host_.root() / "app.git"));
  const std::string id = refused.err.substr(refused.err.rfind("decision ") + 9, 36);
  EXPECT_THAT(rcx({"explain", id}).out, HasSubstr("not today"));
  const Outcome other = rcx({"repo", "create", "other"});
  EXPECT_EQ(other.status, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("created other\n")) << "and is told of it afterwards";
}

TEST_F(ActionsEndToEnd, ExtensionsSeeThatRcxActs) {
  host_.add("catalogue_reader");
  host_.start();
  const Outcome made = rcx({"user", "create", "ada", "--email", "ada@example.org"});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.err, AllOf(HasSubstr("username=ada\n"), HasSubstr("email=ada@example.org\n"),
                              HasSubstr("event.hook_type=perform\n")));
}

TEST_F(ActionsEndToEnd, WhoHasATokenActsAsThemselves) {
  host_.add("catalogue_reader");
  host_.start();
  ASSERT_EQ(rcx({"user", "create", "ada"}).status, 0);
  const Outcome token = rcx({"token", "create", "ada", "--role", "api"});
  ASSERT_EQ(token.status, 0) << token.err;
  const std::string made = token.out.substr(0, token.out.size() - 1);
  const Outcome refused = rcx({"repo", "create", "app"}, made);
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err, HasSubstr("rcx grant ada hg.create.repository"));
  EXPECT_THAT(refused.err, Not(HasSubstr("repo_name"))) << "nobody was asked";
  ASSERT_EQ(rcx({"grant", "ada", "hg.create.repository"}).status, 0);
  const Outcome created = rcx({"repo", "create", "app"}, made);
  EXPECT_EQ(created.status, 0) << created.err;
  EXPECT_THAT(created.err, HasSubstr("event.caller=ada\n"));
  EXPECT_EQ(rcx({"user", "create", "eve"}, made).status, 1);
  EXPECT_EQ(rcx({"repo", "list"}, "rcx_nonsense").status, 1);
  EXPECT_EQ(rcx({"can", "ada", "push", "app"}).status, 0);
  ASSERT_EQ(rcx({"token", "revoke", made.substr(4, 16)}).status, 0);
  EXPECT_THAT(rcx({"repo", "list"}, made).err, HasSubstr("was revoked"));
  for (const Record& record : records()) EXPECT_THAT(record.caller, Not(HasSubstr(made)));
  EXPECT_THAT(host_.log(), Not(HasSubstr(made.substr(21)))) << "no secret is logged";
}

TEST_F(ActionsEndToEnd, AFieldOfTheDatabaseWins) {
  host_.set("fields", "[{key: frozen}]");
  host_.set("repositories", "[{match: '*', fields: {frozen: false}}]");
  host_.add("forge_guard", "{settings: {do: frozen}}");
  host_.start();
  ASSERT_EQ(rcx({"repo", "create", "app"}).status, 0);
  EXPECT_THAT(rcx({"repo", "field", "list", "app"}).out, HasSubstr("false  from rcx.yaml"));
  ASSERT_EQ(rcx({"repo", "field", "set", "app", "frozen", "true"}).status, 0);
  EXPECT_THAT(rcx({"repo", "field", "list", "app"}).out, HasSubstr("true  from database"));
  const Outcome renamed = rcx({"repo", "rename", "app", "b"});
  EXPECT_EQ(renamed.status, 1);
  EXPECT_THAT(renamed.err, HasSubstr("it is frozen"));
  ASSERT_EQ(rcx({"repo", "field", "set", "app", "frozen", "--unset"}).status, 0);
  EXPECT_EQ(rcx({"repo", "rename", "app", "b"}).status, 0);
}

TEST_F(ActionsEndToEnd, AForkHasWhatItsSourceHas) {
  host_.start();
  ASSERT_EQ(rcx({"repo", "create", "app"}).status, 0);
  ASSERT_EQ(push_to("app.git").status, 0);
  ASSERT_EQ(rcx({"repo", "fork", "app", "fork"}).status, 0);
  const auto id = [&](const char* name) {
    return must({{"git", "-C", (host_.root() / name).string(), "rev-parse", "main"}});
  };
  EXPECT_EQ(id("app.git"), id("fork.git"));
  ASSERT_EQ(rcx({"repo", "delete", "app"}).status, 0);
  EXPECT_EQ(run({{"git", "-C", (host_.root() / "fork.git").string(), "fsck"}}).status, 0);
  EXPECT_NE(push_to("app.git").status, 0);
  ASSERT_EQ(rcx({"repo", "restore", "app"}).status, 0);
  EXPECT_EQ(id("app.git"), id("fork.git"));
}

TEST_F(ActionsEndToEnd, WithoutAHostNothingIsDone) {
  host_.write_config();
  const Outcome refused = rcx({"repo", "create", "app"});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, HasSubstr("rcxd -c"));
  EXPECT_FALSE(fs::exists(host_.root() / "app.git"));
}

TEST_F(ActionsEndToEnd, WhatCouldNotBeToldIsToldByTheHostThatComes) {
  host_.set("client", "{when_unreachable: allow}");
  host_.add("catalogue_reader");
  host_.write_config();
  const Outcome made = rcx({"repo", "create", "app"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("create_repo waits for it"));
  host_.start();
  ASSERT_TRUE(eventually([&] {
    return rcx({"decisions"}).out.find("create_repo") != std::string::npos;
  })) << host_.log();
}

TEST_F(ActionsEndToEnd, OthersMayNotAct) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  host_.start();
  Command command = host_.rcx_command({"repo", "create", "app"});
  command.as_nobody = true;
  const Outcome refused = run(command);
  EXPECT_NE(refused.status, 0);
  EXPECT_FALSE(fs::exists(host_.root() / "app.git"));
}

// Root acts for the instance of somebody else as that user: the host could not use its files.
TEST_F(ActionsEndToEnd, RootActsAsTheUserOfTheHost) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  TempDir temp;
  Instance instance(temp, true);
  instance.start();
  const Outcome made = instance.rcx({"repo", "create", "app"});
  ASSERT_EQ(made.status, 0) << made.err << instance.log();
  struct stat status {};
  ASSERT_EQ(::stat((instance.root() / "app.git/HEAD").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, kNobody);
}

TEST_F(ActionsEndToEnd, PrintsJson) {
  host_.start();
  const Outcome made = rcx({"--json", "repo", "create", "app", "--private"});
  ASSERT_EQ(made.status, 0) << made.err;
  const boost::json::object json = boost::json::parse(made.out).as_object();
  EXPECT_EQ(json.at("name"), "app");
  EXPECT_EQ(json.at("private"), true);
  EXPECT_EQ(json.at("decision").as_string().size(), 36U);
}

}  // namespace
}  // namespace rcx::test
