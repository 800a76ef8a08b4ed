// Each of examples/, in a real host, with real pushes.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <set>
#include <sstream>

#include "tests/e2e/examples.hpp"
#include "tests/plugins/library.hpp"

namespace rcx::test {
namespace {

TEST_F(Examples, ExportTheirEntryAlone) {
  int examples = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(RCX_TEST_EXAMPLES)) {
    if (file.path().extension() != ".so") continue;
    ++examples;
    EXPECT_THAT(must({{"nm", "-D", "--defined-only", file.path().string()}}),
                ::testing::MatchesRegex("[0-9a-f]+ [DR] rcx_plugin_entry\n"))
        << file.path();
  }
  EXPECT_GE(examples, 5);
}

// ---- Hello --------------------------------------------------------------------------------------

TEST_F(Examples, HelloCGreetsBeforeAndAfter) {
  add("hello_c");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("hello from C, before your push",
                                                   "hello from C, after your push to", "a"));
}

TEST_F(Examples, HelloCppKeepsTheBranchRelease) {
  add("hello_cpp");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre(StartsWith("hello from C++, ")));
  expect_refused({"main:release"},
                 "refs/heads/release: only the build server releases [hello_cpp]");
  expect_passes({"main:refs/tags/release"});
}

TEST_F(Examples, MyPostPushExtensionTellsWhatArrived) {
  add("my_post_push_extension");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main", "main:topic"}).remote(), ElementsAre(HasSubstr("pushed 2 refs to a")));
}

// ---- Settings -----------------------------------------------------------------------------------

TEST_F(Examples, PushLimitsCountsCommitsAndKeepsReferences) {
  add("push_limits", "{settings: {max_commits: 2, deletions: false, hint: ask first}}");
  serve();
  clone().commit("1");
  clone().commit("2");
  expect_passes({"main"});
  for (const char* message : {"3", "4", "5"}) clone().commit(message);
  expect_refused({"main"}, "refs/heads/main: more than 2 commits; ask first [push_limits]");
  expect_passes({"main~1:main"});
  expect_passes({"main~1:refs/heads/topic"});
  expect_refused({":topic"}, "refs/heads/topic: references are kept; ask first [push_limits]");
}

TEST_F(Examples, PushLimitsKnowsExceptions) {
  host_.set("identity", "{trusted_users: [" + std::to_string(::getuid()) + "]}");
  add("push_limits", "{settings: {max_commits: 1, except: [build]}}");
  serve();
  clone().commit("1");
  clone().commit("2");
  expect_refused({"main"}, "more than 1 commits [push_limits]");
  clone().set_variable("REMOTE_USER", "build");
  expect_passes({"main"});
}

class WrongSettings : public Examples, public ::testing::WithParamInterface<Words> {};

TEST_P(WrongSettings, KeepPushLimitsOut) {
  add("push_limits", "{settings: " + GetParam()[0] + "}");
  serve();
  EXPECT_THAT(host_.listed("push_limits"),
              AllOf(HasSubstr(" refused "), ContainsRegex("rcx\\.yaml:[0-9]+:[0-9]+: "),
                    HasSubstr(GetParam()[1])));
  clone().commit("first");
  expect_refused({"main"}, "the extension push_limits failed: it is not loaded: create failed:");
}

INSTANTIATE_TEST_SUITE_P(
    Settings, WrongSettings,
    ::testing::Values(Words{"{}", "max_commits: wanted an integer, got nothing"},
                      Words{"{max_commits: many}", "max_commits: wanted an integer, got 'many'"},
                      Words{"{max_commits: 0}", "wanted a number of commits, at least 1, got '0'"},
                      Words{"{max_commits: 1, deletions: 7}", "deletions: wanted true or false"},
                      Words{"{max_commits: 1, except: [{a: b}]}", "except[0]: wanted text"},
                      Words{"{max_comits: 1}", "max_comits: unknown setting; known: max_commits"}));

// ---- State --------------------------------------------------------------------------------------

class PushCount : public Examples {
 protected:
  fs::path file() const { return host_.data("push_count") / "a.pushes"; }
  std::size_t counted() const { return fs::file_size(file()) / 37; }
  // The process of each thread that waits for the lock, from lines such as
  // `7: -> FLOCK  ADVISORY  WRITE 4711 08:01:1234 0 EOF`.
  std::vector<std::string> waiting() const {
    struct stat status {};
    EXPECT_EQ(::stat(file().c_str(), &status), 0);
    const std::string inode = ":" + std::to_string(status.st_ino);
    std::vector<std::string> pids;
    std::istringstream lines(read_file("/proc/locks"));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      const Words all{std::istream_iterator<std::string>(words), {}};
      if (all.size() > 6 && all[1] == "->" && all[6].ends_with(inode)) pids.push_back(all[5]);
    }
    return pids;
  }
};

TEST_F(PushCount, CountsEachRepositoryAlone) {
  add("push_count");
  serve();
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("this was push number 1"));
  EXPECT_THAT(push({"main:x"}).remote(), ElementsAre("this was push number 2"));
  const Repository other(host_, "team/a.git");
  EXPECT_THAT(run(clone().command({"push", other.path().string(), "main"})).remote(),
              ElementsAre("this was push number 1"));
  EXPECT_TRUE(fs::exists(host_.data("push_count") / "team.group/a.pushes"));
}

