// `rcx events` and what else tells of the queue, and a queue that is full.
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <boost/json.hpp>
#include <csignal>
#include <fstream>

#include "tests/e2e/deliveries.hpp"

namespace rcx::test {
namespace {

class Events : public DeliveryTest {
 protected:
  Outcome events(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "events");
    return host_.rcx(arguments);
  }
  boost::json::value json(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return boost::json::parse(host_.rcx(all).out);
  }
};

TEST_F(Events, ListShowAndStatus) {
  host_.add("deliver_b");
  serve_with("{attempts: 1}");
  fail_next(1);
  push_one("first");
  host_.wait_delivered();
  const std::string id = told_ids()[0];
  EXPECT_THAT(list({"--state", "dead"}), SizeIs(1));
  EXPECT_THAT(list({"--repo", "b*"}), IsEmpty());
  EXPECT_THAT(list({"--repo", "a", "--event", "push", "--since", "1h"}), SizeIs(1));
  EXPECT_THAT(list({"--handler", "deliver_b"}),
              ElementsAre(HasSubstr("[deliver_b done, tries 1]")));
  EXPECT_THAT(list({"--handler", "deliver_b", "--state", "dead"}), IsEmpty());
  const std::string shown = events({"show", id.substr(0, 20)}).out;
  EXPECT_THAT(shown, AllOf(HasSubstr("id        " + id), HasSubstr("deliver dead, tries 1"),
                           HasSubstr("failed    told to fail"), HasSubstr("deliver_b done")));
  const auto as_json = json({"events", "show", id});
  EXPECT_EQ(as_json.at("id").as_string(), id);
  EXPECT_EQ(as_json.at("deliveries").at(0).at("state").as_string(), "dead");
  EXPECT_THAT(host_.rcx({"status"}).out, HasSubstr("0 deliveries wait, 0 run, 1 dead; see"));
  EXPECT_EQ(json({"status"}).at("queue").at("dead").to_number<int>(), 1);
  EXPECT_THAT(host_.rcx({"doctor"}).out,
              ContainsRegex("warn .*post events.*1 deliveries have failed too often"));
  EXPECT_THAT(host_.rcx({"explain", id}).out, AllOf(HasSubstr("deliver 1.0.0 failed"),
                                                    HasSubstr("told to fail"), HasSubstr("try 1")));
}

TEST_F(Events, DropForgetsForGood) {
  serve_with("{attempts: 1}");
  fail_next(1);
  push_one("first");
  host_.wait_delivered();
  EXPECT_EQ(events({"drop", "--state", "dead", "--handler", "nobody"}).status, 1);
  EXPECT_THAT(events({"drop", told_ids()[0]}).out, HasSubstr("1 deliveries are dropped"));
  EXPECT_THAT(list({}), IsEmpty());
}

TEST_F(Events, WrongArgumentsSayWhatWasWanted) {
  serve_with();
  for (const std::string command : {"replay", "drop"}) {
    const Outcome all = events({command});
    EXPECT_EQ(all.status, 2);
    EXPECT_THAT(all.err, HasSubstr("say which"));
  }
  EXPECT_EQ(events({"list", "--state", "lost"}).status, 2);
  EXPECT_EQ(events({"list", "--since", "yesterday"}).status, 2);
  EXPECT_EQ(events({"show", "xyz"}).status, 2);
  const Outcome none = events({"show", "00000000"});
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("no event 00000000 is in the queue"));
}

// The tools work while no host runs.
TEST_F(Events, WithoutAHost) {
  serve_with("{attempts: 1}");
  fail_next(1);
  push_one("first");
  host_.wait_delivered();
  ASSERT_EQ(host_.stop(), 0);
  EXPECT_THAT(list({"--state", "dead"}), SizeIs(1));
  EXPECT_THAT(events({"replay", "--state", "dead"}).out, HasSubstr("1 deliveries"));
  EXPECT_THAT(list({"--state", "waiting"}), SizeIs(1));
  EXPECT_EQ(events({"wait", "0"}).status, 1);
  EXPECT_EQ(events({"reconcile"}).status, 3);
  host_.start();
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 first"));
}

TEST_F(Events, TailShowsWhatComes) {
  serve_with();
  push_one("before");
  Running tail(host_.rcx_command({"--json", "events", "tail", "--limit", "2"}));
  // It has to have begun: it looks for the last one first.
  ASSERT_TRUE(eventually([&] {
    push_one("more");
    return tail.ended();
  }));
  const Outcome ended = tail.wait();
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 2);
  EXPECT_THAT(ended.out, Not(HasSubstr(told_ids()[0])));
}

// As a receive-pack that is killed between the references and post-receive.
TEST_F(Events, ReconcileAnnouncesWhatWasNeverAnnounced) {
  serve_with();
  push_one("first");
  const fs::path hook = repository().hook("post-receive");
  fs::rename(hook, temp_.path() / "post-receive");
  push_one("lost");
  push_one("lost too");
  fs::rename(temp_.path() / "post-receive", hook);
  push_one("last");
  host_.wait_delivered();
  ASSERT_THAT(told(), ElementsAre("1 first", "1 last"));
  EXPECT_THAT(events({"reconcile", "--dry-run"}).out, IsEmpty()) << "they may be under way";
  const Outcome dry = events({"reconcile", "--older", "0", "--dry-run"});
  EXPECT_EQ(std::count(dry.out.begin(), dry.out.end(), '\n'), 2) << dry.out << dry.err;
  EXPECT_THAT(list({}), SizeIs(2)) << "nothing was done";
  const Outcome done = events({"reconcile", "--older", "0"});
  EXPECT_EQ(done.status, 0) << done.err;
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 last", "1 lost", "1 lost too"));
  EXPECT_THAT(events({"reconcile", "--older", "0"}).out, IsEmpty()) << "now they are announced";
}

