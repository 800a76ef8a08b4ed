// Whom the host runs as, and what it then may do.
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

// A line of /proc/PID/status, without its name.
std::string status_of(pid_t pid, const std::string& name) {
  std::istringstream lines(read_file("/proc/" + std::to_string(pid) + "/status"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  }
  throw std::runtime_error("no " + name);
}

unsigned owner(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw std::runtime_error("no " + path.string());
  return status.st_uid;
}

class Privileges : public HostTest {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
    // The programs may stand where nobody cannot look.
    fs::copy(built_programs(), temp_.path() / "bin", fs::copy_options::recursive);
    host_.use_programs(temp_.path() / "bin");
  }
  // What a start says that is refused.
  std::string refusal() {
    host_.launch();
    const Outcome ended = host_.host().wait();
    EXPECT_EQ(ended.status, 1);
    return ended.err;
  }
  void open_as_nobody() {
    repository_.emplace(host_, "a.git", true);
    clone_.emplace(temp_, "c", *repository_, true);
  }
  // The hook, run by root as git would for a push that updates nothing.
  Outcome run_hook() {
    return run({{repository().hook("pre-receive").string()}, repository().path(), {}, {}, false});
  }
};

TEST_F(Privileges, RootMustBeToldWhom) {
  host_.set("user", "");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("must say whom extensions run as"), HasSubstr("user: git"),
                               HasSubstr(host_.file().string())));
}

TEST_F(Privileges, AUserThatTheSystemDoesNotKnowIsNamed) {
  host_.set("user", "no-such-user");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("got 'no-such-user'"), HasSubstr("getent passwd")));
}

TEST_F(Privileges, RootBecomesTheUserForGood) {
  give_away(host_.directory(), kNobody);
  host_.set("user", "nobody");
  host_.add("recorder");
  host_.start();
  const std::string id = std::to_string(kNobody);
  const std::string ids = id + "\t" + id + "\t" + id + "\t" + id;
  for (const pid_t pid : {host_.host().pid(), host_.workers("pre").at(0)}) {
    EXPECT_EQ(status_of(pid, "Uid"), ids);
    EXPECT_EQ(status_of(pid, "Gid"), ids);
    EXPECT_THAT(status_of(pid, "Groups"), AllOf(HasSubstr(id), Not(StartsWith("0 "))));
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
      EXPECT_EQ(status_of(pid, set), "0000000000000000") << set;
    }
  }
  EXPECT_EQ(status_of(host_.workers("pre").at(0), "NoNewPrivs"), "1");
  const std::string variables =
      read_file("/proc/" + std::to_string(host_.workers("pre").at(0)) + "/environ");
  EXPECT_THAT(variables, AllOf(HasSubstr("USER=nobody"), HasSubstr("HOME=/nonexistent")));

  open_as_nobody();
  push_first();
  EXPECT_EQ(last("push").commits.size(), 1U);
  EXPECT_EQ(owner(host_.data("recorder") / "events"), kNobody);
}

// The directory of the instance stays root's: the host makes what is its own, and hooks know it.
TEST_F(Privileges, AnInstanceOfRootsServedByAnother) {
  host_.set("user", "nobody");
  host_.set("run", "made/for/run");
  host_.set("log", "{level: debug}");
  fs::remove_all(host_.directory() / "state");
  fs::remove_all(host_.directory() / "run");
  host_.start();
  EXPECT_EQ(owner(host_.directory()), 0U);
  for (const char* name : {"state", "state/staged", "made", "made/for/run"}) {
    EXPECT_EQ(owner(host_.directory() / name), kNobody) << name;
  }
  EXPECT_THAT(read_file(host_.directory() / "client.conf"),
              HasSubstr("host_uid=" + std::to_string(kNobody) + "\n"));
  open("a.git");
  const Outcome heard = run_hook();
  EXPECT_EQ(heard.status, 0) << heard.err;
  // Whoever else listens there is not believed.
  write_file(
      host_.directory() / "client.conf",
      "socket_directory=" + (host_.directory() / "made/for/run").string() + "\nhost_uid=1\n");
  EXPECT_THAT(run_hook().err, HasSubstr("is served by uid " + std::to_string(kNobody)));
}

TEST_F(Privileges, WhatIsThereKeepsItsOwner) {
  host_.set("user", "nobody");
  EXPECT_THAT(refusal(), HasSubstr(" belongs to root, wanted nobody, whom the host runs as; mend "
                                   "it with:  chown -R " +
                                   std::to_string(kNobody)));
  EXPECT_EQ(owner(host_.directory() / "state"), 0U);
}

TEST_F(Privileges, OnlyRootBecomesSomebodyElse) {
  const TempDir temp;
  Instance instance(temp, true);
  instance.set("user", "daemon");
  instance.launch();
  const Outcome ended = instance.host().wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("user: daemon"), HasSubstr("started as nobody"),
                               HasSubstr("sudo rcxd -c")));
}

TEST_F(Privileges, AnotherUserCountsAfterARestart) {
  host_.start();
  host_.set("user", "nobody");
  host_.write_config();
  EXPECT_TRUE(eventually([&] {
    return host_.rcx({"status"}).out.find("user changed and counts after") != std::string::npos;
  }));
}

TEST_F(Privileges, InitNamesWhoItIsFor) {
  const auto init = [&](const fs::path& directory, const Words& more) {
    Words words = {(temp_.path() / "bin/rcx").string(), "init", directory.string()};
    words.insert(words.end(), more.begin(), more.end());
    return must({words, temp_.path(), {}, {}, false});
  };
  EXPECT_THAT(init(temp_.path() / "own", {}), HasSubstr("runs as root"));
  EXPECT_THAT(read_file(temp_.path() / "own/rcx.yaml"), HasSubstr("\nuser: root\n"));

  EXPECT_THAT(init(temp_.path() / "named", {"--user", "nobody"}), Not(HasSubstr("runs as root")));
  // Whose directory it is.
  fs::create_directory(temp_.path() / "theirs");
  give_away(temp_.path() / "theirs", kNobody);
  init(temp_.path() / "theirs", {});
  for (const char* name : {"named", "theirs"}) {
    EXPECT_THAT(read_file(temp_.path() / name / "rcx.yaml"), HasSubstr("\nuser: nobody\n"));
    for (const char* part : {"", "rcx.yaml", "rcextensions", "state", "run", "client.conf"}) {
      EXPECT_EQ(owner(temp_.path() / name / part), kNobody) << name << "/" << part;
    }
  }
  const Outcome unknown =
      run({{(temp_.path() / "bin/rcx").string(), "init", "x", "--user", "no-one"},
           temp_.path(),
           {},
           {},
           false});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_THAT(unknown.err, HasSubstr("got 'no-one'"));
  EXPECT_FALSE(fs::exists(temp_.path() / "x"));
}

}  // namespace
}  // namespace rcx::test