// The test holds the lock until workers of several processes, and several threads, stand before it.
TEST_F(PushCount, PushesAtOnceAreAllCounted) {
  constexpr int kPushes = 24;
  host_.set("workers", "{pre: {processes: 2, threads: 4}, post: {processes: 3, threads: 4}}");
  add("push_count");
  serve();
  clone().commit("first");
  write_file(file(), "");
  const int held = ::open(file().c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  std::vector<Running> pushing;
  std::vector<std::string> wanted;
  for (int i = 1; i <= kPushes; ++i) {
    pushing.push_back(clone().start_push({"main:b" + std::to_string(i)}));
    wanted.push_back("this was push number " + std::to_string(i));
  }
  EXPECT_TRUE(eventually([&] {
    const std::vector<std::string> pids = waiting();
    return counted() > 0 ||
           (pids.size() >= 6 && std::set<std::string>(pids.begin(), pids.end()).size() == 3);
  }));
  EXPECT_EQ(counted(), 0U) << "somebody counts without the lock";
  ::close(held);
  std::vector<std::string> said;
  for (Running& one : pushing) {
    for (std::string& line : one.wait().remote()) said.push_back(std::move(line));
  }
  EXPECT_THAT(said, ::testing::UnorderedElementsAreArray(wanted));
  EXPECT_EQ(counted(), static_cast<std::size_t>(kPushes));
}

// The worker dies after the count, so the same event comes again.
TEST_F(PushCount, RedeliveredPushCountsOnce) {
  add("push_count", "{priority: 1}");
  host_.add("misbehave", "{settings: {how: crash, on: push}}");
  serve();
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_TRUE(eventually([this] { return host_.workers_lost() == 2; })) << host_.workers_lost();
  EXPECT_THAT(pushed.remote(), Contains("this was push number 1").Times(2));
  EXPECT_EQ(counted(), 1U);
}

// A machine that lost power leaves half a record.
TEST_F(PushCount, TornRecordIsWrittenOver) {
  add("push_count");
  serve();
  write_file(file(), "018f3c5e-7c1a");
  clone().commit("first");
  EXPECT_THAT(push({"main"}).remote(), ElementsAre("this was push number 1"));
  EXPECT_EQ(fs::file_size(file()), 37U);
}

// ---- Rust ---------------------------------------------------------------------------------------

class Rust : public Examples {
 protected:
  void SetUp() override {
    if (!fs::exists(example("no_wip"))) GTEST_SKIP() << "built without rustc";
  }
};

TEST_F(Rust, CommitsInProgressDoNotReachMain) {
  add("no_wip");
  serve();
  clone().commit("first");
  const std::string id = clone().commit("WIP: second");
  expect_passes({"main:topic"});
  clone().commit("third");
  clone().commit("WIP: \xE9");
  // The first of them is not new; and two references come with the same commits.
  const Outcome pushed = push({"main:other", "main"});
  EXPECT_EQ(pushed.status, 1) << pushed.err;
  EXPECT_THAT(pushed.remote(), ElementsAre("refs/heads/main: commit " + clone().id().substr(0, 10) +
                                               " is work in progress [no_wip]",
                                           StartsWith("rcx: push refused, decision ")));
  expect_passes({"main~1:refs/heads/main"});
  EXPECT_THAT(host_.log(), Not(HasSubstr(id.substr(0, 10) + " is work")));
}

// What the host cannot do is a failure and no pass; a panic would be one as well.
TEST_F(Rust, UnreadableCommitsAreAFailure) {
  testing::FakeHost host(tests::plugin_of(example("no_wip").c_str()));
  testing::FakePush broken;
  broken.fail_at = 0;
  broken.fail_status = RCX_LIMIT;
  const testing::Outcome outcome = host.pre_push(broken);
  EXPECT_EQ(outcome.status, RCX_LIMIT);
  EXPECT_EQ(outcome.failure, broken.fail_reason);
}

// ---- A project of its own -----------------------------------------------------------------------

TEST_F(Examples, OutOfTreeBuildsAgainstTheInstalledSdk) {
  const std::string out_of_tree = RCX_TEST_SOURCES "/examples/out_of_tree";
  const std::string prefix = (temp_.path() / "prefix").string();
  const std::string build = (temp_.path() / "build").string();
  must({{RCX_TEST_CMAKE, "--install", RCX_TEST_BUILD, "--component", "sdk", "--prefix", prefix}});
  must({{RCX_TEST_CMAKE, "-S", out_of_tree, "-B", build, "-G", "Ninja",
         "-DCMAKE_PREFIX_PATH=" + prefix}});
  must({{RCX_TEST_CMAKE, "--build", build}});
  const std::string tested = must({{RCX_TEST_CTEST, "--test-dir", build, "--no-tests=error"}});
  EXPECT_THAT(tested, HasSubstr("100% tests passed"));

  write_file(host_.rcextensions() / "signed_off.so", read_file(build + "/signed_off.so"));
  serve();
  clone().commit("first");
  expect_refused({"main"}, "wants a line \"Signed-off-by: NAME <ada@example.org>\"");
  clone().git({"commit", "--amend", "--allow-empty", "--quiet", "--message",
               "first\n\nSigned-off-by: Ada Author <ada@example.org>"});
  expect_passes({"main"});
}

}  // namespace
}  // namespace rcx::test