// A push that the extensions agreed to and git refused afterwards moved nothing.
TEST_F(Events, ReconcileLeavesAloneWhatGitRefused) {
  serve_with();
  push_one("first");
  repository().git({"config", "receive.denyNonFastForwards", "true"});
  clone().git({"commit", "--amend", "--allow-empty", "-m", "other"});
  EXPECT_NE(push({"-f", "main"}).status, 0);
  EXPECT_THAT(events({"reconcile", "--older", "0", "--dry-run"}).out, IsEmpty());
}

class FullQueue : public Events {
 protected:
  void TearDown() override {
    if (mounted_) ::umount2(directory().c_str(), MNT_DETACH);
    Events::TearDown();
  }
  fs::path directory() const { return host_.directory() / "state/queue"; }
  // Puts the queue on a disk of its own.
  bool mount_small(const char* size) {
    fs::create_directories(directory());
    mounted_ = ::mount("none", directory().c_str(), "tmpfs", 0, size) == 0;
    return mounted_;
  }
  // Takes all that is left of it.
  void fill() const {
    std::ofstream file(directory() / "ballast", std::ios::binary);
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  bool is_full() const { return fs::exists(host_.directory() / "run/queue.full"); }
  bool mounted_ = false;
};

TEST_F(FullQueue, RefusesBeforehandAndLosesNothingThatWasAccepted) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";
  if (!mount_small("size=12m")) GTEST_SKIP() << "may not mount";
  serve_with();
  hold();
  push_one("first");
  ASSERT_TRUE(wait_inside());
  fill();
  // The disk is full, and what is accepted now takes what was kept back.
  push_one("second");
  ASSERT_TRUE(eventually([this] { return is_full(); })) << host_.log();
  clone().commit("third");
  const Outcome refused = push({"main"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("the queue takes nothing more"));
  EXPECT_THAT(host_.rcx({"doctor"}).out, ContainsRegex("fail .*no more can be queued"));
  let_go();
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second"));
  fs::remove(directory() / "ballast");
  ASSERT_TRUE(eventually([this] { return !is_full(); })) << host_.log();
  EXPECT_EQ(push({"main"}).status, 0);
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 second", "1 third"));
}

// As pushes are: what happened could not be told.
TEST_F(FullQueue, RefusesActionsAsWell) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";
  if (!mount_small("size=12m")) GTEST_SKIP() << "may not mount";
  serve_with();
  fill();
  // What is accepted now takes what was kept back.
  push_one("first");
  ASSERT_TRUE(eventually([this] { return is_full(); })) << host_.log();
  const Outcome refused = host_.rcx({"repo", "create", "team"});
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("the queue takes nothing more"));
  EXPECT_FALSE(fs::exists(host_.root() / "team.git"));
  fs::remove(directory() / "ballast");
  ASSERT_TRUE(eventually([this] { return !is_full(); })) << host_.log();
  EXPECT_EQ(host_.rcx({"repo", "create", "team"}).status, 0);
  host_.wait_delivered();
  EXPECT_THAT(told(), ElementsAre("1 first", "1 team"));
}

// What no queue takes is kept by who has done it, until a handler has heard it.
TEST_F(FullQueue, WhatWasDoneIsToldOnceThereIsRoom) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";
  if (!mount_small("size=4m")) GTEST_SKIP() << "may not mount";
  serve_with("{when_full: allow, backoff: 10ms, longest_backoff: 20ms}");
  ASSERT_TRUE(eventually([this] { return is_full(); })) << "there is no room to keep back";
  fill();
  fail_next(1);
  const Outcome made = host_.rcx({"repo", "create", "team"});
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_THAT(made.err, HasSubstr("create_repo is still to be told"));
  EXPECT_THAT(told(), ElementsAre("1 team"));
  EXPECT_EQ(host_.rcx({"repo", "list"}).status, 0);
  ASSERT_THAT(told(), ElementsAre("1 team", "1 team"));
  const std::vector<std::string> ids = told_ids();
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(host_.rcx({"repo", "list"}).status, 0);
  EXPECT_THAT(told(), SizeIs(2));
}

TEST_F(FullQueue, WhereItIsAllowedHandlersRunAtOnce) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small disk";
  if (!mount_small("size=4m")) GTEST_SKIP() << "may not mount";
  serve_with("{when_full: allow}");
  ASSERT_TRUE(eventually([this] { return is_full(); })) << "there is no room to keep back";
  fill();
  push_one("first");
  EXPECT_THAT(told(), ElementsAre("1 first")) << "when the push returns";
  EXPECT_THAT(host_.log(), HasSubstr("it is not queued and its handlers run now"));
}

// Events that wait are bounded, too; what is done makes room.
TEST_F(FullQueue, ByItsOwnBound) {
  serve_with("{max_megabytes: 1, attempts: 1}");
  fail_next(1000);
  for (int i = 0; i < 4; ++i) {
    clone().set_variable("LARGE", std::string(120'000, 'x'));
    clone().set_variable("LARGER", std::string(120'000, 'y'));
    clone().set_variable("LARGEST", std::string(120'000, 'z'));
    clone().commit("c" + std::to_string(i));
    push({"main"});
  }
  ASSERT_TRUE(eventually([this] { return is_full(); })) << host_.log();
  clone().commit("more");
  EXPECT_NE(push({"main"}).status, 0);
  must(host_.rcx_command({"events", "drop", "--state", "dead"}));
  ASSERT_TRUE(eventually([this] { return !is_full(); })) << host_.log();
  EXPECT_EQ(push({"main"}).status, 0);
}

}  // namespace
}  // namespace rcx::test
