// Post events of pushes that found no host: kept in files, and delivered when it is back.
#include <csignal>

#include "tests/e2e/gate.hpp"

namespace rcx::test {
namespace {

class Spool : public GateTest {
 protected:
  fs::path directory() const { return host_.directory() / "state/spool"; }
  std::vector<std::string> kept() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  void serve_and_leave() {
    host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
    host_.add("recorder");
    serve();
    ASSERT_EQ(host_.stop(), 0);
  }
};

TEST_F(Spool, DeliveredInOrderWhenTheHostIsBack) {
  serve_and_leave();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(clone().commit("c" + std::to_string(i)));
    const Outcome pushed = push({"main"});
    EXPECT_EQ(pushed.status, 0);
    EXPECT_THAT(pushed.remote(),
                Contains(StartsWith("rcx: the push was accepted; the extensions will be told")));
  }
  ASSERT_THAT(kept(), SizeIs(3));
  host_.start();
  ASSERT_TRUE(eventually([&] { return kept().empty(); })) << host_.log();
  const std::vector<Record> told = records("push");
  ASSERT_THAT(told, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rcx::test::ids(told[i].commits), std::vector<std::string>{ids[i]});
  }
}

// Of the person who pushed, whoever delivers it.
TEST_F(Spool, KeepsWhoAndWhich) {
  serve_and_leave();
  host_.set("identity", "{trusted_users: [" + std::to_string(::geteuid()) + "]}");
  clone().set_variable("REMOTE_USER", "ann");
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  const std::vector<std::string> names = kept();
  ASSERT_THAT(names, SizeIs(1));
  host_.start();
  ASSERT_TRUE(eventually([&] { return kept().empty(); }));
  EXPECT_EQ(last("push").caller, "ann");
  std::string id = last("push").id;
  std::erase(id, '-');
  EXPECT_EQ(names[0].substr(17), id);
}

// Killed while a handler had it: told again, under the same id.
TEST_F(Spool, HostThatIsKilledLosesNoEvent) {
  add_talker("on: push, say: told");
  host_.add("recorder", "{priority: 0}");
  serve();
  clone().commit("first");
  Running pushing = clone().start_push({"main"});
  ASSERT_TRUE(wait_inside());
  const pid_t worker = worker_inside();
  host_.kill();
  ::kill(worker, SIGKILL);
  const Outcome pushed = pushing.wait();
  EXPECT_EQ(pushed.status, 0);
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("will be told when the host is back")));
  ASSERT_THAT(kept(), SizeIs(1));
  open_gate();
  host_.start();
  ASSERT_TRUE(eventually([&] { return kept().empty(); })) << host_.log();
  const std::vector<Record> told = records("push");
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].id, told[1].id);
}

// The client gave up while its call waited at the door: it is told once, from the file.
TEST_F(Spool, CallThatWaitedAtTheDoorIsToldOnce) {
  host_.set("client", "{timeout: 1s, when_unreachable: allow}");
  host_.set("budget", "{event: 900ms}");
  host_.set("workers", "{post: {processes: 1, threads: 1}}");
  host_.add("recorder");
  serve();
  const std::vector<pid_t> workers = host_.workers("post");
  ASSERT_THAT(workers, SizeIs(1));
  ::kill(workers[0], SIGSTOP);
  clone().commit("first");
  const Outcome pushed = push({"main"});
  EXPECT_THAT(pushed.remote(), Contains(HasSubstr("it did not answer within 1 s")));
  ::kill(workers[0], SIGCONT);
  ASSERT_TRUE(eventually([&] { return kept().empty(); })) << host_.log();
  EXPECT_THAT(records("push"), SizeIs(1));
}

// An extension that takes its worker down each time is given up, as for any call.
TEST_F(Spool, CallThatKillsWorkersIsNotTriedForEver) {
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  host_.add("misbehave", "{settings: {how: abort, on: push}}");
  host_.add("recorder");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  ASSERT_THAT(kept(), SizeIs(1));
  host_.start();
  ASSERT_TRUE(eventually([&] { return kept().empty(); })) << host_.log();
  EXPECT_THAT(records("push"), Not(IsEmpty()));
}

TEST_F(Spool, WhatTheHostWillNotHearIsKeptAside) {
  serve_and_leave();
  clone().commit("first");
  EXPECT_EQ(push({"main"}).status, 0);
  fs::remove_all(repository().path());
  write_file(directory() / (std::string(16, '0') + "-" + std::string(32, 'a')), "no request");
  host_.start();
  ASSERT_TRUE(eventually([&] {
    const std::vector<std::string> names = kept();
    return names.size() == 2 && std::all_of(names.begin(), names.end(), [](const auto& name) {
             return name.starts_with("refused-");
           });
  })) << host_.log();
  EXPECT_THAT(host_.log(), HasSubstr("is not delivered"));
}

TEST_F(Spool, SomebodyElseIsToldThatTheyAreNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  host_.set("client", "{connect_timeout: 50ms, when_unreachable: allow}");
  host_.set("identity", "{admitted_users: [nobody]}");
  serve();
  ASSERT_EQ(host_.stop(), 0);
  const Outcome told = run({{repository().hook("post-receive").string()},
                            repository().path(),
                            {{"GIT_DIR", "."}},
                            "",
                            true});
  EXPECT_THAT(told.err, HasSubstr("the extensions have not been told"));
  EXPECT_THAT(kept(), IsEmpty());
}

}  // namespace
}  // namespace rcx::test
