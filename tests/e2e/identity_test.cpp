// Who pushes, and who may.
#include <pwd.h>
#include <unistd.h>

#include "tests/e2e/host_test.hpp"

namespace rcx::test {
namespace {

class Identity : public HostTest {
 protected:
  Identity() { host_.add("recorder"); }
  static std::string uid() { return std::to_string(::getuid()); }
  static std::string user() { return ::getpwuid(::getuid())->pw_name; }
};

TEST_F(Identity, VariablesOfOthersAreNotBelieved) {
  serve();
  clone().set_variable("REMOTE_USER", "mallory");
  clone().set_variable("SSH_CONNECTION", "192.0.2.9 1 192.0.2.1 22");
  push_first();
  EXPECT_EQ(last().caller, user());
  EXPECT_EQ(last().source, "uid " + uid());
  EXPECT_EQ(last().ip, "");
  EXPECT_EQ(last().auth_method, "local");
}

TEST_F(Identity, VariablesOfTrustedUsersCount) {
  host_.set("identity", "{trusted_users: ['" + uid() + "']}");
  serve();
  clone().set_variable("REMOTE_USER", "alice");
  clone().set_variable("REMOTE_ADDR", "192.0.2.7");
  push_first();
  for (const char* kind : {"pre_push", "push"}) {
    EXPECT_EQ(last(kind).caller, "alice");
    EXPECT_EQ(last(kind).source, "REMOTE_USER");
    EXPECT_EQ(last(kind).ip, "192.0.2.7");
    EXPECT_EQ(last(kind).auth_method, "http");
    EXPECT_EQ(last(kind).uid, ::getuid());
  }
}

TEST_F(Identity, TrustedUserWithoutAVariable) {
  host_.set("identity", "{trusted_users: ['" + uid() + "'], variables: [GL_USER]}");
  serve();
  clone().set_variable("REMOTE_USER", "alice");
  push_first();
  EXPECT_EQ(last().caller, user());
  clone().set_variable("GL_USER", "bob");
  clone().commit("second");
  ASSERT_EQ(push({"main"}).status, 0);
  EXPECT_EQ(last().caller, "bob");
  EXPECT_EQ(last().source, "GL_USER");
}

TEST_F(Identity, UnknownTrustedUserKeepsTheHostFromStarting) {
  host_.set("identity", "{trusted_users: [nobody-has-this-name]}");
  host_.launch();
  const Outcome ended = host_.host().wait();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.err, HasSubstr("nobody-has-this-name"));
  EXPECT_EQ(host_.rcx({"config", "check"}).status, 1);
}

// A host of root, and a person who pushes as nobody.
class Stranger : public Identity {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be two users";
  }
  Outcome push_as_nobody() {
    host_.start();
    repository_.emplace(host_, "a.git");
    give_away(repository().path(), kNobody);
    clone_.emplace(temp_, "c", repository(), true);
    clone().set_variable("REMOTE_USER", "mallory");
    clone().git({"commit", "--quiet", "--allow-empty", "-m", "first"});
    return push({"main"});
  }
};

TEST_F(Stranger, IsNotAdmitted) {
  const Outcome pushed = push_as_nobody();
  EXPECT_EQ(pushed.status, 1);
  EXPECT_THAT(pushed.remote().at(0),
              AllOf(HasSubstr("user nobody may not use this host"), HasSubstr("admitted_users")));
  EXPECT_THAT(records(), IsEmpty());
}

TEST_F(Stranger, CanBeAdmittedAndIsStillNotBelieved) {
  host_.set("identity", "{admitted_users: [nobody]}");
  const Outcome pushed = push_as_nobody();
  EXPECT_EQ(pushed.status, 0) << pushed.err;
  EXPECT_EQ(last().caller, "nobody");
  EXPECT_EQ(last().uid, kNobody);
  EXPECT_THAT(last().commits, SizeIs(1));
}

// A call says on whose behalf it is made where it was spooled: a stranger's word is none.
TEST_F(Stranger, MayNotSpeakForOthers) {
  host_.set("identity", "{admitted_users: [nobody]}");
  const Outcome pushed = push_as_nobody();
  ASSERT_EQ(pushed.status, 0) << pushed.err;
  const auto ask = [&](unsigned uid, bool as_nobody) {
    // Debian's: nobody may not use what stands in the home of whoever runs the tests.
    Command command{{"/usr/bin/python3", "-", (host_.directory() / "run/pre.sock").string(),
                     repository().path().string(), std::to_string(uid), repository().id("main")}};
    command.input = read_file(RCX_TEST_SOURCES "/tests/e2e/behalf.py");
    command.as_nobody = as_nobody;
    const std::size_t before = records("pre_push").size();
    EXPECT_EQ(must(command).substr(0, 1), "0");
    EXPECT_EQ(records("pre_push").size(), before + 1);
    return last().caller;
  };
  EXPECT_EQ(ask(0, true), "nobody");
  EXPECT_EQ(ask(kNobody, false), "nobody") << "root is believed";
  EXPECT_EQ(ask(0, false), "root");
}

}  // namespace
}  // namespace rcx::test
