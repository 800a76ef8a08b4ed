// Where the host is away, refuses, dies or has much to do; over files, ssh and HTTP.
#include "tests/systems/mercurial_host.hpp"

namespace rcx::test {
namespace {

// How a clone reaches the repository: file, ssh or http.
class MercurialWays : public MercurialTest, public ::testing::WithParamInterface<std::string> {
 protected:
  // What the clone is to push to.
  std::string destination() {
    if (GetParam() == "file") return repository().path().string();
    if (GetParam() == "http") {
      server_.emplace(repository());
      return server_->url();
    }
    // As a login would: what ssh is asked to run, without the machine it is asked to run it on.
    write_file(temp_.path() / "ssh", "#!/bin/sh\nshift\nexec sh -c \"$*\"\n", 0755);
    return "ssh://somewhere/" + repository().path().string();
  }
  Outcome push(const Words& more = {}) {
    if (to_.empty()) to_ = destination();
    Words words = {"--config", "ui.ssh=" + (temp_.path() / "ssh").string(), to_};
    words.insert(words.begin(), more.begin(), more.end());
    return clone().push(words);
  }

 private:
  std::optional<HgServer> server_;
  std::string to_;
};

TEST_P(MercurialWays, RefusalSaysWhyAndLeavesNothing) {
  host_.add("recorder");
  host_.add("refuser");
  host_.name("refuser", "{mode: observe, settings: {reason: \"not \\e[31mtoday\"}}");
  serve();
  clone().commit("first", {{"file", "one\n"}});
  Outcome pushed = push();
  EXPECT_EQ(pushed.status, 0) << pushed.out << pushed.err << host_.log();
  host_.name("refuser", "{settings: {reason: \"not \\e[31mtoday\"}}");
  reload();
  const std::vector<std::string> before = repository().log("{node} {phase}");
  clone().commit("second", {{"file", "two\n"}, {"new", "1\n"}});
  clone().hg({"bookmark", "mark"});
  pushed = push({"--bookmark", "mark"});
  const std::string text = pushed.out + pushed.err;
  EXPECT_EQ(pushed.status, 255) << text << host_.log();
  EXPECT_THAT(text, HasSubstr("not [31mtoday [refuser]")) << host_.log();
  EXPECT_THAT(text, HasSubstr("push refused, decision " + last().id));
  EXPECT_THAT(text, HasSubstr("rollback completed"));
  EXPECT_EQ(repository().log("{node} {phase}"), before);
  EXPECT_THAT(repository().hg({"bookmarks"}), HasSubstr("no bookmarks set"));
  // hg leaves a file that it made in a transaction, with nothing in it.
  const fs::path made = repository().path() / ".hg/store/data/new.i";
  EXPECT_TRUE(!fs::exists(made) || fs::file_size(made) == 0);
  EXPECT_THAT(repository().hg({"verify"}), HasSubstr("checked 1 changesets"));
  EXPECT_THAT(records("push"), SizeIs(1));
}

TEST_P(MercurialWays, HandlersSayThingsToThePerson) {
  host_.add("judge");
  serve();
  clone().commit("good", {{"file", "one\n"}});
  const Outcome pushed = push();
  EXPECT_EQ(pushed.status, 0) << pushed.err << host_.log();
  EXPECT_THAT(pushed.out + pushed.err, AllOf(HasSubstr(" brings good"), HasSubstr("after")));
}

INSTANTIATE_TEST_SUITE_P(Ways, MercurialWays, ::testing::Values("file", "ssh", "http"),
                         [](const auto& one) { return one.param; });

class MercurialHost : public MercurialTest {};

TEST_F(MercurialHost, IdentityVariablesCountFromTrustedUsersOnly) {
  host_.add("recorder");
  serve();
  clone().set_variable("REMOTE_USER", "admin");
  push_first();
  EXPECT_NE(last().caller, "admin");
  host_.set("identity", "{trusted_users: [root], variables: [REMOTE_USER]}");
  reload();
  clone().commit("second", {{"file", "two\n"}});
  accepted();
  EXPECT_EQ(last().caller, "admin");
  EXPECT_EQ(last().source, "REMOTE_USER");
}

TEST_F(MercurialHost, AbsentHostRefusesUnlessItMayPass) {
  host_.set("client", "{connect_timeout: 50ms}");
  serve();
  push_first();
  host_.stop();
  clone().commit("second", {{"file", "two\n"}});
  Outcome pushed = clone().push();
  EXPECT_EQ(pushed.status, 255);
  EXPECT_THAT(pushed.err, AllOf(HasSubstr("no host is listening at"),
                                HasSubstr("the administrator can mend this: 'rcx status'")));
  EXPECT_THAT(repository().log(), SizeIs(1));
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  host_.start();
  host_.stop();
  pushed = clone().push();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.err, HasSubstr("warning: no host is listening"));
  EXPECT_THAT(repository().log(), SizeIs(2));
}

TEST_F(MercurialHost, RunOnceStartsAHostForThePush) {
  host_.add("recorder");
  host_.add("refuser", "{settings: {refs: {stable: 'never'}}}");
  host_.set("client", "{when_unreachable: run-once}");
  serve();
  host_.stop();
  push_first();
  EXPECT_THAT(records("pre_push"), SizeIs(1)) << host_.log();
  EXPECT_THAT(records("push"), SizeIs(1)) << host_.log();
  EXPECT_THAT(last("push").commits, SizeIs(1));
  clone().hg({"branch", "--quiet", "stable"});
  clone().commit("second", {{"file", "two\n"}});
  const Outcome pushed = clone().push({"--new-branch"});
  EXPECT_EQ(pushed.status, 255);
  EXPECT_THAT(pushed.err, HasSubstr("refs/heads/stable: never [refuser]"));
}

TEST_F(MercurialHost, PostEventsWaitForTheHostAndAreReadThen) {
  host_.add("recorder");
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  serve();
  host_.stop();
  const std::string id = push_first();
  host_.start();
  host_.wait_delivered();
  ASSERT_THAT(records("push"), SizeIs(1)) << host_.log();
  EXPECT_THAT(ids(last("push").commits), ElementsAre(id));
}

TEST_F(MercurialHost, DeadWorkerIsReplacedAndTheCulpritNamed) {
  host_.add("judge");
  serve();
  push_first();
  clone().commit("crash it", {{"file", "two\n"}});
  const Outcome pushed = clone().push();
  EXPECT_EQ(pushed.status, 255) << host_.log();
  EXPECT_THAT(pushed.err,
              HasSubstr("crashed (signal 6, Aborted) in the extension judge; starting again"));
  EXPECT_THAT(repository().log(), SizeIs(1));
  clone().hg({"--config", "extensions.strip=", "strip", "--quiet", "--no-backup", "."});
  clone().commit("good", {{"file", "two\n"}});
  accepted();
}

TEST_F(MercurialHost, HostKilledMidwayIsWaitedForAndRefuses) {
  host_.add("judge");
  host_.set("client", "{connect_timeout: 200ms}");
  host_.set("budget", "{extension: 20s, event: 30s}");
  serve();
  push_first();
  clone().commit("hang", {{"file", "two\n"}});
  Running push = clone().start_push();
  const std::vector<pid_t> workers = host_.workers("pre");
  while (host_.log().find("hang") == std::string::npos && !push.ended()) {
    if (push.err().find("waiting") != std::string::npos) break;
    if (push.err().find("judge") != std::string::npos) break;
    ::usleep(10'000);
  }
  host_.host().signal_group(SIGKILL);
  for (const pid_t worker : workers) ::kill(worker, SIGKILL);
  const Outcome pushed = push.wait();
  EXPECT_EQ(pushed.status, 255) << pushed.err;
  EXPECT_THAT(pushed.err, HasSubstr("no host is listening"));
  EXPECT_THAT(repository().log(), SizeIs(1));
}

TEST_F(MercurialHost, DedicatedExtensionsReadWhatIsPending) {
  host_.add("recorder", "{isolation: dedicated}");
  serve();
  const std::string id = push_first();
  EXPECT_THAT(ids(last().commits), ElementsAre(id)) << host_.log();
  EXPECT_THAT(last().commits[0].changes, ElementsAre("added file"));
}

TEST_F(MercurialHost, TwoPushesAtOnceSeeTheirOwnOnly) {
  host_.add("recorder");
  serve();
  push_first();
  HgClone other(temp_, "other", repository().path().string());
  other.hg({"pull", "--quiet", "--update"});
  const std::string mine = clone().commit("mine", {{"mine", "1\n"}});
  const std::string theirs = other.commit("theirs", {{"theirs", "1\n"}});
  Running first = clone().start_push({"--force"});
  Running second = other.start_push({"--force"});
  const Outcome one = first.wait();
  const Outcome two = second.wait();
  EXPECT_EQ(one.status, 0) << one.err << host_.log();
  EXPECT_EQ(two.status, 0) << two.err << host_.log();
  const std::vector<Record> all = records("pre_push");
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_THAT(all[1].commits, SizeIs(1));
  EXPECT_THAT(all[2].commits, SizeIs(1));
  EXPECT_NE(all[1].commits[0].id, all[2].commits[0].id);
  EXPECT_THAT(repository().log(), AllOf(Contains(mine), Contains(theirs)));
}

}  // namespace
}  // namespace rcx::test
