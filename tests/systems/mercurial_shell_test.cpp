// Hooks of Mercurial that hg executes: `rcx install --shell`.
#include "tests/systems/mercurial_host.hpp"

namespace rcx::test {
namespace {

class MercurialShell : public MercurialTest {
 protected:
  void serve_by_shell() {
    serve();
    must(host_.rcx_command({"install", "--shell", repository().path().string()}));
    EXPECT_THAT(read_file(repository().path() / ".hg/rcx.hgrc"), Not(HasSubstr("python:")));
  }
  // The same before and after.
  std::vector<std::string> same_refs() {
    std::vector<std::string> before = refs("pre_push");
    EXPECT_EQ(refs("push"), before);
    EXPECT_EQ(last("push").push_id, last("pre_push").push_id);
    EXPECT_EQ(ids(last("push").commits), ids(last("pre_push").commits));
    return before;
  }
};

TEST_F(MercurialShell, PushesHaveReferencesAndPendingChangesetsBeforeAndAfter) {
  host_.add("recorder");
  serve_by_shell();
  const std::string first = clone().commit("first", {{"dir/a", "1\n"}});
  clone().hg({"bookmark", "mark"});
  accepted({"--bookmark", "mark"});
  EXPECT_THAT(same_refs(), ElementsAre("branch create refs/heads/default",
                                       "other create "
                                       "refs/bookmarks/mark"));
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_EQ(last().hook_type, "pretxnclose");
  EXPECT_EQ(last().refs[0].new_id, first);
  ASSERT_THAT(ids(last().commits), ElementsAre(first));
  EXPECT_THAT(last("push").commits[0].changes, ElementsAre("added dir/a"));
  EXPECT_EQ(last("push").commits[0].message, "first");
  clone().commit("second", {{"dir/a", "2\n"}});
  clone().hg({"update", "--quiet", "0"});
  clone().commit("other head", {{"b", "2\n"}});
  accepted({"--force"});
  EXPECT_THAT(same_refs(), Contains("branch update forced refs/heads/default"));
  EXPECT_THAT(last().commits, SizeIs(2));
  clone().hg({"bookmark", "--force", "--rev", "0", "mark"});
  clone().push({"--bookmark", "mark"});
  EXPECT_THAT(same_refs(), ElementsAre("other update forced refs/bookmarks/mark"));
  EXPECT_THAT(last().commits, IsEmpty());
  clone().hg({"tag", "v1"});
  accepted();
  EXPECT_THAT(same_refs(), Contains("tag create refs/tags/v1"));
  EXPECT_EQ(records("pre_push").size(), records("push").size());
  // What is committed on the server is nobody's push.
  const std::size_t told = records().size();
  repository().hg({"update", "--quiet"});
  write_file(repository().path() / "own", "1\n");
  repository().hg({"commit", "--quiet", "--addremove", "--message", "on the server"});
  EXPECT_THAT(records(), SizeIs(told));
}

TEST_F(MercurialShell, PhaseOnlyPushesAreTold) {
  host_.add("recorder");
  serve_by_shell();
  const fs::path hgrc = repository().path() / ".hg/hgrc";
  const std::string kept = read_file(hgrc);
  write_file(hgrc, kept + "[phases]\npublish = False\n");
  push_first();
  write_file(hgrc, kept);
  clone().hg({"phase", "--public", "."});
  clone().push();
  EXPECT_THAT(same_refs(), ElementsAre("other update refs/phases/public"));
}

TEST_F(MercurialShell, RefusalSaysWhyAndLeavesNothing) {
  host_.add("recorder");
  host_.add("refuser", R"({settings: {refs: {stable: "not \e[31mtoday"}}})");
  serve_by_shell();
  push_first();
  const std::vector<std::string> before = repository().log("{node} {phase}");
  clone().hg({"branch", "--quiet", "stable"});
  clone().commit("second", {{"new", "1\n"}});
  const Outcome pushed = clone().push({"--new-branch"});
  EXPECT_EQ(pushed.status, 255) << host_.log();
  EXPECT_THAT(
      pushed.err + pushed.out,
      AllOf(HasSubstr("refs/heads/stable: not [31mtoday [refuser]"),
            HasSubstr("push refused, decision " + last().id), HasSubstr("rollback completed")));
  EXPECT_EQ(repository().log("{node} {phase}"), before);
  EXPECT_THAT(repository().hg({"verify"}), HasSubstr("checked 1 changesets"));
  EXPECT_THAT(records("push"), SizeIs(1));
}

TEST_F(MercurialShell, RefusalIsReadOverHttpAndSsh) {
  host_.add("refuser", "{settings: {reason: 'not today'}}");
  serve_by_shell();
  clone().commit("first", {{"file", "1\n"}});
  const HgServer server(repository());
  write_file(temp_.path() / "ssh", "#!/bin/sh\nshift\nexec sh -c \"$*\"\n", 0755);
  for (const std::string& to : {server.url(), "ssh://somewhere/" + repository().path().string()}) {
    const Outcome pushed =
        clone().push({"--config", "ui.ssh=" + (temp_.path() / "ssh").string(), to});
    EXPECT_NE(pushed.status, 0);
    EXPECT_THAT(pushed.err + pushed.out, HasSubstr("not today [refuser]")) << to << host_.log();
    EXPECT_THAT(repository().log(), IsEmpty());
  }
}

TEST_F(MercurialShell, WhatIsAskedLaterIsReadAsWell) {
  host_.add("hg_facts");
  serve_by_shell();
  constexpr std::size_t kMany = 100;
  clone().hg({"debugbuilddag", "--overwritten-file", "+" + std::to_string(kMany)});
  const Outcome pushed = clone().push({"--force"});
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(pushed.err + pushed.out, HasSubstr("r99: default public")) << host_.log();
  EXPECT_THAT(repository().log(), SizeIs(kMany));
}

TEST_F(MercurialShell, ToldLaterWhereTheHostWasAway) {
  host_.add("recorder");
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  serve_by_shell();
  const std::string first = push_first();
  host_.stop();
  const std::string second = clone().commit("second", {{"file", "2\n"}});
  Outcome pushed = clone().push();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.err + pushed.out, HasSubstr("warning: no host is listening"));
  host_.start();
  host_.wait_delivered();
  ASSERT_THAT(records("push"), SizeIs(2)) << host_.log();
  EXPECT_THAT(ids(last("push").commits), ElementsAre(second));
  EXPECT_THAT(refs("push"), ElementsAre("branch update refs/heads/default"));
  EXPECT_EQ(last("push").refs[0].old_id, first);
  host_.set("client", "{connect_timeout: 50ms}");
  host_.stop();
  host_.start();
  host_.stop();
  clone().commit("third", {{"file", "3\n"}});
  pushed = clone().push();
  EXPECT_EQ(pushed.status, 255);
  EXPECT_THAT(pushed.err + pushed.out, HasSubstr("refused: no host is listening at"));
  EXPECT_THAT(repository().log(), SizeIs(2));
}

TEST_F(MercurialShell, PullsAreHeardAndRefused) {
  host_.add("puller", "{settings: {clones: 'no clones here'}}");
  serve_by_shell();
  const std::string first = push_first();
  HgClone other(temp_, "other", repository().path().string());
  other.hg({"pull", "--quiet"});
  const std::string pulls = read_file(host_.data("puller") / "pulls");
  EXPECT_THAT(pulls, HasSubstr("kind=pre_pull\ttold=0\tclone=0"));
  EXPECT_THAT(pulls, HasSubstr("kind=pull\ttold=1\tclone=0"));
  EXPECT_THAT(pulls, HasSubstr("wanted=" + first + ":"));
  host_.name("puller", "{settings: {reason: 'closed today'}}");
  reload();
  clone().commit("second", {{"file", "2\n"}});
  accepted();
  const Outcome refused = other.run({"pull"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err + refused.out, HasSubstr("closed today"));
}

// What the table in host/vcs/README.md says is lost.
TEST_F(MercurialShell, WhatIsLost) {
  host_.add("recorder");
  serve_by_shell();
  const fs::path hgrc = repository().path() / ".hg/hgrc";
  write_file(hgrc,
             read_file(hgrc) + "[phases]\npublish = False\n[experimental]\nevolution = all\n");
  const std::string old = push_first();
  clone().hg({"commit", "--quiet", "--amend", "--message", "better"});
  accepted({"--force"});
  for (const RefRecord& ref : last().refs) EXPECT_NE(ref.name, "refs/obsolete");
  EXPECT_THAT(repository().hg({"log", "--hidden", "--rev", "obsolete()", "--template", "{node}"}),
              old);
  host_.add("puller", "{settings: {reason: 'closed today'}}");
  reload();
  const HgServer server(repository());
  HgClone other(temp_, "other", server.url());
  const Outcome pulled = other.run({"pull"});
  EXPECT_THAT(pulled.err + pulled.out, Not(HasSubstr("closed today")));
  EXPECT_THAT(other.log(), IsEmpty());
}

TEST_F(MercurialShell, OldClientsAreJudgedForEachThingTheyPush) {
  host_.add("recorder");
  serve_by_shell();
  clone().commit("first", {{"file", "1\n"}});
  clone().hg({"bookmark", "mark"});
  accepted({"--config", "devel.legacy.exchange=bundle1", "--bookmark", "mark"});
  ASSERT_THAT(records("push"), SizeIs(2));
  EXPECT_EQ(records("push")[0].refs.at(0).name, "refs/heads/default");
  EXPECT_EQ(records("push")[1].refs.at(0).name, "refs/bookmarks/mark");
  EXPECT_EQ(records("pre_push").size(), 2U);
}

TEST_F(MercurialShell, InstallKeepsTheKindAndDoctorAsksThroughTheHook) {
  host_.add("recorder");
  serve_by_shell();
  const auto doctor = [&] { return host_.rcx({"doctor"}).out; };
  EXPECT_THAT(doctor(), HasSubstr("a: hooks are current, asked as root they are answered by rcx"));
  EXPECT_THAT(records(), IsEmpty());
  EXPECT_THAT(must(host_.rcx_command({"install", "--all", host_.root().string()})),
              HasSubstr("its hooks stay programs that hg executes"));
  EXPECT_THAT(doctor(), HasSubstr("a: hooks are current"));
  fs::remove(host_.directory() / "mercurial/hooks/txnclose");
  EXPECT_THAT(doctor(), HasSubstr("mercurial/hooks/txnclose is no client of rcx"));
  must(host_.rcx_command({"install", repository().path().string()}));
  EXPECT_THAT(doctor(), HasSubstr("a: hooks are current"));
  must(host_.rcx_command({"uninstall", repository().path().string()}));
  EXPECT_FALSE(fs::exists(repository().path() / ".hg/rcx.hgrc"));
  must(host_.rcx_command({"install", repository().path().string()}));
  EXPECT_THAT(read_file(repository().path() / ".hg/rcx.hgrc"), HasSubstr("python:"));
  must({{"git", "init", "--quiet", "--bare", (host_.root() / "git.git").string()}, "/"});
  const Outcome git = host_.rcx({"install", "--shell", (host_.root() / "git.git").string()});
  EXPECT_NE(git.status, 0);
  EXPECT_THAT(git.err, HasSubstr("--shell is for repositories of Mercurial"));
}

}  // namespace
}  // namespace rcx::test
