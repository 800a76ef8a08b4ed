// Where commits are refused, the host is away, or two come at once; over files and svnserve. And
// installing.
#include "tests/systems/subversion_host.hpp"
#include "tests/support/apache.hpp"

namespace rcx::test {
namespace {

class SubversionWays : public SubversionTest, public ::testing::WithParamInterface<std::string> {
 protected:
  // Apache is nobody where the test is root.
  SubversionWays() : SubversionTest(GetParam() == "apache" && ::geteuid() == 0) {}
  WorkingCopy other() {
    if (GetParam() == "file") return {temp_, "other", repository().url(), who_};
    if (GetParam() == "svnserve") {
      server_.emplace(temp_, host_.root());
      return {temp_, "other", server_->url("a"), who_};
    }
    web_.emplace(temp_, host_.root());
    std::string url = web_->url("/svn/a");
    const std::string login = "ada:secret@";
    return {temp_, "other", url.erase(url.find(login), login.size()), who_};
  }
  const Words who_ = {"--username", "ada", "--password", "secret"};

 private:
  std::optional<SvnServer> server_;
  std::optional<Apache> web_;
};

TEST_P(SubversionWays, RefusalSaysWhyAndLeavesNothing) {
  host_.add("recorder");
  host_.add("refuser", "{settings: {reason: \"not \\e[31mtoday\"}}");
  serve();
  const WorkingCopy copy = other();
  copy.write({{"file", "one\n"}, {"dir/file", "two\n"}});
  Outcome committed = copy.commit("first");
  EXPECT_NE(committed.status, 0) << committed.out << host_.log();
  EXPECT_THAT(committed.err,
              AllOf(HasSubstr("blocked by pre-commit hook"), HasSubstr("not [31mtoday [refuser]"),
                    HasSubstr("push refused, decision " + last().id)))
      << host_.log();
  EXPECT_EQ(repository().youngest(), 0U);
  EXPECT_EQ(repository().transactions(), "");
  EXPECT_THAT(records("push"), IsEmpty());
  EXPECT_EQ(last().commits.at(0).author.name, "ada");
  host_.name("refuser", "{mode: observe, settings: {reason: not today}}");
  reload();
  committed = copy.commit("first");
  EXPECT_EQ(committed.status, 0) << committed.err << host_.log();
  EXPECT_EQ(repository().youngest(), 1U);
  EXPECT_THAT(records("push"), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Ways, SubversionWays, ::testing::Values("file", "svnserve", "apache"),
                         [](const auto& one) { return one.param; });

class SubversionHost : public SubversionTest {
 protected:
  std::string doctor() { return host_.rcx({"doctor"}).out; }
  // Commits `message`, and ends the host and its workers once an extension stalls over it.
  Outcome kill_during(const std::string& message) {
    host_.set("client", "{connect_timeout: 200ms}");
    host_.set("budget", "{extension: 30s, event: 40s}");
    host_.add("staller");
    serve();
    copy().write({{"file", "1\n"}});
    Running commit(copy().command({"commit", "--message", message}));
    const fs::path stalled = host_.data("staller") / "stalled";
    EXPECT_TRUE(eventually([&] { return fs::exists(stalled) || commit.ended(); }));
    EXPECT_TRUE(fs::exists(stalled)) << host_.log();
    std::vector<pid_t> workers = host_.workers("pre");
    for (const pid_t worker : host_.workers("post")) workers.push_back(worker);
    host_.host().signal_group(SIGKILL);
    for (const pid_t worker : workers) ::kill(worker, SIGKILL);
    return commit.wait();
  }
};

TEST_F(SubversionHost, DeadWorkerIsReplacedAndTheCulpritNamed) {
  host_.add("judge");
  serve();
  copy().write({{"file", "1\n"}});
  EXPECT_THAT(refused("crash it").err,
              HasSubstr("crashed (signal 6, Aborted) in the extension judge; starting again"));
  accepted("good");
}

TEST_F(SubversionHost, WorkerThatDiesAfterTheCommitIsReplaced) {
  host_.add("recorder");
  host_.add("staller");
  serve();
  copy().write({{"file", "1\n"}});
  const Outcome committed = copy().commit("die after");
  EXPECT_EQ(committed.status, 0) << committed.err;
  EXPECT_EQ(repository().youngest(), 1U);
  // Who was told before it died is told again, under the same id.
  const std::vector<Record> told = records("push");
  ASSERT_THAT(told, SizeIs(::testing::Ge(2U))) << host_.log();
  EXPECT_EQ(told.front().id, told.back().id);
  EXPECT_GT(told.back().attempt, told.front().attempt);
  EXPECT_THAT(host_.log(), HasSubstr("the extension staller crashed (signal 6, Aborted)"));
}

TEST_F(SubversionHost, KilledBeforeTheVerdictRefuses) {
  const Outcome committed = kill_during("stall before");
  EXPECT_NE(committed.status, 0);
  EXPECT_THAT(committed.err, HasSubstr("no host is listening"));
  EXPECT_EQ(repository().youngest(), 0U);
  EXPECT_EQ(repository().transactions(), "");
}

TEST_F(SubversionHost, KilledAfterTheCommitIsToldWhenItIsBack) {
  host_.add("recorder");
  const Outcome committed = kill_during("stall after");
  EXPECT_EQ(committed.status, 0) << committed.err;
  EXPECT_EQ(repository().youngest(), 1U);
  host_.start();
  host_.wait_delivered();
  EXPECT_TRUE(eventually([&] { return !records("push").empty(); })) << host_.log();
  EXPECT_EQ(last("push").commits.at(0).message, "stall after");
}

TEST_F(SubversionHost, AwayRefusesOrAllowsByPolicy) {
  host_.add("recorder");
  serve();
  host_.stop();
  copy().write({{"file", "one\n"}});
  EXPECT_THAT(refused("first").err, HasSubstr("refused: no host is listening at"));
  host_.set("client", "{when_unreachable: allow}");
  host_.start();
  host_.stop();
  EXPECT_EQ(copy().commit("first").status, 0);
  EXPECT_EQ(repository().youngest(), 1U);
  EXPECT_THAT(records(), IsEmpty());
  // It is told when the host is back.
  host_.start();
  host_.wait_delivered();
  EXPECT_TRUE(eventually([&] { return records("push").size() == 1; })) << host_.log();
}

TEST_F(SubversionHost, TwoCommitsAtOnceAreTwoPushes) {
  host_.add("recorder");
  serve();
  const WorkingCopy second(temp_, "second", repository().url());
  copy().write({{"one", "1\n"}});
  second.write({{"two", "2\n"}});
  Running first(copy().command({"commit", "--message", "added one"}));
  Running other(second.command({"commit", "--message", "added two"}));
  for (Running* one : {&first, &other}) {
    const Outcome committed = one->wait();
    EXPECT_EQ(committed.status, 0) << committed.err << host_.log();
  }
  const std::vector<Record> before = records("pre_push");
  ASSERT_THAT(before, SizeIs(2));
  EXPECT_NE(before[0].push_id, before[1].push_id);
  for (const Record& one : before) {
    EXPECT_THAT(one.commits.at(0).changes, ElementsAre(one.commits.at(0).message));
  }
  EXPECT_EQ(repository().youngest(), 2U);
}

TEST_F(SubversionHost, HookThatWasThereRunsFirstAndComesBack) {
  host_.add("recorder");
  serve();
  const fs::path hook = repository().path() / "hooks/pre-commit";
  must(host_.rcx_command({"uninstall", repository().path().string()}));
  EXPECT_FALSE(fs::exists(hook));
  const std::string script =
      "#!/bin/sh\nsvnlook log -t \"$2\" \"$1\" | grep -q good || "
      "{ echo 'say good' >&2; exit 1; }\n";
  write_file(hook, script, 0755);
  EXPECT_THAT(must(host_.rcx_command({"install", repository().path().string()})),
              HasSubstr("pre-commit runs after the hook that was there (pre-commit.before-rcx)"));
  // svn gives a hook no PATH.
  write_file(repository().path() / "conf/hooks-env", "[default]\nPATH = /usr/bin:/bin\n");
  copy().write({{"file", "one\n"}});
  EXPECT_THAT(refused("bad").err, HasSubstr("say good"));
  EXPECT_THAT(records(), IsEmpty());
  accepted("good");
  EXPECT_THAT(records(), SizeIs(2));
  EXPECT_THAT(must(host_.rcx_command({"uninstall", repository().path().string()})),
              HasSubstr("put back the pre-commit that was there"));
  EXPECT_EQ(read_file(hook), script);
  EXPECT_FALSE(fs::exists(repository().path() / "hooks/rcx-instance"));
}

TEST_F(SubversionHost, DoctorAsksThroughTheInstalledHooks) {
  host_.add("recorder");
  serve();
  EXPECT_THAT(doctor(),
              AllOf(HasSubstr("a: hooks are current, asked as"), HasSubstr("and Subversion")));
  EXPECT_THAT(records(), IsEmpty());
  fs::remove(repository().path() / "hooks/post-commit");
  EXPECT_THAT(doctor(), HasSubstr("post-commit is not there, so that this host does not hear"));
  const std::string said = must(host_.rcx_command({"install", "--all", host_.root().string()}));
  EXPECT_THAT(said, HasSubstr("installed " + repository().path().string()));
  host_.stop();
  EXPECT_THAT(doctor(), HasSubstr("no host is listening"));
}

TEST_F(SubversionHost, WithoutItsModuleCommitsAreRefusedAndSayWhatToInstall) {
  const fs::path programs = temp_.path() / "programs";
  fs::create_directory(programs);
  for (const char* name : {"rcx", "rcxd", "rcx-hook"}) {
    fs::copy_file(built_programs() / name, programs / name);
  }
  host_.use_programs(programs);
  host_.add("recorder");
  serve();
  copy().write({{"file", "one\n"}});
  EXPECT_THAT(refused("first").err, HasSubstr("apt install rcx-svn"));
  EXPECT_THAT(doctor(), HasSubstr("Subversion is off: this rcx was installed without rcx-svn.so"));
  EXPECT_THAT(must(host_.rcx_command({"install", repository().path().string()})),
              HasSubstr("its commits are refused until Subversion can be read"));
}

}  // namespace
}  // namespace rcx::test
